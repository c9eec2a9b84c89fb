//! `/console/sources`: what activities are tracked from, one file for each thing that is done with it.
//!
//! Owns its pages. Refuses to know what follows from a difference: a source is asked through `track`, and changed by the same
//! commands as the API's. Invariant: a source of another office does not exist here.

pub(super) mod change;
pub(super) mod create;
pub(super) mod delete;
mod entry;
mod fetch;
pub(super) mod file;
mod form;
pub(super) mod list;
pub(super) mod log;
pub(super) mod poll;
pub(super) mod rest;
mod settings;
pub(super) mod show;
mod standing;
pub(super) mod whole;

use axum::response::Response;

pub(super) use entry::seen_by;
pub(super) use standing::Standing;

use super::{answer::refused, seat::Seated};
use crate::{
    commands::sources::find_for,
    domain::{
        rights::{Deed, Reach},
        source::Source,
    },
    http::{Web, site::said::Said},
    store::{StoreError, sources::Row, sources::settings as settings_of},
};

/// The source of an id in an address, when whoever sits there may see it.
async fn find(web: &Web, seated: &Seated, id: &str) -> Result<Row, Response> {
    let found = match seated.must(Deed::ManageSources) {
        Ok(()) => find_for(web.services.db.reader(), &seated.caller(), id).await,
        Err(error) => Err(error),
    };
    found.map_err(|error| refused(web, seated, error))
}

/// A source with its settings, when whoever sits there may see it.
async fn load(web: &Web, seated: &Seated, id: &str) -> Result<(Row, Source), Response> {
    let row = find(web, seated, id).await?;
    match settings_of(&row) {
        Ok(source) => Ok((row, source)),
        Err(error) => Err(refused(web, seated, error.into())),
    }
}

/// Where a source stands in the console.
pub(super) fn at(id: &str) -> String {
    format!("/console/sources/{id}")
}

/// What a source is called.
pub(super) fn name(row: &Row, seated: &Seated) -> Result<Said, StoreError> {
    Ok(Said::found(settings_of(row)?.name, seated.language))
}

/// The office whose word somebody sees waiting; all of them where none is named.
pub(super) fn office(seated: &Seated, deed: Deed) -> Option<String> {
    match seated.reach(deed) {
        Reach::All => None,
        Reach::Own | Reach::None => Some(seated.seat.role.own_office().to_string()),
    }
}
