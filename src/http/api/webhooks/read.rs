//! `GET /webhooks`, `GET /webhooks/{id}` and its figures.

use axum::{Json, extract::State, http::StatusCode, response::Response};
use serde_json::{Map, Value, json};

use super::shown;
use crate::{
    commands::webhooks::{self, find_for},
    domain::{
        dates::instant,
        rights::{Deed, Reach},
    },
    http::{
        Web,
        api::{page::Asked, schema},
        extract::{Known, Params, Path},
        problem::Problem,
    },
    store,
};

/// Your endpoints by id
#[utoipa::path(
    get, path = "/webhooks", tag = "webhooks", security(("token" = [])),
    params(schema::Page),
    responses(
        (status = 200, body = schema::webhooks::Webhooks),
        (status = "4XX", body = schema::Problem, content_type = "application/problem+json"),
    )
)]
pub async fn list(
    State(web): State<Web>,
    Known(caller): Known,
    mut params: Params,
) -> Result<Json<Value>, Problem> {
    let asked = Asked::of(&mut params);
    params.finish()?;
    let (after, limit) = asked.keys();
    let owner = (caller.role.reach(Deed::Webhooks) != Reach::All).then_some(caller.owner());
    let db = web.services.db.reader();
    let rows =
        store::endpoints::list(db, owner, after.unwrap_or_default(), limit as u64 + 1).await?;
    let lines = rows.into_iter().map(|row| (row.id.clone(), row)).collect();
    Ok(Json(asked.read("webhooks", lines, |row| {
        webhooks::shown(&web.services.vault, &row)
    })))
}

/// One endpoint
#[utoipa::path(
    get, path = "/webhooks/{id}", tag = "webhooks", security(("token" = [])),
    params(("id" = String, Path, description = "end_…")),
    responses(
        (status = 200, body = schema::webhooks::WebhookOutput, headers(("ETag" = String))),
        (status = "4XX", body = schema::Problem, content_type = "application/problem+json"),
    )
)]
pub async fn get(
    State(web): State<Web>,
    Known(caller): Known,
    Path(id): Path,
    params: Params,
) -> Result<Response, Problem> {
    params.finish()?;
    let row = find_for(web.services.db.reader(), &caller, &id).await?;
    Ok(shown(
        StatusCode::OK,
        row.version,
        webhooks::shown(&web.services.vault, &row),
    ))
}

/// What an endpoint is owed, and how its last day went
#[utoipa::path(
    get, path = "/webhooks/{id}/stats", tag = "webhooks", security(("token" = [])),
    params(("id" = String, Path, description = "end_…")),
    responses(
        (status = 200, body = schema::webhooks::WebhookStats),
        (status = "4XX", body = schema::Problem, content_type = "application/problem+json"),
    )
)]
pub async fn stats(
    State(web): State<Web>,
    Known(caller): Known,
    Path(id): Path,
    params: Params,
) -> Result<Json<Value>, Problem> {
    params.finish()?;
    let row = find_for(web.services.db.reader(), &caller, &id).await?;
    let figures = webhooks::figures::figures(&web.services, &row).await?;
    let attempts: i64 = figures.last_day.iter().map(|(_, count)| count).sum();
    let by_outcome: Map<String, Value> = figures
        .last_day
        .into_iter()
        .map(|(outcome, count)| (outcome, json!(count)))
        .collect();
    Ok(Json(json!({
        "state": row.state, "cursor": row.cursor, "head": figures.head, "owed": figures.owed,
        "oldest_owed_at": figures.oldest_owed_at.map(instant::text), "retrying": figures.retrying,
        "failed": figures.failed, "delivered_seq": row.seq,
        "last_24_hours": {"attempts": attempts, "by_outcome": by_outcome},
    })))
}
