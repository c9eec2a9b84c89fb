//! Who somebody is: offices and roles. What a role may do stands in `rights`.
//!
//! Invariant: authority comes from a role alone; no action asks for a name.

use std::{fmt, str::FromStr};

use entity::vocab::{District, UnknownWord};
use serde::{Deserialize, Serialize};

use super::rights::{Deed, Reach};

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
    /// Reads what the organising office reads of the programme, and changes nothing.
    Viewer,
    /// A partner: reads, and its own webhooks.
    Partner,
}

impl Role {
    /// Whether it writes activities at all.
    #[must_use]
    pub fn is_editor(self) -> bool {
        self.reach(Deed::WriteActivity) != Reach::None
    }

    /// Whether it speaks for the organising office.
    #[must_use]
    pub fn is_organiser(self) -> bool {
        self.reach(Deed::WriteReference) == Reach::All
    }

    /// Whether an office is its own.
    #[must_use]
    pub fn is_of(self, office: Office) -> bool {
        match self {
            Self::Admin | Self::Office => office == Office::City,
            Self::District(district) => office == Office::District(district),
            Self::Viewer | Self::Partner => false,
        }
    }

    /// Whether it may do something to what belongs to an office.
    #[must_use]
    pub fn may(self, deed: Deed, office: Office) -> bool {
        self.reach(deed).covers(self.is_of(office))
    }

    /// Whether it may change what belongs to an office.
    #[must_use]
    pub fn acts_for(self, office: Office) -> bool {
        self.may(Deed::WriteActivity, office)
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
            Self::Viewer => f.write_str("viewer"),
            Self::Partner => f.write_str("partner"),
        }
    }
}

/// A text that is no role.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is not a role; expected admin, office, viewer, partner or district: and a district's slug, e.g. district:haidian"
)]
pub struct NotARole(pub String);

impl FromStr for Role {
    type Err = NotARole;
    fn from_str(s: &str) -> Result<Self, NotARole> {
        match s {
            "admin" => Ok(Self::Admin),
            "office" => Ok(Self::Office),
            "viewer" => Ok(Self::Viewer),
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
    /// The person whom a token acts for: what it makes is theirs.
    pub acts_for: Option<String>,
}

impl Caller {
    /// Somebody who acts for nobody else.
    #[must_use]
    pub fn new(id: impl Into<String>, role: Role) -> Self {
        Self {
            id: id.into(),
            role,
            acts_for: None,
        }
    }

    /// Whose it is what they make: a person's, whose tokens' too.
    #[must_use]
    pub fn owner(&self) -> &str {
        self.acts_for.as_deref().unwrap_or(&self.id)
    }
}
