//! Days as spreadsheets count them.
//!
//! Invariant: a number outside the years 1990 to 2100 is no day: it may be anything.

use chrono::{Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};

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

/// Seconds within which a number of a day's fractions is a whole minute: they are never written in full.
const NEARLY: f64 = 1.0;

const A_DAY: f64 = 86_400.0;

/// A moment by its serial, to the second, or to the minute that it nearly is; the second value says whether it is a
/// whole day.
pub(in crate::transfer) fn moment(serial: f64, epoch: Epoch) -> Option<(NaiveDateTime, bool)> {
    // 9999-12-31 and no further; what is no number is in no range.
    if !(0.0..2_958_466.0).contains(&serial) {
        return None;
    }
    let exact = serial * A_DAY;
    let minute = (exact / 60.0).round() * 60.0;
    let seconds = if (exact - minute).abs() <= NEARLY {
        minute
    } else {
        exact.round()
    };
    let start = epoch.zero().and_hms_opt(0, 0, 0)?;
    let at = start.checked_add_signed(TimeDelta::seconds(seconds as i64))?;
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
    if is_whole {
        return Some(Ok(Written::Day(moment.date())));
    }
    let minutes = minutes(serial.fract(), fraction.len());
    let day = epoch.zero() + Days::new(serial.trunc() as u64);
    Some(minutes.map_or_else(
        || {
            Err(
                "is a number, and as a spreadsheet's day it has a fraction that is no whole minute"
                    .to_owned(),
            )
        },
        |minutes| {
            Ok(Written::Minute(
                at(day, NaiveTime::MIN) + TimeDelta::minutes(minutes),
            ))
        },
    ))
}

/// The one whole minute that a fraction of a day is, as precisely as its digits say; an hour may be written exactly.
fn minutes(fraction: f64, digits: usize) -> Option<i64> {
    let exact = fraction * A_DAY;
    let minutes = (exact / 60.0).round();
    let distance = (exact - minutes * 60.0).abs();
    // Half of the last digit, in seconds.
    let within = A_DAY / 2.0 * 10_f64.powi(-i32::try_from(digits).unwrap_or(i32::MAX));
    let is_hour = distance < 0.01 && minutes % 60.0 == 0.0;
    let is_near = within < 30.0 && distance <= within.max(NEARLY);
    (is_hour || is_near).then_some(minutes as i64)
}
