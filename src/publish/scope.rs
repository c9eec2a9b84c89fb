//! Which feed: its scope, its language, its format and what it was asked to select and to show, as they stand in its
//! address.
//!
//! Owns the addresses under `/feeds/`; refuses to know what stands in a feed.
//! Invariant: an address and its parsed form are the same thing: each is made of the other, and two addresses that ask
//! for the same are one.

use std::{fmt, str::FromStr};

use entity::vocab::{Audience, District, Kind, Language};

use super::options::Options;
use crate::{
    domain::{selection::Selection, text::Slug},
    ids::ActivityId,
};

/// Which part of the programme a feed is about.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// The whole programme.
    All,
    /// What is known to the month, and in no other calendar.
    Planning,
    /// What takes place in a district.
    District(District),
    /// A section of an edition.
    Section(i32, Slug),
    /// One kind of activities.
    Kind(Kind),
    /// What is for somebody.
    Audience(Audience),
    /// A series.
    Series(Slug),
    /// One year.
    Edition(i32),
    /// The highlights.
    Highlights,
    /// One activity.
    Activity(ActivityId),
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("all"),
            Self::Planning => f.write_str("planning"),
            Self::District(district) => write!(f, "district/{district}"),
            Self::Section(year, slug) => write!(f, "section/{year}/{}", slug.0),
            Self::Kind(kind) => write!(f, "kind/{kind}"),
            Self::Audience(audience) => write!(f, "audience/{audience}"),
            Self::Series(slug) => write!(f, "series/{}", slug.0),
            Self::Edition(year) => write!(f, "edition/{year}"),
            Self::Highlights => f.write_str("highlights"),
            Self::Activity(id) => write!(f, "activity/{id}"),
        }
    }
}

impl Scope {
    /// What it selects, beside the date and the one activity.
    #[must_use]
    pub fn selection(&self) -> Selection {
        let mut selection = Selection::default();
        match self {
            Self::All | Self::Planning | Self::Activity(_) => {}
            Self::District(district) => selection.districts.push(*district),
            Self::Section(year, slug) => {
                selection.editions.push(*year);
                selection.sections.push(slug.clone());
            }
            Self::Kind(kind) => selection.kinds.push(*kind),
            Self::Audience(audience) => selection.audiences.push(*audience),
            Self::Series(slug) => selection.series.push(slug.clone()),
            Self::Edition(year) => selection.editions.push(*year),
            Self::Highlights => selection.highlight = Some(true),
        }
        selection
    }

    fn read(text: &str) -> Option<Self> {
        Some(match text.split_once('/') {
            None => match text {
                "all" => Self::All,
                "planning" => Self::Planning,
                "highlights" => Self::Highlights,
                _ => return None,
            },
            Some(("district", slug)) => Self::District(slug.parse().ok()?),
            Some(("section", rest)) => {
                let (edition, slug) = rest.split_once('/')?;
                Self::Section(year(edition)?, slug.parse().ok()?)
            }
            Some(("kind", word)) => Self::Kind(word.parse().ok()?),
            Some(("audience", word)) => Self::Audience(word.parse().ok()?),
            Some(("series", slug)) => Self::Series(slug.parse().ok()?),
            Some(("edition", edition)) => Self::Edition(year(edition)?),
            Some(("activity", id)) => Self::Activity(id.parse().ok()?),
            Some(_) => return None,
        })
    }
}

fn year(text: &str) -> Option<i32> {
    let digits = text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

/// What a feed is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// A calendar of activities.
    Ics,
    /// News: the notices.
    Rss,
}

impl Format {
    const fn extension(self) -> &'static str {
        match self {
            Self::Ics => "ics",
            Self::Rss => "rss",
        }
    }

    /// The Content-Type that it is served with.
    #[must_use]
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Ics => "text/calendar; charset=utf-8; method=PUBLISH",
            Self::Rss => "application/rss+xml; charset=utf-8",
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

/// A feed's address, below `/feeds/`: `zh/district/haidian.ics?kind=roadshow&alarm=PT1H`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FeedKey {
    /// In which words.
    pub tongue: Tongue,
    /// What it is about.
    pub scope: Scope,
    /// Its format.
    pub format: Format,
    /// What of that is wanted.
    pub selection: Selection,
    /// How a calendar shows it; a news feed has the default.
    pub options: Options,
}

impl FeedKey {
    /// The path alone.
    #[must_use]
    pub fn path(&self) -> String {
        format!("{}/{}.{}", self.tongue, self.scope, self.format.extension())
    }

    /// The one form of its query; empty for everything as it is by default.
    #[must_use]
    pub fn query(&self) -> String {
        [self.selection.canonical(), self.options.canonical()]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join("&")
    }
}

impl fmt::Display for FeedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path())?;
        match self.query().as_str() {
            "" => Ok(()),
            query => write!(f, "?{query}"),
        }
    }
}

/// An address under `/feeds/` where no feed can ever be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no feed at /feeds/{0}")]
pub struct NoSuchFeed(pub String);

/// Reads the path alone; its query is read where faults of it can be told.
impl FromStr for FeedKey {
    type Err = NoSuchFeed;

    fn from_str(path: &str) -> Result<Self, NoSuchFeed> {
        parse(path).ok_or_else(|| NoSuchFeed(path.chars().take(120).collect()))
    }
}

fn parse(path: &str) -> Option<FeedKey> {
    let (tongue, rest) = path.split_once('/')?;
    let (scope, extension) = rest.rsplit_once('.')?;
    let format = [Format::Ics, Format::Rss]
        .into_iter()
        .find(|format| format.extension() == extension)?;
    let tongue = match (tongue, format) {
        ("bi", Format::Ics) => Tongue::Both,
        _ => Tongue::One(tongue.parse().ok()?),
    };
    Some(FeedKey {
        tongue,
        scope: Scope::read(scope)?,
        format,
        selection: Selection::default(),
        options: Options::default(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_parse_to_what_they_are_made_of() {
        for path in [
            "zh/all.ics",
            "bi/all.ics",
            "en/all.rss",
            "zh/planning.ics",
            "zh/highlights.rss",
            "zh/district/haidian.rss",
            "en/section/2021/forum.ics",
            "zh/kind/roadshow.ics",
            "zh/audience/investors.rss",
            "bi/series/global-roadshow.ics",
            "en/edition/2021.ics",
            "zh/activity/act_01J0000000000000000000000.ics",
        ] {
            assert_eq!(path.parse::<FeedKey>().unwrap().to_string(), path);
        }
    }

    #[test]
    fn other_addresses_are_no_feeds() {
        for path in [
            "",
            "all.ics",
            "fr/all.ics",
            "zh/all",
            "zh/all.atom",
            "zh/all/.ics",
            "zh/district/pudong.ics",
            "zh/kind/ball.ics",
            "zh/section/forum.ics",
            "zh/section/21/forum.ics",
            "zh/series/A B.ics",
            "zh/edition/21.ics",
            "zh/edition/+021.ics",
            "zh/activity/ntc_1.ics",
            "zh/all.ics/x",
            "bi/all.rss",
            "zh//all.ics",
        ] {
            assert!(path.parse::<FeedKey>().is_err(), "{path}");
        }
    }
}
