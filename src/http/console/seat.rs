//! Who sits at the console: from the cookie to a handler's argument.
//!
//! Owns the way to the login and back. Invariant: a handler that takes [`Seated`] is reached by nobody who has not given
//! all that was asked for; what somebody sent after their session was over is shown to them again, not lost.

use axum::{
    body::Body,
    extract::{FromRequestParts, Request, State},
    http::{Method, StatusCode, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use entity::vocab::Language;

use super::{
    answer::{self, see},
    cookie, over,
};
use crate::{
    commands::{
        CommandError, audit,
        people::{Seat, find_session},
    },
    config::SecondFactorRule,
    domain::{
        rights::{Deed, Reach},
        role::{Caller, Role},
    },
    http::{Web, problem::Problem, site::negotiate},
};

/// Whoever asks, with the seat that their session gives them, proven or not.
#[derive(Clone, Debug)]
pub(super) struct Visitor {
    pub(super) seat: Option<Seat>,
    /// What their browser sent.
    pub(super) secret: Option<String>,
    pub(super) language: Language,
}

impl Visitor {
    /// What they have to do before anything else; `None` where they may go on.
    fn owes(&self, web: &Web) -> Option<&'static str> {
        let Some(seat) = &self.seat else {
            return Some("/console/login");
        };
        if !seat.proven {
            return Some("/console/code");
        }
        needs_second_factor(web, seat).then_some("/console/second-factor")
    }
}

/// Whether somebody has to set up a second factor before they may do anything.
fn needs_second_factor(web: &Web, seat: &Seat) -> bool {
    web.settings.console.second_factor == SecondFactorRule::Required
        && matches!(seat.role, Role::Admin | Role::Office)
        && !seat.has_second_factor
}

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
    // Who was in lately may have written as much as who is.
    let limit = match visitor.secret {
        Some(_) => super::FORM_BYTES,
        None => web.settings.http.body_limit_bytes,
    };
    match crate::http::extract::read_body(request, limit).await {
        Ok(body) => {
            let page = over::page(&web, &visitor, &path, &body);
            (StatusCode::UNAUTHORIZED, page).into_response()
        }
        Err(problem) => problem.into_response(),
    }
}

impl FromRequestParts<Web> for Visitor {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _web: &Web) -> Result<Self, Response> {
        let visitor = parts.extensions.get::<Self>().cloned();
        visitor.ok_or_else(|| {
            Problem::internal(&"a page of the console stands outside of it").into_response()
        })
    }
}

/// Somebody who may be here.
#[derive(Clone, Debug)]
pub(super) struct Seated {
    pub(super) seat: Seat,
    pub(super) language: Language,
}

impl Seated {
    pub(super) fn caller(&self) -> Caller {
        self.seat.caller()
    }

    /// How far they may do something.
    pub(super) fn reach(&self, deed: Deed) -> Reach {
        self.seat.role.reach(deed)
    }

    /// Whether they may do something at all.
    pub(super) fn may(&self, deed: Deed) -> bool {
        self.reach(deed) != Reach::None
    }

    /// Refuses what they may not do at all.
    pub(super) fn must(&self, deed: Deed) -> Result<(), CommandError> {
        if self.may(deed) {
            return Ok(());
        }
        Err(CommandError::Forbidden {
            role: self.seat.role,
            what: deed.name().to_owned(),
        })
    }
}

impl FromRequestParts<Web> for Seated {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Response> {
        let visitor = Visitor::from_request_parts(parts, web).await?;
        if let Some(owed) = visitor.owes(web) {
            return Err(see(owed));
        }
        match visitor.seat {
            Some(seat) => Ok(Self {
                seat,
                language: visitor.language,
            }),
            None => Err(Response::new(Body::empty())),
        }
    }
}
