//! Offices' contacts over HTTP: editors read them, an office writes its own, the organising office everybody's.
//!
//! Invariant: an answer with a contact is kept by no cache.

use axum::{
    Json,
    extract::State,
    http::{HeaderName, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::json;

use super::{editions::year, page::Asked, reference::nothing, schema};
use crate::{
    commands::{
        list_office_contacts::list_office_contacts, set_office_contact::set_office_contact,
    },
    domain::role::Office,
    http::{
        Web,
        extract::{Body, Known, Params, Path, TwoNames},
        problem::Problem,
    },
};

const KEPT_NOWHERE: [(HeaderName, &str); 1] = [(header::CACHE_CONTROL, "private, no-store")];

/// Whom to call in which office, for editors
///
/// The organising office first, then the districts by their codes; offices that said nothing are left out.
#[utoipa::path(
    get, path = "/editions/{year}/contacts", tag = "reference", security(("token" = [])),
    params(("year" = i32, Path, description = "the edition's year"), schema::Page),
    responses(
        (status = 200, body = schema::reference::OfficeContacts),
        (status = "4XX", body = schema::Problem, content_type = "application/problem+json"),
    )
)]
pub async fn list(
    State(web): State<Web>,
    Known(caller): Known,
    Path(path): Path,
    mut params: Params,
) -> Result<Response, Problem> {
    let asked = Asked::of(&mut params);
    params.finish()?;
    let contacts = list_office_contacts(&web.services, &caller, year(&path)?).await?;
    let lines = contacts.into_iter().map(|contact| {
        let place = match contact.office {
            Office::City => "",
            Office::District(district) => district.adcode(),
        };
        (place.to_owned(), contact)
    });
    let page = asked.page("contacts", lines, |contact| json!(contact));
    Ok((KEPT_NOWHERE, Json(page)).into_response())
}

/// Say whom to call in an office
///
/// A district says it of itself, the organising office of everybody. The whole contact is put in its place; one that says
/// nothing is deleted.
#[utoipa::path(
    put, path = "/editions/{year}/contacts/{office}", tag = "reference", security(("token" = [])),
    params(
        ("year" = i32, Path, description = "the edition's year"),
        ("office" = String, Path, description = "city, or a district's slug"),
    ),
    request_body = schema::Contact,
    responses(
        (status = 200, body = schema::reference::OfficeContact),
        (status = 204, description = "it says nothing, and is gone"),
        (status = "4XX", body = schema::Problem, content_type = "application/problem+json"),
    )
)]
pub async fn put(
    State(web): State<Web>,
    Known(caller): Known,
    TwoNames(edition, office): TwoNames,
    params: Params,
    body: Body,
) -> Result<Response, Problem> {
    params.finish()?;
    let year = year(&edition)?;
    let office: Office = office.parse().map_err(|_| nothing("office", &office))?;
    let set = set_office_contact(&web.services, caller, year, office, body.value, None).await?;
    Ok(match set {
        Some(contact) => (KEPT_NOWHERE, Json(contact)).into_response(),
        None => StatusCode::NO_CONTENT.into_response(),
    })
}
