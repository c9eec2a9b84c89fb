//! What a news feed says, whatever its format.

use chrono::{DateTime, Utc};

use crate::{Language, Point, Slot};

/// What a news feed says about itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Channel {
    /// The name that a reader shows.
    pub title: String,
    /// One or two sentences on what it holds; plain text.
    pub description: String,
    /// The page for people.
    pub link: String,
    /// What it is written in.
    pub language: Language,
    /// When its newest entry was published; none for a feed without entries.
    pub last_build_at: Option<DateTime<Utc>>,
    /// The address of a picture.
    pub image_url: String,
    /// The feed's own address, exactly as it is asked for.
    pub self_url: String,
    /// The same feed in other languages.
    pub translations: Vec<(Language, String)>,
    /// Where to ask for pushes (WebSub).
    pub hub: Option<String>,
    /// Where older entries stand (RFC 5005).
    pub prev_archive: Option<String>,
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
