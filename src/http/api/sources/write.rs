//! `POST /sources`, `PATCH` and `DELETE /sources/{id}`.

use axum::{extract::State, http::StatusCode, response::Response};

use super::answer;
use crate::{
    commands::sources::{create::create_source, delete::delete_source, patch::patch_source},
    http::{
        Web,
        api::{located, schema},
        extract::{Body, Editor, IfMatch, Params, Path},
        problem::Problem,
    },
};

/// Track a source
///
/// It is asked for the first time within a minute; `POST /sources/{id}/poll` asks it at once.
#[utoipa::path(
    post, path = "/sources", tag = "sources", security(("token" = [])),
    params(schema::IdempotencyKey),
    request_body = schema::sources::SourceInput,
    responses(
        (status = 201, body = schema::sources::SourceOutput, headers(("Location" = String), ("ETag" = String))),
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
    let made = create_source(&web.services, &web.sources, caller, body.value, key).await?;
    let id = made.source["id"].as_str().unwrap_or_default();
    let location = format!("/api/v1/sources/{id}");
    Ok(located(answer(StatusCode::CREATED, &made), &location))
}

/// Change a source
///
/// It is read anew as a whole then.
#[utoipa::path(
    patch, path = "/sources/{id}", tag = "sources", security(("token" = [])),
    params(("id" = String, Path, description = "src_…"), schema::IfMatch),
    request_body(content = schema::sources::SourceInput, content_type = "application/merge-patch+json"),
    responses(
        (status = 200, body = schema::sources::SourceOutput, headers(("ETag" = String))),
        (status = "4XX", body = schema::Problem, content_type = "application/problem+json"),
    )
)]
pub async fn patch(
    State(web): State<Web>,
    Editor(caller): Editor,
    Path(id): Path,
    IfMatch(version): IfMatch,
    params: Params,
    body: Body,
) -> Result<Response, Problem> {
    params.finish()?;
    let changed =
        patch_source(&web.services, &web.sources, caller, id, version, body.value).await?;
    Ok(answer(StatusCode::OK, &changed))
}

/// Delete a source; what it proposed and nobody decided is moot
#[utoipa::path(
    delete, path = "/sources/{id}", tag = "sources", security(("token" = [])),
    params(("id" = String, Path, description = "src_…"), schema::IfMatch),
    responses(
        (status = 204, description = "gone"),
        (status = "4XX", body = schema::Problem, content_type = "application/problem+json"),
    )
)]
pub async fn delete(
    State(web): State<Web>,
    Editor(caller): Editor,
    Path(id): Path,
    IfMatch(version): IfMatch,
    params: Params,
) -> Result<StatusCode, Problem> {
    params.finish()?;
    delete_source(&web.services, caller, id, version).await?;
    Ok(StatusCode::NO_CONTENT)
}
