//! `GET /webhooks/{id}/deliveries`, `GET /deliveries/{id}` and `POST /deliveries/{id}/redeliver`.

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use entity::vocab::Trigger;
use serde_json::{Value, json};

use super::{Order, no_delivery};
use crate::{
    commands::webhooks::{find_for, redeliver::redeliver},
    deliver::{Outcome, headers_shown},
    domain::dates::instant,
    http::{
        Web,
        api::{page::Asked, schema},
        extract::{Known, Params, Path},
        problem::Problem,
    },
    store::{self, deliveries::Attempt, endpoints::Row, exceptions::Exception},
};

fn at(at: Option<DateTime<Utc>>) -> Option<String> {
    at.map(instant::text)
}

/// Where a delivery is: its last attempt, and what is still owed of it.
fn state(last: Option<&Attempt>, exception: Option<&Exception>) -> &'static str {
    match (last, exception) {
        (Some(last), _) if last.outcome == Outcome::Success.code() => "delivered",
        (Some(_), Some(exception)) if exception.next_attempt_at.is_some() => "retrying",
        (None, Some(exception)) if exception.next_attempt_at.is_some() => "waiting",
        _ => "failed",
    }
}

fn delivery(
    web: &Web,
    endpoint_id: &str,
    last: Option<&Attempt>,
    exception: Option<&Exception>,
) -> Value {
    let own = match (last, exception) {
        (Some(last), _) => last.webhook_id.as_ref(),
        (None, owed) => owed.and_then(|owed| owed.webhook_id.as_ref()),
    };
    let (id, position, seq, trigger, attempts) = match (last, exception) {
        (Some(last), _) => (
            &last.delivery_id,
            last.position,
            last.seq,
            last.trigger,
            last.number,
        ),
        (None, Some(owed)) => (
            &owed.id,
            Some(owed.position),
            owed.seq,
            owed.trigger,
            owed.attempts,
        ),
        (None, None) => return Value::Null,
    };
    json!({
        "id": id, "endpoint_id": endpoint_id, "webhook_id": webhook_id(web, id, own, position), "position": position,
        "seq": (trigger != Trigger::Test).then_some(seq), "trigger": trigger, "state": state(last, exception),
        "attempts": attempts, "outcome": last.map(|last| &last.outcome), "status": last.and_then(|last| last.status),
        "last_attempt_at": at(last.map(|last| last.sent_at)),
        "next_attempt_at": at(exception.and_then(|owed| owed.next_attempt_at)),
    })
}

/// The `webhook-id` it is sent with: its own, or its notice's; a ping's is its id.
fn webhook_id(
    web: &Web,
    delivery_id: &str,
    own: Option<&String>,
    position: Option<i64>,
) -> Option<String> {
    let Some(position) = position else {
        return Some(delivery_id.to_owned());
    };
    let state = web.services.catalogue.read();
    let notice = || {
        state
            .notice_at(position)
            .map(|notice| notice.id.to_string())
    };
    own.cloned().or_else(notice)
}

fn shown(web: &Web, row: &Row, attempt: &Attempt) -> Value {
    let Attempt {
        delivery_id,
        webhook_id: own,
        position,
        ..
    } = attempt;
    let id = webhook_id(web, delivery_id, own.as_ref(), *position).unwrap_or_default();
    let headers = row
        .format
        .parse()
        .map(|format| headers_shown(format, &id, attempt));
    json!({
        "number": attempt.number, "sent_at": instant::text(attempt.sent_at), "duration_ms": attempt.duration_ms,
        "outcome": attempt.outcome, "status": attempt.status, "address": attempt.address,
        "request_headers": headers.unwrap_or_default(), "response_excerpt": attempt.response_excerpt,
    })
}

/// An endpoint's deliveries: what was not tried yet, then the one tried last first
#[utoipa::path(
    get, path = "/webhooks/{id}/deliveries", tag = "webhooks", security(("token" = [])),
    params(
        ("id" = String, Path, description = "end_…"),
        ("outcome" = Option<String>, Query, description = "codes that the last attempt ended with"),
        schema::Page,
    ),
    responses(
        (status = 200, body = schema::webhooks::Deliveries),
        (status = "4XX", body = schema::Problem, content_type = "application/problem+json"),
    )
)]
pub async fn list(
    State(web): State<Web>,
    Known(caller): Known,
    Path(id): Path,
    mut params: Params,
) -> Result<Json<Value>, Problem> {
    let asked = Asked::of(&mut params);
    let outcomes: Vec<Outcome> = params.list("outcome");
    let (after, limit) = asked.keys();
    let before = after.map(|key| key.parse::<i64>());
    if matches!(before, Some(Err(_))) {
        params.fault("cursor", "is no cursor of this list");
    }
    params.finish()?;
    let db = web.services.db.reader();
    let row = find_for(db, &caller, &id).await?;
    let outcomes: Vec<&str> = outcomes.iter().map(|outcome| outcome.code()).collect();
    let before = before.and_then(Result::ok);
    // What was never tried stands before what was, and leaves room for it.
    let untried = match before.is_none() && outcomes.is_empty() {
        true => store::delivery_log::untried(db, &row.id, limit as u64 / 2).await?,
        false => Vec::new(),
    };
    let room = (limit - untried.len()) as u64 + 1;
    let attempts = store::delivery_log::last_attempts(db, &row.id, before, &outcomes, room).await?;
    let ids = attempts.iter().map(|attempt| attempt.delivery_id.as_str());
    let owed = store::delivery_log::exceptions_among(db, ids).await?;
    let untried = untried
        .into_iter()
        .map(|exception| (String::new(), (None, Some(exception))));
    let tried = attempts.into_iter().map(|attempt| {
        let exception = owed.get(&attempt.delivery_id).cloned();
        (attempt.id.to_string(), (Some(attempt), exception))
    });
    let lines = untried.chain(tried).collect();
    Ok(Json(asked.read(
        "deliveries",
        lines,
        |(last, exception): (Option<Attempt>, Option<Exception>)| {
            delivery(&web, &id, last.as_ref(), exception.as_ref())
        },
    )))
}

/// One delivery with its attempts
#[utoipa::path(
    get, path = "/deliveries/{id}", tag = "webhooks", security(("token" = [])),
    params(("id" = String, Path, description = "dlv_…")),
    responses(
        (status = 200, body = schema::webhooks::DeliveryOutput),
        (status = "4XX", body = schema::Problem, content_type = "application/problem+json"),
    )
)]
pub async fn get(
    State(web): State<Web>,
    Known(caller): Known,
    Path(id): Path,
    params: Params,
) -> Result<Json<Value>, Problem> {
    params.finish()?;
    let db = web.services.db.reader();
    let found = store::delivery_log::find(db, &id).await?;
    let found = found.ok_or_else(|| no_delivery(&id))?;
    let row = find_for(db, &caller, &found.endpoint_id)
        .await
        .map_err(|error| match error {
            crate::commands::CommandError::NotFound { .. } => no_delivery(&id),
            other => other.into(),
        })?;
    let exception = store::delivery_log::exception(db, &id).await?;
    let attempts = store::delivery_log::attempts_of(db, &id).await?;
    let mut answer = delivery(&web, &row.id, attempts.last(), exception.as_ref());
    let tried: Vec<Value> = attempts
        .iter()
        .map(|attempt| shown(&web, &row, attempt))
        .collect();
    answer["tried"] = json!(tried);
    answer["body"] = json!(exception.and_then(|owed| owed.body));
    Ok(Json(answer))
}

/// Deliver once more, with the same webhook-id and bytes
#[utoipa::path(
    post, path = "/deliveries/{id}/redeliver", tag = "webhooks", security(("token" = [])),
    params(("id" = String, Path, description = "dlv_…"), schema::IdempotencyKey),
    request_body = schema::Empty,
    responses(
        (status = 202, body = schema::webhooks::Redelivery),
        (status = "4XX", body = schema::Problem, content_type = "application/problem+json"),
    )
)]
pub async fn again(
    State(web): State<Web>,
    Order(caller, id, schema::Empty {}, key): Order<schema::Empty>,
) -> Result<Response, Problem> {
    let owed = redeliver(&web.services, caller, id, key).await?;
    web.courier.nudge();
    Ok((StatusCode::ACCEPTED, Json(owed)).into_response())
}
