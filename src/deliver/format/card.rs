//! What robots tell a group: a title, a few lines and an address to read on.
//!
//! Invariant: no text of an activity is taken for markup, however a robot writes it.

use entity::vocab::NoticeKind;

use super::{Telling, Trial};
use crate::publish::wording::{LINK_NOTICE, ROBOT_CONNECTED, ROBOT_CONNECTED_WHY};

/// A message for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Card {
    pub(super) title: String,
    /// At most three.
    pub(super) lines: Vec<String>,
    /// Where to read on.
    pub(super) url: String,
    /// What the way there is called.
    pub(super) link: &'static str,
    pub(super) tone: Tone,
}

/// How much it matters to who wanted to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tone {
    /// Good to know.
    News,
    /// Something is other than it was.
    Change,
    /// It does not take place as it was told.
    CalledOff,
}

/// A title that every robot shows whole.
const TITLE: usize = 150;
/// Three of them fit into 4,096 bytes of UTF-8, the least that a robot takes, beside the title and the link.
const LINE: usize = 240;

impl Card {
    /// Of a notice, in the words of the news.
    pub(super) fn of(telling: &Telling<'_>) -> Self {
        let entry = telling.publisher.entry(telling.notice, telling.language);
        Self {
            title: cut(&entry.title, TITLE),
            lines: entry.summary.lines().map(|line| cut(line, LINE)).collect(),
            url: entry.link,
            link: LINK_NOTICE.plain(telling.language),
            tone: match telling.notice.kind {
                NoticeKind::Cancelled | NoticeKind::Postponed | NoticeKind::Withdrawn => {
                    Tone::CalledOff
                }
                NoticeKind::Rescheduled | NoticeKind::Relocated | NoticeKind::FormatChanged => {
                    Tone::Change
                }
                NoticeKind::Announced
                | NoticeKind::Updated
                | NoticeKind::Corrected
                | NoticeKind::Reinstated
                | NoticeKind::Held
                | NoticeKind::Reminder
                | NoticeKind::Digest => Tone::News,
            },
        }
    }

    /// Of a trial.
    pub(super) fn of_trial(trial: &Trial<'_>) -> Self {
        let language = trial.language;
        Self {
            title: ROBOT_CONNECTED.plain(language).to_owned(),
            lines: vec![ROBOT_CONNECTED_WHY.plain(language).to_owned()],
            url: trial.links.to(&format!("/{language}/")),
            link: LINK_NOTICE.plain(language),
            tone: Tone::News,
        }
    }
}

/// The first characters; an ellipsis says that there were more.
pub(super) fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some(_) => text.chars().take(most - 1).chain(['…']).collect(),
    }
}

/// A text that a robot's Markdown cannot take for markup: its marks become the wide forms of the same characters.
/// None of the dialects says how a mark is escaped.
pub(super) fn unmarked(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '*' | '_' | '`' | '~' | '[' | ']' | '<' | '>' | '#' | '!' | '|' | '\\' | '@' => {
                // U+FF01 to U+FF5E stand for U+0021 to U+007E.
                char::from_u32(u32::from(c) + 0xfee0).unwrap_or(c)
            }
            other => other,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cut_between_characters() {
        assert_eq!(cut("路演", 2), "路演");
        assert_eq!(cut("路演会", 2), "路…");
    }

    #[test]
    fn marks_become_wide_and_nothing_else_changes() {
        assert_eq!(
            unmarked("[改期] *A_b* <c> (d) 1-2. e"),
            "［改期］ ＊A＿b＊ ＜c＞ (d) 1-2. e"
        );
    }
}
