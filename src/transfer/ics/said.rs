//! Whether an event stands, is put off or is called off.
//!
//! Owns the marks before a title, those that Yueli's own calendars write among them; refuses to know what becomes of
//! it. Invariant: what is taken off a title is a mark of one of the lists below and nothing else.

use icalendar::parser::Component;

use super::{all, find};
use crate::transfer::row::Said;

const CANCELLED: [&str; 4] = ["取消", "已取消", "Cancelled", "Canceled"];
const POSTPONED: [&str; 3] = ["延期", "已延期", "Postponed"];
const BRACKETS: [(char, char); 4] = [('【', '】'), ('[', ']'), ('（', '）'), ('(', ')')];

/// What stands between the two languages of a bilingual title.
const BETWEEN: &str = " / ";

/// Splits the mark off a title: what it says, and the rest.
fn split(text: &str) -> Option<(Said, &str)> {
    let text = text.trim_start();
    let (open, close) = BRACKETS
        .into_iter()
        .find(|(open, _)| text.starts_with(*open))?;
    let (word, rest) = text[open.len_utf8()..].split_once(close)?;
    let is = |words: &[&str]| words.iter().any(|it| it.eq_ignore_ascii_case(word.trim()));
    if is(&CANCELLED) {
        Some((Said::Cancelled, rest.trim()))
    } else if is(&POSTPONED) {
        Some((Said::Postponed, rest.trim()))
    } else {
        None
    }
}

/// A title without its mark; a bilingual one has a mark in each language.
pub(super) fn unmarked(title: &str) -> String {
    let Some((said, rest)) = split(title) else {
        return title.trim().to_owned();
    };
    match rest.rsplit_once(BETWEEN) {
        Some((zh, en)) => match split(en) {
            Some((same, en)) if same == said => format!("{zh}{BETWEEN}{en}"),
            _ => rest.to_owned(),
        },
        None => rest.to_owned(),
    }
}

/// Whether `STATUS` calls the event off.
pub(super) fn is_cancelled(event: &Component<'_>) -> bool {
    find(event, "STATUS")
        .is_some_and(|status| status.val.as_str().trim().eq_ignore_ascii_case("CANCELLED"))
}

/// Whether the calendar takes back all it holds (RFC 5546 §3.2.5).
pub(super) fn calls_off(calendar: &Component<'_>) -> bool {
    find(calendar, "METHOD")
        .is_some_and(|method| method.val.as_str().trim().eq_ignore_ascii_case("CANCEL"))
}

/// What a calendar says of an event. iCalendar has no status for what is put off, so there the title counts, whatever
/// `STATUS` stands beside it.
pub(super) fn said(event: &Component<'_>) -> Said {
    let marked = all(event, "SUMMARY").find_map(|title| split(title.val.as_str()));
    match marked {
        Some((said, _)) => said,
        None if is_cancelled(event) => Said::Cancelled,
        None => Said::Stands,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_taken_off_in_every_bracket_and_language() {
        for (title, rest) in [
            ("【延期】甲", "甲"),
            (" [postponed]  A", "A"),
            ("（取消）甲", "甲"),
            ("[Cancelled] A", "A"),
            ("【延期】甲 / [Postponed] A", "甲 / A"),
            ("【延期】甲 / [Cancelled] A", "甲 / [Cancelled] A"),
            ("【重要】甲", "【重要】甲"),
            ("取消收费的通知", "取消收费的通知"),
            ("【取消", "【取消"),
            ("(", "("),
        ] {
            assert_eq!(unmarked(title), rest, "{title}");
        }
    }
}
