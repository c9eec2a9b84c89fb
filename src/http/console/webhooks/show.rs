//! `/console/webhooks/{id}`: how an endpoint stands, what it is owed, and what may be done.

use askama::Template;
use axum::{
    extract::{Path, RawQuery, State},
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use entity::vocab::{EndpointState, Language};

use super::{
    super::{
        answer::{refused, shown},
        form::Form,
        frame::Frame,
        once,
        seat::Seated,
        words::{self as w},
    },
    address,
    asked::Act,
    at, find,
    line::Fact,
    line::{self, Line},
    list::owners,
    local,
    settings::{is_robot, settings},
};
use crate::{
    commands::{
        CommandError,
        webhooks::figures::{Figures, figures},
    },
    deliver::Outcome,
    http::{Web, site::listed::Badge, webhooks::deliveries},
    store::endpoints::Row,
};

/// Deliveries beside the settings; the log has all.
const LATEST: usize = 5;

/// Something that may be done: at once, or after a form.
struct Offer {
    action: Act,
    href: String,
    label: &'static str,
    /// Whether it is what comes next.
    main: bool,
}

impl Offer {
    fn asks(&self) -> bool {
        self.action.asks()
    }
}

#[derive(Template)]
#[template(path = "console/webhook.html")]
struct Page {
    frame: Frame,
    id: String,
    address: String,
    badge: Badge,
    format: String,
    owner: Option<String>,
    explained: String,
    advice: String,
    errors: Vec<String>,
    offers: Vec<Offer>,
    edit: String,
    /// The replay that is under way.
    replay: Option<String>,
    end_replay: String,
    figures: Vec<Fact>,
    last_day: Vec<Fact>,
    settings: Vec<Fact>,
    lines: Vec<Line>,
    log: String,
    key: String,
}

/// The actions that an endpoint as it stands offers, in the order that people look for them.
fn offered(row: &Row) -> impl Iterator<Item = Act> {
    use EndpointState as S;
    let is_robot = is_robot(row);
    let all = [
        (
            Act::Resume,
            matches!(row.state, S::Paused | S::Failing | S::Disabled),
        ),
        (Act::Ping, row.state != S::Gone),
        (Act::Pause, matches!(row.state, S::Enabled | S::Failing)),
        (
            Act::Replay,
            matches!(row.state, S::Enabled | S::Failing | S::Paused) && row.replay_cursor.is_none(),
        ),
        (Act::Rotate, !is_robot),
        (Act::Delete, true),
    ];
    all.into_iter()
        .filter(|(_, offered)| *offered)
        .map(|(act, _)| act)
}

/// What comes next in a state.
fn is_next(act: Act, state: EndpointState) -> bool {
    match state {
        EndpointState::Pending | EndpointState::Failing => act == Act::Ping,
        EndpointState::Paused | EndpointState::Disabled => act == Act::Resume,
        EndpointState::Enabled | EndpointState::Gone => false,
    }
}

/// What a page says of what was just done, by the query that leads there.
fn done(form: &Form, language: Language) -> Option<String> {
    let (name, _) = form.pairs().first()?;
    let value = form.get(name).unwrap_or_default();
    let ping = form.get("ping").and_then(|code| code.parse().ok());
    let ping = ping.map(|outcome: Outcome| w::pinged(outcome, language));
    let said = match name.as_str() {
        "made" => w::MADE,
        "saved" => w::SAVED,
        "twice" => w::SENT_TWICE,
        "paused" => w::PAUSED,
        "resumed" => w::RESUMED,
        "ended" => w::REPLAY_ENDED,
        "replay" => {
            let count: u64 = value.parse().ok()?;
            return Some(w::REPLAY_BEGUN.say(language, &[("n", &count.to_string())]));
        }
        _ => return ping,
    };
    let said = said.plain(language).to_owned();
    Some(ping.map_or(said.clone(), |ping| format!("{said} {ping}")))
}

/// The page.
pub(in crate::http::console) async fn page(
    State(web): State<Web>,
    seated: Seated,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let row = match find(&web, &seated, &id).await {
        Ok(row) => row,
        Err(answer) => return answer,
    };
    let form = Form::read(query.unwrap_or_default().as_bytes());
    let done = done(&form, seated.language);
    endpoint(&web, &seated, &row, done, Vec::new()).await
}

/// The page, with what was just done or why it was not.
pub(super) async fn endpoint(
    web: &Web,
    seated: &Seated,
    row: &Row,
    done: Option<String>,
    errors: Vec<String>,
) -> Response {
    match page_of(web, seated, row, done, errors).await {
        Ok(page) => shown(&page, seated.language).into_response(),
        Err(error) => refused(web, seated, error),
    }
}

async fn page_of(
    web: &Web,
    seated: &Seated,
    row: &Row,
    done: Option<String>,
    errors: Vec<String>,
) -> Result<Page, CommandError> {
    let language = seated.language;
    let counted = figures(&web.services, row).await?;
    let owners = owners(web, seated, std::slice::from_ref(row)).await?;
    let mut latest = deliveries::page(web, row, None, &[], LATEST).await?;
    latest.truncate(LATEST);
    let lines = latest
        .iter()
        .filter_map(|(_, delivery)| Line::of(web, delivery, language));
    let href = at(&row.id);
    let offers = offered(row).map(|action| Offer {
        href: format!("{href}/{}", action.name()),
        label: action.label().plain(language),
        main: is_next(action, row.state),
        action,
    });
    let replay = row.replay_cursor.zip(row.replay_until);
    let address = address(web, row);
    Ok(Page {
        frame: Frame::new(web, seated, &address).saying(done),
        badge: line::badge(row.state, language),
        format: line::format(row, language).to_owned(),
        owner: owners.get(&row.owner_id).cloned(),
        explained: w::standing(row, language),
        advice: w::WHAT_TO_DO.say(
            language,
            &[("advice", w::advice(row.state).plain(language))],
        ),
        errors,
        offers: offers.collect(),
        edit: format!("{href}/edit"),
        replay: replay.map(|(cursor, until)| {
            let (cursor, until) = (cursor.to_string(), until.to_string());
            w::REPLAY_GOES_ON.say(language, &[("cursor", &cursor), ("until", &until)])
        }),
        end_replay: format!("{href}/{}", Act::EndReplay.name()),
        figures: told(row, &counted, web.services.now(), language),
        last_day: counted
            .last_day
            .iter()
            .map(|(code, count)| Fact::new(w::outcome(code, language), count.to_string()))
            .collect(),
        settings: settings(web, row, language),
        lines: lines.collect(),
        log: format!("{href}/deliveries"),
        key: once::fresh(),
        id: row.id.clone(),
        address,
    })
}

/// What an endpoint is owed, and where it has come to.
fn told(row: &Row, figures: &Figures, now: DateTime<Utc>, language: Language) -> Vec<Fact> {
    let plain = |phrase: crate::publish::wording::Phrase| phrase.plain(language);
    let mut facts = vec![
        Fact::new(plain(w::OWED), figures.owed.to_string()),
        Fact::new(plain(w::RETRYING), figures.retrying.to_string()),
        Fact::new(plain(w::GIVEN_UP), figures.failed.to_string()),
    ];
    let whens = [
        (w::OLDEST_OWED, figures.oldest_owed_at),
        (w::HELD_UNTIL, row.held_until.filter(|until| *until > now)),
        (w::LAST_SUCCESS, row.last_success_at),
        (w::LAST_FAILURE, row.last_failure_at),
    ];
    for (label, at) in whens {
        if let Some(at) = local(at) {
            facts.push(Fact::new(plain(label), at));
        }
    }
    let (cursor, head) = (row.cursor.to_string(), figures.head.to_string());
    facts.push(Fact::new(
        plain(w::CURSOR),
        w::CURSOR_OF_HEAD.say(language, &[("cursor", &cursor), ("head", &head)]),
    ));
    facts.push(Fact::new(plain(w::DELIVERED_SEQ), row.seq.to_string()));
    facts
}
