//! Dates as people write them in tables.
//!
//! Owns one cell's forms ([`slot`]) and what two or three cells make together; refuses to know tables.
//! Invariant: what can be read in two ways is a fault, and nothing is read more precisely than it was written.

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc};
use serde_json::{Value, json};

pub(super) use self::serial::Epoch;
pub(super) use self::text::plain;
use self::{
    partial::Date,
    slot::{Slot, end as end_slot, slot},
};
use super::row::{Row, short};
use crate::{
    clock::shanghai,
    domain::{
        input::Fault,
        when::{Month, instant},
    },
};

mod beside;
mod hours;
mod partial;
pub(super) mod serial;
mod slot;
mod text;

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

impl Written {
    /// The year it lies in.
    fn year(self) -> Option<i32> {
        match self {
            Self::Unknown | Self::Hour(_) => None,
            Self::Month(month) => Some(month.year()),
            Self::Day(day) => Some(day.year()),
            Self::Minute(at) => Some(at.with_timezone(&shanghai()).year()),
        }
    }

    /// The day or the month it lies in.
    fn date(self) -> Option<Date> {
        match self {
            Self::Unknown | Self::Hour(_) => None,
            Self::Month(month) => Some(Date::Month(month)),
            Self::Day(day) => Some(Date::Day(day)),
            Self::Minute(at) => Some(Date::Day(at.with_timezone(&shanghai()).date_naive())),
        }
    }
}

/// What a table says for all its dates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Setting {
    /// The year of dates that are written without one.
    pub year: Option<i32>,
    /// Where its serial numbers begin.
    pub epoch: Epoch,
}

/// The cells that say when.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Cells<'t> {
    /// The whole slot in one.
    pub when: &'t str,
    /// The start.
    pub starts: &'t str,
    /// The end.
    pub ends: &'t str,
}

/// What reading the cells found beside `when`.
#[derive(Clone, Debug, Default)]
pub(super) struct Found {
    /// What was read and is not kept.
    pub remarks: Vec<Fault>,
    /// Whether the year is the table's.
    pub is_borrowed: bool,
}

/// Sets `when`, or notes why that cannot be.
pub(super) fn set_when(row: &mut Row, cells: Cells<'_>, setting: Setting) -> Found {
    let joined = joined(cells, setting);
    let (text, at) = match (cells.when, cells.starts) {
        ("", starts) => (starts, "/when/starts"),
        (when, "") => (when, "/when"),
        _ => (joined.text.as_str(), "/when"),
    };
    let ends = if joined.ends_are_taken {
        ""
    } else {
        cells.ends
    };
    let start = slot(text, setting)
        .map_err(|why| row.faults.add(at, why))
        .ok();
    let from = start.as_ref().map_or(Written::Unknown, |slot| slot.start);
    let within = Setting {
        year: from.year().or(setting.year),
        ..setting
    };
    let end = end_slot(ends, within, from).and_then(|end| match end.end {
        None => Ok(end),
        Some(_) => Err(format!("{:?} is a span, not an end", short(ends))),
    });
    let end = end.map_err(|why| row.faults.add("/when/ends", why)).ok();
    let (Some(mut start), Some(mut end)) = (start, end) else {
        return Found::default();
    };
    // A midnight beside an hour is one.
    if matches!(end.start, Written::Minute(_) | Written::Hour(_)) {
        hour_again(&mut start);
    }
    if matches!(start.start, Written::Minute(_)) {
        hour_again(&mut end);
    }
    let (last, last_at, last_text) = match (start.end, end.start) {
        (Some(last), Written::Unknown) => (last, at, text),
        (None, last) => (last, "/when/ends", ends),
        (Some(_), _) => {
            row.faults
                .add("/when/ends", format!("{:?} is a second end", short(ends)));
            return Found::default();
        }
    };
    match span(start.start, last) {
        Ok(when) => row.set("when", when),
        Err(Misfit::Start(why)) => row.faults.add(at, format!("{:?} {why}", short(text))),
        Err(Misfit::End(why)) => row
            .faults
            .add(last_at, format!("{:?} {why}", short(last_text))),
    }
    let remark = |at: &str| {
        let at = at.to_owned();
        move |detail| Fault {
            pointer: at.clone(),
            detail,
        }
    };
    let is_borrowed = start.is_borrowed;
    let of = |slot: Slot| slot.remarks.into_iter().chain(slot.midnight);
    let of_start = of(start).map(remark(at));
    Found {
        remarks: of_start.chain(of(end).map(remark("/when/ends"))).collect(),
        is_borrowed,
    }
}

/// Makes a day behind which a program wrote a midnight the minute that stands there.
fn hour_again(slot: &mut Slot) {
    if let (Some(_), Written::Day(day)) = (&slot.midnight, slot.start) {
        slot.start = Written::Minute(at(day, NaiveTime::MIN));
        slot.midnight = None;
    }
}

/// A day and its hour that stand in a column each, in one text.
struct Joined {
    text: String,
    /// Whether the end is in it.
    ends_are_taken: bool,
}

/// The day stands before the hour, whichever column has it; where the end is a later day, the hours are those of each.
fn joined(cells: Cells<'_>, setting: Setting) -> Joined {
    let is_day = |text: &str| {
        matches!(
            slot(text, setting),
            Ok(Slot {
                start: Written::Day(_),
                ..
            })
        )
    };
    let is_turned = is_day(cells.starts) && !is_day(cells.when);
    let (day, hours) = match is_turned {
        true => (cells.starts, cells.when),
        false => (cells.when, cells.starts),
    };
    let plainly = |ends_are_taken| Joined {
        text: format!("{day} {hours}"),
        ends_are_taken,
    };
    let (Ok(first), Ok(hour)) = (slot(day, setting), slot(hours, setting)) else {
        return plainly(false);
    };
    let (Written::Day(from), None, Written::Hour(_)) = (first.start, first.end, hour.start) else {
        return plainly(false);
    };
    let within = Setting {
        year: Some(from.year()),
        ..setting
    };
    match end_slot(cells.ends, within, first.start) {
        Ok(end) if end.start == first.start && end.end.is_none() && end.remarks.is_empty() => {
            plainly(true)
        }
        Ok(end) => match (end.start, end.end) {
            (Written::Day(to), None) if to > from => {
                let bare = |text: &str, slot: &Slot, day: NaiveDate| match slot.midnight {
                    Some(_) => day.to_string(),
                    None => text.to_owned(),
                };
                let (day, last) = (bare(day, &first, from), bare(cells.ends, &end, to));
                Joined {
                    text: format!("{day} 至 {last} {hours}"),
                    ends_are_taken: true,
                }
            }
            _ => plainly(false),
        },
        Err(_) => plainly(false),
    }
}

/// An hour of a day in Shanghai.
fn at(day: NaiveDate, time: NaiveTime) -> DateTime<Utc> {
    shanghai()
        .from_local_datetime(&day.and_time(time))
        .single()
        .expect("a fixed offset has every local time once")
        .to_utc()
}

/// The midnight after a day.
fn end_of(day: NaiveDate) -> DateTime<Utc> {
    at(day, NaiveTime::MIN) + TimeDelta::days(1)
}

enum Misfit {
    Start(&'static str),
    End(String),
}

fn span(start: Written, end: Written) -> Result<Value, Misfit> {
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
            let end = match hour {
                NaiveTime::MIN => end_of(day),
                hour => at(day, hour),
            };
            span(Minute(start), Minute(end))
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

/// Whether a text is a date and nothing else; a table of any year.
pub(super) fn is_date(text: &str) -> bool {
    let setting = Setting {
        year: Some(2000),
        ..Setting::default()
    };
    slot(text, setting).is_ok_and(|slot| slot.start != Written::Unknown)
}

/// A cell that holds a day or nothing.
///
/// # Errors
/// A sentence that names the text.
pub(super) fn day(text: &str, setting: Setting) -> Result<Option<NaiveDate>, String> {
    match slot(text, setting)? {
        Slot {
            start: Written::Unknown,
            ..
        } => Ok(None),
        Slot {
            start: Written::Day(day),
            end: None,
            ..
        } => Ok(Some(day)),
        _ => Err(format!("{:?} is not a day", short(text))),
    }
}

#[cfg(test)]
mod tests;
