//! When and where something happens, as documents tell it.

use chrono::{DateTime, FixedOffset, NaiveDate, Utc};

/// A time that is known well enough to stand in a calendar. Years 1 to 9998: the day after the last
/// day has to be written in four digits too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Slot {
    /// Known to the minute.
    Timed {
        /// The beginning.
        starts_at: DateTime<Utc>,
        /// The end, where it is known.
        ends_at: Option<DateTime<Utc>>,
    },
    /// Known to the day.
    Days {
        /// The first day.
        starts_on: NaiveDate,
        /// The last day, inclusive.
        ends_on: NaiveDate,
    },
}

impl Slot {
    /// Its beginning and its end, where that is known, as news tell them (RFC 3339; a day alone is a date).
    pub(crate) fn text(&self) -> (String, Option<String>) {
        let instant = |at: DateTime<Utc>| shanghai(at).to_rfc3339();
        match self {
            Self::Timed { starts_at, ends_at } => (instant(*starts_at), ends_at.map(instant)),
            Self::Days { starts_on, ends_on } => (starts_on.to_string(), Some(ends_on.to_string())),
        }
    }
}

/// A place on Earth in WGS-84 degrees.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// Degrees north.
    pub latitude: f64,
    /// Degrees east.
    pub longitude: f64,
}

impl Point {
    /// Whether both coordinates are numbers within their range.
    pub fn is_on_earth(&self) -> bool {
        (-90.0..=90.0).contains(&self.latitude) && (-180.0..=180.0).contains(&self.longitude)
    }

    /// As GeoRSS writes it: latitude, a space, longitude.
    pub(crate) fn text(&self) -> String {
        format!("{:.6} {:.6}", self.latitude, self.longitude)
    }
}

/// The instant as clocks in Asia/Shanghai show it: +08:00, as the documents' VTIMEZONE says.
pub(crate) fn shanghai(instant: DateTime<Utc>) -> DateTime<FixedOffset> {
    let offset = FixedOffset::east_opt(8 * 3600).expect("eight hours are a valid offset");
    instant.with_timezone(&offset)
}
