//! `POST /activities`: a draft.

use axum::{extract::State, http::StatusCode, response::Response};

use super::answer;
use crate::{
    commands::create_activity::create_activity,
    http::{
        Web,
        api::{located, schema},
        extract::{Body, Editor, Params},
        problem::Problem,
    },
};

/// Make a draft
#[utoipa::path(
    post, path = "/activities", tag = "activities", security(("token" = [])),
    params(schema::IdempotencyKey),
    request_body = schema::ActivityInput,
    responses(
        (status = 201, body = schema::ActivityAnswer, headers(("Location" = String), ("ETag" = String))),
        (status = "4XX", body = schema::Problem, content_type = "application/problem+json"),
    )
)]
pub async fn create(
    State(web): State<Web>,
    Editor(caller): Editor,
    params: Params,
    body: Body,
) -> Result<Response, Problem> {
    params.finish()?;
    let key = body.key(&caller);
    let outcome = create_activity(&web.services, caller, body.value, key).await?;
    let location = format!("/api/v1/activities/{}", outcome.activity.id);
    let response = answer(&web, StatusCode::CREATED, &outcome);
    Ok(located(response, &location))
}
