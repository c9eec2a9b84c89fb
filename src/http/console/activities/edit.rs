//! `/console/activities/{id}/edit`: other content.
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
        audit::last_changed,
        difference::Difference,
        form::Form,
        once,
        seat::Seated,
        sent::Sent,
        sheet::Sheet,
        words::{self as w, faults},
    },
    at,
    editor::{Editor, Purpose, of_content},
    find,
};
use crate::{
    commands::{CommandError, patch_activity::patch_activity},
    domain::{
        action::Telling,
        input::{Fault, Faults},
        rights::Deed,
    },
    http::Web,
    store::activities::Stored,
};

fn editor<'a>(stored: &Stored, sheet: Sheet, base: Sheet, faults: &'a [Fault]) -> Editor<'a> {
    let version = stored.version;
    Editor {
        purpose: match stored.activity.status.is_public() {
            true => Purpose::Public(version),
            false => Purpose::Draft(version),
        },
        action: format!("{}/edit", at(&stored.activity.id)),
        sheet,
        base,
        faults,
        errors: Vec::new(),
        told: None,
        differences: Vec::new(),
        quiet: false,
        key: once::fresh(),
    }
}

fn may(seated: &Seated, stored: &Stored) -> Result<(), CommandError> {
    let office = stored.activity.content.office;
    if seated.seat.role.may(Deed::WriteActivity, office) {
        return Ok(());
    }
    Err(CommandError::Forbidden {
        role: seated.seat.role,
        what: Deed::WriteActivity.name().to_owned(),
    })
}

/// The form with what stands there.
pub(in crate::http::console) async fn page(
    State(web): State<Web>,
    seated: Seated,
    Path(id): Path<String>,
) -> Response {
    let stored = match find(&web, &seated, &id).await {
        Ok(stored) => stored,
        Err(answer) => return answer,
    };
    if let Err(error) = may(&seated, &stored) {
        return refused(&web, &seated, error);
    }
    let sheet = of_content(&stored.activity.content);
    editor(&stored, sheet.clone(), sheet, &[]).page(&web, &seated)
}

/// Makes it what the form says.
pub(in crate::http::console) async fn save(
    State(web): State<Web>,
    seated: Seated,
    Path(id): Path<String>,
    body: Bytes,
) -> Response {
    let stored = match find(&web, &seated, &id).await {
        Ok(stored) => stored,
        Err(answer) => return answer,
    };
    if let Err(error) = may(&seated, &stored) {
        return refused(&web, &seated, error);
    }
    let form = Form::read(&body);
    let sent = Sent::of(&form);
    let quiet = form.get("telling") == Some("quietly");
    let mut faults = Faults::default();
    let patch = sent.sheet.json(&mut faults);
    let telling = match quiet {
        true => Telling::Quietly,
        false => Telling::Aloud,
    };
    let id = stored.activity.id.clone();
    let key = once::key(&seated, &form, &format!("{}/edit", at(&id)), &body);
    let done = match faults.0.is_empty() {
        true => {
            let (services, caller) = (&web.services, seated.caller());
            patch_activity(
                services,
                caller,
                id.clone(),
                sent.version,
                patch,
                telling,
                key,
            )
            .await
        }
        false => Err(CommandError::Invalid(faults.0)),
    };
    match done {
        Ok(_) => see(&format!("{}?saved", at(&id))),
        Err(CommandError::Stale { .. }) => {
            second(&web, &seated, &id.to_string(), &sent, quiet).await
        }
        Err(error @ (CommandError::Invalid(_) | CommandError::Refused(_))) => {
            again(&web, &seated, &stored, (sent, quiet), &error)
        }
        Err(error) => refused(&web, &seated, error),
    }
}

/// The form as it was sent, with what is wrong with it.
fn again(
    web: &Web,
    seated: &Seated,
    stored: &Stored,
    (sent, quiet): (Sent, bool),
    error: &CommandError,
) -> Response {
    let (faults, errors) = match error {
        CommandError::Invalid(faults) => (faults.as_slice(), Vec::new()),
        error => (&[][..], faults::told(error, seated.language)),
    };
    let stored = Stored {
        version: sent.version,
        ..stored.clone()
    };
    let page = Editor {
        errors,
        quiet,
        ..editor(&stored, sent.sheet, sent.base, faults)
    }
    .page(web, seated);
    (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
}

/// Somebody else was first: what they changed, beside what was to be changed.
async fn second(web: &Web, seated: &Seated, id: &str, sent: &Sent, quiet: bool) -> Response {
    let stored = match find(web, seated, id).await {
        Ok(stored) => stored,
        Err(answer) => return answer,
    };
    let theirs = of_content(&stored.activity.content);
    let sheets = (&sent.sheet, &sent.base, &theirs);
    let differences = Difference::of_activity(sheets, seated.language);
    let Some(merged) = sent.over(&theirs) else {
        return see(&format!("{}?saved", at(&stored.activity.id)));
    };
    let by = last_changed(web, seated, id).await;
    let said = w::SECOND.plain(seated.language).to_owned();
    let page = Editor {
        told: Some(
            std::iter::once(said)
                .chain(by)
                .collect::<Vec<_>>()
                .join(" "),
        ),
        differences,
        quiet,
        ..editor(&stored, merged, theirs, &[])
    }
    .page(web, seated);
    (StatusCode::CONFLICT, page).into_response()
}
