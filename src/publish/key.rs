//! Which feed: its scope, its language, its format and what it was asked to select and to show, as they stand in its
//! address.
//!
//! Owns the addresses under `/feeds/`; refuses to know what stands in a feed.
//! Invariant: an address and its parsed form are the same thing: each is made of the other, and two addresses that ask
//! for the same are one.

use std::{fmt, str::FromStr};

use chrono::{DateTime, Utc};
use entity::vocab::NoticeKind;

use super::{
    format::{Format, Tongue},
    options::Options,
    scope::Scope,
};
use crate::{
    domain::{input::Faults, selection::Selection, when::Month},
    ids::SavedId,
};

/// A feed's address, below `/feeds/`: `zh/district/haidian.ics?kind=roadshow&alarm=PT1H`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FeedKey {
    /// In which words.
    pub tongue: Tongue,
    /// What it is about.
    pub scope: Scope,
    /// Of news: the month whose archive it is; none for the newest (RFC 5005 §4).
    pub archive: Option<Month>,
    /// Its format.
    pub format: Format,
    /// What of that is wanted.
    pub selection: Selection,
    /// Of news: which kinds of notices, in the order of the vocabulary; none named = those that are told unasked.
    pub notices: Vec<NoticeKind>,
    /// How a calendar shows it; others have the default.
    pub options: Options,
    /// The subscription that somebody keeps it as, at an address of its own.
    pub kept: Option<KeptAs>,
}

/// A subscription that somebody keeps: what it selects may change, its address may not.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct KeptAs {
    /// Its name in addresses.
    pub id: SavedId,
    /// When it became what it is.
    pub changed_at: DateTime<Utc>,
}

impl FeedKey {
    /// Of everything, as it is by default.
    #[must_use]
    pub fn of_all(tongue: Tongue, format: Format) -> Self {
        Self::of(tongue, Scope::All, format)
    }

    /// Of a scope, as it is by default.
    #[must_use]
    pub fn of(tongue: Tongue, scope: Scope, format: Format) -> Self {
        Self {
            tongue,
            scope,
            archive: None,
            format,
            selection: Selection::default(),
            notices: Vec::new(),
            options: Options::default(),
            kept: None,
        }
    }

    /// Reads an address with its query, as it is written by [`fmt::Display`].
    ///
    /// # Errors
    /// When there can be no such feed.
    pub fn read(address: &str) -> Result<Self, NoSuchFeed> {
        let (path, query) = address.split_once('?').unwrap_or((address, ""));
        let (mut key, mut faults): (Self, _) = (path.parse()?, Faults::default());
        for (name, text) in url::form_urlencoded::parse(query.as_bytes()) {
            if name == "notice" {
                key.take_notices(&text, &mut faults);
            } else if !key.selection.take(&name, &text, &mut faults)
                && !key.options.take(&name, &text, &mut faults)
            {
                faults.add(name, "is unknown");
            }
        }
        match faults.0.is_empty() && key.to_string() == address {
            true => Ok(key),
            false => Err(no_such_feed(address)),
        }
    }

    /// The path alone.
    #[must_use]
    pub fn path(&self) -> String {
        let (tongue, scope, extension) = (self.tongue, &self.scope, self.format.extension());
        match (self.archive, scope) {
            (None, _) => format!("{tongue}/{scope}.{extension}"),
            (Some(month), Scope::All) => format!("{tongue}/{ARCHIVE}/{month}.{extension}"),
            (Some(month), _) => format!("{tongue}/{scope}/{ARCHIVE}/{month}.{extension}"),
        }
    }

    /// The one form of its query; empty for everything as it is by default.
    #[must_use]
    pub fn query(&self) -> String {
        let notices: Vec<&str> = self.notices.iter().map(|kind| kind.as_str()).collect();
        let notices = match notices.is_empty() {
            true => String::new(),
            false => format!("notice={}", notices.join(",")),
        };
        [
            self.selection.canonical(),
            notices,
            self.options.canonical(),
        ]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("&")
    }

    /// Takes `notice=rescheduled,cancelled` apart.
    pub fn take_notices(&mut self, text: &str, faults: &mut Faults) {
        for word in text.split(',') {
            match word.parse::<NoticeKind>() {
                Ok(kind) => self.notices.push(kind),
                Err(error) => faults.add("notice", error.to_string()),
            }
        }
        self.notices.sort_unstable();
        self.notices.dedup();
    }

    /// Whether the hub tells of it: news, but for archives, and for what may become other news tomorrow.
    #[must_use]
    pub fn is_topic(&self) -> bool {
        matches!(self.format, Format::News(_)) && self.archive.is_none() && self.kept.is_none()
    }

    /// Whether it holds all that there ever was of what it is about (RFC 5005 §2).
    #[must_use]
    pub fn is_complete(&self) -> bool {
        matches!(self.scope, Scope::Activity(_))
    }
}

/// What stands before the month in an archive's address.
const ARCHIVE: &str = "archive";

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
        parse(path).ok_or_else(|| no_such_feed(path))
    }
}

fn no_such_feed(address: &str) -> NoSuchFeed {
    NoSuchFeed(address.chars().take(120).collect())
}

fn parse(path: &str) -> Option<FeedKey> {
    let (tongue, rest) = path.split_once('/')?;
    let (rest, extension) = rest.rsplit_once('.')?;
    let format = Format::ALL
        .into_iter()
        .find(|format| format.extension() == extension)?;
    let tongue = match (tongue, format) {
        ("bi", Format::Ics) => Tongue::Both,
        _ => Tongue::One(tongue.parse().ok()?),
    };
    let (scope, archive) = match rest.rsplit_once('/') {
        Some((ARCHIVE, month)) => (Scope::All, Some(month)),
        Some((scope, month)) => match scope.strip_suffix(ARCHIVE) {
            Some(scope) => (Scope::read(scope.strip_suffix('/')?)?, Some(month)),
            None => (Scope::read(rest)?, None),
        },
        None => (Scope::read(rest)?, None),
    };
    let archive = archive.map(str::parse::<Month>).transpose().ok()?;
    let is_news = matches!(format, Format::News(_));
    let is_whole = matches!(scope, Scope::Activity(_));
    // `all` has its archives beside it, and one activity's news are whole.
    let is_named = rest.starts_with("all/");
    if archive.is_some() && (!is_news || is_whole || is_named)
        || (scope == Scope::Feeds) != (format == Format::Opml)
    {
        return None;
    }
    Some(FeedKey {
        archive,
        ..FeedKey::of(tongue, scope, format)
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
            "zh/all.atom",
            "en/all.json",
            "zh/feeds.opml",
            "zh/archive/2021-07.rss",
            "en/district/haidian/archive/2021-07.atom",
            "zh/section/2021/forum/archive/2021-07.json",
            "zh/series/archive.rss",
            "zh/series/archive/archive/2021-07.rss",
        ] {
            assert_eq!(path.parse::<FeedKey>().unwrap().to_string(), path);
            for query in ["", "?district=haidian,yanqing&kind=forum"] {
                let address = format!("{path}{query}");
                assert_eq!(FeedKey::read(&address).unwrap().to_string(), address);
            }
        }
    }

    #[test]
    fn a_query_is_read_as_it_is_written() {
        for address in [
            "zh/all.rss?highlight=true&notice=rescheduled,cancelled",
            "bi/all.ics?cancelled=mark&alarm=PT1H",
        ] {
            assert_eq!(FeedKey::read(address).unwrap().to_string(), address);
        }
        for address in [
            "zh/all.rss?notice=cancelled,rescheduled",
            "zh/all.rss?notice=sold_out",
            "zh/all.rss?colour=red",
            "zh/nothing.rss?kind=forum",
        ] {
            assert!(FeedKey::read(address).is_err(), "{address}");
        }
    }

    #[test]
    fn other_addresses_are_no_feeds() {
        for path in [
            "",
            "all.ics",
            "fr/all.ics",
            "zh/all",
            "zh/all.xml",
            "zh/all/.ics",
            "zh/all.opml",
            "zh/feeds.rss",
            "zh/feeds.ics",
            "bi/feeds.opml",
            "zh/archive/2021-7.rss",
            "zh/archive/2021-13.rss",
            "zh/archive/2021-07.ics",
            "zh/archive.rss",
            "zh/all/archive/2021-07.rss",
            "zh/districtarchive/2021-07.rss",
            "zh/activity/act_01J0000000000000000000000/archive/2021-07.rss",
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
