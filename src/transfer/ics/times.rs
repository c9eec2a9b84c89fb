//! Dates of calendars: RFC 5545 §3.3.4, §3.3.5 and §3.3.6.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, TimeDelta, TimeZone, Utc};
use icalendar::parser::Property;
use serde_json::{Value, json};

use super::{parameter, short};
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

/// Reads a date or date-time.
///
/// # Errors
/// A sentence that names the value.
pub(super) fn time(property: &Property<'_>) -> Result<Time, String> {
    let text = property.val.as_str().trim();
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
        return Ok(Time::Day(day));
    }
    let (local, utc) = match text.strip_suffix(['Z', 'z']) {
        Some(local) => (local, true),
        None => (text, false),
    };
    let well_formed = local.len() == 15;
    let local = NaiveDateTime::parse_from_str(local, "%Y%m%dT%H%M%S")
        .ok()
        .filter(|_| well_formed)
        .ok_or_else(|| not("a date-time of the form 20210708T140000"))?;
    in_range(local.date())?;
    if utc {
        return Ok(Time::Instant(local.and_utc()));
    }
    let Some(zone) = parameter(property, "TZID") else {
        let at = shanghai()
            .from_local_datetime(&local)
            .single()
            .expect("a fixed offset has every local time once");
        return Ok(Time::Floating(at.to_utc()));
    };
    let name = match zone {
        "China Standard Time" => "Asia/Shanghai",
        other => other.strip_prefix('/').unwrap_or(other),
    };
    let zone: chrono_tz::Tz = name.parse().map_err(|_| {
        format!(
            "TZID {:?} is not a time zone that is known (IANA name)",
            short(zone)
        )
    })?;
    match zone.from_local_datetime(&local) {
        chrono::LocalResult::Single(at) | chrono::LocalResult::Ambiguous(at, _) => {
            Ok(Time::Instant(at.to_utc()))
        }
        chrono::LocalResult::None => Err(format!(
            "{:?} does not exist in {zone}: the clocks are put forward over it",
            short(text)
        )),
    }
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
pub(super) enum End {
    /// Nowhere.
    Open,
    /// By a DTEND.
    At(Time),
    /// By a DURATION.
    After(TimeDelta),
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
        // DTEND is the day after the last one (RFC 5545 §3.6.1).
        (Time::Day(first), End::At(Time::Day(after))) if after > first => {
            Ok(days(first, after - Days::new(1)))
        }
        (Time::Day(first), End::At(Time::Day(after))) => Err(format!(
            "{after} is not after DTSTART, {first}; the end of days is the day after the last"
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
