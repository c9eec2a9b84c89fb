//! `/console/deliveries/{id}`: one delivery with all its tries, and once more.

use askama::Template;
use axum::{
    body::Bytes,
    extract::{Path, State},
    response::Response,
};

use super::{
    super::{
        answer::{refused, see, shown},
        form::Form,
        frame::Frame,
        once,
        seat::Seated,
        words as w,
    },
    address, at, find,
    show::{tone, what},
};
use crate::{
    commands::{CommandError, webhooks::redeliver::redeliver},
    domain::rights::Deed,
    http::Web,
    store,
};

struct Attempt {
    number: i32,
    at: String,
    took: String,
    outcome: &'static str,
    tone: &'static str,
    status: Option<i32>,
    address: Option<String>,
    answer: Option<String>,
}

#[derive(Template)]
#[template(path = "console/delivery.html")]
struct Page {
    frame: Frame,
    id: String,
    what: String,
    endpoint: String,
    back: String,
    action: String,
    key: String,
    next: Option<String>,
    attempts: Vec<Attempt>,
    body: Option<String>,
}

/// The delivery.
pub(in crate::http::console) async fn page(
    State(web): State<Web>,
    seated: Seated,
    Path(id): Path<String>,
) -> Response {
    match page_of(&web, &seated, &id).await {
        Ok(page) => shown(&page, seated.language),
        Err(error) => refused(&web, &seated, error),
    }
}

async fn page_of(web: &Web, seated: &Seated, id: &str) -> Result<Page, CommandError> {
    seated.must(Deed::Webhooks)?;
    let language = seated.language;
    let db = web.services.db.reader();
    let none = || CommandError::NotFound {
        what: "delivery",
        id: id.chars().take(60).collect(),
    };
    let found = store::delivery_log::find(db, id).await?.ok_or_else(none)?;
    // Somebody else's is not there.
    let row = find(web, seated, &found.endpoint_id)
        .await
        .map_err(|error| match error {
            CommandError::NotFound { .. } => none(),
            other => other,
        })?;
    let exception = store::delivery_log::exception(db, id).await?;
    let attempts = store::delivery_log::attempts_of(db, id).await?;
    let attempts = attempts.into_iter().map(|attempt| Attempt {
        number: attempt.number,
        at: w::local(attempt.sent_at),
        took: format!("{} ms", attempt.duration_ms),
        outcome: w::outcome(&attempt.outcome, language),
        tone: tone(&attempt.outcome),
        status: attempt.status,
        address: attempt.address,
        answer: attempt.response_excerpt.filter(|text| !text.is_empty()),
    });
    Ok(Page {
        frame: Frame::new(web, seated, w::DELIVERY.plain(language)),
        what: what(web, found.position, language),
        endpoint: address(web, &row),
        back: at(&row.id),
        action: format!("/console/deliveries/{id}/redeliver"),
        key: once::fresh(),
        next: exception
            .as_ref()
            .and_then(|owed| owed.next_attempt_at)
            .map(|at| w::NEXT_TRY.say(language, &[("at", &w::local(at))])),
        attempts: attempts.collect(),
        body: exception.and_then(|owed| owed.body),
        id: id.to_owned(),
    })
}

/// Delivers it once more.
pub(in crate::http::console) async fn again(
    State(web): State<Web>,
    seated: Seated,
    Path(id): Path<String>,
    body: Bytes,
) -> Response {
    if let Err(error) = seated.must(Deed::Webhooks) {
        return refused(&web, &seated, error);
    }
    let form = Form::read(&body);
    let key = once::key(
        &seated,
        &form,
        &format!("/console/deliveries/{id}/redeliver"),
        &body,
    );
    match redeliver(&web.services, seated.caller(), id, key).await {
        Ok(owed) => {
            web.courier.nudge();
            see(&at(&owed.endpoint_id))
        }
        Err(error) => refused(&web, &seated, error),
    }
}
