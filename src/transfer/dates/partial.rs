//! A day or a month as far as it was written, and what fills the rest.
//!
//! Invariant: a year that nobody wrote is taken from the table or is a fault, never from the clock.

use chrono::{Datelike, NaiveDate};

use super::{Setting, text::Cursor};
use crate::domain::when::Month;

/// What was written of a date.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Partial {
    /// The year.
    pub year: Option<i32>,
    /// The month.
    pub month: Option<u32>,
    /// The day of the month.
    pub day: Option<u32>,
    /// What parts the numbers, when no characters do.
    pub mark: Option<char>,
    /// A part of the month, such as 下旬.
    pub third: Option<&'static str>,
}

/// A month or a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Date {
    /// A month.
    Month(Month),
    /// A day.
    Day(NaiveDate),
}

const THIRDS: [&str; 9] = [
    "上中旬",
    "中下旬",
    "上旬",
    "中旬",
    "下旬",
    "初",
    "中",
    "底",
    "末",
];

/// A date that can begin a text: with a year, with a month by name, or a month and a day with a point between them.
pub(super) fn first(cursor: &mut Cursor<'_>) -> Option<Partial> {
    cursor
        .attempt(with_year)
        .or_else(|| {
            cursor.attempt(|cursor| {
                let month = cursor.digits(1, 2)?;
                cursor.eat("月").then_some(())?;
                Some(in_month(cursor, None, month))
            })
        })
        .or_else(|| cursor.attempt(dotted))
}

/// The end of something, in a cell of its own: its month may be that of the start.
pub(super) fn last_alone(cursor: &mut Cursor<'_>) -> Option<Partial> {
    first(cursor).or_else(|| cursor.attempt(in_same_month))
}

/// `28日`.
fn in_same_month(cursor: &mut Cursor<'_>) -> Option<Partial> {
    let day = cursor.digits(1, 2)?;
    cursor.eat_one(&["日", "号"])?;
    Some(Partial {
        day: Some(day),
        ..Partial::default()
    })
}

/// `9.24`, `9.24日`; a third number makes it something else.
fn dotted(cursor: &mut Cursor<'_>) -> Option<Partial> {
    let month = cursor.digits(1, 2)?;
    cursor.eat(".").then_some(())?;
    let day = cursor.digits(1, 2)?;
    cursor.eat_one(&["日", "号"]);
    (!cursor.0.starts_with(['.', ':', '点', '时', '%'])).then_some(Partial {
        month: Some(month),
        day: Some(day),
        mark: Some('.'),
        ..Partial::default()
    })
}

/// Why `9.1` is no date: as a number, 9.10 is the same.
pub(super) fn could_be_tens(plain: &str) -> Option<String> {
    let (month, day) = plain.split_once('.')?;
    let number: u32 = month
        .parse()
        .ok()
        .filter(|month| (1..=12).contains(month))?;
    (month.len() <= 2 && matches!(day, "1" | "2" | "3")).then(|| {
        format!("may have been {plain}0 before a program took it for a number: write {number}月{day}日, or {number}月{day}0日")
    })
}

/// A date after "up to": what it has in common with the first may be left out.
pub(super) fn second(cursor: &mut Cursor<'_>, from: Partial) -> Option<Partial> {
    first(cursor)
        .or_else(|| cursor.attempt(in_same_month))
        .or_else(|| {
            let mark = from.mark?;
            cursor.attempt(|cursor| {
                let one = cursor.digits(1, 2)?;
                if cursor.0.starts_with([':', '点', '时']) {
                    return None;
                }
                let two = cursor.attempt(|cursor| {
                    cursor.eat(mark.encode_utf8(&mut [0; 4])).then_some(())?;
                    cursor.digits(1, 2)
                });
                cursor.eat_one(&["日", "号"]);
                Some(Partial {
                    month: two.map(|_| one),
                    day: Some(two.unwrap_or(one)),
                    ..Partial::default()
                })
            })
        })
}

/// `20210708`: no other order of it is a date of these centuries.
fn in_one(cursor: &mut Cursor<'_>) -> Option<Partial> {
    let number = cursor.digits(8, 8)?;
    Some(Partial {
        year: i32::try_from(number / 10_000).ok(),
        month: Some(number / 100 % 100),
        day: Some(number % 100),
        ..Partial::default()
    })
}

fn with_year(cursor: &mut Cursor<'_>) -> Option<Partial> {
    if let Some(whole) = cursor.attempt(in_one) {
        return Some(whole);
    }
    let year = i32::try_from(cursor.digits(4, 4)?).ok()?;
    if cursor.eat("年") {
        cursor.space();
        let month = cursor.digits(1, 2)?;
        cursor.eat("月").then_some(())?;
        return Some(in_month(cursor, Some(year), month));
    }
    let mark = cursor.eat_one(&["-", "/", "."])?.chars().next()?;
    let month = cursor.digits(1, 2)?;
    let day = cursor.attempt(|cursor| {
        cursor.eat(mark.encode_utf8(&mut [0; 4])).then_some(())?;
        cursor.digits(1, 2)
    });
    // 2021.1 may be a number that was 2021.10.
    if day.is_none() && mark == '.' {
        return None;
    }
    Some(Partial {
        year: Some(year),
        month: Some(month),
        day,
        mark: Some(mark),
        third: None,
    })
}

/// What follows `9月`: `24日`, `24`, `份`, `下旬`, nothing.
fn in_month(cursor: &mut Cursor<'_>, year: Option<i32>, month: u32) -> Partial {
    cursor.eat("份");
    let day = cursor.attempt(|cursor| {
        cursor.space();
        let day = cursor.digits(1, 2)?;
        // 9月20:00 has no day.
        (!cursor.0.starts_with([':', '点', '时'])).then_some(day)
    });
    let third = match day {
        Some(_) => {
            cursor.eat_one(&["日", "号"]);
            None
        }
        None => cursor.eat_one(&THIRDS),
    };
    Partial {
        year,
        month: Some(month),
        day,
        mark: None,
        third,
    }
}

impl Partial {
    /// The date, with the table's year where none was written.
    ///
    /// # Errors
    /// Why it is none.
    pub(super) fn resolve(self, setting: Setting) -> Result<Date, String> {
        let year = self
            .year
            .or(setting.year)
            .ok_or("has no year, and neither the table nor its name nor the request says which")?;
        self.within(year)
    }

    /// The last date of a range, after a first one.
    ///
    /// # Errors
    /// Why it is none.
    pub(super) fn resolve_after(self, first: Date) -> Result<Date, String> {
        let (year, month) = match first {
            Date::Month(month) => (month.year(), month.number()),
            Date::Day(day) => (day.year(), day.month()),
        };
        let whole = Self {
            month: self.month.or(Some(month)),
            ..self
        };
        // 12月30日至1月3日 ends in the next year; what would last longer than half a year is an error.
        let turns = self.year.is_none()
            && whole
                .month
                .is_some_and(|last| last < month && last + 12 <= month + 6);
        whole.within(self.year.unwrap_or(year + i32::from(turns)))
    }

    fn within(self, year: i32) -> Result<Date, String> {
        if !(1900..=2199).contains(&year) {
            return Err("lies outside the years 1900 to 2199".to_owned());
        }
        let month = self.month.unwrap_or(0);
        let known = Month::new(year, month).ok_or("is not a month of any year")?;
        let Some(day) = self.day else {
            return Ok(Date::Month(known));
        };
        NaiveDate::from_ymd_opt(year, month, day)
            .map(Date::Day)
            .ok_or_else(|| match NaiveDate::from_ymd_opt(2000, month, day) {
                Some(_) => format!("is not a day of the year {year}"),
                None => "is not a day of any year".to_owned(),
            })
    }
}
