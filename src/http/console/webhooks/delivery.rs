//! `/console/deliveries/{id}`: one delivery with every attempt.
//!
//! Invariant: what a receiver answered is shown as text, whatever it is.

use askama::Template;
use axum::{
    extract::{Path, RawQuery, State},
    response::Response,
};
use entity::vocab::{EndpointState, Language};

use super::{
    super::{
        answer::{refused, shown},
        frame::Frame,
        once,
        seat::Seated,
        words::{self as w},
    },
    address, at,
    line::Fact,
    line::{About, delivery_badge, next_attempt},
};
use crate::{
    commands::CommandError,
    deliver::headers_shown,
    domain::rights::Deed,
    http::{
        Web,
        site::listed::Badge,
        webhooks::deliveries::{self, Whole},
    },
    store::deliveries::Attempt,
};

/// An attempt.
struct Tried {
    number: String,
    sent: String,
    outcome: String,
    good: bool,
    facts: Vec<Fact>,
    headers: String,
    answer: Option<String>,
}

#[derive(Template)]
#[template(path = "console/delivery.html")]
struct Page {
    frame: Frame,
    about: About,
    badge: Badge,
    endpoint: String,
    address: String,
    errors: Vec<String>,
    facts: Vec<Fact>,
    tried: Vec<Tried>,
    body: Option<String>,
    /// Where another one is asked for; none for pings, and where nothing is delivered.
    again: Option<String>,
    key: String,
}

/// A delivery that whoever sits there may see.
pub(super) async fn find(web: &Web, seated: &Seated, id: &str) -> Result<Whole, CommandError> {
    seated.must(Deed::Webhooks)?;
    deliveries::find(web, &seated.caller(), id).await
}

/// The page.
pub(in crate::http::console) async fn page(
    State(web): State<Web>,
    seated: Seated,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let asked = query.as_deref() == Some("asked");
    let done = asked.then(|| w::REDELIVERY_ASKED.plain(seated.language).to_owned());
    match find(&web, &seated, &id).await {
        Ok(whole) => delivery(&web, &seated, &whole, done, Vec::new()),
        Err(error) => refused(&web, &seated, error),
    }
}

/// The page, with what was just done or why it was not.
pub(super) fn delivery(
    web: &Web,
    seated: &Seated,
    whole: &Whole,
    done: Option<String>,
    errors: Vec<String>,
) -> Response {
    let language = seated.language;
    let Whole {
        endpoint,
        delivery,
        attempts,
    } = whole;
    let Some(told) = delivery.facts() else {
        let error = CommandError::NotFound {
            what: "delivery",
            id: String::new(),
        };
        return refused(web, seated, error);
    };
    let webhook_id = told.webhook_id(web).unwrap_or_default();
    let plain = |phrase: crate::publish::wording::Phrase| phrase.plain(language);
    let mut facts = vec![
        Fact::new(plain(w::DELIVERY), told.id),
        Fact::new("webhook-id", &*webhook_id),
        Fact::new(plain(w::TRIGGER), w::trigger(told.trigger).plain(language)),
    ];
    if let Some(position) = told.position {
        facts.push(Fact::new(plain(w::POSITION), position.to_string()));
    }
    if let Some(seq) = told.seq {
        facts.push(Fact::new("x-endpoint-seq", seq.to_string()));
    }
    if let Some(next) = next_attempt(web, delivery) {
        facts.push(Fact::new(plain(w::NEXT), w::local_second(next)));
    }
    let delivers = matches!(
        endpoint.state,
        EndpointState::Enabled | EndpointState::Failing | EndpointState::Paused
    );
    let format = endpoint.format.parse().ok();
    let tried = attempts.iter().map(|attempt| {
        let headers = format.map(|format| headers_shown(format, &webhook_id, attempt));
        let headers = headers.unwrap_or_default();
        let headers = headers
            .iter()
            .map(|(name, value)| format!("{name}: {value}"));
        tried(attempt, headers.collect::<Vec<_>>().join("\n"), language)
    });
    let page = Page {
        frame: Frame::new(web, seated, plain(w::DELIVERY)).saying(done),
        about: About::of(web, told.position, language),
        badge: delivery_badge(delivery.state(), language),
        endpoint: at(&endpoint.id),
        address: address(web, endpoint),
        errors,
        facts,
        tried: tried.collect(),
        body: delivery.owed.as_ref().and_then(|owed| owed.body.clone()),
        again: (delivers && told.position.is_some())
            .then(|| format!("/console/deliveries/{}/redeliver", told.id)),
        key: once::fresh(),
    };
    shown(&page, language)
}

fn tried(attempt: &Attempt, headers: String, language: Language) -> Tried {
    let number = attempt.number.to_string();
    let took = attempt.duration_ms.to_string();
    let plain = |phrase: crate::publish::wording::Phrase| phrase.plain(language);
    let mut facts = vec![Fact::new(
        plain(w::TOOK),
        w::MILLISECONDS.say(language, &[("n", &took)]),
    )];
    if let Some(status) = attempt.status {
        facts.push(Fact::new(plain(w::HTTP_STATUS), status.to_string()));
    }
    if let Some(address) = &attempt.address {
        facts.push(Fact::new(plain(w::CONNECTED_TO), address));
    }
    Tried {
        number: w::NTH_ATTEMPT.say(language, &[("n", &number)]),
        sent: w::local_second(attempt.sent_at),
        outcome: w::outcome(&attempt.outcome, language),
        good: attempt.outcome == crate::deliver::Outcome::Success.code(),
        facts,
        headers,
        answer: attempt.response_excerpt.clone(),
    }
}
