//! What a news feed says, whatever its format.

use chrono::{DateTime, Utc};

use crate::{Language, Point, Slot};

/// The namespace of `yueli:revision` and `yueli:position`. A name, not an address that must answer.
pub const NAMESPACE: &str = "https://yueli.example/ns";

/// What a news feed says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Channel {
    /// The feed's own id, the same in all its archives (a tag URI, RFC 4151). Atom alone tells it.
    pub id: String,
    /// The name that a reader shows.
    pub title: String,
    /// One or two sentences on what it holds; plain text.
    pub description: String,
    /// The page for people.
    pub link: String,
    /// Who publishes it.
    pub author: String,
    /// What it is written in.
    pub language: Language,
    /// When its newest entry was published; none for a feed without entries.
    pub last_build_at: Option<DateTime<Utc>>,
    /// What Atom has to give as its date where it has no entries.
    pub begun_at: DateTime<Utc>,
    /// The address of a picture.
    pub image_url: String,
    /// The feed's own address, exactly as it is asked for.
    pub self_url: String,
    /// The same feed in other languages.
    pub translations: Vec<(Language, String)>,
    /// Where to ask for pushes (WebSub).
    pub hub: Option<String>,
    /// Which part of the feed the document is.
    pub part: Part,
}

/// Which part of a feed a document is (RFC 5005).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// The newest entries; all of them stand in archives (§4).
    Newest {
        /// The archive of the newest entry.
        prev_archive: Option<String>,
    },
    /// All that there is (§2).
    Complete,
    /// A stretch of time (§4).
    Archive {
        /// The document of the newest entries.
        current: String,
        /// The stretch before it; none before the first.
        prev_archive: Option<String>,
        /// The stretch after it, be it over or not.
        next_archive: String,
    },
}

/// A link from a feed to another document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Link<'a> {
    /// What it is to the feed (RFC 8288 relation).
    pub(crate) rel: &'static str,
    pub(crate) url: &'a str,
    /// Of another language, in this one.
    pub(crate) language: Option<Language>,
}

impl Channel {
    /// All of its links, in the order in which documents tell them.
    pub(crate) fn links(&self) -> Vec<Link<'_>> {
        let link = |rel, url| Link {
            rel,
            url,
            language: None,
        };
        let mut links = vec![link("self", self.self_url.as_str())];
        links.extend(self.translations.iter().map(|(language, url)| Link {
            language: Some(*language),
            ..link("alternate", url)
        }));
        links.extend(self.hub.iter().map(|url| link("hub", url)));
        let (current, prev, next) = match &self.part {
            Part::Complete => (None, None, None),
            Part::Newest { prev_archive } => (None, prev_archive.as_ref(), None),
            Part::Archive {
                current,
                prev_archive,
                next_archive,
            } => (Some(current), prev_archive.as_ref(), Some(next_archive)),
        };
        links.extend(current.map(|url| link("current", url)));
        links.extend(prev.map(|url| link("prev-archive", url)));
        links.extend(next.map(|url| link("next-archive", url)));
        links
    }
}

/// One notice in a news feed. It never changes once published.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The same for ever, and of this feed's language alone.
    pub id: String,
    /// Plain text that says it all.
    pub title: String,
    /// The notice's own page.
    pub link: String,
    /// When the notice was published, never when the activity happens.
    pub published_at: DateTime<Utc>,
    /// One to three lines of plain text.
    pub summary: String,
    /// The whole story in clean HTML with absolute addresses.
    pub html: String,
    /// Who published it.
    pub creator: Option<String>,
    /// The activity's time and place, where it has a time.
    pub event: Option<Happening>,
    /// Where it happens, in WGS-84.
    pub point: Option<Point>,
    /// The activity's calendar.
    pub calendar_url: Option<String>,
    /// The activity's page.
    pub activity_url: Option<String>,
    /// The [`Entry::id`] of the activity's notice before this one.
    pub replaces: Option<String>,
    /// Words to file it under.
    pub categories: Vec<Category>,
    /// The activity's revision that the notice made.
    pub revision: Option<u32>,
    /// The notice's place in the log.
    pub position: u64,
}

/// The activity an entry is about, for readers that put it into a calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Happening {
    /// When it happens.
    pub slot: Slot,
    /// Where it happens, in one line.
    pub location: Option<String>,
    /// Who holds it.
    pub organizer: Option<String>,
    /// What kind of activity it is.
    pub kind: Option<String>,
}

/// A category and the vocabulary it is taken from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Category {
    /// The vocabulary's address.
    pub domain: String,
    /// The word.
    pub term: String,
}
