//! `/console/webhooks/new`: an endpoint.
//!
//! Invariant: a form that is sent twice makes one endpoint, and its secret is shown with the first answer alone.

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
        words::faults::told,
    },
    at,
    form::{Editor, Purpose, input},
    secret,
    settings::{fresh, is_robot},
};
use crate::{
    commands::{
        CommandError,
        webhooks::{Outcome, create::create_webhook},
    },
    domain::{
        input::{Fault, Faults},
        rights::Deed,
    },
    http::{Web, webhooks::ping_after},
};

const ADDRESS: &str = "/console/webhooks/new";

fn editor(sheet: Sheet, faults: &[Fault], errors: Vec<String>) -> Editor<'_> {
    Editor {
        purpose: Purpose::New,
        base: Sheet::default(),
        sheet,
        faults,
        errors,
        differences: Vec::new(),
    }
}

/// An empty form.
pub(in crate::http::console) async fn page(State(web): State<Web>, seated: Seated) -> Response {
    match seated.must(Deed::Webhooks) {
        Ok(()) => editor(fresh(seated.language), &[], Vec::new()).page(&web, &seated),
        Err(error) => refused(&web, &seated, error),
    }
}

/// Makes the endpoint and pings it.
pub(in crate::http::console) async fn create(
    State(web): State<Web>,
    seated: Seated,
    body: Bytes,
) -> Response {
    if let Err(error) = seated.must(Deed::Webhooks) {
        return refused(&web, &seated, error);
    }
    let form = Form::read(&body);
    let sheet = Sheet::of_form(&form);
    let mut faults = Faults::default();
    let input = input(&sheet, &mut faults);
    let key = once::key(&seated, &form, ADDRESS, &body);
    let made = match faults.0.is_empty() {
        true => {
            let guard = web.courier.guard();
            create_webhook(&web.services, guard, seated.caller(), input, key).await
        }
        false => Err(CommandError::Invalid(faults.0)),
    };
    match made {
        Ok(outcome) => answer(&web, &seated, outcome).await,
        Err(CommandError::Invalid(faults)) => {
            let page = editor(sheet, &faults, Vec::new()).page(&web, &seated);
            (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
        }
        Err(error @ CommandError::Conflict(_)) => {
            let told = told(&error, seated.language);
            let page = editor(sheet, &[], told).page(&web, &seated);
            (StatusCode::CONFLICT, page).into_response()
        }
        Err(error) => refused(&web, &seated, error),
    }
}

async fn answer(web: &Web, seated: &Seated, outcome: Outcome) -> Response {
    let id = outcome.endpoint["id"].as_str().unwrap_or_default();
    let href = at(id);
    let Some(row) = outcome.row else {
        return see(&format!("{href}?twice"));
    };
    let robot = is_robot(&row);
    let pinged = ping_after(web, (*row).clone()).await;
    let (ping, row) = match pinged {
        Some((ping, row)) => (Some(ping), row),
        None => (None, *row),
    };
    match outcome.secret.filter(|_| !robot) {
        Some(secret) => secret::page(web, seated, &row, secret, ping),
        None => see(&secret::with_ping(&format!("{href}?made"), ping)),
    }
}
