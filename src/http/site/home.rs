//! `/{lang}/`: what comes next, what is new, and how to be told.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Datelike, Utc};
use entity::vocab::{District, Language, Status};

use super::{
    listed::Listed,
    negotiate,
    page::{self, Frame, Lang},
    told::{self, Detail, Told},
    words as w,
};
use crate::{
    catalogue::{self, Entry},
    clock::shanghai,
    domain::{activity::Activity, notice::Notice},
    http::Web,
    links::Links,
    publish::wording::{DISTRICT, either},
};

/// Activities on the page.
const ACTIVITIES: usize = 20;
/// Notices on the page.
const NOTICES: usize = 20;

/// `/`: to the language that the reader prefers.
pub(super) async fn choose(headers: HeaderMap) -> Response {
    let to = match negotiate::preferred(&headers) {
        Language::Zh => "/zh/",
        Language::En => "/en/",
    };
    let headers = [
        (header::LOCATION, to),
        (header::VARY, "Accept-Language"),
        (header::CACHE_CONTROL, "no-cache"),
    ]
    .map(|(name, value)| (name, HeaderValue::from_static(value)));
    (StatusCode::FOUND, headers).into_response()
}

/// `/zh`: the slash belongs to it.
pub(super) async fn slash(Lang(language): Lang) -> Response {
    page::moved(&format!("/{language}/"))
}

#[derive(Template)]
#[template(path = "home.html")]
struct Home {
    frame: Frame,
    heading: String,
    introduction: String,
    activities_title: &'static str,
    activities_note: Option<&'static str>,
    activities: Vec<Listed>,
    undated: Vec<Listed>,
    notices: Vec<Told>,
    feeds: Feeds,
}

/// A calendar and the news of the same.
struct Feeds {
    calendar: String,
    webcal: String,
    google: String,
    news: String,
    districts: Vec<Pair>,
    editions: Vec<Pair>,
}

/// A part of the programme with its feeds.
struct Pair {
    name: String,
    calendar: String,
    calendar_name: String,
    news: String,
    news_name: String,
}

pub(super) async fn page(
    State(web): State<Web>,
    Lang(language): Lang,
    headers: HeaderMap,
) -> Response {
    let chosen = {
        let state = web.services.catalogue.read();
        Chosen::at(&state, web.services.now())
    };
    let links = &web.services.links;
    let programme = &web.settings.programme;
    let introduction = either(
        language,
        &programme.description.zh,
        &programme.description.en,
    );
    let listed = |notices: &[Arc<Notice>]| {
        notices
            .iter()
            .filter_map(|notice| notice.activity.as_ref())
            .map(|activity| Listed::of(activity, links, language))
            .collect::<Vec<_>>()
    };
    let (activities, title, note) = match (chosen.coming.as_slice(), chosen.past.as_slice()) {
        ([], []) => (Vec::new(), &w::NEXT, Some(&w::NOTHING_YET)),
        ([], past) => (listed(past), &w::RECENT, Some(&w::NONE_COMING)),
        (coming, _) => (listed(coming), &w::NEXT, None),
    };
    let home = Home {
        frame: Frame::new(&web, language, "/", None).described(Some(introduction.to_owned())),
        heading: either(language, &programme.name.zh, &programme.name.en).to_owned(),
        introduction: introduction.to_owned(),
        activities_title: title.plain(language),
        activities_note: note.map(|note| note.plain(language)),
        activities,
        undated: listed(&chosen.undated),
        notices: chosen
            .notices
            .iter()
            .map(|notice| Told::cut(notice, Detail::Brief, links, language))
            .collect(),
        feeds: feeds(links, &chosen.editions, language),
    };
    page::answer(&home, &headers, language)
}

/// What the page tells of the catalogue.
struct Chosen {
    /// Not over yet, the next first.
    coming: Vec<Arc<Notice>>,
    /// Over, the latest first.
    past: Vec<Arc<Notice>>,
    /// Announced or put off for this year or later, without a date.
    undated: Vec<Arc<Notice>>,
    notices: Vec<Arc<Notice>>,
    editions: Vec<i32>,
}

impl Chosen {
    fn at(state: &catalogue::State, now: DateTime<Utc>) -> Self {
        let this_year = now.with_timezone(&shanghai()).year();
        let (mut coming, mut past, mut undated) = (Vec::new(), Vec::new(), Vec::new());
        for entry in state.activities() {
            let activity = entry.activity();
            if activity.status == Status::Withdrawn {
                continue;
            }
            let slot = activity.shown_when();
            match (slot.starts_at(), slot.over_at()) {
                (Some(start), Some(over)) if over > now && activity.status != Status::Held => {
                    coming.push((start, &activity.id, entry));
                }
                (Some(start), _) if !is_awaited_without_date(activity) => {
                    past.push((start, &activity.id, entry));
                }
                _ if is_awaited_without_date(activity) && activity.content.edition >= this_year => {
                    undated.push(((), &activity.id, entry));
                }
                _ => {}
            }
        }
        coming.sort_unstable_by_key(|(start, id, _)| (*start, *id));
        past.sort_unstable_by_key(|(start, id, _)| std::cmp::Reverse((*start, *id)));
        undated.sort_unstable_by_key(|(_, id, _)| *id);
        Self {
            coming: first(coming),
            past: first(past),
            undated: first(undated),
            notices: told::latest(state, NOTICES),
            editions: state.editions().rev().map(|it| it.value.year).collect(),
        }
    }
}

fn is_awaited_without_date(activity: &Activity) -> bool {
    !activity.content.when.is_known()
        && matches!(
            activity.status,
            Status::Scheduled | Status::Rescheduled | Status::Postponed
        )
}

fn first<K, I>(ordered: Vec<(K, I, &Entry)>) -> Vec<Arc<Notice>> {
    ordered
        .into_iter()
        .take(ACTIVITIES)
        .map(|(_, _, entry)| Arc::clone(&entry.last))
        .collect()
}

fn feeds(links: &Links, editions: &[i32], language: Language) -> Feeds {
    let calendar = links.feed(language, "all", "ics");
    let webcal = format!(
        "webcal://{}",
        calendar
            .split_once("://")
            .map_or(calendar.as_str(), |(_, rest)| rest)
    );
    let cid: String = url::form_urlencoded::byte_serialize(webcal.as_bytes()).collect();
    let pair = |scope: &str, name: String| {
        let parts = [("scope", name.as_str())];
        Pair {
            calendar: links.feed(language, scope, "ics"),
            calendar_name: w::CALENDAR_OF.say(language, &parts),
            news: links.feed(language, scope, "rss"),
            news_name: w::NEWS_OF.say(language, &parts),
            name,
        }
    };
    Feeds {
        google: format!("https://calendar.google.com/calendar/r?cid={cid}"),
        news: links.feed(language, "all", "rss"),
        districts: District::ALL
            .iter()
            .map(|district| {
                let name = either(language, district.zh(), district.en());
                pair(
                    &format!("district/{district}"),
                    DISTRICT.say(language, &[("district", name)]),
                )
            })
            .collect(),
        editions: editions
            .iter()
            .map(|year| pair(&format!("edition/{year}"), year.to_string()))
            .collect(),
        calendar,
        webcal,
    }
}
