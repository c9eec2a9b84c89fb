//! An upstream that activities are tracked from: what its office sets of it.
//!
//! Owns the settings and their limits; refuses to know how a source is fetched and read. Invariant: what a source is trusted
//! with is named kind by kind, and nothing is where nobody said so.

use std::{fmt, str::FromStr};

use chrono::NaiveDate;
use entity::vocab::{District, Kind, UnknownWord};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    input::{Faults, Object, Read, parsed},
    role::Office,
    text::{Line, WebAddress},
    when::Day,
};

macro_rules! words {
    ($(#[$doc:meta])* $name:ident, $what:literal, { $($(#[$vdoc:meta])* $variant:ident = $word:literal;)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, utoipa::ToSchema)]
        pub enum $name {
            $($(#[$vdoc])* #[schema(rename = $word)] $variant,)+
        }

        impl $name {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// As it is written.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = UnknownWord;
            fn from_str(text: &str) -> Result<Self, UnknownWord> {
                Self::ALL.iter().copied().find(|word| word.as_str() == text).ok_or_else(|| UnknownWord {
                    what: $what,
                    value: text.chars().take(80).collect(),
                    expected: Self::ALL.iter().map(|word| word.as_str()).collect::<Vec<_>>().join(", "),
                })
            }
        }

        impl Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }

        impl Read for $name {
            fn read(value: &Value, at: &str, faults: &mut Faults) -> Option<Self> {
                parsed(value, at, faults)
            }
        }
    };
}
pub(crate) use words;

words! {
    /// What a source is written in.
    SourceFormat, "format of a source", {
        /// A calendar (RFC 5545).
        Ics = "ics";
        /// RSS, Atom or JSON Feed.
        Feed = "feed";
        /// A page, or a document, with schema.org events in JSON-LD.
        JsonLd = "json_ld";
        /// A table of text.
        Csv = "csv";
        /// A spreadsheet (Office Open XML).
        Xlsx = "xlsx";
    }
}

impl SourceFormat {
    /// Whether it lists all that there is, so that what is gone from it was called off. A feed shows what was published last.
    #[must_use]
    pub const fn is_whole(self) -> bool {
        !matches!(self, Self::Feed)
    }
}

words! {
    /// What a source can propose.
    ProposalKind, "kind of proposal", {
        /// An activity that is not here.
        New = "new";
        /// Another date.
        Reschedule = "reschedule";
        /// The date was called off, with a new one to come.
        Postpone = "postpone";
        /// Called off.
        Cancel = "cancel";
        /// On again.
        Reinstate = "reinstate";
        /// Another place, link or text.
        Update = "update";
    }
}

/// How often a source may be asked at most, and must be at least, in minutes.
pub const MINUTES: std::ops::RangeInclusive<i64> = 5..=10_080;
/// How often it is asked where nobody says so.
const EVERY: i64 = 60;

/// What is set of a source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// What it is called.
    pub name: String,
    /// Where it is; null = files are brought.
    pub url: Option<WebAddress>,
    /// What it is written in.
    pub format: SourceFormat,
    /// Whose it is: new activities belong to this office.
    pub office: Office,
    /// The edition of entries that name none; absent = the year of their start.
    pub edition: Option<i32>,
    /// The district of entries that name none.
    pub district: Option<District>,
    /// The kind of entries that name none; absent = other.
    pub kind: Option<Kind>,
    /// How the headings of its table map.
    pub mapping: Option<String>,
    /// Entries that were over before this day are passed over.
    pub since: Option<NaiveDate>,
    /// What is carried out without anybody's word.
    pub trust: Vec<ProposalKind>,
    /// How often it is asked.
    pub interval_minutes: i64,
    /// Whether it is asked.
    pub active: bool,
}

impl Source {
    /// Whether it is trusted with a kind of change to an activity of an office.
    #[must_use]
    pub fn trusts(&self, kind: ProposalKind, office: Office) -> bool {
        let own = self.office == Office::City || self.office == office;
        own && self.trust.contains(&kind)
    }

    /// Reads one; `office` is whose it is when none is named.
    pub fn read(value: &Value, office: Office, faults: &mut Faults) -> Option<Self> {
        let mut object = Object::open(value, "", faults)?;
        let name = object.required::<Line>("name", faults);
        let format = object.required::<SourceFormat>("format", faults);
        let minutes = object.optional::<i64>("interval_minutes", faults);
        if let Some(minutes) = minutes.filter(|minutes| !MINUTES.contains(minutes)) {
            faults.add(
                "/interval_minutes",
                format!(
                    "{minutes} is not a number of minutes from {} to {}",
                    MINUTES.start(),
                    MINUTES.end()
                ),
            );
        }
        let mut trust = object
            .optional::<Vec<ProposalKind>>("trust", faults)
            .unwrap_or_default();
        trust.sort_unstable();
        trust.dedup();
        let edition = object.optional::<i64>("edition", faults);
        let year = edition.and_then(|year| i32::try_from(year).ok());
        if let Some(edition) = edition
            && !year.is_some_and(|year| (1900..=2199).contains(&year))
        {
            faults.add(
                "/edition",
                format!("{edition} is not a year from 1900 to 2199"),
            );
        }
        let mapping = object.optional::<Line>("mapping", faults);
        let is_table = matches!(format, Some(SourceFormat::Csv | SourceFormat::Xlsx) | None);
        if let Some(mapping) = mapping.as_ref().filter(|_| !is_table) {
            faults.add(
                "/mapping",
                format!("{:?} maps headings of tables, csv and xlsx", mapping.0),
            );
        }
        let read = Self {
            name: name.clone().map(|line| line.0).unwrap_or_default(),
            url: object.optional("url", faults),
            format: format.unwrap_or(SourceFormat::Ics),
            office: object.optional("office", faults).unwrap_or(office),
            edition: year,
            district: object.optional("district", faults),
            kind: object.optional("kind", faults),
            mapping: mapping.map(|line| line.0),
            since: object.optional::<Day>("since", faults).map(|day| day.0),
            trust,
            interval_minutes: minutes.unwrap_or(EVERY),
            active: object.optional("active", faults).unwrap_or(true),
        };
        object.close(faults);
        (name.is_some() && format.is_some()).then_some(read)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(value: &Value) -> Result<Source, Vec<String>> {
        let mut faults = Faults::default();
        let read = Source::read(value, Office::City, &mut faults);
        match faults.0.is_empty() {
            true => Ok(read.unwrap()),
            false => Err(faults.0.into_iter().map(|fault| fault.pointer).collect()),
        }
    }

    #[test]
    fn a_source_is_trusted_with_nothing_unless_somebody_says_so() {
        let source =
            read(&json!({"name": "海淀", "format": "ics", "url": "https://a.example/x.ics"}))
                .unwrap();
        assert!(source.trust.is_empty() && source.active);
        assert_eq!((source.office, source.interval_minutes), (Office::City, 60));
        let back: Value = serde_json::to_value(&source).unwrap();
        assert_eq!(read(&back).unwrap(), source);
    }

    #[test]
    fn every_fault_of_a_source_is_named_at_once() {
        let value = json!({"format": "pdf", "interval_minutes": 1, "trust": ["hold"], "edition": 21, "colour": 1});
        let mut pointers = read(&value).unwrap_err();
        pointers.sort_unstable();
        assert_eq!(
            pointers,
            [
                "/colour",
                "/edition",
                "/format",
                "/interval_minutes",
                "/name",
                "/trust/0"
            ]
        );
        let value = json!({"name": "a", "format": "ics", "mapping": "map_1"});
        assert_eq!(read(&value).unwrap_err(), ["/mapping"]);
    }
}
