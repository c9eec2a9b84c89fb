//! `/console/activities/new`: a draft.

use axum::{
    body::Bytes,
    extract::{RawQuery, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};

use super::{
    super::{
        answer::{refused, see},
        form::Form,
        once,
        seat::Seated,
        sheet::Sheet,
    },
    at,
    editor::{Editor, Purpose, fresh},
};
use crate::{
    commands::{CommandError, create_activity::create_activity},
    domain::{
        input::{Fault, Faults},
        rights::Deed,
    },
    http::Web,
};

const ADDRESS: &str = "/console/activities/new";

fn form_page(web: &Web, seated: &Seated, sheet: Sheet, faults: &[Fault], key: String) -> Response {
    let editor = Editor {
        purpose: Purpose::New,
        action: ADDRESS.to_owned(),
        base: Sheet::default(),
        sheet,
        faults,
        errors: Vec::new(),
        told: None,
        differences: Vec::new(),
        quiet: false,
        key,
    };
    editor.page(web, seated)
}

/// An empty form.
pub(in crate::http::console) async fn page(
    State(web): State<Web>,
    seated: Seated,
    RawQuery(query): RawQuery,
) -> Response {
    if let Err(error) = seated.must(Deed::WriteActivity) {
        return refused(&web, &seated, error);
    }
    let asked = Form::read(query.unwrap_or_default().as_bytes());
    let year = asked.get("edition").and_then(|year| year.parse().ok());
    let sheet = fresh(&web, &seated, year);
    form_page(&web, &seated, sheet, &[], once::fresh())
}

/// Makes the draft.
pub(in crate::http::console) async fn create(
    State(web): State<Web>,
    seated: Seated,
    body: Bytes,
) -> Response {
    if let Err(error) = seated.must(Deed::WriteActivity) {
        return refused(&web, &seated, error);
    }
    let form = Form::read(&body);
    let sheet = Sheet::of_form(&form);
    let mut faults = Faults::default();
    let input = sheet.json(&mut faults);
    let key = once::key(&seated, &form, ADDRESS, &body);
    let made = match faults.0.is_empty() {
        true => create_activity(&web.services, seated.caller(), input, key).await,
        false => Err(CommandError::Invalid(faults.0)),
    };
    match made {
        Ok(outcome) => see(&at(&outcome.activity.id)),
        Err(CommandError::Invalid(faults)) => {
            let page = form_page(&web, &seated, sheet, &faults, once::fresh());
            (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
        }
        Err(error) => refused(&web, &seated, error),
    }
}
