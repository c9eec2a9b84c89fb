//! `GET /webhooks/{id}/deliveries`, `GET /deliveries/{id}` and `POST /deliveries/{id}/redeliver`.

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use entity::vocab::WireFormat;
use serde_json::{Value, json};

use super::Order;
use crate::{
    commands::webhooks::{find_for, redeliver::redeliver},
    deliver::{Outcome, headers_shown},
    domain::dates::instant,
    http::{
        Web,
        api::{page::Asked, schema},
        extract::{Known, Params, Path},
        problem::Problem,
        webhooks::deliveries::{self, Delivery, Whole},
    },
    store::deliveries::Attempt,
};

fn at(at: Option<DateTime<Utc>>) -> Option<String> {
    at.map(instant::text)
}

fn shown(web: &Web, endpoint_id: &str, delivery: &Delivery) -> Value {
    let Some(facts) = delivery.facts() else {
        return Value::Null;
    };
    let (last, owed) = (delivery.last.as_ref(), delivery.owed.as_ref());
    json!({
        "id": facts.id, "endpoint_id": endpoint_id, "webhook_id": facts.webhook_id(web), "position": facts.position,
        "seq": facts.seq, "trigger": facts.trigger, "state": delivery.state().code(),
        "attempts": facts.attempts, "outcome": last.map(|last| &last.outcome), "status": last.and_then(|last| last.status),
        "last_attempt_at": at(last.map(|last| last.sent_at)),
        "next_attempt_at": at(owed.and_then(|owed| owed.next_attempt_at)),
    })
}

fn tried(format: Option<WireFormat>, webhook_id: &str, attempt: &Attempt) -> Value {
    let headers = format.map(|format| headers_shown(format, webhook_id, attempt));
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
    let row = find_for(web.services.db.reader(), &caller, &id).await?;
    let before = before.and_then(Result::ok);
    let lines = deliveries::page(&web, &row, before, &outcomes, limit).await?;
    Ok(Json(asked.read("deliveries", lines, |delivery| {
        shown(&web, &id, &delivery)
    })))
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
    let Whole {
        endpoint,
        delivery,
        attempts,
    } = deliveries::find(&web, &caller, &id).await?;
    let webhook_id = delivery.facts().and_then(|facts| facts.webhook_id(&web));
    let webhook_id = webhook_id.unwrap_or_default();
    let format = endpoint.format.parse().ok();
    let attempts = attempts.iter();
    let tried: Vec<Value> = attempts
        .map(|attempt| tried(format, &webhook_id, attempt))
        .collect();
    let mut answer = shown(&web, &endpoint.id, &delivery);
    answer["tried"] = json!(tried);
    answer["body"] = json!(delivery.owed.and_then(|owed| owed.body));
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
