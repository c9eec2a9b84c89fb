//! `/console/webhooks` and `/console/deliveries`: what partners and groups are told, one file for each thing that is done
//! with it.
//!
//! Owns its pages. Refuses to know rules: what may be done in which state is asked of the same commands as the API's.
//! Invariants: an endpoint of somebody else does not exist here; a secret stands in the page that made it and in no other.

pub(super) mod act;
mod asked;
pub(super) mod change;
pub(super) mod create;
pub(super) mod deliveries;
pub(super) mod delivery;
mod dialog;
mod form;
mod line;
pub(super) mod list;
pub(super) mod redeliver;
mod replay;
mod secret;
mod selection;
mod settings;
pub(super) mod show;

use axum::response::Response;
use chrono::{DateTime, Utc};

use super::{
    answer::refused,
    seat::Seated,
    words::{self as w},
};
use crate::{
    commands::webhooks::{find_for, shown},
    domain::rights::Deed,
    http::Web,
    store::endpoints::Row,
};

/// The endpoint of an id in an address, when whoever sits there may see it.
async fn find(web: &Web, seated: &Seated, id: &str) -> Result<Row, Response> {
    let found = match seated.must(Deed::Webhooks) {
        Ok(()) => find_for(web.services.db.reader(), &seated.caller(), id).await,
        Err(error) => Err(error),
    };
    found.map_err(|error| refused(web, seated, error))
}

/// Where an endpoint stands in the console.
fn at(id: &str) -> String {
    format!("/console/webhooks/{id}")
}

/// The address that an endpoint posts to, as it may be shown.
fn address(web: &Web, row: &Row) -> String {
    let shown = shown(&web.services.vault, row);
    shown["url"].as_str().unwrap_or_default().to_owned()
}

/// An instant that may not have been yet.
fn local(at: Option<DateTime<Utc>>) -> Option<String> {
    at.map(w::local)
}
