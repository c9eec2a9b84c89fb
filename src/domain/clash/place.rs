//! Whether two activities come together at one place at one time.
//!
//! Owns how venues and hours are compared. Invariant: an end that nobody stated is not made up.

use chrono::{DateTime, Utc};
use entity::vocab::Mode;

use crate::domain::{
    activity::{Activity, Venue},
    search::folded,
    when::When,
};

/// How surely two slots take place at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Overlap {
    /// Their hours overlap.
    Hours,
    /// They share a day; more is not known.
    Days,
}

/// Where people come together; nowhere when it is online alone.
pub(super) fn place(activity: &Activity) -> Option<&Venue> {
    let content = &activity.content;
    content
        .venue
        .as_ref()
        .filter(|_| content.mode != Some(Mode::Online))
}

/// Whether two venues have the same name in one of the languages.
pub(super) fn is_same(one: &Venue, other: &Venue) -> bool {
    let same = |one: &Option<String>, other: &Option<String>| {
        let name = one.as_deref().and_then(comparable);
        name.is_some() && name == other.as_deref().and_then(comparable)
    };
    same(&one.name.zh, &other.name.zh) || same(&one.name.en, &other.name.en)
}

/// What offices write where there is no place, or none yet, as [`comparable`] leaves it.
const NO_PLACE: [&str; 8] = [
    "线上",
    "待定",
    "地点待定",
    "场地待定",
    "online",
    "tbd",
    "tba",
    "tobeconfirmed",
];

/// A name without what people write one way or the other: case, spaces, punctuation, full and half width.
/// `None` when it names no place.
fn comparable(name: &str) -> Option<String> {
    let mut name = folded(name);
    name.retain(char::is_alphanumeric);
    (!name.is_empty() && !NO_PLACE.contains(&name.as_str())).then_some(name)
}

/// How two slots that share a day take place at once; `None` when their hours show that they do not.
pub(super) fn overlap(one: &When, other: &When) -> Option<Overlap> {
    let (
        When::Minute { starts_at, ends_at },
        When::Minute {
            starts_at: other_starts_at,
            ends_at: other_ends_at,
        },
    ) = (one, other)
    else {
        return Some(Overlap::Days);
    };
    match (ends_at, other_ends_at) {
        (Some(end), Some(other_end)) => {
            (starts_at < other_end && other_starts_at < end).then_some(Overlap::Hours)
        }
        (None, Some(end)) => open_ended(*starts_at, *other_starts_at, *end),
        (Some(end), None) => open_ended(*other_starts_at, *starts_at, *end),
        (None, None) if starts_at == other_starts_at => Some(Overlap::Hours),
        (None, None) => Some(Overlap::Days),
    }
}

/// The same where nobody said when the one that starts at `start` ends.
fn open_ended(start: DateTime<Utc>, from: DateTime<Utc>, to: DateTime<Utc>) -> Option<Overlap> {
    if start < from {
        Some(Overlap::Days)
    } else if start < to {
        Some(Overlap::Hours)
    } else {
        None
    }
}
