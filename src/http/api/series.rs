//! Series over HTTP. Anybody reads them; the organising office writes them.

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
    commands::{
        create_series::create_series, delete_series::delete_series, patch_series::patch_series,
    },
    domain::text::Slug,
    http::{
        Web,
        extract::{Body, IfMatch, Organiser, Params, Path},
        problem::Problem,
    },
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
    let series = series.ok_or_else(|| nothing("series", &path))?;
    Ok(shown(&headers, &series))
}

/// Make a series
#[utoipa::path(
    post, path = "/series", tag = "reference", security(("token" = [])),
    params(schema::IdempotencyKey),
    request_body = schema::reference::SeriesInput,
    responses(
        (status = 201, body = schema::reference::SeriesOutput, headers(("Location" = String), ("ETag" = String))),
        (status = "4XX", body = schema::Problem, content_type = "application/problem+json"),
    )
)]
pub async fn create(
    State(web): State<Web>,
    Organiser(caller): Organiser,
    params: Params,
    body: Body,
) -> Result<Response, Problem> {
    params.finish()?;
    let key = body.key(&caller);
    let made = create_series(&web.services, caller, body.value, key).await?;
    let location = format!("/api/v1/series/{}", made.value.slug.0);
    Ok(located(answer(StatusCode::CREATED, &made), &location))
}

/// Change a series
#[utoipa::path(
    patch, path = "/series/{slug}", tag = "reference", security(("token" = [])),
    params(("slug" = String, Path, description = "the series' slug"), schema::IfMatch),
    request_body(content = schema::reference::SeriesInput, content_type = "application/merge-patch+json"),
    responses(
        (status = 200, body = schema::reference::SeriesOutput, headers(("ETag" = String))),
        (status = "4XX", body = schema::Problem, content_type = "application/problem+json"),
    )
)]
pub async fn patch(
    State(web): State<Web>,
    Organiser(caller): Organiser,
    Path(path): Path,
    IfMatch(version): IfMatch,
    params: Params,
    body: Body,
) -> Result<Response, Problem> {
    params.finish()?;
    let changed = patch_series(&web.services, caller, slug(&path)?, version, body.value).await?;
    Ok(answer(StatusCode::OK, &changed))
}

/// Delete a series that no activity belongs to
#[utoipa::path(
    delete, path = "/series/{slug}", tag = "reference", security(("token" = [])),
    params(("slug" = String, Path, description = "the series' slug"), schema::IfMatch),
    responses(
        (status = 204, description = "gone"),
        (status = "4XX", body = schema::Problem, content_type = "application/problem+json"),
    )
)]
pub async fn delete(
    State(web): State<Web>,
    Organiser(caller): Organiser,
    Path(path): Path,
    IfMatch(version): IfMatch,
    params: Params,
) -> Result<StatusCode, Problem> {
    params.finish()?;
    delete_series(&web.services, caller, slug(&path)?, version).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A slug out of a path; what is none cannot be found.
fn slug(text: &str) -> Result<Slug, Problem> {
    text.parse().map_err(|_| nothing("series", text))
}
