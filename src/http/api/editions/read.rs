//! `GET /editions` and `GET /editions/{year}`.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use super::{answer, no_edition, year};
use crate::http::{
    Web,
    api::{page::Asked, schema},
    extract::{Params, Path, etag, none_match},
    problem::Problem,
};

/// Editions by year
#[utoipa::path(
    get, path = "/editions", tag = "reference",
    params(schema::Page),
    responses(
        (status = 200, body = schema::reference::Editions),
        (status = "4XX", body = schema::Problem, content_type = "application/problem+json"),
    )
)]
pub async fn list(State(web): State<Web>, mut params: Params) -> Result<Json<Value>, Problem> {
    let asked = Asked::of(&mut params);
    params.finish()?;
    let state = web.services.catalogue.read();
    let lines = state
        .editions()
        .map(|edition| (format!("{:04}", edition.value.year), &edition.value));
    Ok(Json(
        asked.page("editions", lines, |edition| json!(edition)),
    ))
}

/// One edition
#[utoipa::path(
    get, path = "/editions/{year}", tag = "reference",
    params(("year" = i32, Path, description = "the edition's year")),
    responses(
        (status = 200, body = schema::reference::EditionOutput, headers(("ETag" = String))),
        (status = 304, description = "the ETag in If-None-Match is the present one"),
        (status = "4XX", body = schema::Problem, content_type = "application/problem+json"),
    )
)]
pub async fn get(
    State(web): State<Web>,
    Path(path): Path,
    params: Params,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    params.finish()?;
    let year = year(&path)?;
    let edition = web.services.catalogue.read().edition(year).cloned();
    let edition = edition.ok_or_else(|| no_edition(&path))?;
    let tag = etag(edition.version);
    if none_match(&headers, &tag) {
        return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response());
    }
    Ok(answer(StatusCode::OK, &edition))
}
