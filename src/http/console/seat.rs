//! Who sits at the console, as a handler's argument, and what they still owe before they may go on.
//!
//! Invariant: a handler that takes [`Seated`] is reached by nobody who has not given all that was asked for.

use axum::{
    body::Body,
    extract::FromRequestParts,
    http::request::Parts,
    response::{IntoResponse, Response},
};
use entity::vocab::Language;

use super::answer::see;
use crate::{
    commands::{CommandError, people::Seat},
    config::SecondFactorRule,
    domain::{
        rights::{Deed, Reach},
        role::{Caller, Role},
    },
    http::{Web, problem::Problem},
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
    pub(super) fn owes(&self, web: &Web) -> Option<&'static str> {
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
