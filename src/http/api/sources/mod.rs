//! Sources over HTTP: editors have those of their office.

use axum::{
    Json,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::Value;

use crate::{commands::sources::Outcome, http::extract::etag};

pub mod log;
pub mod poll;
pub mod read;
pub mod write;

/// A source with its ETag.
fn shown(status: StatusCode, version: i64, source: &Value) -> Response {
    (status, [(header::ETAG, etag(version))], Json(source)).into_response()
}

fn answer(status: StatusCode, outcome: &Outcome) -> Response {
    shown(status, outcome.version, &outcome.source)
}
