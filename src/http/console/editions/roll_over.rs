//! `/console/editions/{year}/roll-over`: the next year, with what goes on from this one.

use axum::{
    body::Bytes,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::Value;

use super::{
    super::{
        answer::{refused, see},
        form::Form,
        once,
        seat::Seated,
        sheet::Sheet,
        words::faults,
    },
    at, find,
    show::{Beside, answer},
};
use crate::{
    commands::{CommandError, roll_over_edition::roll_over_edition},
    domain::{input::Faults, rights::Deed},
    http::Web,
};

/// Makes it.
pub(in crate::http::console) async fn roll_over(
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
    let year = edition.value.year;
    let mut found = Faults::default();
    let mut input = sheet.json(&mut found);
    // No theme of its own: the old one goes on.
    if input["theme"]
        .as_object()
        .is_some_and(|theme| theme.values().all(Value::is_null))
    {
        input["theme"] = Value::Null;
    }
    let key = once::key(&seated, &form, &format!("{}/roll-over", at(year)), &body);
    let made = roll_over_edition(&web.services, seated.caller(), year, input, key).await;
    let (status, sent) = match made {
        Ok(made) => return see(&format!("{}?saved", at(made.value.year))),
        Err(CommandError::Invalid(faults)) => (
            StatusCode::UNPROCESSABLE_ENTITY,
            Beside {
                next: Some(sheet),
                faults,
                ..Beside::default()
            },
        ),
        Err(error @ CommandError::Conflict(_)) => (
            StatusCode::CONFLICT,
            Beside {
                next: Some(sheet),
                errors: faults::told(&error, seated.language),
                ..Beside::default()
            },
        ),
        Err(error) => return refused(&web, &seated, error),
    };
    let page = answer(&web, &seated, &edition, sent).await;
    (status, page).into_response()
}
