//! Editions over HTTP, their sections inside.

use axum::{
    Json,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::{
    domain::edition::Edition,
    http::{extract::etag, problem::Problem},
    store::reference::Versioned,
};

pub mod read;
pub mod write;

/// An edition with its ETag.
fn answer(status: StatusCode, edition: &Versioned<Edition>) -> Response {
    let tag = [(header::ETAG, etag(edition.version))];
    (status, tag, Json(&edition.value)).into_response()
}

/// A year out of a path; what is none cannot be found.
fn year(text: &str) -> Result<i32, Problem> {
    text.parse().map_err(|_| no_edition(text))
}

fn no_edition(year: &str) -> Problem {
    let shown: String = year.chars().take(40).collect();
    Problem::not_found(format!("there is no edition {shown:?}"))
}
