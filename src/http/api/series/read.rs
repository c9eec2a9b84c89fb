//! `GET /series` and `GET /series/{slug}`.

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use super::{answer, no_series, slug};
use crate::http::{
    Web,
    api::{page::Asked, schema},
    extract::{Params, Path, etag, none_match},
    problem::Problem,
};

/// Series by slug
#[utoipa::path(
    get, path = "/series", tag = "reference",
    params(schema::Page),
    responses(
        (status = 200, body = schema::reference::SeriesList),
        (status = "4XX", body = schema::Problem, content_type = "application/problem+json"),
    )
)]
pub async fn list(State(web): State<Web>, mut params: Params) -> Result<Json<Value>, Problem> {
    let asked = Asked::of(&mut params);
    params.finish()?;
    let state = web.services.catalogue.read();
    let lines = state
        .all_series()
        .map(|series| (series.value.slug.0.clone(), &series.value));
    Ok(Json(asked.page("series", lines, |series| json!(series))))
}

/// One series
#[utoipa::path(
    get, path = "/series/{slug}", tag = "reference",
    params(("slug" = String, Path, description = "the series' slug")),
    responses(
        (status = 200, body = schema::reference::SeriesOutput, headers(("ETag" = String))),
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
    let slug = slug(&path)?;
    let series = web.services.catalogue.read().one_series(&slug.0).cloned();
    let series = series.ok_or_else(|| no_series(&path))?;
    let tag = etag(series.version);
    if none_match(&headers, &tag) {
        return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response());
    }
    Ok(answer(StatusCode::OK, &series))
}
