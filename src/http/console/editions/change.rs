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
        sheet::Sheet,
        words as w,
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
        Err(CommandError::Stale { .. }) => {
            let base = form.get("base").and_then(Sheet::of_kept);
            return second(&web, &seated, year, sheet, base.unwrap_or_default()).await;
        }
        Err(error) => return refused(&web, &seated, error),
    };
    let page = answer(&web, &seated, &edition, sent).await;
    (status, page).into_response()
}

/// Somebody else was first: what they changed, and what was sent over it.
async fn second(web: &Web, seated: &Seated, year: i32, sent: Sheet, base: Sheet) -> Response {
    let edition = match find(web, &year.to_string()) {
        Ok(edition) => edition,
        Err(error) => return refused(web, seated, error),
    };
    let language = seated.language;
    let theirs = Sheet::of_json(&serde_json::to_value(&edition.value).unwrap_or_default());
    let merged = sent.over(&base, &theirs);
    if merged.differs_from(&theirs).is_empty() && !base.differs_from(&theirs).is_empty() {
        // The same was sent twice, or by two: it stands there.
        return see(&format!("{}?saved", at(year)));
    }
    let differences = Difference::between(
        (&sent, &base, &theirs),
        language,
        |group| said::label(group, language),
        |sheet, group| sheet.shown(group),
    );
    let sent = Sent {
        edition: Some(merged),
        differences,
        told: Some(w::SECOND.plain(language).to_owned()),
        ..Sent::default()
    };
    let page = answer(web, seated, &edition, sent).await;
    (StatusCode::CONFLICT, page).into_response()
}
