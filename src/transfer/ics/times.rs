//! Dates of calendars: RFC 5545 §3.3.4, §3.3.5 and §3.3.6.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use icalendar::parser::Property;
use serde_json::{Value, json};

use super::{
    parameter, short,
    zones::{Zone, Zones},
};
use crate::{clock::shanghai, domain::when::instant};

/// A DTSTART, a DTEND or another date of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Time {
    /// `VALUE=DATE`.
    Day(NaiveDate),
    /// With UTC or a zone.
    Instant(DateTime<Utc>),
    /// Without a zone: taken for Shanghai's.
    Floating(DateTime<Utc>),
}

impl Time {
    /// The day in Shanghai.
    pub(super) fn day(self) -> NaiveDate {
        match self {
            Self::Day(day) => day,
            Self::Instant(at) | Self::Floating(at) => at.with_timezone(&shanghai()).date_naive(),
        }
    }

    /// As a step's `at`.
    pub(super) fn at(self) -> Value {
        match self {
            Self::Day(day) => json!(day),
            Self::Instant(at) | Self::Floating(at) => json!(instant::text(at)),
        }
    }
}

/// A date as it is written: what a clock on the wall shows, and where that wall is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Written {
    /// A day.
    Day(NaiveDate),
    /// A time.
    Local {
        /// What the clock shows.
        local: NaiveDateTime,
        /// In which zone.
        zone: Zone,
        /// The zone is not written: Shanghai's is taken.
        floating: bool,
    },
}

impl Written {
    pub(super) fn time(self) -> Time {
        match self {
            Self::Day(day) => Time::Day(day),
            Self::Local {
                local,
                zone,
                floating: false,
            } => Time::Instant(zone.instant(local)),
            Self::Local { local, zone, .. } => Time::Floating(zone.instant(local)),
        }
    }

    /// What the clock shows; a day begins at midnight.
    pub(super) fn local(self) -> NaiveDateTime {
        match self {
            Self::Day(day) => day.into(),
            Self::Local { local, .. } => local,
        }
    }
}

/// Reads a date or date-time.
///
/// # Errors
/// A sentence that names the value.
pub(super) fn time(property: &Property<'_>, zones: &Zones) -> Result<Time, String> {
    written(property, zones).map(Written::time)
}

/// Reads a date or date-time as it is written.
///
/// # Errors
/// A sentence that names the value.
pub(super) fn written(property: &Property<'_>, zones: &Zones) -> Result<Written, String> {
    written_as(property.val.as_str(), property, zones)
}

/// Reads one value of a property that has several.
///
/// # Errors
/// A sentence that names the value.
pub(super) fn written_as(
    text: &str,
    property: &Property<'_>,
    zones: &Zones,
) -> Result<Written, String> {
    let text = text.trim().to_ascii_uppercase();
    let text = text.as_str();
    let not = |what: &str| format!("{:?} is not {what}", short(text));
    let in_range = |day: NaiveDate| {
        if (1900..=2199).contains(&day.year()) {
            Ok(())
        } else {
            Err(format!(
                "{:?} lies outside the years 1900 to 2199",
                short(text)
            ))
        }
    };
    let is_date =
        parameter(property, "VALUE").is_some_and(|value| value.eq_ignore_ascii_case("DATE"));
    if is_date || text.len() == 8 {
        let well_formed = text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit());
        let day = NaiveDate::parse_from_str(text, "%Y%m%d")
            .ok()
            .filter(|_| well_formed)
            .ok_or_else(|| not("a date of the form 20210708"))?;
        in_range(day)?;
        return Ok(Written::Day(day));
    }
    let (local, utc) = match text.strip_suffix('Z') {
        Some(local) => (local, true),
        None => (text, false),
    };
    let well_formed = local.len() == 15;
    let local = NaiveDateTime::parse_from_str(local, "%Y%m%dT%H%M%S")
        .ok()
        .filter(|_| well_formed)
        .ok_or_else(|| not("a date-time of the form 20210708T140000"))?;
    in_range(local.date())?;
    let (zone, floating) = match parameter(property, "TZID").filter(|id| !id.trim().is_empty()) {
        _ if utc => (Zone::Named(chrono_tz::UTC), false),
        Some(id) => (zones.zone(id)?, false),
        None => (Zone::Fixed(shanghai()), true),
    };
    Ok(Written::Local {
        local,
        zone,
        floating,
    })
}

/// Reads a DURATION: weeks, or days and hours, minutes, seconds.
///
/// # Errors
/// A sentence that names the value.
pub(super) fn duration(text: &str) -> Result<TimeDelta, String> {
    let fault = || {
        format!(
            "{:?} is not a duration of the form PT1H30M or P2D, or not a positive one",
            short(text)
        )
    };
    let rest = text.strip_prefix('+').unwrap_or(text);
    let rest = rest.strip_prefix('P').ok_or_else(fault)?;
    let (days, time) = rest.split_once('T').unwrap_or((rest, ""));
    let mut seconds = 0i64;
    for (part, units) in [
        (days, [('W', 604_800), ('D', 86_400), ('-', 0)]),
        (time, [('H', 3_600), ('M', 60), ('S', 1)]),
    ] {
        let mut number = String::new();
        for c in part.chars() {
            if c.is_ascii_digit() && number.len() < 9 {
                number.push(c);
                continue;
            }
            let (_, unit) = units
                .iter()
                .find(|(letter, unit)| *letter == c && *unit > 0)
                .ok_or_else(fault)?;
            let count: i64 = number.parse().map_err(|_| fault())?;
            seconds += count * unit;
            number.clear();
        }
        if !number.is_empty() {
            return Err(fault());
        }
    }
    // A century: longer is a slip, and would leave the range of dates.
    if (1..=3_155_760_000).contains(&seconds) {
        Ok(TimeDelta::seconds(seconds))
    } else {
        Err(fault())
    }
}

/// Where an event's end is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// Nowhere.
    Open,
    /// By a DTEND.
    At(Time),
    /// By a DURATION.
    After(TimeDelta),
}

impl End {
    /// The same end after another start: as far from it as this one is from its own.
    pub(super) fn moved(self, start: Option<Time>) -> Self {
        let length = match (start, self) {
            (Some(Time::Day(first)), Self::At(Time::Day(after))) => after - first,
            (
                Some(Time::Instant(start) | Time::Floating(start)),
                Self::At(Time::Instant(end) | Time::Floating(end)),
            ) => end - start,
            (_, end) => return end,
        };
        if length > TimeDelta::zero() {
            Self::After(length)
        } else {
            Self::Open
        }
    }
}

/// The slot from DTSTART to its end.
///
/// # Errors
/// Why the end does not fit.
pub(super) fn slot(start: Option<Time>, end: End) -> Result<Value, String> {
    let start = match (start, &end) {
        (Some(start), _) => start,
        (None, End::Open) => return Ok(json!({"precision": "unknown"})),
        (None, _) => return Err("is an end without a DTSTART".to_owned()),
    };
    let days = |first: NaiveDate, last: NaiveDate| {
        if last == first {
            json!({"precision": "day", "starts_on": first})
        } else {
            json!({"precision": "day", "starts_on": first, "ends_on": last})
        }
    };
    match (start, end) {
        (Time::Day(first), End::Open) => Ok(days(first, first)),
        // DTEND is the day after the last one (RFC 5545 §3.6.1); Outlook and others write the day itself for one day.
        (Time::Day(first), End::At(Time::Day(after))) if after == first => Ok(days(first, first)),
        (Time::Day(first), End::At(Time::Day(after))) if after > first => {
            Ok(days(first, after - Days::new(1)))
        }
        (Time::Day(first), End::At(Time::Day(after))) => Err(format!(
            "{after} is before DTSTART, {first}; the end of days is the day after the last"
        )),
        (Time::Day(_), End::At(_)) => Err("is a time, but DTSTART is a date".to_owned()),
        (Time::Day(first), End::After(length)) => {
            let count = length.num_days();
            if TimeDelta::days(count) == length {
                Ok(days(first, first + TimeDelta::days(count - 1)))
            } else {
                Err("is not in whole days, but DTSTART is a date".to_owned())
            }
        }
        (Time::Instant(start) | Time::Floating(start), end) => {
            let end = match end {
                End::Open => None,
                End::At(Time::Day(_)) => return Err("is a date, but DTSTART is a time".to_owned()),
                End::At(Time::Instant(end) | Time::Floating(end)) if end == start => None,
                End::At(Time::Instant(end) | Time::Floating(end)) if end > start => Some(end),
                End::At(Time::Instant(end) | Time::Floating(end)) => {
                    return Err(format!(
                        "{} is not after DTSTART, {}",
                        instant::text(end),
                        instant::text(start)
                    ));
                }
                End::After(length) => Some(start + length),
            };
            let mut when = json!({"precision": "minute", "starts_at": instant::text(start)});
            if let Some(end) = end {
                when["ends_at"] = json!(instant::text(end));
            }
            Ok(when)
        }
    }
}
