//! Repeated events: RRULE, RDATE, EXDATE (RFC 5545 §3.8.5).
//!
//! Owns which occurrences of an event there are in a window; refuses to know what an event says. Invariant: no event
//! gives more than [`OCCURRENCES_MAX`], and all events of a file together take a bounded number of steps.

use std::{
    collections::{BTreeMap, HashSet},
    fmt,
};

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use icalendar::parser::{Component, Property};

use super::{
    all, find, parameter,
    rule::Starts,
    short,
    times::{self, End, Time, Written, written_as},
    zones::{Zone, Zones},
};
use crate::clock::shanghai;

/// Occurrences of one event: every day for a year and a month.
const OCCURRENCES_MAX: usize = 400;

/// From when to when occurrences are taken, by their starts.
#[derive(Clone, Copy, Debug)]
pub(in crate::transfer) struct Window {
    /// The first moment.
    pub from: DateTime<Utc>,
    /// The first moment after it.
    pub to: DateTime<Utc>,
    /// Of an event that repeats too often, what lies before this is left out first, and then what lies furthest ahead.
    pub present: DateTime<Utc>,
}

impl Window {
    /// What an import takes: all there was, and a year to come.
    pub(in crate::transfer) fn of_import(now: DateTime<Utc>) -> Self {
        let first = NaiveDate::from_yo_opt(1900, 1).expect("every year has a first day");
        let to = now + TimeDelta::days(366);
        Self {
            from: Zone::Fixed(shanghai()).instant(first.into()),
            to,
            present: to,
        }
    }

    /// Whether something begins in it; days begin in Shanghai.
    pub(super) fn holds(self, start: Time) -> bool {
        let at = match start {
            Time::Day(day) => Zone::Fixed(shanghai()).instant(day.into()),
            Time::Instant(at) | Time::Floating(at) => at,
        };
        (self.from..self.to).contains(&at)
    }

    /// Its bounds, and the present, as the clock of an event shows them.
    fn local(self, start: Written) -> (NaiveDateTime, NaiveDateTime, NaiveDateTime) {
        let zone = match start {
            Written::Day(_) => Zone::Fixed(shanghai()),
            Written::Local { zone, .. } => zone,
        };
        let local = |at| zone.local(at);
        (local(self.from), local(self.to), local(self.present))
    }
}

impl fmt::Display for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let day = |at: DateTime<Utc>| at.with_timezone(&shanghai()).date_naive();
        write!(f, "between {} and {}", day(self.from), day(self.to))
    }
}

/// Steps that are left for a file, about a microsecond each.
#[derive(Debug)]
pub(super) struct Budget(u64);

impl Default for Budget {
    fn default() -> Self {
        Self(2_000_000)
    }
}

impl Budget {
    /// Steps of one event at most.
    const EVENT: u64 = 50_000;
}

/// Occurrences by their RECURRENCE-ID or EXDATE.
#[derive(Debug, Default)]
pub(super) struct Ids {
    moments: HashSet<DateTime<Utc>>,
    days: HashSet<NaiveDate>,
    days_of_moments: HashSet<NaiveDate>,
}

impl Ids {
    pub(super) fn add(&mut self, id: Written) {
        match id {
            Written::Day(day) => {
                self.days.insert(day);
            }
            Written::Local { local, zone, .. } => {
                self.moments.insert(zone.instant(local));
                self.days_of_moments.insert(local.date());
            }
        }
    }

    /// Whether an occurrence is among them. A day means all that begins on it, and a moment the whole day of what has
    /// no hours: programs write either beside the other.
    pub(super) fn hold(&self, start: Written) -> bool {
        match start {
            Written::Day(day) => self.days.contains(&day) || self.days_of_moments.contains(&day),
            Written::Local { local, zone, .. } => {
                self.moments.contains(&zone.instant(local)) || self.days.contains(&local.date())
            }
        }
    }
}

/// An occurrence.
#[derive(Debug)]
pub(super) struct Occurrence {
    pub(super) start: Written,
    /// Its own end, where an RDATE gives one.
    pub(super) end: Option<End>,
}

/// What an event has in the window.
#[derive(Debug, Default)]
pub(super) struct Occurrences {
    pub(super) found: Vec<Occurrence>,
    /// How many more are in the window.
    pub(super) left_out: usize,
    /// Some stand as events of their own.
    pub(super) replaced: bool,
}

/// Whether an event repeats. Some programs write an empty RRULE where there is none.
pub(super) fn repeats(event: &Component<'_>) -> bool {
    ["RRULE", "RDATE", "EXRULE"]
        .iter()
        .any(|name| all(event, name).any(|rule| !rule.val.as_str().trim().is_empty()))
}

/// How the occurrences of an event are named.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// A rule may put several on a day.
    within_days: bool,
    /// What dates of its own add to the rule.
    added: HashSet<DateTime<Utc>>,
}

impl Names {
    pub(super) fn of(event: &Component<'_>, zones: &Zones) -> Self {
        let dates = all(event, "RDATE").flat_map(|rdate| {
            let begins = values(rdate).map(|value| value.split('/').next().unwrap_or(value));
            begins.filter_map(move |begin| written_as(begin, rdate, zones).ok())
        });
        let within_days = all(event, "RRULE").any(|rule| {
            let rule = rule.val.as_str().to_ascii_uppercase();
            ["HOURLY", "BYHOUR", "BYMINUTE", "BYSECOND"]
                .iter()
                .any(|part| rule.contains(part))
        });
        Self {
            within_days: within_days || all(event, "RRULE").count() > 1,
            added: dates
                .filter_map(|date| match date {
                    Written::Day(_) => None,
                    Written::Local { local, zone, .. } => Some(zone.instant(local)),
                })
                .collect(),
        }
    }

    /// The upstream id of an occurrence: that of the event, with the day in Shanghai that its rule puts it on, and the
    /// time where a day may have several.
    pub(super) fn key(&self, uid: &str, id: Time) -> String {
        match id {
            Time::Instant(at) | Time::Floating(at)
                if self.within_days || self.added.contains(&at) =>
            {
                format!(
                    "{uid}#{}",
                    at.with_timezone(&shanghai()).format("%Y%m%dT%H%M%S")
                )
            }
            id => format!("{uid}#{}", id.day().format("%Y%m%d")),
        }
    }
}

/// The occurrences that an event leaves out.
///
/// # Errors
/// The value that cannot be read.
pub(super) fn excluded(event: &Component<'_>, zones: &Zones) -> Result<Ids, String> {
    let mut excluded = Ids::default();
    for exdate in all(event, "EXDATE") {
        for value in values(exdate) {
            excluded.add(written_as(value, exdate, zones)?);
        }
    }
    Ok(excluded)
}

/// Where something is wrong, and what.
type Wrong = (&'static str, String);

/// The occurrences of an event in a window, but for those that stand as events of their own.
///
/// # Errors
/// The property that cannot be read, and why.
pub(super) fn occurrences(
    event: &Component<'_>,
    start: Written,
    zones: &Zones,
    window: Window,
    replaced: &Ids,
    budget: &mut Budget,
) -> Result<Occurrences, Wrong> {
    if find(event, "EXRULE").is_some() {
        let why = "is not taken (RFC 5545 does without it): write each day out as an EXDATE";
        return Err(("/EXRULE", why.to_owned()));
    }
    let excluded = excluded(event, zones).map_err(|why| ("/EXDATE", why))?;
    let mut taking = Taking {
        start,
        window: window.local(start),
        excluded: &excluded,
        replaced,
        candidates: BTreeMap::new(),
        occurrences: Occurrences::default(),
    };
    // A rule that ends before the event begins says that it never takes place.
    let mut begins = true;
    for rule in all(event, "RRULE").filter(|rule| !rule.val.as_str().trim().is_empty()) {
        begins &= taking
            .rule(rule.val.as_str(), budget)
            .map_err(|why| ("/RRULE", why))?;
    }
    if begins {
        taking.take(start.local(), None);
    }
    for rdate in all(event, "RDATE") {
        for value in values(rdate) {
            taking
                .date(value, rdate, zones)
                .map_err(|why| ("/RDATE", why))?;
        }
    }
    Ok(taking.done())
}

fn values<'p>(property: &'p Property<'_>) -> impl Iterator<Item = &'p str> {
    let values = property.val.as_str().split(',');
    values.map(str::trim).filter(|value| !value.is_empty())
}

struct Taking<'t> {
    start: Written,
    window: (NaiveDateTime, NaiveDateTime, NaiveDateTime),
    excluded: &'t Ids,
    replaced: &'t Ids,
    candidates: BTreeMap<NaiveDateTime, Option<End>>,
    occurrences: Occurrences,
}

impl Taking<'_> {
    /// A start as the event writes its own.
    fn written(&self, local: NaiveDateTime) -> Written {
        match self.start {
            Written::Day(_) => Written::Day(local.date()),
            Written::Local { zone, floating, .. } => Written::Local {
                local,
                zone,
                floating,
            },
        }
    }

    /// Takes an occurrence, if it is one.
    fn take(&mut self, local: NaiveDateTime, end: Option<End>) {
        let written = self.written(local);
        let local = written.local();
        let (from, to, present) = self.window;
        if local < to && self.replaced.hold(written) {
            self.occurrences.replaced = true;
        } else if (from..to).contains(&local) && !self.excluded.hold(written) {
            // An RDATE that gives an end of its own counts for a start that the rule makes too.
            let earlier = self.candidates.entry(local).or_insert(end);
            *earlier = end.or(*earlier);
            if self.candidates.len() > OCCURRENCES_MAX {
                let first = self.candidates.first_key_value();
                match first.is_some_and(|(first, _)| *first < present) {
                    true => self.candidates.pop_first(),
                    false => self.candidates.pop_last(),
                };
                self.occurrences.left_out += 1;
            }
        }
    }

    /// Takes the starts of a rule; whether the event's own start is one.
    fn rule(&mut self, text: &str, budget: &mut Budget) -> Result<bool, String> {
        let (from, to, _) = self.window;
        if self.start.local() >= to {
            return Ok(true);
        }
        let mut starts = Starts::of(text, self.start, from, to)?;
        if starts.ends_before(self.start.local()) {
            return Ok(false);
        }
        if budget.0 == 0 {
            return Err(format!(
                "{:?} is not followed: the repeated events before it took too many steps",
                short(text)
            ));
        }
        while let Some(local) = starts.next() {
            self.take(local, None);
            if local >= to {
                break;
            }
            if starts.steps > Budget::EVENT {
                return Err(format!(
                    "{:?} takes more than {} steps to follow",
                    short(text),
                    Budget::EVENT
                ));
            }
        }
        budget.0 = budget.0.saturating_sub(starts.steps);
        Ok(true)
    }

    /// Takes a date, or a period with its own end.
    fn date(&mut self, value: &str, rdate: &Property<'_>, zones: &Zones) -> Result<(), String> {
        let (begin, end) = match value.split_once('/') {
            Some((begin, end)) => (begin, Some(end)),
            None => (value, None),
        };
        let begin = written_as(begin, rdate, zones)?;
        let end = match end {
            Some(end) if end.trim_start().to_ascii_uppercase().starts_with('P') => {
                Some(End::After(times::duration(end.trim())?))
            }
            Some(end) => Some(End::At(written_as(end, rdate, zones)?.time())),
            None => None,
        };
        let local = match (self.start, begin) {
            (Written::Day(_), begin) => begin.local(),
            (Written::Local { .. }, Written::Day(_)) => {
                let what = parameter(rdate, "VALUE").unwrap_or("DATE");
                return Err(format!("{value:?} is a {what}, but DTSTART is a time"));
            }
            (
                Written::Local { zone, .. },
                Written::Local {
                    local, zone: own, ..
                },
            ) => zone.local(own.instant(local)),
        };
        self.take(local, end);
        Ok(())
    }

    fn done(mut self) -> Occurrences {
        let candidates = std::mem::take(&mut self.candidates);
        self.occurrences.found = candidates
            .into_iter()
            .map(|(local, end)| Occurrence {
                start: self.written(local),
                end,
            })
            .collect();
        self.occurrences
    }
}
