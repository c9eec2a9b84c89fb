//! `POST /editions`, `PATCH` and `DELETE /editions/{year}`: the organising office's.

use axum::{
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::Response,
};

use super::{answer, year};
use crate::{
    commands::{
        create_edition::create_edition, delete_edition::delete_edition,
        patch_edition::patch_edition,
    },
    http::{
        Web,
        api::schema,
        extract::{Body, IfMatch, Organiser, Params, Path},
        problem::Problem,
    },
};

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
    let mut response = answer(StatusCode::CREATED, &made);
    let location = HeaderValue::from_str(&format!("/api/v1/editions/{}", made.value.year))
        .expect("a year is digits");
    response.headers_mut().insert(header::LOCATION, location);
    Ok(response)
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
