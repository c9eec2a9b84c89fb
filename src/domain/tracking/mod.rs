//! What a source says, compared with what it said before and with what stands here.
//!
//! Owns the three-way comparison, the pairing of entries and the look whether a source is whole. Refuses to know how a source is
//! read and where anything is kept. Invariants: only what the source itself changed is proposed, never that an editor did; what
//! was decided once is settled until the source says something else.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{likeness::likeness, when::When};

mod find;
mod here;
mod off;
mod pair;
mod propose;
mod whole;

pub use find::{Brief, Candidates, Evidence, Found, is_unique};
pub use here::{here_of, sources_with, stands_here};
pub use off::{unheard, vanished};
pub use pair::{Nameless, pairs};
pub use propose::{Do, Proposed, proposals};
pub use whole::{Count, Doubt, doubt};

/// Whether an entry's source says that it takes place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Said {
    /// It stands there like any other.
    #[default]
    Stands,
    /// It was put off.
    Postponed,
    /// It was called off.
    Cancelled,
}

/// Fields that are compared, as an activity has them; and `url`, the entry's own page.
pub const COMPARED: [&str; 13] = [
    "title",
    "summary",
    "description",
    "when",
    "districts",
    "venue",
    "mode",
    "live_url",
    "registration_url",
    "audiences",
    "organizers",
    "kind",
    "url",
];

/// What stands among what is assumed for whether it takes place.
pub const STANDING: &str = "said";

/// What an entry of a source says: only what it does say.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Seen {
    /// Whether it takes place.
    pub said: Said,
    /// Its fields, as an activity writes them.
    pub fields: Map<String, Value>,
    /// Of what is settled, the fields that stand for what was here before the source was settled with at all: it never said them, so
    /// what it says otherwise may be against an editor's word.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub assumed: BTreeSet<String>,
}

impl Seen {
    /// Its slot; nothing where it names none.
    #[must_use]
    pub fn when(&self) -> Option<When> {
        let when = self.fields.get("when")?;
        serde_json::from_value(when.clone()).ok()
    }

    /// Its slot, where it is known.
    #[must_use]
    pub fn known_when(&self) -> Option<When> {
        self.when().filter(When::is_known)
    }

    /// Whether it is another event than what was said before: neither its day nor its title is like that one's.
    #[must_use]
    pub fn is_another(&self, before: &Self) -> bool {
        let day = |seen: &Self| seen.known_when().and_then(|when| when.first_day());
        let same_day = day(self).is_some() && day(self) == day(before);
        !same_day && likeness(self.title(), before.title()) < find::RESEMBLES
    }

    /// The districts that it names.
    fn districts(&self) -> Vec<&str> {
        let named = self.fields.get("districts").and_then(Value::as_array);
        named
            .map(|districts| districts.iter().filter_map(Value::as_str).collect())
            .unwrap_or_default()
    }

    /// Its Chinese title.
    #[must_use]
    pub fn title(&self) -> &str {
        let title = self.fields.get("title").and_then(|title| title.get("zh"));
        title.and_then(Value::as_str).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests;
