//! `/console/sources/{id}/poll`: a source is asked now.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};

use super::{
    super::{
        answer::{refused, see},
        seat::Seated,
        words::faults,
    },
    at, find, show,
};
use crate::{
    commands::CommandError,
    http::Web,
    track::{self, Poll, Polled},
};

/// Asks it.
pub(in crate::http::console) async fn now(
    State(web): State<Web>,
    seated: Seated,
    Path(id): Path<String>,
) -> Response {
    if let Err(answer) = find(&web, &seated, &id).await {
        return answer;
    }
    let (services, guard) = (&web.services, &web.sources);
    let polled = track::poll_now(services, guard, &seated.caller(), &id, Poll::default()).await;
    came(&web, &seated, &id, polled).await
}

/// The source's page with what came of asking it, or why it was not asked.
pub(super) async fn came(
    web: &Web,
    seated: &Seated,
    id: &str,
    polled: Result<Polled, CommandError>,
) -> Response {
    let error = match polled {
        Ok(polled) => {
            let (fetch, done) = (&polled.fetch.id, polled.carried_out);
            return see(&format!("{}?polled={fetch}&done={done}", at(id)));
        }
        Err(error @ CommandError::Conflict(_)) => error,
        Err(error) => return refused(web, seated, error),
    };
    let row = match find(web, seated, id).await {
        Ok(row) => row,
        Err(answer) => return answer,
    };
    let told = faults::told(&error, seated.language);
    let page = show::source(web, seated, &row, None, told).await;
    (StatusCode::CONFLICT, page).into_response()
}
