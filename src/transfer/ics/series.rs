//! What the events of a calendar that bear one UID have in common.
//!
//! Owns which version of an event counts, and which occurrences stand by themselves; refuses to know what an event says.
//! Invariant: an occurrence that is another one than its event says is never told as the event says it.

use std::collections::HashMap;

use icalendar::parser::{Component, Property};

use super::{
    Calendar, find, parameter,
    repeats::{self, Ids, Names},
    times::{self, Written},
};

/// The SEQUENCE of an event; 0 where none is stated (RFC 5545 §3.8.7.4).
pub(super) fn sequence(event: &Component<'_>) -> u64 {
    find(event, "SEQUENCE")
        .and_then(|sequence| sequence.val.as_str().trim().parse().ok())
        .unwrap_or(0)
}

/// What the events of one UID have in common.
#[derive(Default)]
pub(super) struct Series<'c> {
    /// The latest SEQUENCE of the event, and of each occurrence that stands by itself.
    latest: HashMap<&'c str, u64>,
    /// Occurrences that stand as events of their own.
    pub(super) replaced: Ids,
    /// The event that repeats is in the file.
    pub(super) repeats: bool,
    /// Occurrences that it leaves out.
    pub(super) excluded: Ids,
    /// Its SEQUENCE.
    pub(super) sequence: u64,
    /// How its occurrences are named.
    pub(super) names: Names,
    /// From when on its occurrences are others than it says, though nothing tells what they are; `None` is all of them.
    unsure: Vec<Option<Written>>,
}

impl Series<'_> {
    /// Whether a later version of an event stands in the file.
    pub(super) fn outdates(&self, event: &Component<'_>) -> bool {
        let latest = self.latest.get(occurrence(find(event, "RECURRENCE-ID")));
        latest.is_some_and(|latest| sequence(event) < *latest)
    }

    /// Whether an occurrence is another one than the event says.
    pub(super) fn is_unsure(&self, start: Written) -> bool {
        self.unsure.iter().any(|from| {
            from.is_none_or(|from| match (from, start) {
                (
                    Written::Local { local, zone, .. },
                    Written::Local {
                        local: begins,
                        zone: own,
                        ..
                    },
                ) => zone.instant(local) <= own.instant(begins),
                _ => from.local().date() <= start.local().date(),
            })
        })
    }
}

/// Which occurrence an event stands for, as it is written; all of them where it is empty.
fn occurrence<'p>(id: Option<&'p Property<'_>>) -> &'p str {
    id.map_or("", |id| id.val.as_str().trim())
}

/// The UIDs that repeat, or of which occurrences stand in the file.
pub(super) fn series<'c>(calendars: &'c [Calendar<'c>]) -> HashMap<&'c str, Series<'c>> {
    let mut series: HashMap<&str, Series<'_>> = HashMap::new();
    for calendar in calendars {
        for component in &calendar.component.components {
            let Some(uid) = find(component, "UID").map(|uid| uid.val.as_str().trim()) else {
                continue;
            };
            if component.name.as_str() != "VEVENT" {
                continue;
            }
            let of = series.entry(uid).or_default();
            let id = find(component, "RECURRENCE-ID");
            let latest = of.latest.entry(occurrence(id)).or_default();
            *latest = sequence(component).max(*latest);
        }
    }
    for calendar in calendars {
        for component in &calendar.component.components {
            let uid = find(component, "UID").map(|uid| uid.val.as_str().trim());
            let Some(of) = uid.and_then(|uid| series.get_mut(uid)) else {
                continue;
            };
            if component.name.as_str() != "VEVENT" || of.outdates(component) {
            } else if let Some(id) = find(component, "RECURRENCE-ID") {
                let written = times::written(id, &calendar.zones);
                if let Some(range) = parameter(id, "RANGE") {
                    let later = range.eq_ignore_ascii_case("THISANDFUTURE");
                    of.unsure
                        .push(written.as_ref().ok().copied().filter(|_| later));
                }
                if let Ok(id) = written {
                    of.replaced.add(id);
                }
            } else if repeats::repeats(component) {
                of.repeats = true;
                of.sequence = sequence(component);
                of.names = Names::of(component, &calendar.zones);
                // What cannot be read is a fault of the event's own row.
                of.excluded = repeats::excluded(component, &calendar.zones).unwrap_or_default();
            }
        }
    }
    series
}
