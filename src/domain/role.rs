//! Who may do what.
//!
//! Invariant: authority comes from a role alone; no action asks for a name.

use std::{fmt, str::FromStr};

use entity::vocab::{District, UnknownWord};
use serde::{Deserialize, Serialize};

/// An office: the organising one, or a district's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Office {
    /// The organising office: `city`.
    City,
    /// A district's office, by the district's slug.
    District(District),
}

impl fmt::Display for Office {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::City => f.write_str("city"),
            Self::District(district) => district.fmt(f),
        }
    }
}

impl FromStr for Office {
    type Err = UnknownWord;
    fn from_str(s: &str) -> Result<Self, UnknownWord> {
        if s == "city" {
            return Ok(Self::City);
        }
        s.parse()
            .map(Self::District)
            .map_err(|error: UnknownWord| UnknownWord {
                what: "office",
                expected: format!("city, {}", error.expected),
                ..error
            })
    }
}

impl Serialize for Office {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Office {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl super::input::Read for Office {
    fn read(
        value: &serde_json::Value,
        at: &str,
        faults: &mut super::input::Faults,
    ) -> Option<Self> {
        super::input::parsed(value, at, faults)
    }
}

/// What a token or a person may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// Everything, tokens and people too.
    Admin,
    /// The organising office: every activity, editions, series, highlights.
    Office,
    /// One district's office: its own activities.
    District(District),
    /// A partner: reads, and its own webhooks.
    Partner,
}

impl Role {
    /// Whether it writes activities at all.
    #[must_use]
    pub const fn is_editor(self) -> bool {
        !matches!(self, Self::Partner)
    }

    /// Whether it speaks for the organising office.
    #[must_use]
    pub const fn is_organiser(self) -> bool {
        matches!(self, Self::Admin | Self::Office)
    }

    /// Whether it may change what belongs to an office.
    #[must_use]
    pub fn acts_for(self, office: Office) -> bool {
        match self {
            Self::Admin | Self::Office => true,
            Self::District(district) => office == Office::District(district),
            Self::Partner => false,
        }
    }

    /// The office a new activity belongs to when none is named.
    #[must_use]
    pub const fn own_office(self) -> Office {
        match self {
            Self::District(district) => Office::District(district),
            _ => Office::City,
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Admin => f.write_str("admin"),
            Self::Office => f.write_str("office"),
            Self::District(district) => write!(f, "district:{district}"),
            Self::Partner => f.write_str("partner"),
        }
    }
}

/// A text that is no role.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is not a role; expected admin, office, partner or district: and a district's slug, e.g. district:haidian"
)]
pub struct NotARole(pub String);

impl FromStr for Role {
    type Err = NotARole;
    fn from_str(s: &str) -> Result<Self, NotARole> {
        match s {
            "admin" => Ok(Self::Admin),
            "office" => Ok(Self::Office),
            "partner" => Ok(Self::Partner),
            _ => s
                .strip_prefix("district:")
                .and_then(|district| district.parse().ok())
                .map(Self::District)
                .ok_or_else(|| NotARole(s.chars().take(80).collect())),
        }
    }
}

/// Somebody who asks for something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The token's or person's id.
    pub id: String,
    /// What they may do.
    pub role: Role,
}
