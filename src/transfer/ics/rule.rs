//! RRULE: the starts that a rule makes (RFC 5545 §3.3.10).
//!
//! Owns the bounds around the crate that expands rules; refuses to know zones and windows. Rules are expanded in wall
//! time, as if it were UTC: what zone the wall stands in changes no rule.
//! Invariant: however a rule is written, finding its next start takes a bounded number of steps.

use chrono::{Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone};
use icalendar::parser::Property;
use rrule::{RRule, RRuleSet, Tz, Unvalidated};

use super::{
    short,
    times::{Written, written},
    zones::Zones,
};

/// Days of 400 years, after which the calendar repeats itself, weekdays too.
const ERA_DAYS: u64 = 146_097;
/// The crate looks for the next start up to the year 10,000, whatever the rule.
const LAST_YEAR: i32 = 9_990;
/// Hours, minutes and seconds of a rule make this many starts a day at most.
const STARTS_A_DAY_MAX: usize = 24;
/// Each day is looked up in each list of a rule.
const VALUES_MAX: usize = 100;

/// How often a rule repeats, as far as it matters for what it costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Period {
    Hour,
    Day,
    Week,
    Month,
    Year,
}

/// The starts of a rule, in their order.
pub(super) struct Starts {
    found: rrule::RRuleSetIter,
    era: Days,
    until: Option<NaiveDateTime>,
    period: Period,
    last: NaiveDateTime,
    /// Steps taken so far, about a microsecond each.
    pub(super) steps: u64,
}

/// What a rule says beside how it repeats.
struct Parts {
    /// What the crate reads.
    rest: Vec<String>,
    until: Option<String>,
    period: Period,
    interval: u16,
    counted: bool,
}

impl Starts {
    /// The starts of a rule from the event's own on. Those before `from` may be left out, where that is cheap; nothing
    /// after `to` is asked for.
    ///
    /// # Errors
    /// A sentence that names what is wrong with the rule.
    pub(super) fn of(
        text: &str,
        start: Written,
        from: NaiveDateTime,
        to: NaiveDateTime,
    ) -> Result<Self, String> {
        let parts = parts(text)?;
        let until = match &parts.until {
            Some(until) => Some(last_of(until, start)?),
            None => None,
        };
        let first = parts.skipped(start.local(), from);
        // So late that there is little room to search in vain before the crate's last year.
        let year = to.year().max(first.year());
        let eras = u64::try_from((LAST_YEAR - year) / 400).unwrap_or(0);
        let era = Days::new(eras * ERA_DAYS);
        let shifted = first
            .checked_add_days(era)
            .ok_or_else(|| format!("{:?} begins too late", short(text)))?;
        let begins = Tz::UTC.from_utc_datetime(&shifted);
        let refused = |error: rrule::RRuleError| {
            format!(
                "{:?} is no rule: {}",
                short(text),
                short(&error.to_string())
            )
        };
        let rule: RRule<Unvalidated> = parts.rest.join(";").parse().map_err(refused)?;
        let rule = rule.validate(begins).map_err(refused)?;
        let set = RRuleSet::new(begins).rrule(rule).limit();
        Ok(Self {
            found: (&set).into_iter(),
            era,
            until,
            period: parts.period,
            last: first,
            steps: 0,
        })
    }

    /// Whether the rule ends before a start.
    pub(super) fn ends_before(&self, start: NaiveDateTime) -> bool {
        self.until.is_some_and(|until| until < start)
    }

    /// Adds what it took to come from the last start to this one.
    fn count(&mut self, next: NaiveDateTime) {
        let days = (next - self.last).num_days().max(0).unsigned_abs();
        // How many days the crate looks at in a microsecond, measured.
        let speed = match self.period {
            Period::Hour | Period::Day => 1,
            Period::Week => 4,
            Period::Month => 10,
            Period::Year => 20,
        };
        self.steps += 1 + days / speed;
        self.last = next;
    }
}

impl Iterator for Starts {
    type Item = NaiveDateTime;

    fn next(&mut self) -> Option<NaiveDateTime> {
        let next = self
            .found
            .next()
            .and_then(|found| found.naive_utc().checked_sub_days(self.era));
        match next {
            Some(next) => self.count(next),
            // It searched in vain up to its last year, or gave up after 100,000 periods.
            None if self.period == Period::Hour => self.steps += 150_000,
            None => self.steps += 10_000,
        }
        next.filter(|next| self.until.is_none_or(|until| *next <= until))
    }
}

impl Parts {
    /// The first start to begin with: whole periods later, if nothing counts from the first one.
    fn skipped(&self, start: NaiveDateTime, from: NaiveDateTime) -> NaiveDateTime {
        let days = match self.period {
            _ if self.counted => return start,
            Period::Day => u64::from(self.interval),
            Period::Week => 7 * u64::from(self.interval),
            Period::Hour | Period::Month | Period::Year => return start,
        };
        let gap = (from - start).num_days().max(0).unsigned_abs();
        let periods = (gap / days.max(1)).saturating_sub(1);
        start
            .checked_add_days(Days::new(periods * days))
            .unwrap_or(start)
    }
}

/// Takes a rule apart and refuses what would cost too much.
fn parts(text: &str) -> Result<Parts, String> {
    let named = short(text);
    let text = text.trim().trim_end_matches(';').to_ascii_uppercase();
    if !text.is_ascii() {
        return Err(format!("{named:?} is no rule: it holds more than ASCII"));
    }
    if text.matches(',').count() > VALUES_MAX {
        return Err(format!("{named:?} lists more than {VALUES_MAX} values"));
    }
    let mut parts = Parts {
        rest: Vec::new(),
        until: None,
        period: Period::Day,
        interval: 1,
        counted: false,
    };
    let mut a_day = 1;
    for part in text.split(';') {
        let (name, value) = part
            .split_once('=')
            .ok_or_else(|| format!("{named:?} is no rule: {:?} is no part of one", short(part)))?;
        let values = value.split(',').count();
        match name.trim() {
            "UNTIL" => {
                parts.until = Some(value.trim().to_owned());
                continue;
            }
            // The calendar that all others are counted in here; leap months are not taken.
            "RSCALE" if value == "GREGORIAN" => continue,
            "FREQ" => {
                parts.period = match value {
                    "HOURLY" => Period::Hour,
                    "DAILY" => Period::Day,
                    "WEEKLY" => Period::Week,
                    "MONTHLY" => Period::Month,
                    "YEARLY" => Period::Year,
                    _ => {
                        return Err(format!(
                            "{named:?} repeats {:?}; expected HOURLY, DAILY, WEEKLY, MONTHLY or YEARLY",
                            short(value)
                        ));
                    }
                };
            }
            "INTERVAL" => {
                parts.interval = value.parse().ok().filter(|it| *it > 0).ok_or_else(|| {
                    format!("{named:?} is no rule: INTERVAL={value} is not 1 to 65535")
                })?;
            }
            "COUNT" => parts.counted = true,
            "BYHOUR" | "BYMINUTE" | "BYSECOND" => a_day *= values,
            _ => {}
        }
        parts.rest.push(part.trim().to_owned());
    }
    if a_day > STARTS_A_DAY_MAX {
        return Err(format!(
            "{named:?} repeats more than {STARTS_A_DAY_MAX} times a day"
        ));
    }
    Ok(parts)
}

/// The last moment that UNTIL leaves, as the event's own clock shows it.
fn last_of(until: &str, start: Written) -> Result<NaiveDateTime, String> {
    let value = Property::new_ref("UNTIL", until);
    let end = |day: NaiveDate| day.and_time(NaiveTime::MIN) + TimeDelta::seconds(86_399);
    let until = written(&value, &Zones::default()).map_err(|why| format!("UNTIL {why}"))?;
    Ok(match (start, until) {
        // A day that is written as a moment is the day it is written as, and one beside a time is meant whole.
        (Written::Day(_), until) | (Written::Local { .. }, until @ Written::Day(_)) => {
            end(until.local().date())
        }
        (
            Written::Local { .. },
            Written::Local {
                local,
                floating: true,
                ..
            },
        ) => local,
        (
            Written::Local { zone, .. },
            Written::Local {
                local, zone: own, ..
            },
        ) => zone.local(own.instant(local)),
    })
}
