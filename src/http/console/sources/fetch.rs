//! What came of asking a source, as a line of its log.

use entity::vocab::Language;

use super::super::words::{self as w, faults};
use crate::{publish::wording::Phrase, store::source_entries::Fetch};

/// Notes that are told in the line; with more of them they fold away.
const FEW: usize = 2;

/// A time that a source was asked.
pub(super) struct Line {
    pub(super) at: String,
    pub(super) outcome: String,
    pub(super) tone: &'static str,
    pub(super) facts: String,
    pub(super) notes: Vec<String>,
    /// Under what they fold away, where there are many.
    pub(super) folded: Option<String>,
}

impl Line {
    pub(super) fn of(fetch: &Fetch, language: Language) -> Self {
        let count = |phrase: Phrase, n: i64| {
            (n > 0).then(|| phrase.say(language, &[("n", &n.to_string())]))
        };
        let facts = [
            count(w::FETCH_PROPOSALS, fetch.proposals.into()),
            count(w::FETCH_UNREAD, fetch.unread.into()),
            count(w::SOURCE_ENTRIES, fetch.entries.into()),
            count(w::FETCH_STATUS, fetch.status.unwrap_or_default().into()),
            count(w::FETCH_BYTES, (fetch.bytes + 1023) / 1024),
        ];
        let notes = fetch.detail.lines();
        let notes: Vec<String> = notes.map(|note| faults::noted(note, language)).collect();
        let many = notes.len() > FEW;
        Self {
            at: w::local_second(fetch.at),
            outcome: w::fetch_outcome(&fetch.outcome, language).to_owned(),
            tone: match fetch.outcome.as_str() {
                "read" if fetch.unread == 0 => "good",
                "read" => "moved",
                "unchanged" => "plain",
                _ => "off",
            },
            facts: facts.into_iter().flatten().collect::<Vec<_>>().join(" · "),
            folded: many.then(|| w::FETCH_NOTES.say(language, &[("n", &notes.len().to_string())])),
            notes,
        }
    }
}
