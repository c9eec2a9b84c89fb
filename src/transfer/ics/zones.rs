//! Which zone a time of a calendar is in.
//!
//! Owns how a TZID is understood; refuses to know dates. Invariant: a name that is not understood, of a zone whose
//! offset changes, is an error and never a guess.

use std::collections::HashMap;

use chrono::{DateTime, FixedOffset, LocalResult, NaiveDateTime, Offset, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use icalendar::parser::Component;

use super::{all, find, short, windows};

/// A zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Zone {
    /// By its IANA name.
    Named(Tz),
    /// The same offset all year.
    Fixed(FixedOffset),
}

impl Zone {
    /// The instant of a local time. One that the clocks pass twice is the first; one that they are put forward over
    /// is read with the offset before that (RFC 5545 §3.3.5).
    pub(super) fn instant(self, local: NaiveDateTime) -> DateTime<Utc> {
        let zone = match self {
            Self::Fixed(offset) => return (local - offset).and_utc(),
            Self::Named(zone) => zone,
        };
        match zone.from_local_datetime(&local) {
            LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => at.to_utc(),
            LocalResult::None => {
                // Clocks are put forward by an hour; Samoa once by a day.
                let before = [3, 30].into_iter().find_map(|hours| {
                    let earlier = local - TimeDelta::hours(hours);
                    zone.from_local_datetime(&earlier).earliest()
                });
                let offset = before.map_or_else(
                    || zone.offset_from_utc_datetime(&local).fix(),
                    |at| at.offset().fix(),
                );
                (local - offset).and_utc()
            }
        }
    }

    /// The local time of an instant.
    pub(super) fn local(self, at: DateTime<Utc>) -> NaiveDateTime {
        match self {
            Self::Fixed(offset) => at.with_timezone(&offset).naive_local(),
            Self::Named(zone) => at.with_timezone(&zone).naive_local(),
        }
    }
}

/// The zones that a calendar defines itself, by their TZID.
#[derive(Debug, Default)]
pub(super) struct Zones(HashMap<String, Option<Zone>>);

impl Zones {
    pub(super) fn of(calendar: &Component<'_>) -> Self {
        let defined = calendar
            .components
            .iter()
            .filter(|component| component.name.as_str() == "VTIMEZONE");
        Self(
            defined
                .filter_map(|zone| {
                    let id = find(zone, "TZID")?.val.as_str().trim().to_owned();
                    Some((id, defined_by(zone)))
                })
                .collect(),
        )
    }

    /// The zone that a TZID names.
    ///
    /// # Errors
    /// A sentence that names it.
    pub(super) fn zone(&self, id: &str) -> Result<Zone, String> {
        let id = id.trim();
        let defined = self.0.get(id);
        named(id)
            .or_else(|| defined.copied().flatten())
            .or_else(|| if defined.is_none() { offset(id) } else { None })
            .ok_or_else(|| {
                let why = match defined {
                    Some(_) => "and its VTIMEZONE changes its offset",
                    None => "and has no VTIMEZONE",
                };
                format!(
                    "TZID {:?} is not a time zone that is known (IANA or Windows name), {why}",
                    short(id)
                )
            })
    }
}

/// A zone by its IANA name, its Windows name, or an IANA name at the end of a longer one, as in
/// `/freeassociation.sourceforge.net/Tzfile/Europe/London`.
fn named(id: &str) -> Option<Zone> {
    let id = id.trim_start_matches('/');
    let iana = |name: &str| name.parse::<Tz>().ok();
    iana(id)
        .or_else(|| windows::zone(id))
        .or_else(|| {
            let parts: Vec<&str> = id.rsplitn(4, '/').collect();
            [3, 2].into_iter().find_map(|count| {
                let last = parts.get(..count).filter(|_| parts.len() > count)?;
                let name: Vec<&str> = last.iter().rev().copied().collect();
                iana(&name.join("/"))
            })
        })
        .map(Zone::Named)
}

/// The zone that a VTIMEZONE means: by the name it gives, else by its offset where it has one only.
fn defined_by(zone: &Component<'_>) -> Option<Zone> {
    let by_name = ["X-LIC-LOCATION", "TZID-ALIAS-OF"]
        .into_iter()
        .find_map(|name| named(find(zone, name)?.val.as_str().trim()));
    by_name.or_else(|| {
        let mut offsets = zone
            .components
            .iter()
            .flat_map(|rule| all(rule, "TZOFFSETTO"))
            .map(|offset| utc_offset(offset.val.as_str().trim()));
        let first = offsets.next()??;
        offsets
            .all(|offset| offset == Some(first))
            .then_some(Zone::Fixed(first))
    })
}

/// `+0800` or `+08:00`, with seconds or without (RFC 5545 §3.3.14).
fn utc_offset(text: &str) -> Option<FixedOffset> {
    let sign = match text.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let digits: String = text[1..].chars().filter(|c| *c != ':').collect();
    let number = |from: usize| -> Option<i32> {
        match digits.get(from..from + 2) {
            Some(two) if two.bytes().all(|b| b.is_ascii_digit()) => two.parse().ok(),
            Some(_) => None,
            None => Some(0),
        }
    };
    if !matches!(digits.len(), 2 | 4 | 6) {
        return None;
    }
    let (hours, minutes, seconds) = (number(0)?, number(2)?, number(4)?);
    if minutes > 59 || seconds > 59 {
        return None;
    }
    FixedOffset::east_opt(sign * (hours * 3_600 + minutes * 60 + seconds))
}

/// The offset in a name that is nothing else: `(UTC+08:00) Beijing, Chongqing`, `GMT+8`, `UTC+0800`.
fn offset(id: &str) -> Option<Zone> {
    let (inner, is_whole) = match id.strip_prefix('(') {
        Some(rest) => (rest.split_once(')')?.0, false),
        None => (id, true),
    };
    let rest = inner
        .strip_prefix("UTC")
        .or_else(|| inner.strip_prefix("GMT"))?;
    if rest.is_empty() && !is_whole {
        return Some(Zone::Named(Tz::UTC));
    }
    let digits = rest.get(1..)?;
    let padded = if digits.len() == 1 {
        format!("{}0{digits}", &rest[..1])
    } else {
        rest.to_owned()
    };
    utc_offset(&padded).map(Zone::Fixed)
}

#[cfg(test)]
mod tests {
    use icalendar::parser::read_components;

    use super::*;

    fn zones(lines: &str) -> Zones {
        let text = format!(
            "BEGIN:VCALENDAR\r\n{}END:VCALENDAR\r\n",
            lines.replace('\n', "\r\n")
        );
        Zones::of(&read_components(&text).unwrap()[0])
    }

    fn east(seconds: i32) -> Zone {
        Zone::Fixed(FixedOffset::east_opt(seconds).unwrap())
    }

    #[test]
    fn a_zone_is_known_by_every_name_that_programs_write() {
        let none = Zones::default();
        for (id, zone) in [
            ("Europe/London", Zone::Named(Tz::Europe__London)),
            ("/Europe/London", Zone::Named(Tz::Europe__London)),
            (
                "/freeassociation.sourceforge.net/Tzfile/Europe/London",
                Zone::Named(Tz::Europe__London),
            ),
            (
                "/mozilla.org/20050126_1/America/Argentina/Buenos_Aires",
                Zone::Named(Tz::America__Argentina__Buenos_Aires),
            ),
            ("Eastern Standard Time", Zone::Named(Tz::America__New_York)),
            ("(UTC+08:00) Beijing, Chongqing", east(28_800)),
            ("(UTC) Coordinated Universal Time", Zone::Named(Tz::UTC)),
            ("GMT+8", east(28_800)),
            ("UTC-0330", east(-12_600)),
        ] {
            assert_eq!(none.zone(id), Ok(zone), "{id}");
        }
        for id in [
            "",
            "/",
            "Mars/Olympus",
            "a/b/c/d/e",
            "(",
            "GMT+",
            "UTC+8a",
            "UTC+99",
            "(UTC",
            "é",
        ] {
            assert!(none.zone(id).is_err(), "{id}");
        }
    }

    #[test]
    fn a_zone_of_its_own_counts_where_its_offset_never_changes() {
        let zones = zones(
            "BEGIN:VTIMEZONE\nTZID:GMT +0800 (Standard)\nBEGIN:STANDARD\nTZOFFSETFROM:+0800\nTZOFFSETTO:+0800\nEND:STANDARD\nEND:VTIMEZONE\n\
             BEGIN:VTIMEZONE\nTZID:Here\nX-LIC-LOCATION:Asia/Tokyo\nEND:VTIMEZONE\n\
             BEGIN:VTIMEZONE\nTZID:There\nBEGIN:STANDARD\nTZOFFSETTO:+0100\nEND:STANDARD\nBEGIN:DAYLIGHT\nTZOFFSETTO:+0200\nEND:DAYLIGHT\nEND:VTIMEZONE\n",
        );
        assert_eq!(zones.zone("GMT +0800 (Standard)"), Ok(east(28_800)));
        assert_eq!(zones.zone("Here"), Ok(Zone::Named(Tz::Asia__Tokyo)));
        assert!(
            zones
                .zone("There")
                .unwrap_err()
                .contains("changes its offset")
        );
    }

    #[test]
    fn a_local_time_that_is_passed_over_has_the_offset_before() {
        let zone = Zone::Named(Tz::America__New_York);
        let at = |text: &str| zone.instant(text.parse().unwrap()).to_rfc3339();
        assert_eq!(at("2007-03-11T02:30:00"), "2007-03-11T07:30:00+00:00");
        assert_eq!(at("2007-11-04T01:30:00"), "2007-11-04T05:30:00+00:00");
        let apia = Zone::Named(Tz::Pacific__Apia);
        let gone = apia.instant("2011-12-30T12:00:00".parse().unwrap());
        assert_eq!(gone.to_rfc3339(), "2011-12-30T22:00:00+00:00");
    }
}
