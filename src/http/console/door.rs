//! The way in: from the cookie to whoever asks, and to the login and back.
//!
//! Invariant: what somebody sent after their session was over is shown to them again, not lost.

use axum::{
    extract::{Request, State},
    http::{Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::{
    FORM_BYTES,
    answer::{self, see},
    cookie, over,
    seat::Visitor,
};
use crate::{
    commands::{audit, people::find_session},
    http::{Web, problem::Problem, site::negotiate},
};

/// Finds out who asks, for all that stands behind it.
pub(super) async fn recognise(
    State(web): State<Web>,
    mut request: Request,
    next: Next,
) -> Response {
    let secret = cookie::read(request.headers());
    let seat = match &secret {
        Some(secret) => match find_session(&web.services, &web.settings.console, secret).await {
            Ok(seat) => seat,
            Err(error) => return Problem::from(error).into_response(),
        },
        None => None,
    };
    if let Some(seat) = &seat {
        audit::called_by(&seat.caller());
    }
    let chosen = seat.as_ref().and_then(|seat| seat.language);
    let asked = request.uri().query().and_then(|query| {
        url::form_urlencoded::parse(query.as_bytes())
            .find(|(name, _)| name == "lang")
            .and_then(|(_, value)| value.parse().ok())
    });
    let language = asked
        .filter(|_| seat.is_none())
        .or(chosen)
        .unwrap_or_else(|| negotiate::preferred(request.headers()));
    request.extensions_mut().insert(Visitor {
        seat,
        secret,
        language,
    });
    next.run(request).await
}

/// Lets nobody further who has not given all that was asked for.
pub(super) async fn admit(State(web): State<Web>, request: Request, next: Next) -> Response {
    let Some(visitor) = request.extensions().get::<Visitor>().cloned() else {
        return Problem::internal(&"a page of the console stands outside of it").into_response();
    };
    let Some(owed) = visitor.owes(&web) else {
        return next.run(request).await;
    };
    if *request.method() == Method::GET || *request.method() == Method::HEAD {
        let asked = crate::http::extract::asked(request.uri(), request.extensions());
        let path = match request.uri().query() {
            Some(query) => format!("{asked}?{query}"),
            None => asked.to_owned(),
        };
        return see(&answer::with_next(owed, &path));
    }
    let path = crate::http::extract::asked(request.uri(), request.extensions()).to_owned();
    let is_file = request
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|sent| sent.as_bytes().starts_with(b"multipart/"));
    // Who was in lately may have written as much as who is.
    let limit = match visitor.secret {
        Some(_) => FORM_BYTES,
        None => web.settings.http.body_limit_bytes,
    };
    match crate::http::extract::read_body(request, limit).await {
        Ok(body) => {
            let page = match is_file {
                true => over::page_of_file(&web, &visitor),
                false => over::page(&web, &visitor, &path, &body),
            };
            (StatusCode::UNAUTHORIZED, page).into_response()
        }
        Err(problem) => problem.into_response(),
    }
}
