//! One cell: a day, an hour, a month, or a span of days or hours.
//!
//! Invariant: what was read and cannot be kept is remarked upon, in the words of the cell.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, Utc};

use super::{
    Setting, Written, at, end_of,
    hours::{Hours, hours},
    partial::{Date, Partial, first, second},
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
}

const FORMS: &str = "expected 2021-07-08, 2021/7/8, 2021.7.8 or 2021年7月8日, with or without 14:00, a span of these, or the month, 2021-07";

/// Words that say that nobody knows.
const UNKNOWN: [&str; 6] = ["待定", "未定", "时间待定", "待通知", "另行通知", "tbd"];

/// Words that say that it may still change.
const TENTATIVE: [&str; 11] = [
    "拟定于",
    "拟定",
    "拟于",
    "暂定于",
    "暂定",
    "预计",
    "初定",
    "计划于",
    "计划",
    "待定",
    "拟",
];

/// Spans that are no date: the year may stand before them.
const VAGUE: [&str; 18] = [
    "第一季度",
    "第二季度",
    "第三季度",
    "第四季度",
    "一季度",
    "二季度",
    "三季度",
    "四季度",
    "上半年",
    "下半年",
    "全年",
    "年内",
    "年初",
    "年中",
    "年底",
    "年末",
    "春季",
    "秋季",
];

const WEEKDAYS: [&str; 7] = ["一", "二", "三", "四", "五", "六", "日"];

/// Reads a cell.
///
/// # Errors
/// A sentence that names the text.
pub(super) fn slot(text: &str, setting: Setting) -> Result<Slot, String> {
    let fault = || format!("{:?} is not a date: {FORMS}", short(text.trim()));
    let because = |why: String| format!("{:?} {why}", short(text.trim()));
    let plain = plain(text).ok_or_else(fault)?;
    if plain.is_empty() || UNKNOWN.contains(&plain.to_ascii_lowercase().as_str()) {
        return Ok(Slot::unknown());
    }
    if let Some(read) = serial::read(&plain, setting.epoch) {
        return read.map(Slot::of).map_err(because);
    }
    let mut cursor = Cursor(&plain);
    let mut reader = Reader {
        setting,
        strict: false,
        remarks: Vec::new(),
    };
    if let Some(word) = cursor.eat_one(&TENTATIVE) {
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
        }
    }
}

/// A quarter, a part of a year, a year or several months, when nothing else stands there.
fn vague(mut cursor: Cursor<'_>) -> Option<&str> {
    let whole = cursor.0;
    let year = cursor.attempt(|cursor| {
        cursor.digits(4, 4)?;
        cursor.eat("年").then_some(())
    });
    if year.is_some() && cursor.0.is_empty() {
        return Some(whole);
    }
    let quarter = cursor.attempt(|cursor| {
        cursor.eat_one(&["Q", "q"])?;
        cursor
            .digits(1, 1)
            .filter(|quarter| (1..=4).contains(quarter))
    });
    let months = cursor.attempt(|cursor| {
        cursor.digits(1, 2)?;
        cursor.eat("月");
        cursor.eat_one(&["-", "~"])?;
        cursor.digits(1, 2)?;
        cursor.eat("月").then_some(())
    });
    let found = quarter.is_some() || months.is_some() || cursor.eat_one(&VAGUE).is_some();
    (found && cursor.0.is_empty()).then_some(whole)
}

struct Reader {
    setting: Setting,
    /// Whether a `T` stands before the hour, so that a minus after it is a zone's.
    strict: bool,
    remarks: Vec<String>,
}

impl Reader {
    fn remark(&mut self, word: &str, why: &str) {
        self.remarks
            .push(format!("says {word:?}, which is kept nowhere: {why}"));
    }

    /// A date, an hour or both, and perhaps the same again; nothing when none begins here.
    fn read(
        &mut self,
        cursor: &mut Cursor<'_>,
    ) -> Result<Option<(Written, Option<Written>)>, String> {
        let partial = first(cursor);
        let date = partial
            .map(|partial| self.date(partial, cursor))
            .transpose()?;
        let from = self.hours(cursor, date, None)?;
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
        let start = written(date, from);
        if !up_to(cursor) {
            return Ok(Some((start, None)));
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
        let date = partial.resolve(self.setting)?;
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
                self.remark(word, "the hour is not known");
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
                if weekday(&mut inner, date)? && inner.0.is_empty() {
                    continue;
                }
                if TENTATIVE
                    .iter()
                    .chain(&UNKNOWN)
                    .any(|word| inside.contains(word))
                {
                    self.remark(inside, "it may still change");
                    continue;
                }
            } else if weekday(cursor, date)? {
                continue;
            } else if let Some(word) = cursor.eat_one(&TENTATIVE) {
                self.remark(word, "it may still change");
                continue;
            }
            *cursor = before;
            return Ok(());
        }
    }
}

/// Passes over a weekday, if one stands here.
fn weekday(cursor: &mut Cursor<'_>, date: Option<Date>) -> Result<bool, String> {
    let before = cursor.0;
    let found = cursor.attempt(|cursor| {
        cursor.eat_one(&["星期", "礼拜", "周"])?;
        let word = cursor.eat_one(&["一", "二", "三", "四", "五", "六", "日", "天"])?;
        WEEKDAYS.iter().position(|name| *name == word).or(Some(6))
    });
    let (Some(found), Some(Date::Day(day))) = (found, date) else {
        return Ok(found.is_some());
    };
    let real = WEEKDAYS[day.weekday().num_days_from_monday() as usize];
    if WEEKDAYS[found] == real {
        return Ok(true);
    }
    let said = &before[..before.len() - cursor.0.len()];
    Err(format!("says {said}, but {day} is 周{real}"))
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
