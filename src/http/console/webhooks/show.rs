//! `/console/webhooks/{id}`: how an endpoint fares, what may be done with it, and the log of its deliveries.

use askama::Template;
use axum::{
    extract::{Path, RawQuery, State},
    response::Response,
};
use chrono::TimeDelta;
use entity::vocab::{EndpointState, Language};

use super::{
    super::{
        answer::{refused, shown},
        form::Form,
        frame::Frame,
        once,
        seat::Seated,
        words as w,
    },
    address, at, badge, find,
};
use crate::{
    commands::CommandError,
    deliver::Outcome,
    http::{Web, site::listed::Badge},
    store,
};

/// A delivery as a line of the log.
struct Line {
    href: String,
    what: String,
    at: String,
    outcome: String,
    tone: &'static str,
    attempts: i32,
}

/// A word to choose.
struct Choice {
    value: &'static str,
    label: &'static str,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "console/webhook.html")]
struct Page {
    frame: Frame,
    id: String,
    address: String,
    badge: Badge,
    about: &'static str,
    facts: Vec<(&'static str, String)>,
    action: String,
    key: String,
    secret: Option<String>,
    is_robot: bool,
    may_pause: bool,
    may_resume: bool,
    may_replay: bool,
    is_replaying: bool,
    lines: Vec<Line>,
    outcomes: Vec<Choice>,
    older: Option<String>,
    developers: String,
}

/// Deliveries on one page.
const PAGE: u64 = 50;

/// The endpoint.
pub(in crate::http::console) async fn page(
    State(web): State<Web>,
    seated: Seated,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    answer(&web, &seated, &id, query.as_deref(), None).await
}

/// The same with a secret that was just made: seen this once.
pub(super) async fn with_secret(web: &Web, seated: &Seated, id: &str, secret: String) -> Response {
    answer(web, seated, id, None, Some(secret)).await
}

async fn answer(
    web: &Web,
    seated: &Seated,
    id: &str,
    query: Option<&str>,
    secret: Option<String>,
) -> Response {
    match page_of(web, seated, id, query, secret).await {
        Ok(page) => shown(&page, seated.language),
        Err(error) => refused(web, seated, error),
    }
}

async fn page_of(
    web: &Web,
    seated: &Seated,
    id: &str,
    query: Option<&str>,
    secret: Option<String>,
) -> Result<Page, CommandError> {
    let language = seated.language;
    let row = find(web, seated, id).await?;
    let form = Form::read(query.unwrap_or_default().as_bytes());
    let chosen = form.get("outcome").unwrap_or_default();
    let outcomes: Vec<&str> = Outcome::ALL
        .iter()
        .map(|outcome| outcome.code())
        .filter(|code| *code == chosen)
        .collect();
    let before = form.get("before").and_then(|before| before.parse().ok());
    let db = web.services.db.reader();
    let (waiting, failed) = store::delivery_log::exceptions_count(db, &row.id).await?;
    let since = web.services.now() - TimeDelta::hours(24);
    let day = store::delivery_log::outcomes_since(db, &row.id, since).await?;
    let attempts =
        store::delivery_log::last_attempts(db, &row.id, before, &outcomes, PAGE + 1).await?;
    let more = attempts.len() as u64 > PAGE;
    let shown = &attempts[..attempts.len().min(50)];
    let older = shown
        .last()
        .filter(|_| more)
        .map(|last| format!("{}?outcome={chosen}&before={}#log", at(&row.id), last.id));
    let what = |position: Option<i64>| what(web, position, language);
    let lines = shown.iter().map(|attempt| Line {
        href: format!("/console/deliveries/{}", attempt.delivery_id),
        what: what(attempt.position),
        at: w::local(attempt.sent_at),
        outcome: w::outcome(&attempt.outcome, language).to_owned(),
        tone: tone(&attempt.outcome),
        attempts: attempt.number,
    });
    let lines = lines.collect();
    let day: Vec<String> = day
        .iter()
        .map(|(outcome, count)| format!("{} {count}", w::outcome(outcome, language)))
        .collect();
    let owed = {
        let wanted = store::endpoints::wanted(&row)?;
        let state = web.services.catalogue.read();
        let now = web.services.now();
        let notices = state.notices_after(row.cursor).iter();
        notices.filter(|notice| wanted.is_owed(notice, now)).count() as u64
    };
    let settings = settings(web, &row, language);
    let say = |phrase: crate::publish::wording::Phrase| phrase.plain(language);
    let mut facts = vec![
        (say(w::OWED), (owed + waiting).to_string()),
        (say(w::GIVEN_UP), failed.to_string()),
        (say(w::LAST_DAY), day.join(" · ")),
    ];
    for (label, at) in [
        (w::LAST_SUCCESS, row.last_success_at),
        (w::LAST_FAILURE, row.last_failure_at),
    ] {
        facts.push((say(label), at.map(w::local).unwrap_or_default()));
    }
    facts.extend(settings);
    facts.retain(|(_, value)| !value.is_empty());
    let format = row.format.parse::<entity::vocab::WireFormat>();
    let state = row.state;
    Ok(Page {
        frame: Frame::new(web, seated, w::WEBHOOKS.plain(language))
            .saying(w::done(query, language)),
        address: address(web, &row),
        badge: badge(state, language),
        about: w::about_state(state, language),
        facts,
        action: at(&row.id),
        key: once::fresh(),
        secret,
        is_robot: format.is_ok_and(|format| format.is_robot()),
        may_pause: matches!(state, EndpointState::Enabled | EndpointState::Failing),
        may_resume: matches!(
            state,
            EndpointState::Paused | EndpointState::Failing | EndpointState::Disabled
        ),
        may_replay: matches!(
            state,
            EndpointState::Enabled | EndpointState::Failing | EndpointState::Paused
        ),
        is_replaying: row.replay_cursor.is_some(),
        lines,
        outcomes: Outcome::ALL
            .iter()
            .map(|outcome| Choice {
                value: outcome.code(),
                label: w::outcome(outcome.code(), language),
                chosen: outcome.code() == chosen,
            })
            .collect(),
        older,
        developers: format!("/{language}/developers"),
        id: row.id,
    })
}

/// What the owner set, in words.
fn settings(
    web: &Web,
    row: &store::endpoints::Row,
    language: Language,
) -> Vec<(&'static str, String)> {
    let Ok(set) = crate::commands::webhooks::subscription(&web.services.vault, row) else {
        return Vec::new();
    };
    let notices: Vec<&str> = set
        .wanted
        .notices
        .iter()
        .map(|kind| crate::publish::wording::either(language, kind.zh(), kind.en()))
        .collect();
    vec![
        (w::FORMAT.plain(language), w::format(&row.format, language)),
        (w::WHICH.plain(language), set.wanted.selection.canonical()),
        (w::NOTICE_KINDS.plain(language), notices.join(", ")),
    ]
}

/// What a delivery tells; a ping tells nothing.
pub(super) fn what(web: &Web, position: Option<i64>, language: Language) -> String {
    let Some(position) = position else {
        return w::A_PING.plain(language).to_owned();
    };
    let notice = {
        let state = web.services.catalogue.read();
        state.notice_at(position).cloned()
    };
    match notice {
        Some(notice) => format!(
            "{position} · {}",
            web.publisher.entry(&notice, language).title
        ),
        None => position.to_string(),
    }
}

/// The class that gives an outcome a colour.
pub(super) fn tone(outcome: &str) -> &'static str {
    match outcome {
        "success" => "good",
        _ => "off",
    }
}
