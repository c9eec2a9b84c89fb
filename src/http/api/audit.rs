//! `GET /audit`: who did what.
//!
//! Invariant: no cache keeps an answer.

use axum::{
    Json,
    extract::State,
    http::{HeaderName, header},
    response::{IntoResponse, Response},
};

use super::{page::Asked, schema};
use crate::{
    commands::read_audit::read_audit,
    domain::when::Instant,
    http::{
        Web,
        extract::{Known, Params},
        problem::Problem,
    },
    store::audit::Wanted,
    transfer::export::audit::entry,
};

const KEPT_NOWHERE: [(HeaderName, &str); 1] = [(header::CACHE_CONTROL, "private, no-store")];

/// Who did what, the newest first
///
/// For the organising office. Refusals stand in it too, with their reason; a field is named by its JSON pointer, never by
/// its value (docs/AUDIT.md).
#[utoipa::path(
    get, path = "/audit", tag = "audit", security(("token" = [])),
    params(schema::audit::Filters, schema::Page),
    responses(
        (status = 200, body = schema::audit::AuditEntries),
        (status = "4XX", body = schema::Problem, content_type = "application/problem+json"),
    )
)]
pub async fn list(
    State(web): State<Web>,
    Known(caller): Known,
    mut params: Params,
) -> Result<Response, Problem> {
    let wanted = Wanted {
        actor: params.text("actor"),
        subject: params.text("subject"),
        action: params.parsed("action"),
        outcome: params.parsed("outcome"),
        from: params.parsed::<Instant>("from").map(|instant| instant.0),
        to: params.parsed::<Instant>("to").map(|instant| instant.0),
    };
    let asked = Asked::of(&mut params);
    params.finish()?;
    let (after, limit) = asked.keys();
    let read = read_audit(&web.services, &caller, &wanted, after, limit as u64 + 1).await?;
    let lines = read.into_iter().map(|entry| (entry.id.clone(), entry));
    let page = asked.read("audit", lines.collect(), |found| entry(&found));
    Ok((KEPT_NOWHERE, Json(page)).into_response())
}
