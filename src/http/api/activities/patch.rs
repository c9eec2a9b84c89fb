//! `PATCH /activities/{id}`: new content.

use axum::{extract::State, http::StatusCode, response::Response};

use super::{activity_id, answer};
use crate::{
    commands::patch_activity::patch_activity,
    domain::action::Telling,
    http::{
        Web,
        api::schema,
        extract::{Body, Editor, IfMatch, Params, Path},
        problem::Problem,
    },
};

/// Change a draft, or update or quietly correct a public activity
#[utoipa::path(
    patch, path = "/activities/{id}", tag = "activities", security(("token" = [])),
    params(
        ("id" = String, Path, description = "act_…"),
        ("quiet" = Option<bool>, Query, description = "a correction: in calendars, not in news or webhooks"),
        schema::IfMatch,
    ),
    request_body(content = schema::ActivityInput, content_type = "application/merge-patch+json"),
    responses(
        (status = 200, body = schema::ActivityAnswer, headers(("ETag" = String))),
        (status = "4XX", body = schema::Problem, content_type = "application/problem+json"),
    )
)]
pub async fn patch(
    State(web): State<Web>,
    Editor(caller): Editor,
    Path(id): Path,
    IfMatch(version): IfMatch,
    mut params: Params,
    body: Body,
) -> Result<Response, Problem> {
    let quiet = params.parsed::<bool>("quiet").unwrap_or(false);
    params.finish()?;
    let telling = if quiet {
        Telling::Quietly
    } else {
        Telling::Aloud
    };
    let key = body.key(&caller);
    let outcome = patch_activity(
        &web.services,
        caller,
        activity_id(&id)?,
        version,
        body.value,
        telling,
        key,
    )
    .await?;
    Ok(answer(&web, StatusCode::OK, &outcome))
}
