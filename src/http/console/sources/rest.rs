//! `/console/sources/{id}/pause` and `/resume`: whether a source is asked by itself.
//!
//! Invariant: it is what the last word says; nothing else of the settings changes.

use axum::{
    extract::{Path, State},
    response::Response,
};
use serde_json::json;

use super::{
    super::{
        answer::{refused, see},
        seat::Seated,
    },
    at, find,
};
use crate::{commands::sources::patch::patch_source, http::Web};

/// It is not asked by itself.
pub(in crate::http::console) async fn pause(
    State(web): State<Web>,
    seated: Seated,
    Path(id): Path<String>,
) -> Response {
    set(&web, &seated, &id, false).await
}

/// It is asked by itself again.
pub(in crate::http::console) async fn resume(
    State(web): State<Web>,
    seated: Seated,
    Path(id): Path<String>,
) -> Response {
    set(&web, &seated, &id, true).await
}

async fn set(web: &Web, seated: &Seated, id: &str, active: bool) -> Response {
    let row = match find(web, seated, id).await {
        Ok(row) => row,
        Err(answer) => return answer,
    };
    let said = if active { "resumed" } else { "paused" };
    let (services, caller) = (&web.services, seated.caller());
    let patch = json!({ "active": active });
    let id = row.id.clone();
    match patch_source(services, &web.sources, caller, id, row.version, patch).await {
        Ok(_) => see(&format!("{}?{said}", at(&row.id))),
        Err(error) => refused(web, seated, error),
    }
}
