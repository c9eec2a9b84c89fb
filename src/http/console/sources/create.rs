//! `/console/sources/new`: a source.

use axum::{
    body::Bytes,
    extract::State,
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
    form::{Editor, Purpose},
    settings::fresh,
};
use crate::{
    commands::{CommandError, sources::create::create_source},
    domain::{
        input::{Fault, Faults},
        rights::Deed,
    },
    http::Web,
};

const ADDRESS: &str = "/console/sources/new";

fn editor(sheet: Sheet, faults: &[Fault]) -> Editor<'_> {
    Editor {
        purpose: Purpose::New,
        base: Sheet::default(),
        sheet,
        faults,
        errors: Vec::new(),
        differences: Vec::new(),
    }
}

/// An empty form.
pub(in crate::http::console) async fn page(State(web): State<Web>, seated: Seated) -> Response {
    match seated.must(Deed::ManageSources) {
        Ok(()) => {
            editor(fresh(seated.seat.role.own_office()), &[])
                .page(&web, &seated)
                .await
        }
        Err(error) => refused(&web, &seated, error),
    }
}

/// Makes the source.
pub(in crate::http::console) async fn create(
    State(web): State<Web>,
    seated: Seated,
    body: Bytes,
) -> Response {
    if let Err(error) = seated.must(Deed::ManageSources) {
        return refused(&web, &seated, error);
    }
    let form = Form::read(&body);
    let sheet = Sheet::of_form(&form);
    let mut faults = Faults::default();
    let input = sheet.json(&mut faults);
    let key = once::key(&seated, &form, ADDRESS, &body);
    let made = match faults.0.is_empty() {
        true => create_source(&web.services, &web.sources, seated.caller(), input, key).await,
        false => Err(CommandError::Invalid(faults.0)),
    };
    match made {
        Ok(outcome) => {
            let id = outcome.source["id"].as_str().unwrap_or_default();
            see(&format!("{}?made", at(id)))
        }
        Err(CommandError::Invalid(faults)) => {
            let page = editor(sheet, &faults).page(&web, &seated).await;
            (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
        }
        Err(error) => refused(&web, &seated, error),
    }
}
