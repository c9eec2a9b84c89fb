//! Series over HTTP.

use axum::{
    Json,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::{
    domain::{series::Series, text::Slug},
    http::{extract::etag, problem::Problem},
    store::reference::Versioned,
};

pub mod read;
pub mod write;

/// A series with its ETag.
fn answer(status: StatusCode, series: &Versioned<Series>) -> Response {
    let tag = [(header::ETAG, etag(series.version))];
    (status, tag, Json(&series.value)).into_response()
}

/// A slug out of a path; what is none cannot be found.
fn slug(text: &str) -> Result<Slug, Problem> {
    text.parse().map_err(|_| no_series(text))
}

fn no_series(slug: &str) -> Problem {
    let shown: String = slug.chars().take(40).collect();
    Problem::not_found(format!("there is no series {shown:?}"))
}
