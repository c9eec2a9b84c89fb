//! Days as spreadsheets count them.
//!
//! Invariant: a number outside the years 1990 to 2100 is no day: it may be anything.

use chrono::{Days, NaiveDate, NaiveDateTime, TimeDelta};

use super::{Written, at};

/// Where a workbook's days are counted from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::transfer) enum Epoch {
    /// Windows: 1 is 1900-01-01, and 1900 is taken for a leap year.
    #[default]
    Y1900,
    /// Old Macs: 0 is 1904-01-01.
    Y1904,
}

impl Epoch {
    /// The day 0, after the February that 1900 did not have.
    fn zero(self) -> NaiveDate {
        let (year, month, day) = match self {
            Self::Y1900 => (1899, 12, 30),
            Self::Y1904 => (1904, 1, 1),
        };
        NaiveDate::from_ymd_opt(year, month, day).expect("a day of the calendar")
    }
}

/// A moment by its serial, to the second; the second value says whether it is a whole day.
pub(in crate::transfer) fn moment(serial: f64, epoch: Epoch) -> Option<(NaiveDateTime, bool)> {
    // 9999-12-31 and no further; what is no number is in no range.
    if !(0.0..2_958_466.0).contains(&serial) {
        return None;
    }
    let seconds = (serial * 86_400.0).round() as i64;
    let start = epoch.zero().and_hms_opt(0, 0, 0)?;
    let at = start.checked_add_signed(TimeDelta::seconds(seconds))?;
    Some((at, serial.fract() == 0.0))
}

/// A text that is nothing but a number of five digits, with or without a fraction; nothing for other texts.
pub(super) fn read(text: &str, epoch: Epoch) -> Option<Result<Written, String>> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.len() != 5 || !digits(whole) || !digits(fraction) {
        return None;
    }
    let serial: f64 = text.parse().ok()?;
    let first = NaiveDate::from_ymd_opt(1990, 1, 1)?;
    let end = first.checked_add_days(Days::new(365 * 111 + 27))?;
    let Some((moment, is_whole)) =
        moment(serial, epoch).filter(|(moment, _)| (first..end).contains(&moment.date()))
    else {
        return Some(Err(
            "is a number, and as a spreadsheet's day it would lie outside the years 1990 to 2100"
                .to_owned(),
        ));
    };
    Some(Ok(if is_whole {
        Written::Day(moment.date())
    } else {
        Written::Minute(at(moment.date(), moment.time()))
    }))
}
