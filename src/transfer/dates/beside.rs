//! What stands in a cell beside a date: weekdays, doubts, words of vague times.
//!
//! Refuses to know how a date is built. Invariant: a weekday that does not fit is a fault, and a word that is passed
//! over has a reason why it is kept nowhere.

use chrono::{Datelike, NaiveDate};

use super::{partial::Date, text::Cursor};

/// Words that say that nobody knows.
const UNKNOWN: [&str; 20] = [
    "待定",
    "未定",
    "另定",
    "时间待定",
    "时间未定",
    "日期待定",
    "日期未定",
    "待通知",
    "另行通知",
    "时间另行通知",
    "待确定",
    "待确认",
    "tbd",
    "暂无",
    "无",
    "n/a",
    "~",
    "-",
    "--",
    "/",
];

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

/// Words behind a date that it can do without, and why; longer ones first.
const LOOSE: [(&str, &str); 16] = [
    ("具体时间待定", NO_HOUR),
    ("时间待定", NO_HOUR),
    ("时间未定", NO_HOUR),
    ("具体时间另行通知", NO_HOUR),
    ("时间另行通知", NO_HOUR),
    ("时间待通知", NO_HOUR),
    ("左右", "it is not exact"),
    ("前后", "it is not exact"),
    ("举办", NO_DATE),
    ("举行", NO_DATE),
    ("召开", NO_DATE),
    ("开幕", NO_DATE),
    ("启动", NO_DATE),
    ("开始", OPEN),
    ("开展", OPEN),
    ("起", OPEN),
];

/// Why a part of the day, or nothing, is no hour.
pub(super) const NO_HOUR: &str = "the hour is not known";
const NO_DATE: &str = "it is no part of the date";
const OPEN: &str = "nobody says until when";

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

/// Whether a text says that nobody knows.
pub(super) fn is_unknown(plain: &str) -> bool {
    UNKNOWN.contains(&plain.to_ascii_lowercase().as_str())
}

/// Passes over a word that says that a date may still change.
pub(super) fn tentative(cursor: &mut Cursor<'_>) -> Option<&'static str> {
    cursor.eat_one(&TENTATIVE)
}

/// Whether what stands in brackets says that a date may still change.
pub(super) fn is_doubt(inside: &str) -> bool {
    let mut words = TENTATIVE.iter().chain(&UNKNOWN[..13]);
    words.any(|word| inside.contains(word))
}

/// Passes over a word that a date can do without, and says why; an empty reason is worth no remark.
pub(super) fn loose(cursor: &mut Cursor<'_>) -> Option<(&'static str, &'static str)> {
    let found = LOOSE.into_iter().find(|(word, _)| cursor.eat(word))?;
    Some(match found {
        // 9月24日起至28日: it says until when.
        (word, OPEN) if cursor.0.trim_start().starts_with(['-', '~']) => (word, ""),
        found => found,
    })
}

/// A quarter, a part of a year, a year or several months, when nothing else stands there.
pub(super) fn vague(mut cursor: Cursor<'_>) -> Option<&str> {
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

/// Passes over a weekday, or over those of the first and the last day of a span, if they stand here.
///
/// # Errors
/// When one does not fit.
pub(super) fn weekdays(
    cursor: &mut Cursor<'_>,
    first: Option<Date>,
    date: Option<Date>,
    in_brackets: bool,
) -> Result<bool, String> {
    let before = cursor.0;
    let Some(one) = cursor.attempt(|cursor| name(cursor, in_brackets)) else {
        return Ok(false);
    };
    let said = |rest: &str| before[..before.len() - rest.len()].to_owned();
    let first_said = said(cursor.0);
    let mut last = None;
    while first.is_some()
        && let Some(next) = cursor.attempt(|cursor| {
            cursor.space();
            cursor.eat_one(&["、", ",", "-", "~", "和", "及", "/"]);
            cursor.space();
            name(cursor, in_brackets)
        })
    {
        last = Some(next);
    }
    match last {
        None => fits(one, date, &first_said)?,
        Some(last) => {
            fits(one, first, &said(cursor.0))?;
            fits(last, date, &said(cursor.0))?;
        }
    }
    Ok(true)
}

/// A weekday's number from Monday on.
fn name(cursor: &mut Cursor<'_>, in_brackets: bool) -> Option<usize> {
    let named = cursor.eat_one(&["星期", "礼拜", "周"]).is_some();
    let word = cursor.eat_one(&["一", "二", "三", "四", "五", "六", "日", "天"])?;
    let alone = in_brackets && word != "天";
    (named || alone).then(|| WEEKDAYS.iter().position(|name| *name == word).unwrap_or(6))
}

fn fits(weekday: usize, date: Option<Date>, said: &str) -> Result<(), String> {
    let Some(Date::Day(day)) = date else {
        return Ok(());
    };
    if weekday == number(day) {
        return Ok(());
    }
    let real = WEEKDAYS[number(day)];
    Err(format!("says {said}, but {day} is 周{real}"))
}

fn number(day: NaiveDate) -> usize {
    day.weekday().num_days_from_monday() as usize
}
