//! `POST /fetches/{id}/accept` and `/reject`: all that one fetch proposed, at once.

use axum::{Json, extract::State};
use serde_json::{Value, json};

use super::decide::Reason;
use crate::{
    commands::proposals::together::{Together, accept_all, reject_all},
    http::{
        Web,
        api::schema,
        extract::{Body, Editor, Params, Path},
        problem::Problem,
    },
};

fn shown(done: &Together) -> Value {
    let left: Vec<Value> = done
        .left
        .iter()
        .map(|(id, why)| json!({"id": id, "detail": why}))
        .collect();
    json!({"decided": done.decided, "left": left})
}

/// Accept all that a fetch proposed and that waits
///
/// Those with a conflict are left for a word of their own, and so are those that are refused; the answer names them.
#[utoipa::path(
    post, path = "/fetches/{id}/accept", tag = "sources", security(("token" = [])),
    params(("id" = String, Path, description = "fch_…")),
    request_body = schema::Empty,
    responses(
        (status = 200, body = schema::sources::Together),
        (status = "4XX", body = schema::Problem, content_type = "application/problem+json"),
    )
)]
pub async fn take(
    State(web): State<Web>,
    Editor(caller): Editor,
    Path(id): Path,
    params: Params,
    body: Body,
) -> Result<Json<Value>, Problem> {
    params.finish()?;
    body.read::<schema::Empty>()?;
    let done = accept_all(&web.services, caller, &id).await?;
    Ok(Json(shown(&done)))
}

/// Reject all that a fetch proposed and that waits
#[utoipa::path(
    post, path = "/fetches/{id}/reject", tag = "sources", security(("token" = [])),
    params(("id" = String, Path, description = "fch_…")),
    request_body = schema::sources::RejectInput,
    responses(
        (status = 200, body = schema::sources::Together),
        (status = "4XX", body = schema::Problem, content_type = "application/problem+json"),
    )
)]
pub async fn turn_down(
    State(web): State<Web>,
    Editor(caller): Editor,
    Path(id): Path,
    params: Params,
    body: Body,
) -> Result<Json<Value>, Problem> {
    params.finish()?;
    let Reason(reason) = body.read()?;
    let done = reject_all(&web.services, caller, &id, reason).await?;
    Ok(Json(shown(&done)))
}
