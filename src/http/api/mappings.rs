//! Mappings over HTTP: whoever may import for an office keeps for it how its tables are read.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use serde_json::{Value, json};

use super::{
    located,
    page::Asked,
    reference::{answer, nothing, shown},
    schema,
};
use crate::{
    commands::mappings::{
        create_mapping, delete_mapping, find_mapping, list_mappings, put_mapping,
    },
    http::{
        Web,
        extract::{Body, Editor, IfMatch, Params, Path},
        problem::Problem,
    },
    ids::MappingId,
};

/// Your office's mappings by id
#[utoipa::path(
    get, path = "/mappings", tag = "imports", security(("token" = [])),
    params(schema::Page),
    responses(
        (status = 200, body = schema::mappings::Mappings),
        (status = "4XX", body = schema::Problem, content_type = "application/problem+json"),
    )
)]
pub async fn list(
    State(web): State<Web>,
    Editor(caller): Editor,
    mut params: Params,
) -> Result<Json<Value>, Problem> {
    let asked = Asked::of(&mut params);
    params.finish()?;
    let (after, limit) = asked.keys();
    let after = after.unwrap_or_default();
    let found = list_mappings(&web.services, &caller, after, limit as u64 + 1).await?;
    let lines = found
        .into_iter()
        .map(|found| (found.value.id.clone(), found.value));
    Ok(Json(
        asked.read("mappings", lines.collect(), |kept| json!(kept)),
    ))
}

/// One mapping
#[utoipa::path(
    get, path = "/mappings/{id}", tag = "imports", security(("token" = [])),
    params(("id" = String, Path, description = "map_…")),
    responses(
        (status = 200, body = schema::mappings::MappingOutput, headers(("ETag" = String))),
        (status = 304, description = "the ETag in If-None-Match is the present one"),
        (status = "4XX", body = schema::Problem, content_type = "application/problem+json"),
    )
)]
pub async fn get(
    State(web): State<Web>,
    Editor(caller): Editor,
    Path(path): Path,
    params: Params,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    params.finish()?;
    let found = find_mapping(&web.services, &caller, &id(&path)?).await?;
    Ok(shown(&headers, &found))
}

/// Keep a mapping
///
/// Without an office it is your own office's.
#[utoipa::path(
    post, path = "/mappings", tag = "imports", security(("token" = [])),
    params(schema::IdempotencyKey),
    request_body = schema::mappings::MappingInput,
    responses(
        (status = 201, body = schema::mappings::MappingOutput, headers(("Location" = String), ("ETag" = String))),
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
    let made = create_mapping(&web.services, caller, body.value, key).await?;
    let location = format!("/api/v1/mappings/{}", made.value.id);
    Ok(located(answer(StatusCode::CREATED, &made), &location))
}

/// Put a mapping in the place of another
///
/// Whole: a `null` among its columns is a column that is left out.
#[utoipa::path(
    put, path = "/mappings/{id}", tag = "imports", security(("token" = [])),
    params(("id" = String, Path, description = "map_…"), schema::IfMatch),
    request_body = schema::mappings::MappingInput,
    responses(
        (status = 200, body = schema::mappings::MappingOutput, headers(("ETag" = String))),
        (status = "4XX", body = schema::Problem, content_type = "application/problem+json"),
    )
)]
pub async fn put(
    State(web): State<Web>,
    Editor(caller): Editor,
    Path(path): Path,
    IfMatch(version): IfMatch,
    params: Params,
    body: Body,
) -> Result<Response, Problem> {
    params.finish()?;
    let saved = put_mapping(&web.services, caller, id(&path)?, version, body.value).await?;
    Ok(answer(StatusCode::OK, &saved))
}

/// Delete a mapping
#[utoipa::path(
    delete, path = "/mappings/{id}", tag = "imports", security(("token" = [])),
    params(("id" = String, Path, description = "map_…"), schema::IfMatch),
    responses(
        (status = 204, description = "gone"),
        (status = "4XX", body = schema::Problem, content_type = "application/problem+json"),
    )
)]
pub async fn delete(
    State(web): State<Web>,
    Editor(caller): Editor,
    Path(path): Path,
    IfMatch(version): IfMatch,
    params: Params,
) -> Result<StatusCode, Problem> {
    params.finish()?;
    delete_mapping(&web.services, caller, id(&path)?, version).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// An id out of a path; what is none cannot be found.
fn id(text: &str) -> Result<MappingId, Problem> {
    text.parse().map_err(|_| nothing("mapping", text))
}
