//! What operators and their machines ask: alive, ready, figures.
//!
//! Owns `/healthz`, `/readyz` and `/metrics`; refuses to know how readiness is found out (`catalogue::Standing`).
//! Invariant: none of them asks the database, so none hangs with it and none puts load on it.

use std::time::Instant;

use axum::{
    Json, Router,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use serde_json::json;

use super::{Web, problem::Problem};
use crate::metrics;

const NO_STORE: (header::HeaderName, HeaderValue) =
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store"));

/// Their addresses.
pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/healthz", get(healthz))
        .route("/readyz", get(readyz))
        .route("/metrics", get(figures))
}

/// The process answers: whoever restarts it needs to know no more. A database that is away is no reason to restart.
async fn healthz() -> Response {
    ([NO_STORE], "ok\n").into_response()
}

/// What is shown here is at most 2 s old: whoever shares out requests asks this.
async fn readyz(State(web): State<Web>) -> Response {
    let catalogue = &web.services.catalogue;
    match catalogue.standing().ready(Instant::now()) {
        Ok(()) => {
            let applied = catalogue.applied();
            (
                [NO_STORE],
                Json(json!({"status": "ready", "position": applied.position})),
            )
                .into_response()
        }
        Err(why) => Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "not-ready",
            "This instance should not be asked now",
            why.to_string(),
        )
        .with_header(header::RETRY_AFTER, HeaderValue::from_static("1"))
        .into_response(),
    }
}

async fn figures(State(web): State<Web>) -> Response {
    let content_type = HeaderValue::from_static(metrics::CONTENT_TYPE);
    (
        [(header::CONTENT_TYPE, content_type), NO_STORE],
        web.metrics.render(),
    )
        .into_response()
}
