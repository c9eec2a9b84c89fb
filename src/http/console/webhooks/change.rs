//! `/console/webhooks/{id}/edit`: other settings.
//!
//! Invariant: who is second sees what the first one changed, beside their own; nothing is overwritten.

use axum::{
    body::Bytes,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use entity::vocab::EndpointState;

use super::{
    super::{
        answer::{refused, see},
        form::Form,
        seat::Seated,
        sent::Sent,
        sheet::Sheet,
        words::{self as w},
    },
    at, find,
    form::{Editor, Purpose, input},
    secret::with_ping,
    settings::{differences, sheet_of},
};
use crate::{
    commands::{
        CommandError,
        webhooks::{Outcome, patch::patch_webhook},
    },
    domain::input::{Fault, Faults},
    http::{Web, webhooks::ping_after},
    store::endpoints::Row,
};

fn editor<'a>(row: &'a Row, sheet: Sheet, base: Sheet, faults: &'a [Fault]) -> Editor<'a> {
    Editor {
        purpose: Purpose::Change(row, row.version),
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
    let row = match find(&web, &seated, &id).await {
        Ok(row) => row,
        Err(answer) => return answer,
    };
    let sheet = sheet_of(&web, &row);
    editor(&row, sheet.clone(), sheet, &[]).page(&web, &seated)
}

/// Makes it what the form says; another address is pinged.
pub(in crate::http::console) async fn save(
    State(web): State<Web>,
    seated: Seated,
    Path(id): Path<String>,
    body: Bytes,
) -> Response {
    let row = match find(&web, &seated, &id).await {
        Ok(row) => row,
        Err(answer) => return answer,
    };
    let form = Form::read(&body);
    let sent = Sent::of(&form);
    let mut faults = Faults::default();
    let patch = input(&sent.sheet, &mut faults);
    let done = match faults.0.is_empty() {
        true => {
            let (guard, version) = (web.courier.guard(), Some(sent.version));
            let (services, caller) = (&web.services, seated.caller());
            patch_webhook(services, guard, caller, row.id.clone(), version, patch).await
        }
        false => Err(CommandError::Invalid(faults.0)),
    };
    match done {
        Ok(outcome) => saved(&web, &row.id, outcome).await,
        Err(CommandError::Stale { .. }) => second(&web, &seated, &row.id, sent).await,
        Err(CommandError::Invalid(faults)) => {
            let page = Editor {
                purpose: Purpose::Change(&row, sent.version),
                ..editor(&row, sent.sheet, sent.base, &faults)
            }
            .page(&web, &seated);
            (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
        }
        Err(error) => refused(&web, &seated, error),
    }
}

async fn saved(web: &Web, id: &str, outcome: Outcome) -> Response {
    let row = outcome
        .row
        .filter(|row| row.state == EndpointState::Pending);
    let ping = match row {
        Some(row) => ping_after(web, *row).await.map(|(ping, _)| ping),
        None => None,
    };
    see(&with_ping(&format!("{}?saved", at(id)), ping))
}

/// Somebody else was first: what they changed, beside what was to be changed.
async fn second(web: &Web, seated: &Seated, id: &str, sent: Sent) -> Response {
    let row = match find(web, seated, id).await {
        Ok(row) => row,
        Err(answer) => return answer,
    };
    let theirs = sheet_of(web, &row);
    let differences = differences(&sent.sheet, &sent.base, &theirs, seated.language);
    let said = match differences.is_empty() {
        true => w::SECOND_WITHOUT_CHANGES,
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
    .page(web, seated);
    (StatusCode::CONFLICT, page).into_response()
}
