//! `/console/proposals/{id}/accept`, `/link`, `/reject` and `/reopen`: a word about one, as it was shown.
//!
//! Invariant: one that is not what it was when somebody looked at it is shown again, and nothing is done.

use axum::{
    body::Bytes,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::json;

use super::{
    super::{
        answer::{refused, see},
        form::Form,
        once,
        seat::Seated,
        words::{self as w, faults},
    },
    Case, onward,
    show::{Told, proposal},
};
use crate::{
    commands::{
        CommandError,
        proposals::{
            accept::{Accept, accept as accept_it},
            link::{Link, link as link_it},
            reject::{Reject, reject as reject_it},
            reopen::{Reopen, reopen as reopen_it},
        },
    },
    domain::{
        input::{Faults, Read},
        parts::Comment,
    },
    http::Web,
    ids::ActivityId,
};

/// Accepts it as it is.
pub(in crate::http::console) async fn accept(
    State(web): State<Web>,
    seated: Seated,
    Path(id): Path<String>,
    body: Bytes,
) -> Response {
    let case = match Case::find(&web, &seated, &id).await {
        Ok(case) => case,
        Err(answer) => return answer,
    };
    if let Err(error) = case.must_decide(&seated) {
        return refused(&web, &seated, error);
    }
    let form = Form::read(&body);
    // One that was decided is answered by the command: the same form may have come twice.
    if case.is_open() && form.get("seen") != Some(&case.seen()) {
        return refreshed(&web, &seated, &case).await;
    }
    let key = once::key(&seated, &form, &format!("{}/accept", case.at()), &body);
    let asked = Accept {
        caller: seated.caller(),
        id,
        edits: None,
        trusted: false,
        seen: case.is_open().then(|| case.document.etag()),
        together: false,
        key,
    };
    match accept_it(&web.services, asked).await {
        Ok(_) => onward(&web, &seated, &case.row, "accepted").await,
        Err(error) => again(&web, &seated, &case.row.id, error, String::new()).await,
    }
}

/// Says which activity a new entry is.
pub(in crate::http::console) async fn link(
    State(web): State<Web>,
    seated: Seated,
    Path(id): Path<String>,
    body: Bytes,
) -> Response {
    let case = match Case::find(&web, &seated, &id).await {
        Ok(case) => case,
        Err(answer) => return answer,
    };
    if let Err(error) = case.must_decide(&seated) {
        return refused(&web, &seated, error);
    }
    let form = Form::read(&body);
    let mut faults = Faults::default();
    let named = json!(form.get("/activity").unwrap_or_default());
    let named = ActivityId::read(&named, "/activity", &mut faults);
    let activity = match faults.check(named) {
        Ok(activity) => activity,
        Err(faults) => return again(&web, &seated, &id, faults.into(), String::new()).await,
    };
    let key = once::key(&seated, &form, &format!("{}/link", case.at()), &body);
    let asked = Link {
        caller: seated.caller(),
        id,
        activity,
        key,
    };
    match link_it(&web.services, asked).await {
        Ok(()) => onward(&web, &seated, &case.row, "accepted").await,
        Err(error) => again(&web, &seated, &case.row.id, error, String::new()).await,
    }
}

/// Rejects it.
pub(in crate::http::console) async fn reject(
    State(web): State<Web>,
    seated: Seated,
    Path(id): Path<String>,
    body: Bytes,
) -> Response {
    let case = match Case::find(&web, &seated, &id).await {
        Ok(case) => case,
        Err(answer) => return answer,
    };
    if let Err(error) = case.must_decide(&seated) {
        return refused(&web, &seated, error);
    }
    let form = Form::read(&body);
    let typed = form.get("/reason").unwrap_or_default();
    let reason = match comment(typed) {
        Ok(reason) => reason,
        Err(error) => return again(&web, &seated, &id, error, typed.to_owned()).await,
    };
    let key = once::key(&seated, &form, &format!("{}/reject", case.at()), &body);
    let asked = Reject {
        caller: seated.caller(),
        id,
        reason,
        key,
    };
    match reject_it(&web.services, asked).await {
        Ok(()) => onward(&web, &seated, &case.row, "rejected").await,
        Err(error) => again(&web, &seated, &case.row.id, error, typed.to_owned()).await,
    }
}

/// Takes back that it was rejected.
pub(in crate::http::console) async fn reopen(
    State(web): State<Web>,
    seated: Seated,
    Path(id): Path<String>,
    body: Bytes,
) -> Response {
    let case = match Case::find(&web, &seated, &id).await {
        Ok(case) => case,
        Err(answer) => return answer,
    };
    if let Err(error) = case.must_decide(&seated) {
        return refused(&web, &seated, error);
    }
    let form = Form::read(&body);
    let key = once::key(&seated, &form, &format!("{}/reopen", case.at()), &body);
    let asked = Reopen {
        caller: seated.caller(),
        id,
        key,
    };
    match reopen_it(&web.services, asked).await {
        Ok(()) => see(&format!("{}?reopened", case.at())),
        Err(error) => again(&web, &seated, &case.row.id, error, String::new()).await,
    }
}

/// Why something is rejected.
pub(super) fn comment(typed: &str) -> Result<Comment, CommandError> {
    let mut faults = Faults::default();
    if typed.trim().is_empty() {
        faults.add("/reason", "is missing");
    }
    let read = Comment::read(&json!(typed), "/reason", &mut faults);
    Ok(faults.check(read)?)
}

/// It is not what it was: it is shown as it is.
pub(super) async fn refreshed(web: &Web, seated: &Seated, case: &Case) -> Response {
    let told = Told {
        errors: vec![w::WAS_REFRESHED.plain(seated.language).to_owned()],
        ..Told::default()
    };
    let page = proposal(web, seated, case, told).await;
    (StatusCode::CONFLICT, page).into_response()
}

/// The proposal as it stands now, with why nothing was done.
pub(super) async fn again(
    web: &Web,
    seated: &Seated,
    id: &str,
    error: CommandError,
    reason: String,
) -> Response {
    let status = match error {
        CommandError::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
        CommandError::Conflict(_) | CommandError::Refused(_) | CommandError::Stale { .. } => {
            StatusCode::CONFLICT
        }
        error => return refused(web, seated, error),
    };
    let case = match Case::find(web, seated, id).await {
        Ok(case) => case,
        Err(answer) => return answer,
    };
    let told = Told {
        errors: faults::told(&error, seated.language),
        reason,
        ..Told::default()
    };
    let page = proposal(web, seated, &case, told).await;
    (status, page).into_response()
}
