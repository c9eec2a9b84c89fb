//! Hours as people write them: `20:00`, `下午2点半`, `晚8点`.
//!
//! Invariant: a part of the day without a number is no hour.

use chrono::NaiveTime;

use super::text::Cursor;

/// What stands for the time of day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hours {
    /// An hour, with the part of the day it was written with.
    At(NaiveTime, Option<Part>),
    /// The day's end, `24:00`.
    Midnight,
    /// A part of the day alone, as it was written.
    Part(&'static str),
}

/// Parts of the day, by what they make of a number up to twelve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Night,
    Morning,
    Noon,
    Afternoon,
    Evening,
    /// Before noon, as English writes it behind the hour.
    Am,
    /// After noon.
    Pm,
}

const HALVES: [(&str, Part); 12] = [
    ("AM", Part::Am),
    ("am", Part::Am),
    ("Am", Part::Am),
    ("A.M.", Part::Am),
    ("a.m.", Part::Am),
    ("a.m", Part::Am),
    ("PM", Part::Pm),
    ("pm", Part::Pm),
    ("Pm", Part::Pm),
    ("P.M.", Part::Pm),
    ("p.m.", Part::Pm),
    ("p.m", Part::Pm),
];

/// Longer words first.
const PARTS: [(&str, Part); 14] = [
    ("上午", Part::Morning),
    ("早上", Part::Morning),
    ("早晨", Part::Morning),
    ("清晨", Part::Morning),
    ("凌晨", Part::Night),
    ("早", Part::Morning),
    ("中午", Part::Noon),
    ("下午", Part::Afternoon),
    ("傍晚", Part::Evening),
    ("晚上", Part::Evening),
    ("晚间", Part::Evening),
    ("夜间", Part::Evening),
    ("晚", Part::Evening),
    ("夜", Part::Evening),
];

/// Reads a time of day; an hour without a part takes `like`'s where that makes it later than `after`.
///
/// # Errors
/// Why a number is no hour.
pub(super) fn hours(
    cursor: &mut Cursor<'_>,
    after: Option<Hours>,
) -> Result<Option<Hours>, String> {
    let part = cursor.attempt(|cursor| {
        let word = cursor.eat_one(&PARTS.map(|(word, _)| word))?;
        cursor.space();
        PARTS.iter().find(|(name, _)| *name == word).copied()
    });
    let before = cursor.0;
    let Some((hour, minute, second)) = cursor.attempt(clock) else {
        return Ok(part.map(|(word, _)| Hours::Part(word)));
    };
    let half = cursor.attempt(|cursor| {
        cursor.space();
        HALVES.into_iter().find(|(word, _)| cursor.eat(word))
    });
    let part = part.or(half);
    let like = match after {
        Some(Hours::At(_, like)) => like,
        _ => None,
    };
    if is_midnight(part.map(|(_, part)| part), like, (hour, minute, second)) {
        return Ok(Some(Hours::Midnight));
    }
    let written = || before[..before.len() - cursor.0.len()].to_owned();
    let no_hour = || match part {
        Some((
            word,
            Part::Night | Part::Morning | Part::Noon | Part::Afternoon | Part::Evening,
        )) => {
            format!("{word}{} is no hour", written())
        }
        Some((_, Part::Am | Part::Pm)) | None => format!("{} is no hour", written()),
    };
    let shifted = match part {
        Some((_, part)) => shift(part, hour).ok_or_else(no_hour)?,
        None => hour,
    };
    let at = NaiveTime::from_hms_opt(shifted, minute, second).ok_or_else(no_hour)?;
    let at = match (part, after) {
        // 下午2:00-5:00: the second is of the afternoon too.
        (None, Some(Hours::At(from, Some(like)))) if at <= from => shift(like, hour)
            .and_then(|hour| NaiveTime::from_hms_opt(hour, minute, second))
            .unwrap_or(at),
        _ => at,
    };
    cursor.eat_one(&["起", "开始"]);
    Ok(Some(Hours::At(at, part.map(|(_, part)| part))))
}

/// `14:00`, `14:00:30`, `14点`, `14时30分`, `2点半`.
fn clock(cursor: &mut Cursor<'_>) -> Option<(u32, u32, u32)> {
    let hour = cursor.digits(1, 2)?;
    if cursor.eat(":") {
        let minute = cursor.digits(2, 2)?;
        let second = if cursor.eat(":") {
            cursor.digits(2, 2)?
        } else {
            0
        };
        return Some((hour, minute, second));
    }
    // 2-4点: the second number says what the first one is.
    let mut ahead = *cursor;
    if ahead.eat_one(&["-", "~"]).is_some() {
        ahead.eat_one(&PARTS.map(|(word, _)| word));
        ahead.digits(1, 2)?;
        ahead.eat_one(&["点", "时"])?;
        return Some((hour, 0, 0));
    }
    cursor.eat_one(&["点", "时"])?;
    if cursor.eat("半") {
        return Some((hour, 30, 0));
    }
    if cursor.eat_one(&["整", "钟"]).is_some() {
        return Some((hour, 0, 0));
    }
    let minute = cursor.attempt(|cursor| cursor.digits(1, 2));
    if minute.is_some() {
        cursor.eat("分");
    }
    Some((hour, minute.unwrap_or(0), 0))
}

/// Passes over the midnight that databases and spreadsheets write behind a day that has no hour: `2021-09-24 00:00:00`,
/// `2021/9/24 0:00`; not where a zone or an end follows, and not 00:00, which is an hour.
pub(super) fn midnight(cursor: &mut Cursor<'_>, mark: Option<char>) -> Option<&'static str> {
    if !matches!(mark, Some('-' | '/')) {
        return None;
    }
    cursor.attempt(|cursor| {
        cursor.eat("T");
        cursor.space();
        let word = cursor.eat_one(&["00:00:00", "0:00:00", "0:00"])?;
        cursor.eat_one(&[".000000", ".000", ".0"]);
        let rest = cursor.0.trim_start();
        let ends = rest.is_empty() || rest.len() < cursor.0.len();
        (ends && !rest.starts_with(['-', '~', '+', 'Z'])).then_some(word)
    })
}

/// `24:00`, and twelve of an evening.
fn is_midnight(part: Option<Part>, like: Option<Part>, clock: (u32, u32, u32)) -> bool {
    match clock {
        (24, 0, 0) => matches!(part, None | Some(Part::Evening)),
        (12, 0, 0) => part.or(like) == Some(Part::Evening),
        _ => false,
    }
}

/// The hour of the day that a number means in a part of it; nothing where the two contradict each other.
const fn shift(part: Part, hour: u32) -> Option<u32> {
    match (part, hour) {
        (Part::Night, 0..=6)
        | (Part::Morning, 0..=12)
        | (Part::Noon, 11..=14)
        | (Part::Afternoon, 12..=19)
        | (Part::Evening, 17..=23)
        | (Part::Am, 0..=11)
        | (Part::Pm, 12..=23) => Some(hour),
        (Part::Am, 12) => Some(0),
        (Part::Pm, 1..=11) => Some(hour + 12),
        (Part::Noon, 1..=2) | (Part::Afternoon, 1..=7) | (Part::Evening, 5..=11) => Some(hour + 12),
        _ => None,
    }
}
