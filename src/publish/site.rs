//! What the outside is told about the service itself: its names and its addresses.
//!
//! Invariant: addresses are made of the configured base, never of a request's host, and ids of the
//! authority that was fixed when the database was made.

use chrono::{DateTime, NaiveDate, Utc};
use entity::vocab::Language;

use super::key::FeedKey;
use crate::{config::ProgrammeSettings, domain::when::midnight, ids::NoticeId, links::Links};

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
        match &key.kept {
            Some(kept) => self
                .links
                .to(&format!("/s/{}.{}", kept.id, key.format.extension())),
            None => self.links.to(&format!("/feeds/{key}")),
        }
    }

    /// A feed's id: the same in all its archives, and whatever the base address becomes.
    pub(crate) fn feed_id(&self, key: &FeedKey) -> String {
        let (authority, year) = (&self.authority, self.authority_year);
        match &key.kept {
            Some(kept) => format!(
                "tag:{authority},{year}:s/{}.{}",
                kept.id,
                key.format.extension()
            ),
            None => format!("tag:{authority},{year}:feeds/{key}"),
        }
    }

    /// The beginning of the year in which the database was made: the date of feeds that hold nothing yet.
    pub(crate) fn begun_at(&self) -> DateTime<Utc> {
        let new_year = NaiveDate::from_ymd_opt(self.authority_year, 1, 1);
        midnight(new_year.unwrap_or_default())
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
