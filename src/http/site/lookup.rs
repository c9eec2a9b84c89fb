//! From an address to an activity: its canonical form, and what answers where it does not stand.
//!
//! Invariant: a draft and an activity that never was answer alike.

use std::{ops::RangeInclusive, sync::Arc};

use chrono::Datelike;
use entity::vocab::{Language, Status};

use crate::{
    catalogue::{Entry, State},
    clock::shanghai,
    domain::{activity::Activity, notice::Notice, when::Month},
    http::Web,
    ids::ActivityId,
    links::Links,
};

/// Why an activity's page is not here.
#[derive(Debug, PartialEq)]
pub(super) enum Away {
    /// It is at another path.
    Moved(String),
    /// It was withdrawn.
    Gone,
    /// There is none.
    Missing,
}

/// The year in Shanghai.
pub(super) fn this_year(web: &Web) -> i32 {
    web.services.now().with_timezone(&shanghai()).year()
}

/// An address as the pages link to it: without the origin, so that it holds on every name of the host.
pub(super) fn local(links: &Links, address: &str) -> String {
    address
        .strip_prefix(links.base())
        .unwrap_or(address)
        .to_owned()
}

/// An activity's own path: `/zh/e/act_…-slug`.
pub(super) fn path(links: &Links, language: Language, activity: &Activity) -> String {
    local(links, &links.activity(language, activity))
}

/// The edition of a year, else the last before it, else the first there is.
pub(super) fn edition(state: &State, year: i32) -> Option<i32> {
    let years = || state.editions().map(|edition| edition.value.year);
    let present = years().rev().find(|edition| *edition <= year);
    present.or_else(|| years().next())
}

/// The years that have a calendar: those of editions and activities, this one and the next, without gaps.
pub(super) fn years(state: &State, this_year: i32) -> RangeInclusive<i32> {
    let editions = state.editions().map(|edition| edition.value.year);
    let activities = state
        .activities()
        .filter_map(|entry| entry.activity().shown_when().month())
        .map(Month::year);
    let (first, last) = editions
        .chain(activities)
        .fold((this_year, this_year + 1), |(first, last), year| {
            (first.min(year), last.max(year))
        });
    first..=last
}

/// The activity that `key` (`act_…`, `act_…-slug`) names; `below` is what follows it in the address.
pub(super) fn find<'s>(
    state: &'s State,
    links: &Links,
    language: Language,
    key: &str,
    below: &str,
) -> Result<&'s Entry, Away> {
    let id = key.split_once('-').map_or(key, |(id, _)| id);
    let id: ActivityId = id.parse().map_err(|_| Away::Missing)?;
    let entry = state.activity(&id).ok_or(Away::Missing)?;
    let activity = entry.activity();
    if activity.status == Status::Withdrawn {
        return Err(match state.successor(activity) {
            Some(successor) => Away::Moved(path(links, language, successor)),
            None => Away::Gone,
        });
    }
    if key.strip_prefix(activity.id.as_str()) == Some(&format!("-{}", activity.slug.0)) {
        Ok(entry)
    } else {
        let canonical = path(links, language, activity);
        Err(Away::Moved(format!("{canonical}{below}")))
    }
}

/// The notices of an activity, oldest first.
pub(super) fn notices(state: &State, entry: &Entry) -> Vec<Arc<Notice>> {
    let mut notices: Vec<Arc<Notice>> = entry
        .positions
        .iter()
        .filter_map(|position| state.notice_at(*position))
        .map(Arc::clone)
        .collect();
    notices.sort_by_key(|notice| (notice.published_at, notice.position));
    notices
}
