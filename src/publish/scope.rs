//! Which part of the programme a feed is about.
//!
//! Owns the scopes' words in addresses and what each selects. Refuses to know formats and queries.
//! Invariant: a scope and its words are the same thing: each is made of the other.

use std::fmt;

use entity::vocab::{Audience, District, Kind};

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
    /// The feeds themselves: the list to subscribe to them by.
    Feeds,
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
            Self::Feeds => f.write_str("feeds"),
        }
    }
}

impl Scope {
    /// What it selects, beside the date and the one activity.
    #[must_use]
    pub fn selection(&self) -> Selection {
        let mut selection = Selection::default();
        match self {
            Self::All | Self::Planning | Self::Activity(_) | Self::Feeds => {}
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

    pub(super) fn read(text: &str) -> Option<Self> {
        Some(match text.split_once('/') {
            None => match text {
                "all" => Self::All,
                "planning" => Self::Planning,
                "highlights" => Self::Highlights,
                "feeds" => Self::Feeds,
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
