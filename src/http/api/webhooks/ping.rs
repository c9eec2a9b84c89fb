//! `POST /webhooks/{id}/ping`.

use super::{Order, with_ping};
use crate::http::{Web, api::schema, problem::Problem, webhooks};
use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};

/// Send a ping now
///
/// `ping` in the answer says what came of it; `success` makes a pending or failing endpoint `enabled`.
#[utoipa::path(
    post, path = "/webhooks/{id}/ping", tag = "webhooks", security(("token" = [])),
    params(("id" = String, Path, description = "end_…")),
    request_body = schema::Empty,
    responses(
        (status = 200, body = schema::webhooks::WebhookOutput),
        (status = "4XX", body = schema::Problem, content_type = "application/problem+json"),
    )
)]
pub async fn ping(
    State(web): State<Web>,
    Order(caller, id, schema::Empty {}, _): Order<schema::Empty>,
) -> Result<Response, Problem> {
    let (result, row) = webhooks::ping(&web, &caller, &id).await?;
    Ok((
        StatusCode::OK,
        Json(with_ping(&web.services.vault, &row, result)),
    )
        .into_response())
}
