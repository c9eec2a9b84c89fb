//! What editions and series share over HTTP: documents that activities refer to by a name.
//!
//! Invariant: every answer with a document has the ETag of its version.

use axum::{
    Json,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;

use crate::{
    http::{
        extract::{etag, none_match},
        problem::Problem,
    },
    store::reference::Versioned,
};

/// A document with its ETag.
pub(super) fn answer<T: Serialize>(status: StatusCode, document: &Versioned<T>) -> Response {
    let tag = [(header::ETAG, etag(document.version))];
    (status, tag, Json(&document.value)).into_response()
}

/// A document for whoever does not have this version of it already.
pub(super) fn shown<T: Serialize>(headers: &HeaderMap, document: &Versioned<T>) -> Response {
    let tag = etag(document.version);
    if none_match(headers, &tag) {
        return (StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response();
    }
    answer(StatusCode::OK, document)
}

/// There is no document of that name.
pub(super) fn nothing(what: &str, name: &str) -> Problem {
    let shown: String = name.chars().take(40).collect();
    Problem::not_found(format!("there is no {what} {shown:?}"))
}
