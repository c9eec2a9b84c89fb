//! Marks of a title that say whether it takes place: `【延期】`, `(Cancelled)`, `取消：`, as offices and calendars write them.
//!
//! Refuses to know formats. Invariant: what is taken off a title is a mark of one of the lists below and nothing else.

use super::row::{Row, Said};

const CANCELLED: [&str; 7] = [
    "取消",
    "已取消",
    "活动取消",
    "停办",
    "已停办",
    "Cancelled",
    "Canceled",
];
const POSTPONED: [&str; 9] = [
    "延期",
    "已延期",
    "延期举办",
    "推迟",
    "已推迟",
    "推迟举办",
    "暂缓",
    "暂停",
    "Postponed",
];
/// It has another date, which stands beside the title.
const MOVED: [&str; 3] = ["改期", "已改期", "Rescheduled"];
/// Those that mean nothing else before a colon, where titles have what they are about.
const PLAIN: [&str; 8] = [
    "取消",
    "已取消",
    "延期",
    "已延期",
    "推迟",
    "Cancelled",
    "Canceled",
    "Postponed",
];
const BRACKETS: [(char, char); 4] = [('【', '】'), ('[', ']'), ('（', '）'), ('(', ')')];

/// What stands between the two languages of a bilingual title.
const BETWEEN: &str = " / ";

fn word(text: &str) -> Option<Said> {
    let is = |words: &[&str]| words.iter().any(|it| it.eq_ignore_ascii_case(text.trim()));
    if is(&CANCELLED) {
        Some(Said::Cancelled)
    } else if is(&POSTPONED) {
        Some(Said::Postponed)
    } else {
        is(&MOVED).then_some(Said::Stands)
    }
}

/// Splits the mark off a title, before or behind it: what it says, and the rest.
pub(super) fn split(title: &str) -> Option<(Said, &str)> {
    let title = title.trim();
    let before = || {
        let (open, close) = BRACKETS
            .into_iter()
            .find(|(open, _)| title.starts_with(*open))?;
        title[open.len_utf8()..].split_once(close)
    };
    let with_colon = || {
        let (mark, rest) = title.split_once(['：', ':'])?;
        PLAIN
            .iter()
            .any(|it| it.eq_ignore_ascii_case(mark.trim()))
            .then_some((mark, rest))
    };
    let behind = || {
        let (open, close) = BRACKETS
            .into_iter()
            .find(|(_, close)| title.ends_with(*close))?;
        let (rest, mark) = title.strip_suffix(close)?.rsplit_once(open)?;
        Some((mark, rest))
    };
    [before(), with_colon(), behind()]
        .into_iter()
        .flatten()
        .find_map(|(mark, rest)| Some((word(mark)?, rest.trim())))
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

/// Takes the mark off a row's title, and notes what it says where nothing else of the row says it already.
pub(super) fn take(row: &mut Row) {
    for language in ["zh", "en"] {
        let title = row
            .value
            .get_mut("title")
            .and_then(|title| title.get_mut(language));
        let Some(title) = title else { continue };
        let Some((said, rest)) = title.as_str().and_then(split) else {
            continue;
        };
        if rest.is_empty() {
            continue;
        }
        *title = rest.into();
        if row.said == Said::Stands {
            row.said = said;
        }
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
            ("延期：甲", "甲"),
            ("Cancelled: A", "A"),
            ("甲（延期举办）", "甲"),
            ("甲【取消】", "甲"),
            ("甲：乙（推迟）", "甲：乙"),
            ("暂停：城市慢生活艺术展", "暂停：城市慢生活艺术展"),
            ("Rescheduled: How Time Works", "Rescheduled: How Time Works"),
            ("【改期】甲", "甲"),
            ("【重要】甲", "【重要】甲"),
            ("取消收费的通知", "取消收费的通知"),
            ("甲（取消收费）", "甲（取消收费）"),
            ("【取消", "【取消"),
            ("(", "("),
            ("）", "）"),
        ] {
            assert_eq!(unmarked(title), rest, "{title}");
        }
    }

    #[test]
    fn a_mark_says_one_thing() {
        for (title, said) in [
            ("【停办】甲", Some(Said::Cancelled)),
            ("甲 [Canceled]", Some(Said::Cancelled)),
            ("推迟：甲", Some(Said::Postponed)),
            ("【暂停】甲", Some(Said::Postponed)),
            ("（改期）甲", Some(Said::Stands)),
            ("甲", None),
        ] {
            assert_eq!(split(title).map(|(said, _)| said), said, "{title}");
        }
    }
}
