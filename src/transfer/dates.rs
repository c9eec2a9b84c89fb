//! Dates as people write them in tables.
//!
//! Invariant: what can be read in two ways is a fault, and nothing is read more precisely than it was written.

use chrono::{DateTime, NaiveDate, NaiveTime, TimeZone, Utc};
use serde_json::{Value, json};

use super::row::{Row, short};
use crate::{
    clock::shanghai,
    domain::when::{Month, instant},
};

/// What stands in a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Written {
    /// Nothing, or that it is not known.
    Unknown,
    /// A month.
    Month(Month),
    /// A day.
    Day(NaiveDate),
    /// An instant; written without a zone it is Shanghai's time.
    Minute(DateTime<Utc>),
    /// An hour without a day.
    Hour(NaiveTime),
}

const FORMS: &str =
    "expected 2021-07-08, 2021/7/8 or 2021年7月8日, with or without 14:00, or the month, 2021-07";

/// Reads a cell.
///
/// # Errors
/// A sentence that names the text.
pub(super) fn written(text: &str) -> Result<Written, String> {
    let plain: String = text.trim().chars().map(narrow).collect();
    if plain.is_empty()
        || ["待定", "未定"].contains(&plain.as_str())
        || plain.eq_ignore_ascii_case("tbd")
    {
        return Ok(Written::Unknown);
    }
    let fault = || format!("{:?} is not a date: {FORMS}", short(text));
    if let Some((time, "")) = time(&plain) {
        return Ok(Written::Hour(time));
    }
    let (year, rest) = digits(&plain, 4, 4).ok_or_else(fault)?;
    let separator = rest.chars().next().ok_or_else(fault)?;
    let rest = &rest[separator.len_utf8()..];
    let (month, rest) = digits(rest, 1, 2).ok_or_else(fault)?;
    let (day, rest) = match separator {
        '年' => {
            let rest = rest.strip_prefix('月').ok_or_else(fault)?;
            match digits(rest, 1, 2) {
                Some((day, rest)) => (
                    Some(day),
                    rest.strip_prefix('日')
                        .or_else(|| rest.strip_prefix('号'))
                        .ok_or_else(fault)?,
                ),
                None => (None, rest),
            }
        }
        '-' | '/' => match rest.strip_prefix(separator) {
            Some(rest) => {
                let (day, rest) = digits(rest, 1, 2).ok_or_else(fault)?;
                (Some(day), rest)
            }
            None => (None, rest),
        },
        _ => return Err(fault()),
    };
    let year = i32::try_from(year).map_err(|_| fault())?;
    if !(1900..=2199).contains(&year) {
        return Err(format!(
            "{:?} lies outside the years 1900 to 2199",
            short(text)
        ));
    }
    let no_such = |what: &str| format!("{:?}: there is no such {what}", short(text));
    let Some(day) = day else {
        let month = Month::new(year, month).ok_or_else(|| no_such("month"))?;
        return if rest.trim().is_empty() {
            Ok(Written::Month(month))
        } else {
            Err(fault())
        };
    };
    let day = NaiveDate::from_ymd_opt(year, month, day).ok_or_else(|| no_such("day"))?;
    let rest = rest.trim_start();
    let rest = rest.strip_prefix('T').unwrap_or(rest);
    if rest.is_empty() {
        return Ok(Written::Day(day));
    }
    let (time, rest) = time(rest).ok_or_else(fault)?;
    let zone = rest.trim();
    if zone.is_empty() {
        let at = shanghai().from_local_datetime(&day.and_time(time)).single();
        return at.map(|at| Written::Minute(at.to_utc())).ok_or_else(fault);
    }
    let with_zone = format!("{day}T{time}{zone}");
    DateTime::parse_from_rfc3339(&with_zone)
        .map(|at| Written::Minute(at.to_utc()))
        .map_err(|_| fault())
}

/// Full-width digits and marks as their ASCII forms.
fn narrow(c: char) -> char {
    match c {
        '０'..='９' | '：' | '／' | '－' => {
            char::from_u32(u32::from(c) - 0xFEE0).expect("the full-width block mirrors ASCII")
        }
        '\u{3000}' => ' ',
        other => other,
    }
}

/// A number of `min` to `max` digits, all there are, and what follows it.
fn digits(text: &str, min: usize, max: usize) -> Option<(u32, &str)> {
    let length = text.bytes().take_while(u8::is_ascii_digit).count();
    if !(min..=max).contains(&length) {
        return None;
    }
    Some((text[..length].parse().ok()?, &text[length..]))
}

/// `14:00` or `14:00:30`, and what follows it.
fn time(text: &str) -> Option<(NaiveTime, &str)> {
    let (hour, rest) = digits(text, 1, 2)?;
    let (minute, rest) = digits(rest.strip_prefix(':')?, 2, 2)?;
    let (second, rest) = match rest.strip_prefix(':') {
        Some(rest) => digits(rest, 2, 2)?,
        None => (0, rest),
    };
    Some((NaiveTime::from_hms_opt(hour, minute, second)?, rest))
}

/// Sets `when` from the cells `starts` and `ends`, or notes why that cannot be.
pub(super) fn set_when(row: &mut Row, starts: &str, ends: &str) {
    let mut read = |text: &str, at: &str| {
        written(text)
            .map_err(|detail| row.faults.add(at, detail))
            .ok()
    };
    let (start, end) = (read(starts, "/when/starts"), read(ends, "/when/ends"));
    let (Some(start), Some(end)) = (start, end) else {
        return;
    };
    match slot(start, end) {
        Ok(when) => row.set("when", when),
        Err(Misfit::Start(why)) => row
            .faults
            .add("/when/starts", format!("{:?} {why}", short(starts))),
        Err(Misfit::End(why)) => row
            .faults
            .add("/when/ends", format!("{:?} {why}", short(ends))),
    }
}

enum Misfit {
    Start(&'static str),
    End(String),
}

fn slot(start: Written, end: Written) -> Result<Value, Misfit> {
    use Written::{Day, Hour, Minute, Month, Unknown};
    let end_only = |why: &str| Err(Misfit::End(why.to_owned()));
    match (start, end) {
        (Unknown, Unknown) => Ok(json!({"precision": "unknown"})),
        (Unknown, _) => end_only("is an end without a start"),
        (Hour(_), _) => Err(Misfit::Start("is an hour without a day")),
        (Day(start), Unknown) => Ok(json!({"precision": "day", "starts_on": start})),
        (Day(start), Day(end)) if end >= start => Ok(if end == start {
            json!({"precision": "day", "starts_on": start})
        } else {
            json!({"precision": "day", "starts_on": start, "ends_on": end})
        }),
        (Day(start), Day(_)) => Err(Misfit::End(format!("is before the first day, {start}"))),
        (Minute(start), Unknown) => {
            Ok(json!({"precision": "minute", "starts_at": instant::text(start)}))
        }
        (Minute(start), Hour(hour)) => {
            let day = start.with_timezone(&shanghai()).date_naive();
            let end = shanghai()
                .from_local_datetime(&day.and_time(hour))
                .single()
                .expect("a fixed offset has every local time once");
            slot(Minute(start), Minute(end.to_utc()))
        }
        (Minute(start), Minute(end)) if end > start => Ok(json!({
            "precision": "minute", "starts_at": instant::text(start), "ends_at": instant::text(end),
        })),
        (Minute(start), Minute(_)) => Err(Misfit::End(format!(
            "is not after the start, {}",
            instant::text(start)
        ))),
        (Month(start), Unknown) => Ok(json!({"precision": "month", "month": start})),
        (Month(start), Month(end)) if start == end => {
            Ok(json!({"precision": "month", "month": start}))
        }
        (Month(_), Month(_)) => end_only("is another month; a range of months is no date"),
        (Day(_) | Month(_), Minute(_) | Hour(_))
        | (Minute(_) | Month(_), Day(_))
        | (Minute(_) | Day(_), Month(_)) => {
            end_only("is not known as precisely as the start, or more precisely")
        }
    }
}

/// The year a date's day lies in is checked by [`written`]; a day's own form for JSON.
pub(super) fn day(text: &str) -> Result<Option<NaiveDate>, String> {
    match written(text)? {
        Written::Unknown => Ok(None),
        Written::Day(day) => Ok(Some(day)),
        Written::Minute(_) | Written::Month(_) | Written::Hour(_) => {
            Err(format!("{:?} is not a day", short(text)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transfer::row::Place;

    fn when(starts: &str, ends: &str) -> Result<Value, Vec<(String, String)>> {
        let mut row = Row::new(Place::Line(2));
        set_when(&mut row, starts, ends);
        match row.value.remove("when") {
            Some(when) => Ok(when),
            None => Err(row
                .faults
                .0
                .into_iter()
                .map(|fault| (row.place.pointer(&fault.pointer), fault.detail))
                .collect()),
        }
    }

    #[test]
    fn a_day_is_read_in_every_form() {
        let day = json!({"precision":"day","starts_on":"2021-07-08"});
        for text in [
            "2021-07-08",
            "2021/7/8",
            "2021年7月8日",
            "2021年07月08号",
            " ２０２１／７／８　",
        ] {
            assert_eq!(when(text, "").unwrap(), day, "{text}");
            assert_eq!(when(text, "2021-7-8").unwrap(), day, "{text}");
        }
        assert_eq!(
            when("2021-09-24", "2021年9月28日").unwrap(),
            json!({"precision":"day","starts_on":"2021-09-24","ends_on":"2021-09-28"})
        );
    }

    #[test]
    fn an_hour_is_shanghais_unless_a_zone_stands_there() {
        let at = json!({"precision":"minute","starts_at":"2021-09-24T20:00:00+08:00"});
        for text in [
            "2021-09-24 20:00",
            "2021/9/24 20：00",
            "2021年9月24日20:00",
            "2021-09-24T20:00:00",
            "2021-09-24T12:00:00Z",
            "2021-09-24T14:00+02:00",
        ] {
            assert_eq!(when(text, "").unwrap(), at, "{text}");
        }
        assert_eq!(
            when("2021-09-25 14:00", "17:00").unwrap()["ends_at"],
            "2021-09-25T17:00:00+08:00"
        );
    }

    #[test]
    fn months_and_the_unknown_stay_what_they_are() {
        for text in ["2021-06", "2021/6", "2021年6月"] {
            assert_eq!(
                when(text, "2021-06").unwrap(),
                json!({"precision":"month","month":"2021-06"})
            );
        }
        for text in ["", "待定", "TBD", "未定"] {
            assert_eq!(when(text, "").unwrap(), json!({"precision":"unknown"}));
        }
    }

    #[test]
    fn what_can_be_read_in_two_ways_is_a_fault_that_names_it() {
        for text in [
            "7/8/2021",
            "21-07-08",
            "44385",
            "2021-13",
            "2021-02-30",
            "2021-07-08 25:00",
            "2021.7.8",
            "2021-07-08 14:00 CST",
            "12:00",
            "1899-01-01",
            "20210708",
            "2021-07/08",
        ] {
            let found = when(text, "").unwrap_err();
            assert_eq!(found[0].0, "/lines/2/starts");
            assert!(found[0].1.contains(text), "{found:?}");
        }
    }

    #[test]
    fn ends_that_do_not_fit_are_faults_of_the_end() {
        for (starts, ends) in [
            ("", "2021-07-08"),
            ("2021-07-08", "2021-07-07"),
            ("2021-07-08", "16:00"),
            ("2021-07-08 14:00", "2021-07-09"),
            ("2021-07-08 14:00", "13:00"),
            ("2021-07-08 14:00", "14:00"),
            ("2021-07", "2021-08"),
        ] {
            let found = when(starts, ends).unwrap_err();
            assert_eq!(found.len(), 1);
            assert_eq!(found[0].0, "/lines/2/ends", "{starts} {ends}");
        }
    }
}
