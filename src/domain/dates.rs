//! Months, days and instants: how they are read and written.
//!
//! Invariant: years lie in 1900–2199; an instant is written with Shanghai's offset and has microseconds at most.

use std::{fmt, str::FromStr};

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, Timelike, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::input::{Faults, Read, parsed};
use crate::clock::shanghai;

/// The years that the product keeps: four digits everywhere, and no sum of dates leaves what a date can hold.
pub const YEARS: std::ops::RangeInclusive<i32> = 1900..=2199;

/// A month of a year, `2021-06`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month {
    year: i32,
    month: u32,
}

impl Month {
    /// The month a day lies in.
    #[must_use]
    pub fn of(day: NaiveDate) -> Self {
        Self {
            year: day.year(),
            month: day.month(),
        }
    }

    /// A month by its numbers; `None` when there is none such.
    #[must_use]
    pub fn new(year: i32, month: u32) -> Option<Self> {
        (YEARS.contains(&year) && (1..=12).contains(&month)).then_some(Self { year, month })
    }

    /// The year.
    #[must_use]
    pub const fn year(self) -> i32 {
        self.year
    }

    /// 1–12.
    #[must_use]
    pub const fn number(self) -> u32 {
        self.month
    }

    /// Its first day.
    #[must_use]
    pub fn first(self) -> NaiveDate {
        NaiveDate::from_ymd_opt(self.year, self.month, 1).expect("a month has a first day")
    }

    /// Its last day.
    #[must_use]
    pub fn last(self) -> NaiveDate {
        self.first() + Months::new(1) - Days::new(1)
    }

    /// The month an instant lies in, in Shanghai.
    #[must_use]
    pub fn of_instant(at: DateTime<Utc>) -> Self {
        Self::of(at.with_timezone(&shanghai()).date_naive())
    }

    /// The month before it.
    #[must_use]
    pub fn previous(self) -> Self {
        Self::of(self.first() - Days::new(1))
    }

    /// The month after it.
    #[must_use]
    pub fn next(self) -> Self {
        Self::of(self.first() + Months::new(1))
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

impl FromStr for Month {
    type Err = String;
    fn from_str(s: &str) -> Result<Self, String> {
        s.split_once('-')
            .filter(|(y, m)| {
                y.len() == 4 && m.len() == 2 && s.bytes().all(|b| b.is_ascii_digit() || b == b'-')
            })
            .and_then(|(y, m)| Self::new(y.parse().ok()?, m.parse().ok()?))
            .ok_or_else(|| {
                format!(
                    "{:?} is not a month of the form 2021-06",
                    s.chars().take(80).collect::<String>()
                )
            })
    }
}

impl Serialize for Month {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Month {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        std::borrow::Cow::<'de, str>::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

/// An instant, written with Shanghai's offset.
pub mod instant {
    use chrono::{DateTime, SecondsFormat, Utc};
    use serde::{Deserialize, Deserializer, Serializer};

    use crate::clock::shanghai;

    /// The instant as RFC 3339 in Shanghai's time.
    #[must_use]
    pub fn text(at: DateTime<Utc>) -> String {
        at.with_timezone(&shanghai())
            .to_rfc3339_opts(SecondsFormat::AutoSi, false)
    }

    /// For `#[serde(with)]`.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn serialize<S: Serializer>(at: &DateTime<Utc>, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&text(*at))
    }

    /// For `#[serde(with)]`.
    ///
    /// # Errors
    /// When it is not RFC 3339.
    pub fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<DateTime<Utc>, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        DateTime::parse_from_rfc3339(&text)
            .map(|at| at.to_utc())
            .map_err(serde::de::Error::custom)
    }

    /// The same for an instant that may be absent.
    pub mod option {
        use super::{DateTime, Deserialize, Deserializer, Serializer, Utc, text};

        /// For `#[serde(with)]`.
        ///
        /// # Errors
        /// Those of the serializer.
        pub fn serialize<S: Serializer>(
            at: &Option<DateTime<Utc>>,
            serializer: S,
        ) -> Result<S::Ok, S::Error> {
            match at {
                Some(at) => serializer.serialize_some(&text(*at)),
                None => serializer.serialize_none(),
            }
        }

        /// For `#[serde(with)]`.
        ///
        /// # Errors
        /// When it is not RFC 3339.
        pub fn deserialize<'de, D: Deserializer<'de>>(
            deserializer: D,
        ) -> Result<Option<DateTime<Utc>>, D::Error> {
            Option::<String>::deserialize(deserializer)?
                .map(|text| DateTime::parse_from_rfc3339(&text).map(|at| at.to_utc()))
                .transpose()
                .map_err(serde::de::Error::custom)
        }
    }
}

/// An instant in the range that the product keeps (years 1900–2199).
#[derive(Clone, Copy, Debug)]
pub struct Instant(pub DateTime<Utc>);

impl FromStr for Instant {
    type Err = String;
    fn from_str(s: &str) -> Result<Self, String> {
        let shown = || s.chars().take(80).collect::<String>();
        let at = DateTime::parse_from_rfc3339(s).map_err(|_| {
            format!("{:?} is not an instant of the form 2021-07-08T14:00:00+08:00 (RFC 3339 with offset)", shown())
        })?;
        if at.nanosecond() >= 1_000_000_000 {
            return Err(format!(
                "{:?} is a leap second, which calendars do not know",
                shown()
            ));
        }
        let at = chrono::SubsecRound::trunc_subsecs(at.to_utc(), 6);
        if !YEARS.contains(&at.with_timezone(&shanghai()).year()) {
            return Err(format!("{:?} lies outside the years 1900 to 2199", shown()));
        }
        Ok(Self(at))
    }
}

impl Read for Instant {
    fn read(value: &Value, at: &str, faults: &mut Faults) -> Option<Self> {
        parsed(value, at, faults)
    }
}

/// A day in the range that the product keeps.
#[derive(Clone, Copy, Debug)]
pub struct Day(pub NaiveDate);

impl FromStr for Day {
    type Err = String;
    fn from_str(s: &str) -> Result<Self, String> {
        let shown = || s.chars().take(80).collect::<String>();
        let well_formed = s.len() == 10 && s.bytes().all(|b| b.is_ascii_digit() || b == b'-');
        let day = NaiveDate::parse_from_str(s, "%Y-%m-%d")
            .ok()
            .filter(|_| well_formed)
            .ok_or_else(|| format!("{:?} is not a day of the form 2021-07-08", shown()))?;
        if !YEARS.contains(&day.year()) {
            return Err(format!("{:?} lies outside the years 1900 to 2199", shown()));
        }
        Ok(Self(day))
    }
}

impl Read for Day {
    fn read(value: &Value, at: &str, faults: &mut Faults) -> Option<Self> {
        parsed(value, at, faults)
    }
}

impl Read for Month {
    fn read(value: &Value, at: &str, faults: &mut Faults) -> Option<Self> {
        parsed(value, at, faults)
    }
}
