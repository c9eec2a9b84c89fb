//! `/console/sources/{id}/delete`: a source's end.

use axum::{
    body::Bytes,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};

use super::{
    super::{
        answer::{refused, see, shown},
        form::Form,
        frame::Frame,
        seat::Seated,
        words::{self as w, faults},
    },
    Standing, at, find, name, office,
    whole::Dialog,
};
use crate::{
    commands::{CommandError, sources::delete::delete_source},
    domain::rights::Deed,
    http::Web,
    store::{self, sources::Row},
};

/// Asks first.
pub(in crate::http::console) async fn page(
    State(web): State<Web>,
    seated: Seated,
    Path(id): Path<String>,
) -> Response {
    match find(&web, &seated, &id).await {
        Ok(row) => asking(&web, &seated, &row, Vec::new()).await,
        Err(answer) => answer,
    }
}

async fn asking(web: &Web, seated: &Seated, row: &Row, errors: Vec<String>) -> Response {
    match dialog(web, seated, row, errors).await {
        Ok(page) => shown(&page, seated.language),
        Err(error) => refused(web, seated, error),
    }
}

async fn dialog(
    web: &Web,
    seated: &Seated,
    row: &Row,
    errors: Vec<String>,
) -> Result<Dialog, CommandError> {
    let language = seated.language;
    let own = office(seated, Deed::ManageSources);
    let db = web.services.db.reader();
    let waiting = store::proposals::waiting(db, own.as_deref()).await?;
    let waits = waiting
        .get(&row.id)
        .map(|n| w::PROPOSALS_WAIT.say(language, &[("n", &n.to_string())]));
    let about = [w::DELETE_SOURCE_ABOUT.plain(language).to_owned()];
    let title = w::DELETE_SOURCE.plain(language);
    let back = at(&row.id);
    Ok(Dialog {
        frame: Frame::new(web, seated, title),
        title,
        name: name(row, seated)?,
        badge: Standing::of(row).badge(language),
        action: format!("{back}/delete"),
        back,
        about: about.into_iter().chain(waits).collect(),
        minded: None,
        version: row.version,
        confirm: title,
        errors,
    })
}

/// Deletes it.
pub(in crate::http::console) async fn delete(
    State(web): State<Web>,
    seated: Seated,
    Path(id): Path<String>,
    body: Bytes,
) -> Response {
    let row = match find(&web, &seated, &id).await {
        Ok(row) => row,
        Err(answer) => return answer,
    };
    let form = Form::read(&body);
    let version = form.get("version").and_then(|version| version.parse().ok());
    let version = version.unwrap_or_default();
    match delete_source(&web.services, seated.caller(), row.id.clone(), version).await {
        Ok(()) => see("/console/sources?deleted"),
        Err(error @ CommandError::Stale { .. }) => {
            let told = faults::told(&error, seated.language);
            let page = asking(&web, &seated, &row, told).await;
            (StatusCode::CONFLICT, page).into_response()
        }
        Err(error) => refused(&web, &seated, error),
    }
}
