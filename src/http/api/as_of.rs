//! `as_of`: how something stood at an instant, or at the end of a day in Shanghai.
//!
//! Invariant: it never lies after today: nobody knows how something will have stood.

use std::str::FromStr;

use chrono::{DateTime, Days, TimeDelta, Utc};

use crate::{
    domain::when::{Day, Instant, day_of, midnight},
    http::extract::Params,
};

/// The instant that is asked for.
pub(super) struct AsOf(pub(super) DateTime<Utc>);

impl AsOf {
    /// The parameter; what is no time, or lies after today, is noted as a fault.
    pub(super) fn read(params: &mut Params, now: DateTime<Utc>) -> Option<Self> {
        let as_of = params.parsed::<Self>("as_of")?;
        let today = day_of(now);
        if as_of.0 > now && day_of(as_of.0) > today {
            params.fault("as_of", format!("lies in the future; today is {today}"));
        }
        Some(as_of)
    }
}

impl FromStr for AsOf {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        if let Ok(day) = text.parse::<Day>() {
            let end = midnight(day.0 + Days::new(1)) - TimeDelta::microseconds(1);
            return Ok(Self(end));
        }
        text.parse::<Instant>()
            .map(|at| Self(at.0))
            .map_err(|_| "is neither a day nor an instant".to_owned())
    }
}
