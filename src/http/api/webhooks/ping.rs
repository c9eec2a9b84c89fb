//! `POST /webhooks/{id}/ping`.

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};

use super::{Order, with_ping};
use crate::{
    commands::{CommandError, webhooks::ping::ping_webhook},
    deliver,
    http::{Web, api::schema, problem::Problem},
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
    let row = ping_webhook(&web.services, caller, id).await?;
    let (services, courier) = (web.services.clone(), web.courier.clone());
    // In a task of its own: what was sent is written down even when the caller goes away.
    let ping = tokio::spawn(async move { deliver::ping(&services, &courier, row).await });
    let (result, row) = match ping.await {
        Ok(Ok(pinged)) => pinged,
        Ok(Err(deliver::PingError::Store(error))) => return Err(error.into()),
        Ok(Err(error @ deliver::PingError::Unusable(_))) => {
            return Err(CommandError::Conflict(error.to_string()).into());
        }
        Err(error) => return Err(Problem::internal(&error)),
    };
    Ok((
        StatusCode::OK,
        Json(with_ping(&web.services.vault, &row, result)),
    )
        .into_response())
}
