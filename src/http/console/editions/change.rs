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
        difference::Difference,
        form::Form,
        said,
        seat::Seated,
        sent::Sent,
        sheet::Sheet,
        words as w,
    },
    at, find,
    show::{Beside, answer},
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
    let asked = Sent::of(&form);
    let version = asked.version;
    let patch = asked.sheet.json(&mut Faults::default());
    let year = edition.value.year;
    let caller = seated.caller();
    let (status, sent) = match patch_edition(&web.services, caller, year, version, patch).await {
        Ok(_) => return see(&format!("{}?saved", at(year))),
        Err(CommandError::Invalid(faults)) => (
            StatusCode::UNPROCESSABLE_ENTITY,
            Beside {
                edition: Some(asked.sheet),
                faults,
                version: Some(version),
                ..Beside::default()
            },
        ),
        Err(CommandError::Stale { .. }) => {
            return second(&web, &seated, year, &asked).await;
        }
        Err(error) => return refused(&web, &seated, error),
    };
    let page = answer(&web, &seated, &edition, sent).await;
    (status, page).into_response()
}

/// Somebody else was first: what they changed, and what was sent over it.
async fn second(web: &Web, seated: &Seated, year: i32, asked: &Sent) -> Response {
    let edition = match find(web, &year.to_string()) {
        Ok(edition) => edition,
        Err(error) => return refused(web, seated, error),
    };
    let language = seated.language;
    let theirs = Sheet::of_json(&serde_json::to_value(&edition.value).unwrap_or_default());
    let Some(merged) = asked.over(&theirs) else {
        return see(&format!("{}?saved", at(year)));
    };
    let differences = Difference::between(
        (&asked.sheet, &asked.base, &theirs),
        language,
        |group| said::label(group, language),
        |sheet, group| sheet.shown(group),
    );
    let sent = Beside {
        edition: Some(merged),
        differences,
        told: Some(w::SECOND.plain(language).to_owned()),
        ..Beside::default()
    };
    let page = answer(web, seated, &edition, sent).await;
    (StatusCode::CONFLICT, page).into_response()
}
