//! Another theme, other days, sections or hosts of a year; and a year of its own.

use axum::{
    body::Bytes,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};

use super::{
    super::{
        answer::{refused, see},
        form::Form,
        seat::Seated,
        sheet::Sheet,
        words::faults,
    },
    at, find,
    show::{Sent, answer},
};
use crate::{
    commands::{CommandError, patch_edition::patch_edition},
    domain::{input::Faults, rights::Deed},
    http::Web,
};

/// Makes it what the form says.
pub(in crate::http::console) async fn change(
    State(web): State<Web>,
    seated: Seated,
    Path(year): Path<String>,
    body: Bytes,
) -> Response {
    if let Err(error) = seated.must(Deed::WriteReference) {
        return refused(&web, &seated, error);
    }
    let edition = match find(&web, &year) {
        Ok(edition) => edition,
        Err(error) => return refused(&web, &seated, error),
    };
    let form = Form::read(&body);
    let sheet = Sheet::of_form(&form);
    let version = form.get("version").and_then(|version| version.parse().ok());
    let version = version.unwrap_or_default();
    let mut found = Faults::default();
    let patch = sheet.json(&mut found);
    let year = edition.value.year;
    let caller = seated.caller();
    let (status, sent) = match patch_edition(&web.services, caller, year, version, patch).await {
        Ok(_) => return see(&format!("{}?saved", at(year))),
        Err(CommandError::Invalid(faults)) => (
            StatusCode::UNPROCESSABLE_ENTITY,
            Sent {
                edition: Some(sheet),
                faults,
                version: Some(version),
                ..Sent::default()
            },
        ),
        Err(error @ CommandError::Stale { .. }) => (
            StatusCode::CONFLICT,
            Sent {
                edition: Some(sheet),
                errors: faults::told(&error, seated.language),
                version: Some(version),
                ..Sent::default()
            },
        ),
        Err(error) => return refused(&web, &seated, error),
    };
    let page = answer(&web, &seated, &edition, sent).await;
    (status, page).into_response()
}
