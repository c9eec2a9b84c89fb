//! What a request knows of itself while it is being answered: its id, who asks, and whether the audit was seen to.

use std::{
    future::Future,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
};

use crate::domain::role::Caller;

/// What the request that is being answered knows of itself.
#[derive(Clone, Debug, Default)]
pub struct Scope(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    request: String,
    caller: OnceLock<Caller>,
    told: AtomicBool,
}

tokio::task_local! {
    static SCOPE: Scope;
}

impl Scope {
    /// That of a request.
    #[must_use]
    pub fn of(request: &str) -> Self {
        Self(Arc::new(Inner {
            request: request.to_owned(),
            ..Inner::default()
        }))
    }

    /// Answers the request within it.
    pub async fn around<T>(self, answering: impl Future<Output = T>) -> T {
        SCOPE.scope(self, answering).await
    }

    /// The request's id.
    pub(super) fn request(&self) -> &str {
        &self.0.request
    }

    /// Who asks, once that is known.
    #[must_use]
    pub fn caller(&self) -> Option<&Caller> {
        self.0.caller.get()
    }

    /// Whether a command saw to the audit already.
    #[must_use]
    pub fn is_told(&self) -> bool {
        self.0.told.load(Ordering::Relaxed)
    }
}

pub(super) fn scope() -> Option<Scope> {
    SCOPE.try_with(Clone::clone).ok()
}

/// The id of the request that is being answered; empty outside of any.
#[must_use]
pub fn request_id() -> String {
    scope().map_or_else(String::new, |scope| scope.request().to_owned())
}

/// Notes who asks.
pub fn called_by(caller: &Caller) {
    if let Some(scope) = scope() {
        // The first word counts: one request has one caller.
        let _ = scope.0.caller.set(caller.clone());
    }
}

/// Notes that this request does nothing that the audit would hold: it only asks what would happen.
pub fn spared() {
    if let Some(scope) = scope() {
        scope.0.told.store(true, Ordering::Relaxed);
    }
}
