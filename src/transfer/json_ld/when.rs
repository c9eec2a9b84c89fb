//! Dates of schema.org: ISO 8601.
//!
//! Invariant: a date is as exact as it is written.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, Utc};
use serde_json::{Value, json};

use super::{Thing, short, texts};
use crate::{clock::shanghai, domain::when::instant, transfer::row::Row};

/// A date as far as it is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Time {
    Month(i32, u32),
    Day(NaiveDate),
    Minute {
        at: DateTime<Utc>,
        local: NaiveDate,
        zoned: bool,
    },
}

/// Sets `when` of a row by `startDate` and `endDate`.
pub(super) fn slot(thing: &Thing, row: &mut Row, warn: &mut impl FnMut(&str, String)) {
    let mut read = |name: &str, at: &str| match texts::first(thing, name).map(|text| time(&text)) {
        None => Ok(None),
        Some(Ok(time)) => Ok(Some(time)),
        Some(Err(why)) => {
            row.faults.add(at, why);
            Err(())
        }
    };
    let (Ok(start), Ok(end)) = (read("startDate", "/when"), read("endDate", "/when/ends")) else {
        return;
    };
    if let Some(Time::Minute { zoned: false, .. }) = start {
        warn(
            "startDate",
            "has no offset: it is taken for Shanghai's time".to_owned(),
        );
    }
    match when(start, end) {
        Ok(when) => row.set("when", when),
        Err(why) => row.faults.add("/when/ends", why),
    }
}

fn when(start: Option<Time>, end: Option<Time>) -> Result<Value, String> {
    let not_after = |end: String, start: String| format!("{end} is before startDate, {start}");
    match (start, end) {
        (None, None) => Ok(json!({"precision": "unknown"})),
        (None, Some(_)) => Err("is an end without a startDate".to_owned()),
        (Some(Time::Month(year, month)), None) => {
            Ok(json!({"precision": "month", "month": format!("{year:04}-{month:02}")}))
        }
        (Some(start @ Time::Month(..)), Some(end)) if start == end => when(Some(start), None),
        (Some(Time::Day(first)), None) => Ok(json!({"precision": "day", "starts_on": first})),
        (Some(Time::Day(first)), Some(Time::Day(last))) if last == first => {
            when(Some(Time::Day(first)), None)
        }
        (Some(Time::Day(first)), Some(Time::Day(last))) if last > first => {
            Ok(json!({"precision": "day", "starts_on": first, "ends_on": last}))
        }
        (Some(Time::Day(first)), Some(Time::Day(last))) => {
            Err(not_after(last.to_string(), first.to_string()))
        }
        (Some(Time::Minute { at, local, .. }), end) => {
            let starts_at = instant::text(at);
            let alone = json!({"precision": "minute", "starts_at": starts_at});
            match end {
                None => Ok(alone),
                Some(Time::Minute { at: end, .. }) if end == at => Ok(alone),
                // The same day, and the hour is not known.
                Some(Time::Day(day)) if day == local => Ok(alone),
                Some(Time::Minute { at: end, .. }) if end > at => Ok(json!({
                    "precision": "minute", "starts_at": starts_at, "ends_at": instant::text(end),
                })),
                Some(Time::Minute { at: end, .. }) => Err(not_after(instant::text(end), starts_at)),
                Some(Time::Day(_) | Time::Month(..)) => {
                    Err("is a date, but startDate is a time".to_owned())
                }
            }
        }
        (Some(_), Some(_)) => Err("is not as exact as startDate".to_owned()),
    }
}

/// Reads `2021-07`, `2021-07-08`, or a day, `T` or a space, and `14:00`, with seconds and an offset or without.
fn time(text: &str) -> Result<Time, String> {
    let not = || {
        format!(
            "{:?} is not a date of the form 2021-07-08 or 2021-07-08T14:00+08:00",
            short(text)
        )
    };
    let in_range = |day: NaiveDate| {
        if (1900..=2199).contains(&day.year()) {
            Ok(day)
        } else {
            Err(format!(
                "{:?} lies outside the years 1900 to 2199",
                short(text)
            ))
        }
    };
    let day = |text: &str| NaiveDate::parse_from_str(text, "%Y-%m-%d").map_err(|_| not());
    if !text.is_ascii() {
        return Err(not());
    }
    match text.len() {
        7 => in_range(day(&format!("{text}-01"))?).map(|day| Time::Month(day.year(), day.month())),
        10 => in_range(day(text)?).map(Time::Day),
        _ => {
            let (date, time) = text.split_at_checked(10).ok_or_else(not)?;
            let time = time.strip_prefix(['T', 't', ' ']).ok_or_else(not)?;
            let end = time.find(['Z', 'z', '+', '-']).unwrap_or(time.len());
            let (clock, offset) = time.split_at(end);
            let clock = clock.trim_end();
            let form = if clock.len() == 5 {
                "%H:%M"
            } else {
                "%H:%M:%S%.f"
            };
            let local = NaiveDateTime::parse_from_str(
                &format!("{date}T{clock}"),
                &format!("%Y-%m-%dT{form}"),
            )
            .map_err(|_| not())?;
            let local_day = in_range(local.date())?;
            let zone = match offset {
                "" => shanghai(),
                "Z" | "z" => chrono::FixedOffset::east_opt(0).ok_or_else(not)?,
                offset => {
                    let whole = if offset.len() == 3 {
                        format!("{offset}:00")
                    } else {
                        offset.to_owned()
                    };
                    whole.parse().map_err(|_| not())?
                }
            };
            let at = local.and_local_timezone(zone).single().ok_or_else(not)?;
            Ok(Time::Minute {
                at: at.to_utc(),
                local: local_day,
                zoned: !offset.is_empty(),
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(start: &str, end: &str) -> Result<Value, String> {
        let part = |text: &str| match text {
            "" => Ok(None),
            text => time(text).map(Some),
        };
        when(part(start)?, part(end)?)
    }

    #[test]
    fn a_date_is_as_exact_as_it_is_written() {
        let minute = |at: &str| json!({"precision":"minute","starts_at":at});
        for (start, end, expected) in [
            ("", "", json!({"precision":"unknown"})),
            (
                "2021-06",
                "",
                json!({"precision":"month","month":"2021-06"}),
            ),
            (
                "2021-07-08",
                "2021-07-08",
                json!({"precision":"day","starts_on":"2021-07-08"}),
            ),
            (
                "2021-09-24",
                "2021-09-28",
                json!({"precision":"day","starts_on":"2021-09-24","ends_on":"2021-09-28"}),
            ),
            (
                "2021-07-08T14:00+08:00",
                "",
                minute("2021-07-08T14:00:00+08:00"),
            ),
            (
                "2021-07-08 06:00:00Z",
                "2021-07-08",
                minute("2021-07-08T14:00:00+08:00"),
            ),
            (
                "2021-07-08T14:00:00.000+0800",
                "",
                minute("2021-07-08T14:00:00+08:00"),
            ),
            (
                "2021-07-07T23:00-07",
                "",
                minute("2021-07-08T14:00:00+08:00"),
            ),
            ("2021-07-08T00:00", "", minute("2021-07-08T00:00:00+08:00")),
        ] {
            assert_eq!(read(start, end), Ok(expected), "{start} {end}");
        }
    }

    #[test]
    fn what_is_no_date_or_does_not_fit_is_refused() {
        for (start, end) in [
            ("8 July 2021", ""),
            ("2021-7-8", ""),
            ("2021-02-30", ""),
            ("1789-07-14", ""),
            ("2021-07-08T25:00", ""),
            ("2021年7月8", ""),
            ("2021-07-08T", ""),
            ("", "2021-07-08"),
            ("2021-07-08", "2021-07-07"),
            ("2021-07-08", "2021-07-08T14:00Z"),
            ("2021-07-08T14:00Z", "2021-07-09"),
            ("2021-07-08T14:00Z", "2021-07-08T13:00Z"),
            ("2021-07", "2021-08"),
        ] {
            assert!(read(start, end).is_err(), "{start} {end}");
        }
    }
}
