//! Which feed: its scope, its language and its format, as they stand in its address.
//!
//! Owns the addresses under `/feeds/`; refuses to know what stands in a feed.
//! Invariant: an address and its parsed form are the same thing: each is made of the other.

use std::{fmt, str::FromStr};

use entity::vocab::{District, Language};

use crate::ids::ActivityId;

/// Which part of the programme a feed is about.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// The whole programme.
    All,
    /// What takes place in a district.
    District(District),
    /// One year.
    Edition(i32),
    /// One activity.
    Activity(ActivityId),
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("all"),
            Self::District(district) => write!(f, "district/{district}"),
            Self::Edition(year) => write!(f, "edition/{year}"),
            Self::Activity(id) => write!(f, "activity/{id}"),
        }
    }
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

/// A feed's address, below `/feeds/`: `zh/district/haidian.ics`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FeedKey {
    /// What it is written in.
    pub language: Language,
    /// What it is about.
    pub scope: Scope,
    /// Its format.
    pub format: Format,
}

impl fmt::Display for FeedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}/{}.{}",
            self.language,
            self.scope,
            self.format.extension()
        )
    }
}

/// An address under `/feeds/` where no feed can ever be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no feed at /feeds/{0}")]
pub struct NoSuchFeed(pub String);

impl FromStr for FeedKey {
    type Err = NoSuchFeed;

    fn from_str(path: &str) -> Result<Self, NoSuchFeed> {
        parse(path).ok_or_else(|| NoSuchFeed(path.chars().take(120).collect()))
    }
}

fn parse(path: &str) -> Option<FeedKey> {
    let (language, rest) = path.split_once('/')?;
    let (scope, extension) = rest.rsplit_once('.')?;
    let scope = match scope.split_once('/') {
        None if scope == "all" => Scope::All,
        Some(("district", slug)) => Scope::District(slug.parse().ok()?),
        Some(("edition", year)) if year.len() == 4 && year.bytes().all(|b| b.is_ascii_digit()) => {
            Scope::Edition(year.parse().ok()?)
        }
        Some(("activity", id)) => Scope::Activity(id.parse().ok()?),
        _ => return None,
    };
    let format = [Format::Ics, Format::Rss]
        .into_iter()
        .find(|format| format.extension() == extension)?;
    Some(FeedKey {
        language: language.parse().ok()?,
        scope,
        format,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_parse_to_what_they_are_made_of() {
        for path in [
            "zh/all.ics",
            "en/all.rss",
            "zh/district/haidian.rss",
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
