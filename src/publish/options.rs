//! How a calendar shows what it holds: `cancelled=status|mark|drop`, `alarm=PT1H,P1D`.
//!
//! Invariant: what is the default stands in no address, so that a feed has one address.

use std::{fmt, str::FromStr};

use crate::domain::input::Faults;

/// Alarms of one entry at most: phones show no more anyway.
const ALARMS: usize = 5;
/// An alarm is four weeks early at most.
const EARLIEST_MINUTES: u32 = 28 * 24 * 60;

/// What becomes of a cancelled activity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Cancelled {
    /// STATUS:CANCELLED, as the standard says.
    #[default]
    Status,
    /// Said in the title alone: Google hides what has STATUS:CANCELLED, so its users would see nothing.
    Mark,
    /// Left out.
    Drop,
}

impl FromStr for Cancelled {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "status" => Ok(Self::Status),
            "mark" => Ok(Self::Mark),
            "drop" => Ok(Self::Drop),
            other => Err(format!(
                "{:?} is none of status, mark, drop",
                other.chars().take(40).collect::<String>()
            )),
        }
    }
}

/// How long before the start a reminder rings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Alarm {
    /// In minutes.
    pub minutes: u32,
}

impl FromStr for Alarm {
    type Err = String;

    /// A duration of weeks, or of days, hours and minutes (RFC 5545 §3.3.6), of four weeks at most.
    fn from_str(text: &str) -> Result<Self, String> {
        let shown = || text.chars().take(40).collect::<String>();
        minutes(text)
            .filter(|minutes| *minutes <= EARLIEST_MINUTES)
            .map(|minutes| Self { minutes })
            .ok_or_else(|| {
                format!(
                    "{:?} is no time before the start, such as PT15M, PT1H or P1D, of four weeks at most",
                    shown()
                )
            })
    }
}

fn minutes(text: &str) -> Option<u32> {
    let rest = text.strip_prefix('P')?;
    if rest.ends_with('W') {
        return sum(rest, &[('W', 7 * 24 * 60)]);
    }
    let (days, time) = match rest.split_once('T') {
        Some((_, "")) => return None,
        Some(parts) => parts,
        None if rest.is_empty() => return None,
        None => (rest, ""),
    };
    sum(days, &[('D', 24 * 60)])?.checked_add(sum(time, &[('H', 60), ('M', 1)])?)
}

/// Numbers before units, each unit once and in this order.
fn sum(mut text: &str, units: &[(char, u32)]) -> Option<u32> {
    let mut minutes: u32 = 0;
    for (unit, worth) in units {
        let Some((number, rest)) = text.split_once(*unit) else {
            continue;
        };
        if !number.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        minutes = minutes.checked_add(number.parse::<u32>().ok()?.checked_mul(*worth)?)?;
        text = rest;
    }
    text.is_empty().then_some(minutes)
}

impl fmt::Display for Alarm {
    /// In the largest unit that it is whole in.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.minutes {
            0 => f.write_str("PT0M"),
            days if days % 1440 == 0 => write!(f, "P{}D", days / 1440),
            hours if hours % 60 == 0 => write!(f, "PT{}H", hours / 60),
            minutes => write!(f, "PT{minutes}M"),
        }
    }
}

/// What a calendar was asked to show, and how.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Options {
    /// What becomes of cancelled activities.
    pub cancelled: Cancelled,
    /// When reminders ring, the latest first; nobody gets one unasked.
    pub alarms: Vec<Alarm>,
}

impl Options {
    /// Takes one parameter; `false` when the name is none of these.
    pub fn take(&mut self, name: &str, text: &str, faults: &mut Faults) -> bool {
        match name {
            "cancelled" => match text.parse() {
                Ok(cancelled) => self.cancelled = cancelled,
                Err(error) => faults.add(name, error),
            },
            "alarm" => {
                for word in text.split(',').take(ALARMS + 1) {
                    match word.parse() {
                        Ok(alarm) => self.alarms.push(alarm),
                        Err(error) => faults.add(name, error),
                    }
                }
                self.alarms.sort_unstable();
                self.alarms.dedup();
                if self.alarms.len() > ALARMS {
                    faults.add(name, format!("names over {ALARMS} alarms"));
                }
            }
            _ => return false,
        }
        true
    }

    /// The one form of them as a query; empty for the default.
    #[must_use]
    pub fn canonical(&self) -> String {
        let cancelled = match self.cancelled {
            Cancelled::Status => None,
            Cancelled::Mark => Some("cancelled=mark".to_owned()),
            Cancelled::Drop => Some("cancelled=drop".to_owned()),
        };
        let alarms: Vec<String> = self.alarms.iter().map(Alarm::to_string).collect();
        let alarms = (!alarms.is_empty()).then(|| format!("alarm={}", alarms.join(",")));
        let both: Vec<String> = cancelled.into_iter().chain(alarms).collect();
        both.join("&")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<Options, Faults> {
        let (mut options, mut faults) = (Options::default(), Faults::default());
        for (name, text) in pairs {
            assert!(options.take(name, text, &mut faults), "{name}");
        }
        faults.check(Some(options))
    }

    #[test]
    fn alarms_have_one_form() {
        for (given, canonical) in [
            ("PT60M", "alarm=PT1H"),
            ("PT24H", "alarm=P1D"),
            ("P1W", "alarm=P7D"),
            ("P1DT1H30M", "alarm=PT1530M"),
            ("P1D,PT1H,PT60M", "alarm=PT1H,P1D"),
            ("PT0M", "alarm=PT0M"),
        ] {
            let options = read(&[("alarm", given)]).unwrap();
            assert_eq!(options.canonical(), canonical, "{given}");
            let (_, text) = canonical.split_once('=').unwrap();
            assert_eq!(read(&[("alarm", text)]).unwrap(), options);
        }
    }

    #[test]
    fn what_is_no_alarm_is_named() {
        for bad in [
            "",
            "P",
            "PT",
            "1H",
            "-PT1H",
            "PT1S",
            "P1Y",
            "PT1H,",
            "P29D",
            "P1WT1H",
            "PT1M1H",
            "P1H",
            "PT99999999999M",
            "PT1H,PT2H,PT3H,PT4H,PT5H,PT6H",
        ] {
            assert!(read(&[("alarm", bad)]).is_err(), "{bad}");
        }
        assert!(read(&[("cancelled", "no")]).is_err());
        assert_eq!(read(&[("cancelled", "status")]).unwrap().canonical(), "");
    }
}
