//! The parts an activity is made of: venue, organizers, figures, contact, sources, regions.
//!
//! Invariant: each reads itself with all its faults, and writes itself as the same JSON.

use chrono::NaiveDate;
use entity::vocab::Qualifier;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    input::{Faults, Object, Read, parsed},
    text::{Line, WebAddress, Words},
    when::Day,
};

/// A place (schema.org `Place`).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Venue {
    /// What it is called.
    pub name: Words,
    /// Where it is.
    pub address: Words,
    /// Degrees north, WGS-84.
    pub latitude: Option<f64>,
    /// Degrees east, WGS-84.
    pub longitude: Option<f64>,
}

impl Read for Venue {
    fn read(value: &Value, at: &str, faults: &mut Faults) -> Option<Self> {
        let mut object = Object::open(value, at, faults)?;
        let name = object.optional::<Words>("name", faults).unwrap_or_default();
        let address = object
            .optional::<Words>("address", faults)
            .unwrap_or_default();
        let latitude = object.optional::<f64>("latitude", faults);
        let longitude = object.optional::<f64>("longitude", faults);
        for (field, degrees, limit) in [
            ("latitude", latitude, 90.0),
            ("longitude", longitude, 180.0),
        ] {
            if let Some(degrees) = degrees
                && !(-limit..=limit).contains(&degrees)
            {
                faults.add(
                    object.at(field),
                    format!("{degrees} lies outside −{limit} to {limit}"),
                );
            }
        }
        if latitude.is_some() != longitude.is_some() {
            faults.add(
                at,
                "latitude and longitude belong together; one of them is missing",
            );
        }
        object.close(faults);
        Some(Self {
            name,
            address,
            latitude,
            longitude,
        })
    }
}

/// Who stands behind an activity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Organizer {
    /// `host`, `co_host`, `organizer`, `supporter` or another word of the office's.
    pub role: String,
    /// Its name.
    pub name: Words,
    /// Its page.
    pub url: Option<WebAddress>,
}

impl Read for Organizer {
    fn read(value: &Value, at: &str, faults: &mut Faults) -> Option<Self> {
        let mut object = Object::open(value, at, faults)?;
        let role = object
            .optional::<Line>("role", faults)
            .map_or_else(|| "host".to_owned(), |line| line.0);
        let name = object.required::<Words>("name", faults);
        let url = object.optional::<WebAddress>("url", faults);
        object.close(faults);
        Some(Self {
            role,
            name: name?,
            url,
        })
    }
}

/// A number that was stated about an activity.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// What was counted: `presenters`, `on_site`, `views` …
    pub what: String,
    /// How many.
    #[serde(serialize_with = "super::number::serialize")]
    pub value: f64,
    /// How sure it is.
    pub qualifier: Qualifier,
}

impl Read for Figure {
    fn read(value: &Value, at: &str, faults: &mut Faults) -> Option<Self> {
        let mut object = Object::open(value, at, faults)?;
        let what = object.required::<Line>("what", faults).map(|line| line.0);
        let number = object.required::<f64>("value", faults);
        if number.is_some_and(|number| number < 0.0) {
            faults.add(format!("{at}/value"), "is below zero");
        }
        let qualifier = object
            .optional::<Qualifier>("qualifier", faults)
            .unwrap_or(Qualifier::Exact);
        object.close(faults);
        Some(Self {
            what: what?,
            value: number?,
            qualifier,
        })
    }
}

/// Whom to ask.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// A name or desk.
    pub name: Option<String>,
    /// An e-mail address.
    pub email: Option<String>,
    /// A telephone number.
    pub phone: Option<String>,
}

impl Read for Contact {
    fn read(value: &Value, at: &str, faults: &mut Faults) -> Option<Self> {
        let mut object = Object::open(value, at, faults)?;
        let name = object.optional::<Line>("name", faults).map(|line| line.0);
        let email = object.optional::<Line>("email", faults).map(|line| line.0);
        let phone = object.optional::<Line>("phone", faults).map(|line| line.0);
        if let Some(email) = &email
            && (email.split('@').count() != 2 || email.contains(char::is_whitespace))
        {
            faults.add(
                object.at("email"),
                format!("{email:?} is not an e-mail address"),
            );
        }
        object.close(faults);
        Some(Self { name, email, phone })
    }
}

/// Where a fact comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceRef {
    /// Its address.
    pub url: Option<WebAddress>,
    /// What it is called.
    pub title: Option<String>,
    /// The day it says so.
    pub stated_on: Option<NaiveDate>,
    /// What it says, or how the fact follows from it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub basis: Option<String>,
    /// The UID it has in an upstream calendar (RFC 5545 §3.8.4.7).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub uid: Option<String>,
}

/// A line of up to 2,000 characters.
struct Remark(String);

impl std::str::FromStr for Remark {
    type Err = String;
    fn from_str(raw: &str) -> Result<Self, String> {
        let text = super::text::cleaned(raw, true);
        if text.chars().count() > 2_000 {
            let start: String = text.chars().take(40).collect();
            return Err(format!("\"{start}…\" has over 2,000 characters"));
        }
        Ok(Self(text))
    }
}

impl Read for Remark {
    fn read(value: &Value, at: &str, faults: &mut Faults) -> Option<Self> {
        parsed(value, at, faults)
    }
}

/// What somebody says in a review: up to 2,000 characters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comment(pub String);

impl Read for Comment {
    fn read(value: &Value, at: &str, faults: &mut Faults) -> Option<Self> {
        Remark::read(value, at, faults).map(|remark| Self(remark.0))
    }
}

impl Read for SourceRef {
    fn read(value: &Value, at: &str, faults: &mut Faults) -> Option<Self> {
        let mut object = Object::open(value, at, faults)?;
        let url = object.optional::<WebAddress>("url", faults);
        let title = object
            .optional::<Remark>("title", faults)
            .map(|remark| remark.0);
        let stated_on = object.optional::<Day>("stated_on", faults).map(|day| day.0);
        let basis = object
            .optional::<Remark>("basis", faults)
            .map(|remark| remark.0);
        let uid = object
            .optional::<Remark>("uid", faults)
            .map(|remark| remark.0);
        object.close(faults);
        Some(Self {
            url,
            title,
            stated_on,
            basis,
            uid,
        })
    }
}

/// A region by its two letters (ISO 3166-1).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Region(pub String);

impl std::str::FromStr for Region {
    type Err = String;
    fn from_str(raw: &str) -> Result<Self, String> {
        if raw.len() == 2 && raw.bytes().all(|b| b.is_ascii_uppercase()) {
            Ok(Self(raw.to_owned()))
        } else {
            Err(format!(
                "{:?} is not a region of two capital letters (ISO 3166-1)",
                raw.chars().take(20).collect::<String>()
            ))
        }
    }
}

impl Read for Region {
    fn read(value: &Value, at: &str, faults: &mut Faults) -> Option<Self> {
        parsed(value, at, faults)
    }
}
