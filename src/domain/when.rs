//! When something happens, as precisely as it is known.
//!
//! Invariant: nobody ever sees an hour that no one stated: a day stays a day, a month a month.

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

pub use super::dates::{Day, Instant, Month, instant};
use super::{
    dates::YEARS,
    input::{Faults, Object, Read},
};
use crate::clock::shanghai;

/// When something happens.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "precision", rename_all = "snake_case")]
pub enum When {
    /// To the minute.
    Minute {
        /// The start.
        #[serde(with = "instant")]
        starts_at: DateTime<Utc>,
        /// The end, when it is known.
        #[serde(
            default,
            with = "instant::option",
            skip_serializing_if = "Option::is_none"
        )]
        ends_at: Option<DateTime<Utc>>,
    },
    /// To the day.
    Day {
        /// The first day.
        starts_on: NaiveDate,
        /// The last day, inclusive; absent = the first.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ends_on: Option<NaiveDate>,
    },
    /// To the month.
    Month {
        /// The month.
        month: Month,
    },
    /// Not known, and said so.
    #[default]
    Unknown,
    /// Nothing was said yet: only in drafts, where JSON has null.
    #[serde(skip)]
    Unstated,
}

/// `When` where JSON may have null.
pub mod or_null {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::When;

    /// For `#[serde(with)]`.
    ///
    /// # Errors
    /// Those of the serializer.
    pub fn serialize<S: Serializer>(when: &When, serializer: S) -> Result<S::Ok, S::Error> {
        match when {
            When::Unstated => serializer.serialize_none(),
            stated => stated.serialize(serializer),
        }
    }

    /// For `#[serde(with)]`.
    ///
    /// # Errors
    /// When it is neither null nor a `when`.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<When, D::Error> {
        Ok(Option::<When>::deserialize(deserializer)?.unwrap_or(When::Unstated))
    }
}

/// Midnight in Shanghai at the start of a day.
#[must_use]
pub fn midnight(day: NaiveDate) -> DateTime<Utc> {
    shanghai()
        .from_local_datetime(&day.and_time(NaiveTime::MIN))
        .single()
        .expect("a fixed offset has every local time once")
        .to_utc()
}

/// The day in Shanghai that an instant lies in.
#[must_use]
pub fn day_of(at: DateTime<Utc>) -> NaiveDate {
    at.with_timezone(&shanghai()).date_naive()
}

impl When {
    /// The first instant of the slot: a day's midnight, a month's first; `None` when unknown.
    #[must_use]
    pub fn starts_at(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::Minute { starts_at, .. } => Some(*starts_at),
            Self::Day { starts_on, .. } => Some(midnight(*starts_on)),
            Self::Month { month } => Some(midnight(month.first())),
            Self::Unknown | Self::Unstated => None,
        }
    }

    /// The instant when it is over for certain: the end (or start) to the minute, the end of the last day or month.
    #[must_use]
    pub fn over_at(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::Minute { starts_at, ends_at } => Some(ends_at.unwrap_or(*starts_at)),
            Self::Day { starts_on, ends_on } => {
                Some(midnight(ends_on.unwrap_or(*starts_on) + Days::new(1)))
            }
            Self::Month { month } => Some(midnight(month.next().first())),
            Self::Unknown | Self::Unstated => None,
        }
    }

    /// The first day, when the day is known.
    #[must_use]
    pub fn first_day(&self) -> Option<NaiveDate> {
        match self {
            Self::Minute { starts_at, .. } => Some(day_of(*starts_at)),
            Self::Day { starts_on, .. } => Some(*starts_on),
            Self::Month { .. } | Self::Unknown | Self::Unstated => None,
        }
    }

    /// The last day, when the day is known. What ends at midnight ends on the day before.
    #[must_use]
    pub fn last_day(&self) -> Option<NaiveDate> {
        match self {
            Self::Minute { starts_at, ends_at } => {
                let last = ends_at.map_or(*starts_at, |end| end - TimeDelta::microseconds(1));
                Some(day_of(last))
            }
            Self::Day { starts_on, ends_on } => Some(ends_on.unwrap_or(*starts_on)),
            Self::Month { .. } | Self::Unknown | Self::Unstated => None,
        }
    }

    /// The month it starts in, when that is known.
    #[must_use]
    pub fn month(&self) -> Option<Month> {
        match self {
            Self::Month { month } => Some(*month),
            other => other.first_day().map(Month::of),
        }
    }

    /// Whether anything is known of it.
    #[must_use]
    pub fn is_known(&self) -> bool {
        !matches!(self, Self::Unknown | Self::Unstated)
    }

    /// Whether it is known to the day or better, and so can stand in a calendar.
    #[must_use]
    pub fn is_slot(&self) -> bool {
        matches!(self, Self::Minute { .. } | Self::Day { .. })
    }

    /// The same slot moved by as much as `from` moved to `to`; `None` when that cannot be said.
    #[must_use]
    pub fn moved_along(&self, from: &Self, to: &Self) -> Option<Self> {
        let days: TimeDelta = to.first_day()?.signed_duration_since(from.first_day()?);
        let by = match (from, to) {
            (Self::Minute { starts_at: old, .. }, Self::Minute { starts_at: new, .. }) => {
                *new - *old
            }
            _ => days,
        };
        let moved = match self {
            Self::Minute { starts_at, ends_at } => Self::Minute {
                starts_at: starts_at.checked_add_signed(by)?,
                ends_at: ends_at.map(|end| end + by),
            },
            Self::Day { starts_on, ends_on } => Self::Day {
                starts_on: starts_on.checked_add_signed(days)?,
                ends_on: ends_on.map(|end| end + days),
            },
            Self::Month { .. } | Self::Unknown | Self::Unstated => return None,
        };
        let kept = |at: DateTime<Utc>| YEARS.contains(&day_of(at).year());
        (moved.starts_at().is_some_and(kept) && moved.over_at().is_some_and(kept)).then_some(moved)
    }
}

impl Read for When {
    fn read(value: &Value, at: &str, faults: &mut Faults) -> Option<Self> {
        let mut object = Object::open(value, at, faults)?;
        let precision = object.required::<Value>("precision", faults)?;
        let when = match precision.as_str() {
            Some("minute") => {
                let starts_at = object
                    .required::<Instant>("starts_at", faults)
                    .map(|at| at.0);
                let ends_at = object.optional::<Instant>("ends_at", faults).map(|at| at.0);
                if let (Some(start), Some(end)) = (starts_at, ends_at)
                    && end <= start
                {
                    faults.add(
                        object.at("ends_at"),
                        format!(
                            "{} is not after the start, {}",
                            instant::text(end),
                            instant::text(start)
                        ),
                    );
                }
                starts_at.map(|starts_at| Self::Minute { starts_at, ends_at })
            }
            Some("day") => {
                let starts_on = object.required::<Day>("starts_on", faults).map(|day| day.0);
                let ends_on = object.optional::<Day>("ends_on", faults).map(|day| day.0);
                if let (Some(start), Some(end)) = (starts_on, ends_on)
                    && end < start
                {
                    faults.add(
                        object.at("ends_on"),
                        format!("{end} is before the first day, {start}"),
                    );
                }
                starts_on.map(|starts_on| Self::Day { starts_on, ends_on })
            }
            Some("month") => object
                .required::<Month>("month", faults)
                .map(|month| Self::Month { month }),
            Some("unknown") => Some(Self::Unknown),
            _ => {
                faults.add(
                    object.at("precision"),
                    format!(
                        "{} is not a precision; expected minute, day, month or unknown",
                        super::input::shown(&precision)
                    ),
                );
                return None;
            }
        };
        object.close(faults);
        when
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::input::read;
    use serde_json::json;

    #[test]
    fn four_precisions_survive_json() {
        for value in [
            json!({"precision":"minute","starts_at":"2021-09-24T20:00:00+08:00"}),
            json!({"precision":"minute","starts_at":"2021-09-24T20:00:00+08:00","ends_at":"2021-09-24T21:30:00+08:00"}),
            json!({"precision":"day","starts_on":"2021-07-08","ends_on":"2021-07-09"}),
            json!({"precision":"month","month":"2021-06"}),
            json!({"precision":"unknown"}),
        ] {
            let when: When = read(&value).unwrap();
            assert_eq!(serde_json::to_value(&when).unwrap(), value);
            assert_eq!(serde_json::from_value::<When>(value).unwrap(), when);
        }
    }

    #[test]
    fn an_end_before_the_start_is_named() {
        let faults = read::<When>(
            &json!({"precision":"day","starts_on":"2021-07-08","ends_on":"2021-07-01","hour":3}),
        )
        .unwrap_err();
        let pointers: Vec<_> = faults
            .0
            .iter()
            .map(|fault| fault.pointer.as_str())
            .collect();
        assert_eq!(pointers, ["/ends_on", "/hour"]);
        assert!(faults.0[0].detail.contains("2021-07-01"));
    }
}
