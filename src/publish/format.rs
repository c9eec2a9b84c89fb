//! What a feed is written in, and in which words.
//!
//! Owns how addresses name formats and what they are served as. Refuses to know what stands in a feed.

use std::fmt;

use entity::vocab::Language;

/// What a feed is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// A calendar of activities.
    Ics,
    /// The list of feeds.
    Opml,
    /// News: the notices.
    News(News),
}

/// What news are written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum News {
    /// RSS 2.0.
    Rss,
    /// Atom 1.0.
    Atom,
    /// JSON Feed 1.1.
    Json,
}

impl News {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Rss, Self::Atom, Self::Json];

    /// How addresses end.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Rss => "rss",
            Self::Atom => "atom",
            Self::Json => "json",
        }
    }
}

impl Format {
    pub(super) const ALL: [Self; 5] = [
        Self::Ics,
        Self::Opml,
        Self::News(News::Rss),
        Self::News(News::Atom),
        Self::News(News::Json),
    ];

    /// How addresses end.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Ics => "ics",
            Self::Opml => "opml",
            Self::News(news) => news.extension(),
        }
    }

    /// The Content-Type that it is served with.
    #[must_use]
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Ics => "text/calendar; charset=utf-8; method=PUBLISH",
            Self::Opml => "text/x-opml; charset=utf-8",
            Self::News(News::Rss) => "application/rss+xml; charset=utf-8",
            Self::News(News::Atom) => "application/atom+xml; charset=utf-8",
            Self::News(News::Json) => "application/feed+json; charset=utf-8",
        }
    }
}

/// In which words a feed speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tongue {
    /// In one language.
    One(Language),
    /// In both, Chinese first: calendars alone.
    Both,
}

impl Tongue {
    /// The language of what can be said only once.
    #[must_use]
    pub const fn first(self) -> Language {
        match self {
            Self::One(language) => language,
            Self::Both => Language::Zh,
        }
    }
}

impl fmt::Display for Tongue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::One(language) => language.fmt(f),
            Self::Both => f.write_str("bi"),
        }
    }
}
