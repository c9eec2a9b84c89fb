//! One cell: a day, an hour, a month, or a span of days or hours.
//!
//! Invariant: what was read and cannot be kept is remarked upon, in the words of the cell.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Timelike, Utc};

use super::{
    Setting, Written, at,
    beside::{NO_HOUR, is_doubt, is_unknown, loose, tentative, vague, weekdays},
    end_of,
    hours::{Hours, Part, hours, midnight},
    partial::{Date, Partial, could_be_tens, first, last_alone, second},
    serial,
    text::{Cursor, plain},
};
use crate::transfer::row::short;

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Slot {
    /// Its beginning, or all of it.
    pub start: Written,
    /// Its end, when the cell names one.
    pub end: Option<Written>,
    /// What was read and is not kept.
    pub remarks: Vec<String>,
    /// Whether its year is the table's.
    pub is_borrowed: bool,
    /// For a day behind which a program wrote a midnight: what is said of that.
    pub midnight: Option<String>,
}

const FORMS: &str = "expected 2021-07-08, 2021/7/8, 2021.7.8 or 2021年7月8日, with or without 14:00, a span of these, or the month, 2021-07";

/// Reads a cell.
///
/// # Errors
/// A sentence that names the text.
pub(super) fn slot(text: &str, setting: Setting) -> Result<Slot, String> {
    read(text, setting, None)
}

/// Reads a cell that ends what began on another date: what it has in common with that may be left out.
///
/// # Errors
/// A sentence that names the text.
pub(super) fn end(text: &str, setting: Setting, start: Written) -> Result<Slot, String> {
    read(text, setting, start.date())
}

fn read(text: &str, setting: Setting, after: Option<Date>) -> Result<Slot, String> {
    let fault = || format!("{:?} is not a date: {FORMS}", short(text.trim()));
    let because = |why: String| format!("{:?} {why}", short(text.trim()));
    let plain = plain(text).ok_or_else(fault)?;
    if plain.is_empty() || is_unknown(&plain) {
        return Ok(Slot::unknown());
    }
    if let Some(read) = serial::read(&plain, setting.epoch) {
        return read.map(Slot::of).map_err(because);
    }
    if let Some(why) = could_be_tens(&plain) {
        return Err(because(why));
    }
    let mut cursor = Cursor(&plain);
    let mut reader = Reader {
        setting,
        after,
        first: None,
        strict: false,
        is_borrowed: false,
        midnight: None,
        remarks: Vec::new(),
    };
    if let Some(word) = tentative(&mut cursor) {
        cursor.space();
        if cursor.0.is_empty() {
            return Ok(Slot::unknown());
        }
        reader.remark(word, "it may still change");
    }
    let (start, end) = if let Some(word) = vague(cursor) {
        reader.remark(word, "that is no date, so it stays unknown");
        (Written::Unknown, None)
    } else {
        let read = reader.read(&mut cursor).map_err(because)?;
        read.filter(|_| cursor.0.is_empty()).ok_or_else(fault)?
    };
    Ok(Slot {
        start,
        end,
        remarks: reader.remarks.into_iter().map(because).collect(),
        is_borrowed: reader.is_borrowed,
        midnight: reader.midnight.map(because),
    })
}

impl Slot {
    fn unknown() -> Self {
        Self::of(Written::Unknown)
    }

    fn of(start: Written) -> Self {
        Self {
            start,
            end: None,
            remarks: Vec::new(),
            is_borrowed: false,
            midnight: None,
        }
    }
}

struct Reader {
    setting: Setting,
    /// What the cell is the end of.
    after: Option<Date>,
    /// The first day, while the last one of a span is read.
    first: Option<Date>,
    /// Whether a `T` stands before the hour, so that a minus after it is a zone's.
    strict: bool,
    /// Whether the table's year was taken.
    is_borrowed: bool,
    /// What is said of a midnight that a program wrote.
    midnight: Option<String>,
    remarks: Vec<String>,
}

/// That a word is not kept, and why.
fn kept_nowhere(word: &str, why: &str) -> String {
    format!("says {word:?}, which is kept nowhere: {why}")
}

impl Reader {
    fn remark(&mut self, word: &str, why: &str) {
        self.remarks.push(kept_nowhere(word, why));
    }

    /// A date, an hour or both, and perhaps the same again; nothing when none begins here.
    fn read(
        &mut self,
        cursor: &mut Cursor<'_>,
    ) -> Result<Option<(Written, Option<Written>)>, String> {
        let partial = match self.after {
            Some(_) => last_alone(cursor),
            None => first(cursor),
        };
        let date = partial
            .map(|partial| self.date(partial, cursor))
            .transpose()?;
        let passed = partial.and_then(|partial| midnight(cursor, partial.mark));
        let mut from = self.hours(cursor, date, None)?;
        if date.is_none() && from.is_none() {
            return Ok(None);
        }
        if let (Some(Date::Month(_)), Some(_)) = (date, from) {
            return Err("names an hour of no day".to_owned());
        }
        if let Some((day, time)) = zoned(date, from)
            && let Some(instant) = self.zone(cursor, day, time)
        {
            return Ok(Some((Written::Minute(instant), None)));
        }
        if let (Some(word), None) = (passed, from) {
            self.midnight = Some(kept_nowhere(word, NO_HOUR));
        }
        if !up_to(cursor) {
            return Ok(Some((written(date, from), None)));
        }
        let next_day = cursor.eat_one(&["次日", "第二天", "翌日"]).is_some();
        let last = match (date, partial) {
            (Some(date), Some(partial)) => second(cursor, partial)
                .map(|last| self.last(last, date, cursor))
                .transpose()?,
            _ => None,
        };
        let before = cursor.0;
        let till = self.hours(cursor, last.or(date), from)?;
        if last.is_none() && till.is_none() {
            return Ok(None);
        }
        from = from.map(|from| same_half(from, till));
        let start = written(date, from);
        let end = match (last, till, from) {
            // 9月24-28日 9:00-17:00: hours of each day, and there is no such slot.
            (Some(last), Some(Hours::At(..) | Hours::Midnight), None) => {
                if up_to(cursor) {
                    self.hours(cursor, Some(last), till)?;
                }
                let hours = before[..before.len() - cursor.0.len()].trim().to_owned();
                self.remark(&hours, "a span of days has no hours");
                written(Some(last), None)
            }
            (None, till, _) => {
                // 20:00-0:00 ends with the day, as 20:00-24:00 does.
                let is_midnight = matches!(till, Some(Hours::At(NaiveTime::MIN, _)));
                let day = match date {
                    Some(Date::Day(day)) if next_day || is_midnight => {
                        day.checked_add_days(Days::new(1))
                    }
                    Some(Date::Day(day)) => Some(day),
                    _ => None,
                };
                written(day.map(Date::Day), till)
            }
            (last, till, _) => written(last, till),
        };
        Ok(Some((start, Some(end))))
    }

    fn date(&mut self, partial: Partial, cursor: &mut Cursor<'_>) -> Result<Date, String> {
        let date = match self.after {
            Some(after) if partial.year.is_none() => partial.resolve_after(after)?,
            _ => partial.resolve(self.setting)?,
        };
        self.is_borrowed |= partial.year.is_none() && self.after.is_none();
        self.third(partial);
        self.trailers(cursor, Some(date))?;
        Ok(date)
    }

    fn last(
        &mut self,
        partial: Partial,
        first: Date,
        cursor: &mut Cursor<'_>,
    ) -> Result<Date, String> {
        let date = partial.resolve_after(first)?;
        self.third(partial);
        self.first = Some(first);
        self.trailers(cursor, Some(date))?;
        Ok(date)
    }

    fn third(&mut self, partial: Partial) {
        if let Some(third) = partial.third {
            self.remark(third, "the day is not known");
        }
    }

    /// The hours that follow; a part of the day alone is no hour.
    fn hours(
        &mut self,
        cursor: &mut Cursor<'_>,
        date: Option<Date>,
        after: Option<Hours>,
    ) -> Result<Option<Hours>, String> {
        cursor.space();
        if date.is_some() && cursor.eat("T") {
            self.strict = true;
        }
        if date.is_some() && cursor.eat("全天") {
            self.trailers(cursor, date)?;
            return Ok(None);
        }
        let read = hours(cursor, after).map_err(|why| format!("is not a date: {why}"))?;
        self.trailers(cursor, date)?;
        match (read, date) {
            (Some(Hours::Part(word)), Some(_)) => {
                self.remark(word, NO_HOUR);
                Ok(None)
            }
            (Some(Hours::Part(_)), None) => Ok(None),
            (read, _) => Ok(read),
        }
    }

    /// The instant, when a zone follows.
    fn zone(
        &self,
        cursor: &mut Cursor<'_>,
        day: NaiveDate,
        time: NaiveTime,
    ) -> Option<DateTime<Utc>> {
        cursor.attempt(|cursor| {
            let strict = self.strict && cursor.0.starts_with('-');
            (strict || cursor.0.starts_with(['Z', '+'])).then_some(())?;
            let instant =
                DateTime::parse_from_rfc3339(&format!("{day}T{time}{}", cursor.0)).ok()?;
            cursor.0 = "";
            Some(instant.to_utc())
        })
    }

    /// Weekdays, which must fit, and what is said of a date in brackets.
    fn trailers(&mut self, cursor: &mut Cursor<'_>, date: Option<Date>) -> Result<(), String> {
        loop {
            let before = *cursor;
            cursor.space();
            if let Some(inside) = cursor.brackets() {
                let mut inner = Cursor(inside);
                if inside == "北京时间" {
                    continue;
                }
                if weekdays(&mut inner, self.first, date, true)? && inner.0.is_empty() {
                    continue;
                }
                if is_doubt(inside) {
                    self.remark(inside, "it may still change");
                    continue;
                }
            } else if weekdays(cursor, self.first, date, false)? {
                continue;
            } else if let Some(word) = tentative(cursor) {
                self.remark(word, "it may still change");
                continue;
            } else if let Some((word, why)) = loose(cursor) {
                if !why.is_empty() {
                    self.remark(word, why);
                }
                continue;
            }
            *cursor = before;
            return Ok(());
        }
    }
}

/// Passes over what means "up to".
fn up_to(cursor: &mut Cursor<'_>) -> bool {
    let found = cursor.attempt(|cursor| {
        cursor.space();
        cursor.eat_one(&["-", "~"])
    });
    cursor.space();
    found.is_some()
}

/// 2:00-4:00 PM: an hour before the word is of the same half of the day, unless it would then not be before.
fn same_half(from: Hours, till: Option<Hours>) -> Hours {
    let (Hours::At(time, None), Some(Hours::At(end, Some(Part::Pm)))) = (from, till) else {
        return from;
    };
    let (later, turned) = time.overflowing_add_signed(TimeDelta::hours(12));
    if (1..12).contains(&time.hour()) && turned == 0 && later < end {
        Hours::At(later, None)
    } else {
        from
    }
}

fn zoned(date: Option<Date>, hours: Option<Hours>) -> Option<(NaiveDate, NaiveTime)> {
    match (date?, hours?) {
        (Date::Day(day), Hours::At(time, _)) => Some((day, time)),
        _ => None,
    }
}

fn written(date: Option<Date>, hours: Option<Hours>) -> Written {
    match (date, hours) {
        (Some(Date::Day(day)), Some(Hours::At(time, _))) => Written::Minute(at(day, time)),
        (Some(Date::Day(day)), Some(Hours::Midnight)) => Written::Minute(end_of(day)),
        (Some(Date::Day(day)), _) => Written::Day(day),
        (Some(Date::Month(month)), _) => Written::Month(month),
        (None, Some(Hours::At(time, _))) => Written::Hour(time),
        (None, Some(Hours::Midnight)) => Written::Hour(NaiveTime::MIN),
        (None, _) => Written::Unknown,
    }
}
