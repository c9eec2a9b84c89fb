//! `/console/sources/{id}/edit`: other settings.
//!
//! Invariant: who is second sees what the first one changed, beside their own; nothing is overwritten.

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
        sent::Sent,
        sheet::Sheet,
        words::{self as w},
    },
    at,
    form::{Editor, Purpose},
    load,
    settings::{differences, sheet_of},
};
use crate::{
    commands::{CommandError, sources::patch::patch_source},
    domain::input::{Fault, Faults},
    http::Web,
    store::sources::Row,
};

fn editor<'a>(row: &'a Row, sheet: Sheet, base: Sheet, faults: &'a [Fault]) -> Editor<'a> {
    Editor {
        purpose: Purpose::Change(&row.id, row.version),
        sheet,
        base,
        faults,
        errors: Vec::new(),
        differences: Vec::new(),
    }
}

/// The form with what stands there.
pub(in crate::http::console) async fn page(
    State(web): State<Web>,
    seated: Seated,
    Path(id): Path<String>,
) -> Response {
    let (row, source) = match load(&web, &seated, &id).await {
        Ok(found) => found,
        Err(answer) => return answer,
    };
    let sheet = sheet_of(&source);
    editor(&row, sheet.clone(), sheet, &[])
        .page(&web, &seated)
        .await
}

/// Makes it what the form says.
pub(in crate::http::console) async fn save(
    State(web): State<Web>,
    seated: Seated,
    Path(id): Path<String>,
    body: Bytes,
) -> Response {
    let (row, _) = match load(&web, &seated, &id).await {
        Ok(found) => found,
        Err(answer) => return answer,
    };
    let form = Form::read(&body);
    let sent = Sent::of(&form);
    let mut faults = Faults::default();
    let patch = sent.sheet.json(&mut faults);
    let done = match faults.0.is_empty() {
        true => {
            let (services, caller) = (&web.services, seated.caller());
            let id = row.id.clone();
            patch_source(services, &web.sources, caller, id, sent.version, patch).await
        }
        false => Err(CommandError::Invalid(faults.0)),
    };
    match done {
        Ok(_) => see(&format!("{}?saved", at(&row.id))),
        Err(CommandError::Stale { .. }) => second(&web, &seated, &row.id, sent).await,
        Err(CommandError::Invalid(faults)) => {
            let page = Editor {
                purpose: Purpose::Change(&row.id, sent.version),
                ..editor(&row, sent.sheet, sent.base, &faults)
            }
            .page(&web, &seated)
            .await;
            (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
        }
        Err(error) => refused(&web, &seated, error),
    }
}

/// Somebody else was first: what they changed, beside what was to be changed.
async fn second(web: &Web, seated: &Seated, id: &str, sent: Sent) -> Response {
    let (row, source) = match load(web, seated, id).await {
        Ok(found) => found,
        Err(answer) => return answer,
    };
    let theirs = sheet_of(&source);
    let differences = differences(&sent.sheet, &sent.base, &theirs, seated.language);
    let said = match differences.is_empty() {
        true => w::SECOND_SOURCE,
        false => w::SECOND,
    };
    let Some(merged) = sent.over(&theirs) else {
        return see(&format!("{}?saved", at(id)));
    };
    let page = Editor {
        errors: vec![said.plain(seated.language).to_owned()],
        differences,
        ..editor(&row, merged, theirs, &[])
    }
    .page(web, seated)
    .await;
    (StatusCode::CONFLICT, page).into_response()
}
