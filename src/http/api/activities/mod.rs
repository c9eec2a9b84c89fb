//! Activities over HTTP.

use axum::{
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::json;

use crate::{
    commands::act::Outcome,
    http::{Web, extract::etag, problem::Problem},
    ids::ActivityId,
};

pub mod act;
pub mod alike;
pub mod create;
pub mod delete;
pub mod get;
pub mod list;
pub mod patch;

/// The answer of every write on an activity.
fn answer(web: &Web, status: StatusCode, outcome: &Outcome) -> Response {
    let links = &web.services.links;
    let body = json!({
        "activity": links.activity_json(&outcome.activity),
        "notice": outcome.notice.as_ref().map(|notice| links.notice_json(notice)),
        "warnings": outcome.warnings,
    });
    (
        status,
        [(header::ETAG, etag(outcome.version))],
        axum::Json(body),
    )
        .into_response()
}

/// An id out of a path; what is none cannot be found.
fn activity_id(text: &str) -> Result<ActivityId, Problem> {
    text.parse()
        .map_err(|error| Problem::not_found(format!("there is no such activity: {error}")))
}
