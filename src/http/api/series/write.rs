//! `POST /series`, `PATCH` and `DELETE /series/{slug}`: the organising office's.

use axum::{
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::Response,
};

use super::{answer, slug};
use crate::{
    commands::{
        create_series::create_series, delete_series::delete_series, patch_series::patch_series,
    },
    http::{
        Web,
        api::schema,
        extract::{Body, IfMatch, Organiser, Params, Path},
        problem::Problem,
    },
};

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
    let mut response = answer(StatusCode::CREATED, &made);
    let location = HeaderValue::from_str(&format!("/api/v1/series/{}", made.value.slug.0))
        .expect("a slug is ASCII letters, digits and hyphens");
    response.headers_mut().insert(header::LOCATION, location);
    Ok(response)
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
