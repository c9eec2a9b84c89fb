//! What a change does to the promise, for the person who makes it.
//!
//! Invariant: a consequence stands there only when the change itself made the difference; what was broken before
//! and still is, is not mentioned.

use std::{collections::BTreeSet, fmt};

use chrono::{DateTime, Utc};
use entity::vocab::{District, Status};

use super::{Quarter, Standing, district_line, month_line, quarter_line};
use crate::domain::{activity::Activity, edition::Edition, when::Month};

/// An activity that a change touches.
#[derive(Clone, Copy, Debug)]
pub struct Changed<'a> {
    /// As it was.
    pub before: &'a Activity,
    /// As it will be.
    pub after: &'a Activity,
}

/// What a change does to one part of the promise; written, it is the API's warning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Consequence {
    /// Whether it breaks or mends.
    pub effect: Effect,
    /// Which part.
    pub part: Part,
}

/// How a change leaves a part of the promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// There was something that keeps it or may; now there is nothing.
    Breaks,
    /// What was held is gone; only what may yet keep it is left.
    Unproves,
    /// There was nothing; now there is.
    Mends,
}

/// A part of the promise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// An activity in a month.
    Month(Month),
    /// A highlight in a quarter.
    Quarter(Quarter),
    /// An activity in a district.
    District {
        /// Which one.
        district: District,
        /// In which year.
        year: i32,
    },
}

impl fmt::Display for Consequence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whom, what, when) = match self.part {
            Part::Month(month) => {
                let month = month.first().format("%B %Y");
                (month.to_string(), "an activity", String::new())
            }
            Part::Quarter(quarter) => (quarter_name(quarter), "a highlight", String::new()),
            Part::District { district, year } => {
                let year = format!(" in {year}");
                (district.en().to_owned(), "an activity", year)
            }
        };
        match self.effect {
            Effect::Breaks => write!(f, "leaves {whom} without {what}{when}"),
            Effect::Unproves => write!(f, "leaves {whom} without {what} that was held{when}"),
            Effect::Mends => write!(f, "gives {whom} {what}{when}"),
        }
    }
}

/// What a change breaks ("leaves July 2021 without an activity") and mends ("gives August 2021 an activity"),
/// breaks first. `editions` gives the edition of a year: a year without one promised nothing. `public` are the
/// public activities before the change; those that it touches may be among them.
#[must_use]
pub fn consequences<'a>(
    editions: impl Fn(i32) -> Option<&'a Edition>,
    public: impl Iterator<Item = &'a Activity>,
    changed: &[Changed<'a>],
    now: DateTime<Utc>,
) -> Vec<Consequence> {
    let touched: Vec<&Activity> = changed
        .iter()
        .flat_map(|change| [change.before, change.after])
        .filter(|activity| counts(activity))
        .collect();
    if touched.is_empty() {
        return Vec::new();
    }
    let mut before: Vec<&Activity> = public
        .filter(|activity| changed.iter().all(|change| change.before.id != activity.id))
        .collect();
    let mut after = before.clone();
    before.extend(changed.iter().map(|change| change.before));
    after.extend(changed.iter().map(|change| change.after));

    let mut told = Told::default();
    let months: BTreeSet<Month> = touched
        .iter()
        .filter_map(|it| it.content.when.month())
        .collect();
    for month in &months {
        let Some(edition) = editions(month.year()) else {
            continue;
        };
        let standing = |all: &[&Activity]| month_line(edition, all, *month, now).state;
        told.compare(standing(&before), standing(&after), Part::Month(*month));
    }
    let quarters: BTreeSet<Quarter> = months.iter().copied().map(Quarter::of).collect();
    for quarter in quarters {
        let Some(edition) = editions(quarter.year()) else {
            continue;
        };
        let standing = |all: &[&Activity]| quarter_line(edition, all, quarter, now).state;
        told.compare(standing(&before), standing(&after), Part::Quarter(quarter));
    }
    let visits: BTreeSet<(i32, District)> = touched
        .iter()
        .filter_map(|it| Some((it.content.when.month()?.year(), &it.content.districts)))
        .flat_map(|(year, districts)| districts.iter().map(move |district| (year, *district)))
        .collect();
    for (year, district) in visits {
        let Some(edition) = editions(year) else {
            continue;
        };
        let standing = |all: &[&Activity]| district_line(edition, all, district, now).state;
        let part = Part::District { district, year };
        told.compare(standing(&before), standing(&after), part);
    }
    told.breaks.append(&mut told.mends);
    told.breaks
}

/// Whether it can stand in any line at all.
fn counts(activity: &Activity) -> bool {
    matches!(
        activity.status,
        Status::Scheduled | Status::Rescheduled | Status::Held
    ) && activity.content.when.is_known()
}

fn quarter_name(quarter: Quarter) -> String {
    let ordinal = match quarter.number() {
        1 => "first",
        2 => "second",
        3 => "third",
        _ => "fourth",
    };
    format!("the {ordinal} quarter of {}", quarter.year())
}

#[derive(Default)]
struct Told {
    breaks: Vec<Consequence>,
    mends: Vec<Consequence>,
}

impl Told {
    fn compare(&mut self, before: Standing, after: Standing, part: Part) {
        let (effect, told) =
            if before.has_any() && !after.has_any() && after != Standing::OutOfScope {
                (Effect::Breaks, &mut self.breaks)
            } else if !before.has_any() && before != Standing::OutOfScope && after.has_any() {
                (Effect::Mends, &mut self.mends)
            } else if before == Standing::Kept && after != Standing::Kept {
                (Effect::Unproves, &mut self.breaks)
            } else {
                return;
            };
        told.push(Consequence { effect, part });
    }
}
