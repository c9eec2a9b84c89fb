//! `POST /webhooks`.

use axum::{extract::State, http::StatusCode, response::Response};

use super::{answer, pinged};
use crate::{
    commands::webhooks::{self, create::create_webhook, find_for},
    http::{
        Web,
        api::{located, schema},
        extract::{Body, Known, Params},
        problem::Problem,
    },
};

/// Register an endpoint
///
/// A signed ping is sent to it at once; it is `enabled` when that is answered with 2xx, else `pending`. Nothing that
/// is published from now on is lost in between. The secret is in this answer only.
#[utoipa::path(
    post, path = "/webhooks", tag = "webhooks", security(("token" = [])),
    params(schema::IdempotencyKey),
    request_body = schema::webhooks::WebhookInput,
    responses(
        (status = 201, body = schema::webhooks::WebhookOutput, headers(("Location" = String), ("ETag" = String))),
        (status = "4XX", body = schema::Problem, content_type = "application/problem+json"),
    )
)]
pub async fn create(
    State(web): State<Web>,
    Known(caller): Known,
    params: Params,
    body: Body,
) -> Result<Response, Problem> {
    params.finish()?;
    let key = body.key(&caller);
    let guard = web.courier.guard();
    let asks = caller.clone();
    let mut made = create_webhook(&web.services, guard, caller, body.value, key).await?;
    let location = format!(
        "/api/v1/webhooks/{}",
        made.endpoint["id"].as_str().unwrap_or_default()
    );
    let response = if made.row.is_some() {
        answer(StatusCode::CREATED, pinged(&web, made).await)
    } else {
        // Asked for again: the ping that followed the first time is in the row.
        let id = made.endpoint["id"].as_str().unwrap_or_default();
        if let Ok(row) = find_for(web.services.db.reader(), &asks, id).await {
            made.endpoint = webhooks::shown(&web.services.vault, &row);
            made.version = row.version;
        }
        answer(StatusCode::CREATED, made)
    };
    Ok(located(response, &location))
}
