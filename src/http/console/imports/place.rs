//! Where something stands in a file, in words.
//!
//! Invariant: a place that is in no form of ours is shown as it is.

use entity::vocab::Language;

use super::super::words as w;
use crate::{publish::wording::Phrase, transfer::heading_of};

/// A pointer of `docs/IMPORT.md` as people say it. They count from one.
pub(super) fn said(pointer: &str, language: Language) -> String {
    parsed(pointer, language).unwrap_or_else(|| pointer.to_owned())
}

fn parsed(pointer: &str, language: Language) -> Option<String> {
    if pointer.is_empty() {
        return Some(w::PLACE_FILE.plain(language).to_owned());
    }
    let (list, rest) = pointer.strip_prefix('/')?.split_once('/')?;
    let (first, rest) = cut(rest);
    let (said, inner) = match list {
        "sheets" => {
            let sheet = first.replace("~1", "/").replace("~0", "~");
            let Some(rest) = rest else {
                return Some(w::PLACE_SHEET.say(language, &[("sheet", &sheet)]));
            };
            let (row, cell) = cut(rest);
            let parts = [("sheet", sheet.as_str()), ("row", row)];
            (w::PLACE_ROW.say(language, &parts), cell)
        }
        "lines" => (w::PLACE_LINE.say(language, &[("n", first)]), rest),
        "events" => (counted(w::PLACE_EVENT, first, language)?, rest),
        "activities" => (counted(w::PLACE_ACTIVITY, first, language)?, rest),
        "editions" => (counted(w::PLACE_EDITION, first, language)?, rest),
        "series" => (counted(w::PLACE_SERIES, first, language)?, rest),
        _ => return None,
    };
    let Some(inner) = inner else {
        return Some(said);
    };
    let phrase = match list {
        "sheets" | "lines" => w::PLACE_COLUMN,
        _ => w::PLACE_FIELD,
    };
    // Lines name the column that is meant; what a file calls it is one of many names.
    let heading = heading_of(inner).filter(|_| list == "lines" && language == Language::Zh);
    let name = heading.map_or_else(|| inner.to_owned(), |heading| format!("“{heading}”"));
    Some(phrase.say(language, &[("place", &said), ("name", &name)]))
}

/// A name, and what follows it.
fn cut(rest: &str) -> (&str, Option<&str>) {
    match rest.split_once('/') {
        Some((name, rest)) => (name, Some(rest)),
        None => (rest, None),
    }
}

/// The place in a list that a program counts from 0.
fn counted(phrase: Phrase, index: &str, language: Language) -> Option<String> {
    let index: u32 = index.parse().ok()?;
    let number = index.checked_add(1)?.to_string();
    Some(phrase.say(language, &[("n", &number)]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_told_as_people_count() {
        for (pointer, zh, en) in [
            ("", "整个文件", "the file"),
            ("/sheets/活动", "工作表“活动”", "sheet “活动”"),
            (
                "/sheets/活动/5",
                "工作表“活动”第 5 行",
                "sheet “活动”, row 5",
            ),
            (
                "/sheets/a~1b~01/5/C",
                "工作表“a/b~1”第 5 行 C 列",
                "sheet “a/b~1”, row 5, column C",
            ),
            (
                "/lines/2/title_zh",
                "第 2 行 “活动名称” 列",
                "line 2, column title_zh",
            ),
            ("/events/0", "第 1 个日程", "event 1"),
            (
                "/events/2/DTSTART",
                "第 3 个日程：DTSTART",
                "event 3: DTSTART",
            ),
            (
                "/activities/3/when/ends_on",
                "第 4 个活动：when/ends_on",
                "activity 4: when/ends_on",
            ),
            ("/editions/0/year", "第 1 个年度：year", "edition 1: year"),
            ("/series/1", "第 2 个系列", "series 2"),
        ] {
            assert_eq!(said(pointer, Language::Zh), zh);
            assert_eq!(said(pointer, Language::En), en);
        }
    }

    #[test]
    fn a_place_of_no_form_of_ours_is_shown_as_it_is() {
        for pointer in [
            "/",
            "x",
            "/events/4294967295",
            "/events/x",
            "/things/1",
            "/format",
        ] {
            assert_eq!(said(pointer, Language::Zh), pointer);
        }
    }
}
