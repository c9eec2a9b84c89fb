//! `/console/activities/{id}/delete`: a draft that is not wanted.

use axum::{
    body::Bytes,
    extract::{Path, State},
    response::Response,
};

use super::{
    super::{
        answer::{refused, see},
        form::Form,
        seat::Seated,
    },
    find,
};
use crate::{commands::delete_activity::delete_activity, http::Web};

/// Deletes it.
pub(in crate::http::console) async fn delete(
    State(web): State<Web>,
    seated: Seated,
    Path(id): Path<String>,
    body: Bytes,
) -> Response {
    let stored = match find(&web, &seated, &id).await {
        Ok(stored) => stored,
        Err(answer) => return answer,
    };
    let form = Form::read(&body);
    let version = form.get("version").and_then(|version| version.parse().ok());
    let (id, version) = (stored.activity.id, version.unwrap_or_default());
    match delete_activity(&web.services, seated.caller(), id, version).await {
        Ok(()) => see("/console/activities?deleted"),
        Err(error) => refused(&web, &seated, error),
    }
}
