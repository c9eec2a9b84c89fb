//! Editions over HTTP, their sections inside. Anybody reads them; the organising office writes them.

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
        create_edition::create_edition, delete_edition::delete_edition,
        patch_edition::patch_edition, roll_over_edition::roll_over_edition,
    },
    domain::edition::Edition,
    http::{
        Web,
        extract::{Body, IfMatch, Organiser, Params, Path},
        problem::Problem,
    },
    store::reference::Versioned,
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
    let edition = edition.ok_or_else(|| nothing("edition", &path))?;
    Ok(shown(&headers, &edition))
}

/// Make an edition
#[utoipa::path(
    post, path = "/editions", tag = "reference", security(("token" = [])),
    params(schema::IdempotencyKey),
    request_body = schema::reference::EditionInput,
    responses(
        (status = 201, body = schema::reference::EditionOutput, headers(("Location" = String), ("ETag" = String))),
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
    let made = create_edition(&web.services, caller, body.value, key).await?;
    Ok(made_at(&made))
}

/// Roll an edition over to the next year
///
/// Or to the later year that is named. Its sections and hosts go over, its ordinal is counted on, its theme stays unless
/// another is given; whom to call in its offices is copied. What sources stated of it is not, and it stays as it is.
#[utoipa::path(
    post, path = "/editions/{year}/roll-over", tag = "reference", security(("token" = [])),
    params(("year" = i32, Path, description = "the old edition's year"), schema::IdempotencyKey),
    request_body = schema::reference::RollOverInput,
    responses(
        (status = 201, body = schema::reference::EditionOutput, headers(("Location" = String), ("ETag" = String))),
        (status = "4XX", body = schema::Problem, content_type = "application/problem+json"),
    )
)]
pub async fn roll_over(
    State(web): State<Web>,
    Organiser(caller): Organiser,
    Path(path): Path,
    params: Params,
    body: Body,
) -> Result<Response, Problem> {
    params.finish()?;
    let key = body.key(&caller);
    let made = roll_over_edition(&web.services, caller, year(&path)?, body.value, key).await?;
    Ok(made_at(&made))
}

/// Change an edition; a section can be dropped once no activity stands in it
#[utoipa::path(
    patch, path = "/editions/{year}", tag = "reference", security(("token" = [])),
    params(("year" = i32, Path, description = "the edition's year"), schema::IfMatch),
    request_body(content = schema::reference::EditionInput, content_type = "application/merge-patch+json"),
    responses(
        (status = 200, body = schema::reference::EditionOutput, headers(("ETag" = String))),
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
    let changed = patch_edition(&web.services, caller, year(&path)?, version, body.value).await?;
    Ok(answer(StatusCode::OK, &changed))
}

/// Delete an edition that no activity belongs to
#[utoipa::path(
    delete, path = "/editions/{year}", tag = "reference", security(("token" = [])),
    params(("year" = i32, Path, description = "the edition's year"), schema::IfMatch),
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
    delete_edition(&web.services, caller, year(&path)?, version).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A year out of a path; what is none cannot be found.
pub(super) fn year(text: &str) -> Result<i32, Problem> {
    text.parse().map_err(|_| nothing("edition", text))
}

/// An edition that was just made, and where it is found.
fn made_at(made: &Versioned<Edition>) -> Response {
    let location = format!("/api/v1/editions/{}", made.value.year);
    located(answer(StatusCode::CREATED, made), &location)
}
