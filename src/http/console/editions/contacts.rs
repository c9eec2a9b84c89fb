//! `/console/editions/{year}/contacts/{office}`: whom to call in an office.

use axum::{
    body::Bytes,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};

use super::{
    super::{
        answer::{missing, refused, see},
        form::Form,
        seat::Seated,
        sheet::Sheet,
        words::faults,
    },
    at, find,
    show::{Sent, answer},
};
use crate::{
    commands::{CommandError, set_office_contact::set_office_contact},
    domain::{input::Faults, role::Office},
    http::Web,
};

/// Sets it; an empty one is forgotten.
pub(in crate::http::console) async fn set(
    State(web): State<Web>,
    seated: Seated,
    Path((year, office)): Path<(String, String)>,
    body: Bytes,
) -> Response {
    let edition = match find(&web, &year) {
        Ok(edition) => edition,
        Err(error) => return refused(&web, &seated, error),
    };
    let Ok(of) = office.parse::<Office>() else {
        return missing(&web, &seated, "office", &office);
    };
    let sheet = Sheet::of_form(&Form::read(&body));
    let year = edition.value.year;
    let input = sheet.json(&mut Faults::default());
    match set_office_contact(&web.services, seated.caller(), year, of, input).await {
        Ok(_) => see(&format!("{}?saved", at(year))),
        Err(error @ CommandError::Invalid(_)) => {
            let sent = Sent {
                errors: faults::told(&error, seated.language),
                ..Sent::default()
            };
            let page = answer(&web, &seated, &edition, sent).await;
            (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
        }
        Err(error) => refused(&web, &seated, error),
    }
}
