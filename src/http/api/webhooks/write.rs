//! `PATCH` and `DELETE /webhooks/{id}`.

use axum::{extract::State, http::StatusCode, response::Response};

use super::{answer, pinged};
use crate::{
    commands::webhooks::{delete::delete_webhook, patch::patch_webhook},
    http::{
        Web,
        api::schema,
        extract::{Body, Known, MayMatch, Params, Path},
        problem::Problem,
    },
};

/// Change an endpoint
///
/// A new address is pinged, and `pending` until it answers. If-Match is up to you here.
#[utoipa::path(
    patch, path = "/webhooks/{id}", tag = "webhooks", security(("token" = [])),
    params(
        ("id" = String, Path, description = "end_…"),
        ("If-Match" = Option<String>, Header, description = "the ETag as it was answered"),
    ),
    request_body(content = schema::webhooks::WebhookInput, content_type = "application/merge-patch+json"),
    responses(
        (status = 200, body = schema::webhooks::WebhookOutput, headers(("ETag" = String))),
        (status = "4XX", body = schema::Problem, content_type = "application/problem+json"),
    )
)]
pub async fn patch(
    State(web): State<Web>,
    Known(caller): Known,
    Path(id): Path,
    MayMatch(version): MayMatch,
    params: Params,
    body: Body,
) -> Result<Response, Problem> {
    params.finish()?;
    let guard = web.courier.guard();
    let mut changed = patch_webhook(&web.services, guard, caller, id, version, body.value).await?;
    if changed.endpoint["state"] == "pending" {
        changed = pinged(&web, changed).await;
    }
    Ok(answer(StatusCode::OK, changed))
}

/// Delete an endpoint and what it is owed
#[utoipa::path(
    delete, path = "/webhooks/{id}", tag = "webhooks", security(("token" = [])),
    params(
        ("id" = String, Path, description = "end_…"),
        ("If-Match" = Option<String>, Header, description = "the ETag as it was answered"),
    ),
    responses(
        (status = 204, description = "gone"),
        (status = "4XX", body = schema::Problem, content_type = "application/problem+json"),
    )
)]
pub async fn delete(
    State(web): State<Web>,
    Known(caller): Known,
    Path(id): Path,
    MayMatch(version): MayMatch,
    params: Params,
) -> Result<StatusCode, Problem> {
    params.finish()?;
    delete_webhook(&web.services, caller, id, version).await?;
    Ok(StatusCode::NO_CONTENT)
}
