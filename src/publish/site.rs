//! What the outside is told about the service itself: its names and its addresses.
//!
//! Invariant: addresses are made of the configured base, never of a request's host, and ids of the
//! authority that was fixed when the database was made.

use entity::vocab::Language;

use super::scope::FeedKey;
use crate::{config::ProgrammeSettings, ids::NoticeId, links::Links};

/// The service, as its feeds name it.
#[derive(Clone, Debug)]
pub(crate) struct Site {
    /// Public addresses.
    pub(crate) links: Links,
    /// The authority of tag URIs (RFC 4151), fixed at first start.
    pub(crate) authority: String,
    /// The year in which the authority was ours, fixed at first start.
    pub(crate) authority_year: i32,
    /// The programme's names and its mailbox.
    pub(crate) programme: ProgrammeSettings,
}

impl Site {
    /// The programme's name.
    pub(crate) fn name(&self, language: Language) -> &str {
        match language {
            Language::Zh => &self.programme.name.zh,
            Language::En => &self.programme.name.en,
        }
    }

    /// What the programme is, in a sentence.
    pub(crate) fn description(&self, language: Language) -> &str {
        match language {
            Language::Zh => &self.programme.description.zh,
            Language::En => &self.programme.description.en,
        }
    }

    /// The start page.
    pub(crate) fn home(&self, language: Language) -> String {
        self.links.to(&format!("/{language}/"))
    }

    /// A feed.
    pub(crate) fn feed(&self, key: &FeedKey) -> String {
        self.links.to(&format!("/feeds/{key}"))
    }

    /// A notice's id in news feeds: a tag URI, of one language alone, because some readers keep
    /// entries by id across feeds.
    pub(crate) fn entry_id(&self, id: &NoticeId, language: Language) -> String {
        format!(
            "tag:{},{}:{id}/{language}",
            self.authority, self.authority_year
        )
    }

    /// The picture of news feeds.
    pub(crate) fn icon(&self) -> String {
        self.links.to("/feeds/icon.png")
    }
}
