//! `/console/editions/{year}/contacts/{office}`: whom to call in an office.

use axum::{
    body::Bytes,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};

use chrono::{DateTime, Utc};

use super::{
    super::{
        answer::{missing, refused, see},
        form::Form,
        seat::Seated,
        sheet::Sheet,
        words::faults,
    },
    at, find,
    show::{Beside, answer},
};
use crate::{
    commands::{CommandError, set_office_contact::set_office_contact},
    domain::{input::Faults, role::Office},
    http::Web,
    publish::wording,
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
    let form = Form::read(&body);
    let sheet = Sheet::of_form(&form);
    let year = edition.value.year;
    let input = sheet.json(&mut Faults::default());
    let seen = form.get("seen").map(|at| at.parse::<DateTime<Utc>>().ok());
    let done = set_office_contact(&web.services, seated.caller(), year, of, input, seen).await;
    let (status, error) = match done {
        Ok(_) => return see(&format!("{}?saved", at(year))),
        Err(error @ CommandError::Invalid(_)) => (StatusCode::UNPROCESSABLE_ENTITY, error),
        Err(error @ CommandError::Conflict(_)) => (StatusCode::CONFLICT, error),
        Err(error) => return refused(&web, &seated, error),
    };
    let name = wording::office(of, seated.language);
    let told = faults::told(&error, seated.language);
    let sent = Beside {
        errors: told.iter().map(|said| format!("{name} · {said}")).collect(),
        contact: Some((of, sheet)),
        faults: match error {
            CommandError::Invalid(faults) => faults,
            _ => Vec::new(),
        },
        ..Beside::default()
    };
    let page = answer(&web, &seated, &edition, sent).await;
    (status, page).into_response()
}
