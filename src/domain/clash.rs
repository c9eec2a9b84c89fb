//! What stands in the way of an activity's slot: others at its venue or for its audiences, the main session, holidays.
//!
//! Owns what counts as a clash. Refuses to put it into words, to forbid anything, and to know who may see what: it
//! tells of every activity that it is handed.
//! Invariant: hours clash only where both slots are known to the minute; what is known to the month, or not at all,
//! clashes with nothing.

use std::collections::{BTreeSet, HashMap};

use chrono::{Datelike, NaiveDate};
use entity::vocab::{Audience, Status, Strand};

use super::{
    activity::Activity,
    edition::Edition,
    holidays::{self, DayKind, Festival},
    text::{Text, Words},
    when::When,
};
use crate::ids::ActivityId;

mod place;

pub use place::Overlap;
use place::{is_same, overlap, place};

/// How many clashes of one sort are told singly; the rest are counted.
pub const MOST: usize = 5;

/// Days without a gap, in Shanghai.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// The first one.
    pub first: NaiveDate,
    /// The last one, inclusive.
    pub last: NaiveDate,
}

impl Span {
    fn of(when: &When) -> Option<Self> {
        Some(Self {
            first: when.first_day()?,
            last: when.last_day()?,
        })
    }

    fn overlap(self, other: Self) -> Option<Self> {
        let both = Self {
            first: self.first.max(other.first),
            last: self.last.min(other.last),
        };
        (both.first <= both.last).then_some(both)
    }

    fn days(self) -> impl Iterator<Item = NaiveDate> {
        let days = self.first.iter_days();
        days.take_while(move |day| *day <= self.last)
    }
}

/// An activity that is in the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Other {
    /// Its id.
    pub id: ActivityId,
    /// What it is called.
    pub title: Text,
    /// Where it is in its life; a draft may still move.
    pub status: Status,
    /// Its slot.
    pub when: When,
}

impl Other {
    fn of(activity: &Activity) -> Self {
        Self {
            id: activity.id.clone(),
            title: activity.content.title.clone(),
            status: activity.status,
            when: activity.content.when.clone(),
        }
    }
}

/// A sort of clash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// Others at the same venue.
    Venue,
    /// Others for the same audiences.
    Audience,
    /// Main sessions.
    MainSession,
    /// Holidays.
    Holiday,
    /// Days worked in exchange for a holiday.
    WorkingDay,
    /// Years without data on holidays.
    HolidaysUnknown,
}

/// Something in the way of a slot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Clash {
    /// Another activity at the same venue.
    Venue {
        /// Which one.
        other: Other,
        /// The venue's name, as this activity has it.
        venue: Words,
        /// The days that both take place on.
        days: Span,
        /// Whether their hours overlap too.
        overlap: Overlap,
    },
    /// Another activity for the same audiences on the same day.
    Audience {
        /// Which one.
        other: Other,
        /// The audiences of both, in this activity's order.
        audiences: Vec<Audience>,
        /// The days that both take place on.
        days: Span,
    },
    /// The main session of an edition, for a year-round activity.
    MainSession {
        /// The edition's year.
        year: i32,
        /// The whole session.
        session: Span,
        /// Those of its days that the slot has.
        days: Span,
    },
    /// Days off within the slot.
    Holiday {
        /// For which festival.
        festival: Festival,
        /// The slot's days of it.
        days: Span,
    },
    /// A Saturday or Sunday within the slot that is worked.
    WorkingDay {
        /// In exchange for which festival.
        festival: Festival,
        /// The day.
        on: NaiveDate,
    },
    /// The slot lies where it is not known which days are off.
    HolidaysUnknown {
        /// The year whose arrangement is missing.
        year: i32,
    },
    /// There are more than [`MOST`] of a sort; stands behind them.
    More {
        /// Of which sort.
        sort: Sort,
        /// How many are not told singly.
        count: usize,
    },
}

/// What stands in the way of an activity as it would be, sort by sort in the order of [`Sort`], the closest first.
///
/// `others` are the activities that the caller may see, as they would be after the change: those that it moves along
/// stand at their new slots. The activity itself, what it belongs to, what belongs to it, and what is not to take place
/// are passed over. `editions` gives the edition of a year.
#[must_use]
pub fn clashes<'a>(
    activity: &Activity,
    others: impl Iterator<Item = &'a Activity>,
    editions: impl Fn(i32) -> Option<&'a Edition>,
) -> Vec<Clash> {
    let Some(slot) = Span::of(&activity.content.when) else {
        return Vec::new();
    };
    let others = at_the_same_time(activity, slot, others);
    let mut told = Vec::new();
    tell(&mut told, Sort::Venue, venues(activity, &others));
    tell(&mut told, Sort::Audience, audiences(activity, &others));
    tell(
        &mut told,
        Sort::MainSession,
        main_sessions(activity, slot, editions),
    );
    let days = Days::of(slot);
    tell(&mut told, Sort::Holiday, days.holidays);
    tell(&mut told, Sort::WorkingDay, days.worked);
    tell(&mut told, Sort::HolidaysUnknown, days.unknown);
    told
}

fn tell(told: &mut Vec<Clash>, sort: Sort, mut clashes: Vec<Clash>) {
    let count = clashes.len().saturating_sub(MOST);
    clashes.truncate(MOST);
    told.append(&mut clashes);
    if count > 0 {
        told.push(Clash::More { sort, count });
    }
}

/// The others that share a day with the slot, with the days shared, the earliest first.
fn at_the_same_time<'a>(
    activity: &Activity,
    slot: Span,
    others: impl Iterator<Item = &'a Activity>,
) -> Vec<(&'a Activity, Span)> {
    let others: Vec<&Activity> = others.filter(|other| other.id != activity.id).collect();
    let parents: HashMap<&ActivityId, &ActivityId> = others
        .iter()
        .copied()
        .chain([activity])
        .filter_map(|it| Some((&it.id, it.content.parent.as_ref()?)))
        .collect();
    let mut found: Vec<(&Activity, Span)> = others
        .iter()
        .filter(|other| takes_place(other.status))
        .filter_map(|other| Some((*other, slot.overlap(Span::of(&other.content.when)?)?)))
        .filter(|(other, _)| {
            let (one, other) = (&activity.id, &other.id);
            !is_below(one, other, &parents) && !is_below(other, one, &parents)
        })
        .collect();
    found.sort_by_cached_key(|(other, days)| {
        let start = other.content.when.starts_at();
        (days.first, start, other.id.clone())
    });
    found
}

/// Whether it is to take place, or did; a draft may.
const fn takes_place(status: Status) -> bool {
    match status {
        Status::Draft
        | Status::InReview
        | Status::Scheduled
        | Status::Rescheduled
        | Status::Held => true,
        Status::Postponed | Status::Cancelled | Status::Withdrawn => false,
    }
}

/// Whether one activity belongs to the other, however many lie between them.
fn is_below(
    one: &ActivityId,
    other: &ActivityId,
    parents: &HashMap<&ActivityId, &ActivityId>,
) -> bool {
    let parent = |id: &&ActivityId| parents.get(id).copied();
    // As many steps as there are parents, should they ever form a ring.
    std::iter::successors(parent(&one), parent)
        .take(parents.len())
        .any(|ancestor| ancestor == other)
}

fn venues(activity: &Activity, others: &[(&Activity, Span)]) -> Vec<Clash> {
    let Some(venue) = place(activity) else {
        return Vec::new();
    };
    let mut found: Vec<(Overlap, Clash)> = others
        .iter()
        .filter(|(other, _)| place(other).is_some_and(|other| is_same(venue, other)))
        .filter_map(|(other, days)| {
            let overlap = overlap(&activity.content.when, &other.content.when)?;
            let clash = Clash::Venue {
                other: Other::of(other),
                venue: venue.name.clone(),
                days: *days,
                overlap,
            };
            Some((overlap, clash))
        })
        .collect();
    found.sort_by_key(|(overlap, _)| *overlap);
    found.into_iter().map(|(_, clash)| clash).collect()
}

/// Those with the most audiences in common first.
fn audiences(activity: &Activity, others: &[(&Activity, Span)]) -> Vec<Clash> {
    let mut found: Vec<(usize, Clash)> = others
        .iter()
        .filter_map(|(other, days)| {
            let theirs = &other.content.audiences;
            let ours = activity.content.audiences.iter().copied();
            let audiences: Vec<Audience> = ours.filter(|it| theirs.contains(it)).collect();
            let clash = |audiences| Clash::Audience {
                other: Other::of(other),
                audiences,
                days: *days,
            };
            (!audiences.is_empty()).then(|| (audiences.len(), clash(audiences)))
        })
        .collect();
    found.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
    found.into_iter().map(|(_, clash)| clash).collect()
}

fn main_sessions<'a>(
    activity: &Activity,
    slot: Span,
    editions: impl Fn(i32) -> Option<&'a Edition>,
) -> Vec<Clash> {
    if activity.content.strand != Strand::YearRound {
        return Vec::new();
    }
    // Its own edition's session may lie in the year after.
    let mut years: BTreeSet<i32> = (slot.first.year()..=slot.last.year()).collect();
    years.insert(activity.content.edition);
    let session = |year| {
        let edition = editions(year)?;
        let first = edition.main_from.or(edition.main_to)?;
        let last = edition.main_to.unwrap_or(first);
        let session = Span { first, last };
        Some(Clash::MainSession {
            year,
            session,
            days: slot.overlap(session)?,
        })
    };
    years.into_iter().filter_map(session).collect()
}

/// The days of a slot that are not what their weekday says.
#[derive(Default)]
struct Days {
    holidays: Vec<Clash>,
    worked: Vec<Clash>,
    unknown: Vec<Clash>,
}

impl Days {
    fn of(slot: Span) -> Self {
        let mut found = Self::default();
        for day in slot.days() {
            match holidays::day(day) {
                DayKind::Holiday(festival) => found.holiday(festival, day),
                DayKind::WorkingDay(festival) => {
                    found.worked.push(Clash::WorkingDay { festival, on: day });
                }
                DayKind::Unknown { year } => {
                    let clash = Clash::HolidaysUnknown { year };
                    if found.unknown.last() != Some(&clash) {
                        found.unknown.push(clash);
                    }
                }
                DayKind::Ordinary => {}
            }
        }
        found
    }

    /// One more day off: it lengthens the last holiday, or begins one.
    fn holiday(&mut self, festival: Festival, day: NaiveDate) {
        if let Some(Clash::Holiday {
            festival: last,
            days,
        }) = self.holidays.last_mut()
            && *last == festival
            && days.last.succ_opt() == Some(day)
        {
            days.last = day;
        } else {
            let days = Span {
                first: day,
                last: day,
            };
            self.holidays.push(Clash::Holiday { festival, days });
        }
    }
}

#[cfg(test)]
mod tests;
