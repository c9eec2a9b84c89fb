//! `/console/feeds`: which kinds of clients fetched which feed last, and which have not yet seen a change.
//!
//! Owns what is shown of it. Refuses to know whom a change concerns (`publish::followers`). Invariant: nothing here is
//! about a person: kinds of clients, feeds, counts.

use std::{collections::BTreeMap, sync::Arc};

use askama::Template;
use axum::{
    extract::{RawQuery, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, TimeDelta, Utc};
use entity::vocab::Language;

use super::{
    answer::{refused, shown},
    form::Form,
    frame::Frame,
    seat::Seated,
    words as w,
};
use crate::{
    commands::{CommandError, write_sightings::write_sightings},
    domain::{client::Client, notice::Notice, rights::Deed, when::day_of},
    http::Web,
    publish::FeedKey,
    sightings::{REST, SAVED},
    store::{
        StoreError,
        sightings::{Seen, latest},
    },
};

/// What was fetched is shown so far back.
const SHOWN: TimeDelta = TimeDelta::days(30);
/// Whoever did not fetch for so long does not follow any more.
const FOLLOWS: TimeDelta = TimeDelta::days(14);
/// Pairs of a feed and a kind of clients that are looked at.
const MOST: u64 = 20_000;
/// Lines of a table.
const LINES: usize = 500;
/// Changes to choose from.
const CHOICES: usize = 20;

/// A feed and a kind of clients.
struct Line {
    feed: String,
    /// None where it stands for several feeds.
    href: Option<String>,
    client: &'static str,
    last_seen: String,
    requests: i64,
}

/// A kind of clients.
struct Kind {
    client: &'static str,
    feeds: usize,
    requests: i64,
    last_seen: String,
}

struct Choice {
    position: i64,
    label: String,
    chosen: bool,
}

/// Who has not seen a change.
struct Unseen {
    said: String,
    lines: Vec<Line>,
}

#[derive(Template)]
#[template(path = "console/feeds.html")]
struct Page {
    frame: Frame,
    errors: Vec<String>,
    choices: Vec<Choice>,
    unseen: Option<Unseen>,
    kinds: Vec<Kind>,
    lines: Vec<Line>,
}

/// What was fetched by those who still follow.
pub(super) async fn followed(web: &Web) -> Result<Vec<Seen>, StoreError> {
    let since = day_of(web.services.now() - FOLLOWS);
    latest(web.services.db.reader(), since, MOST).await
}

/// The page.
pub(super) async fn page(
    State(web): State<Web>,
    seated: Seated,
    RawQuery(query): RawQuery,
) -> Response {
    let form = Form::read(query.unwrap_or_default().as_bytes());
    match page_of(&web, &seated, form.get("notice")).await {
        Ok(page) => {
            let answer = shown(&page, seated.language);
            match page.errors.is_empty() {
                true => answer,
                false => (StatusCode::UNPROCESSABLE_ENTITY, answer).into_response(),
            }
        }
        Err(error) => refused(&web, &seated, error),
    }
}

async fn page_of(web: &Web, seated: &Seated, asked: Option<&str>) -> Result<Page, CommandError> {
    seated.must(Deed::ReadClients)?;
    let language = seated.language;
    // What was counted here a moment ago is shown too; the others' comes within half a minute.
    if let Err(error) = write_sightings(&web.services, &web.sightings).await {
        tracing::warn!(%error, "who fetched feeds could not be written down yet: {error}");
    }
    let chosen = match asked {
        None | Some("") => Ok(None),
        Some(asked) => notice_at(web, asked).map(Some).ok_or_else(|| {
            let given: String = asked.chars().take(60).collect();
            w::NOT_A_CHANGE.say(language, &[("given", &given)])
        }),
    };
    let (chosen, errors) = match chosen {
        Ok(chosen) => (chosen, Vec::new()),
        Err(error) => (None, vec![error]),
    };
    let unseen = match &chosen {
        Some(notice) => Some(unseen(web, notice, &followed(web).await?, language)),
        None => None,
    };
    let since = day_of(web.services.now() - SHOWN);
    let seen = latest(web.services.db.reader(), since, MOST).await?;
    Ok(Page {
        frame: Frame::new(web, seated, w::FEEDS.plain(language)),
        errors,
        choices: choices(web, chosen.as_ref(), language),
        unseen,
        kinds: kinds(&seen, language),
        lines: seen
            .iter()
            .take(LINES)
            .map(|seen| line(web, seen, language))
            .collect(),
    })
}

fn notice_at(web: &Web, position: &str) -> Option<Arc<Notice>> {
    let position = position.parse().ok()?;
    let state = web.services.catalogue.read();
    state.notice_at(position).map(Arc::clone)
}

/// The latest changes, the newest first, and the one that was chosen; what was written down later is no change.
fn choices(web: &Web, chosen: Option<&Arc<Notice>>, language: Language) -> Vec<Choice> {
    let mut notices: Vec<Arc<Notice>> = {
        let state = web.services.catalogue.read();
        let newest = state.notices_after(0).iter().rev();
        newest
            .filter(|notice| !notice.history)
            .take(CHOICES)
            .cloned()
            .collect()
    };
    let is_chosen =
        |notice: &Arc<Notice>| chosen.is_some_and(|chosen| chosen.position == notice.position);
    if let Some(chosen) = chosen
        && !notices.iter().any(is_chosen)
    {
        notices.push(Arc::clone(chosen));
    }
    let choice = |notice: &Arc<Notice>| Choice {
        position: notice.position,
        label: format!(
            "{} {}",
            w::local(notice.published_at),
            web.publisher.entry(notice, language).title
        ),
        chosen: is_chosen(notice),
    };
    notices.iter().map(choice).collect()
}

fn unseen(web: &Web, notice: &Notice, seen: &[Seen], language: Language) -> Unseen {
    let followers = web.publisher.followers(seen, notice);
    let behind: Vec<&Seen> = followers
        .iter()
        .filter(|follower| follower.is_behind(notice.position))
        .map(|follower| follower.seen)
        .collect();
    let said = match (followers.len(), behind.len()) {
        (0, _) => w::NOBODY_FOLLOWS.plain(language).to_owned(),
        (_, 0) => w::ALL_HAVE_IT.plain(language).to_owned(),
        (all, behind) => {
            let (all, n) = (all.to_string(), (all - behind).to_string());
            w::HAVE_IT.say(language, &[("all", &all), ("n", &n)])
        }
    };
    let lines = behind.into_iter().take(LINES);
    Unseen {
        said,
        lines: lines.map(|seen| line(web, seen, language)).collect(),
    }
}

fn line(web: &Web, seen: &Seen, language: Language) -> Line {
    let (feed, href) = match seen.feed.as_str() {
        SAVED => (w::SAVED_FEEDS.plain(language).to_owned(), None),
        REST => (w::REST_OF_FEEDS.plain(language).to_owned(), None),
        feed => {
            let key = FeedKey::read(feed).ok();
            let title = key.map(|key| web.publisher.title(&key));
            let title = title.unwrap_or_else(|| feed.to_owned());
            (title, Some(format!("/feeds/{feed}")))
        }
    };
    Line {
        feed,
        href,
        client: seen.client.name(language),
        last_seen: w::local(seen.last_seen_at),
        requests: seen.requests,
    }
}

/// By kind, what fetched most first.
fn kinds(seen: &[Seen], language: Language) -> Vec<Kind> {
    let mut found: BTreeMap<Client, (usize, i64, DateTime<Utc>)> = BTreeMap::new();
    for seen in seen {
        let (feeds, requests, last) = found
            .entry(seen.client)
            .or_insert((0, 0, seen.last_seen_at));
        *feeds += 1;
        *requests += seen.requests;
        *last = (*last).max(seen.last_seen_at);
    }
    let mut kinds: Vec<Kind> = found
        .into_iter()
        .map(|(client, (feeds, requests, last))| Kind {
            client: client.name(language),
            feeds,
            requests,
            last_seen: w::local(last),
        })
        .collect();
    kinds.sort_by_key(|kind| std::cmp::Reverse(kind.requests));
    kinds
}
