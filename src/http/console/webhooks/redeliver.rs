//! `/console/deliveries/{id}/redeliver`: one delivery once more.

use axum::{
    body::Bytes,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};

use super::{
    super::{
        answer::{refused, see},
        form::Form,
        once,
        seat::Seated,
        words::{self as w},
    },
    delivery::{delivery, find},
};
use crate::{
    commands::{CommandError, webhooks::redeliver::redeliver},
    http::Web,
};

/// Asks for it.
pub(in crate::http::console) async fn again(
    State(web): State<Web>,
    seated: Seated,
    Path(id): Path<String>,
    body: Bytes,
) -> Response {
    let whole = match find(&web, &seated, &id).await {
        Ok(whole) => whole,
        Err(error) => return refused(&web, &seated, error),
    };
    let form = Form::read(&body);
    let address = format!("/console/deliveries/{id}/redeliver");
    let key = once::key(&seated, &form, &address, &body);
    match redeliver(&web.services, seated.caller(), id, key).await {
        Ok(owed) => {
            web.courier.nudge();
            see(&format!("/console/deliveries/{}?asked", owed.id))
        }
        Err(CommandError::Conflict(_)) => {
            let language = seated.language;
            let is_ping = whole
                .delivery
                .facts()
                .is_none_or(|it| it.position.is_none());
            let why = match is_ping {
                true => w::PINGS_ARE_NOT_REDELIVERED.plain(language).to_owned(),
                false => w::not_in_state(whole.endpoint.state, w::REDELIVER, language),
            };
            let page = delivery(&web, &seated, &whole, None, vec![why]);
            (StatusCode::CONFLICT, page).into_response()
        }
        Err(error) => refused(&web, &seated, error),
    }
}
