//! `/console/activities`: what an office keeps, one file for each thing it does with it.

pub(super) mod act;
pub(super) mod asks;
pub(super) mod create;
pub(super) mod delete;
pub(super) mod edit;
pub(super) mod editor;
mod line;
pub(super) mod list;
mod offered;
pub(super) mod preview;
pub(super) mod show;

pub(super) use line::Line;
pub(super) use offered::offered;

use axum::response::Response;

use super::{answer::missing, seat::Seated};
use crate::{
    commands::{CommandError, find_activity::find_activity},
    http::Web,
    ids::ActivityId,
    store::activities::Stored,
};

/// The activity of an id in an address, when whoever sits there may see it.
async fn find(web: &Web, seated: &Seated, id: &str) -> Result<Stored, Response> {
    let Ok(id) = id.parse::<ActivityId>() else {
        return Err(missing(web, seated, "activity", id));
    };
    find_activity(&web.services, &seated.caller(), &id)
        .await
        .map_err(|error: CommandError| super::answer::refused(web, seated, error))
}

/// Where an activity stands in the console.
pub(super) fn at(id: &ActivityId) -> String {
    format!("/console/activities/{id}")
}
