//! The months of a year by district: what took place where, and when.
//!
//! Owns the counts. Refuses to judge them: nobody promised every district every month, so an empty cell says nothing.
//! Invariant: an activity counts in the month it starts in, in each of its districts; one without a district counts in
//! the last row, so that no month looks emptier than it was.

use chrono::{DateTime, Utc};
use entity::vocab::District;
use serde::Serialize;

use super::{Tally, months_of};
use crate::domain::{activity::Activity, when::Month};

/// What took place, or is to, in a month in one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Cell {
    /// Which month.
    pub month: Month,
    /// Activities held.
    pub held: usize,
    /// Live ones that are not yet over.
    pub planned: usize,
    /// Ended ones that nobody confirmed.
    pub unconfirmed: usize,
}

impl Cell {
    /// All of them.
    #[must_use]
    pub const fn all(self) -> usize {
        self.held + self.planned + self.unconfirmed
    }
}

/// A district's twelve months.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Row {
    /// Which district; none for what is online, elsewhere or of no known place.
    pub district: Option<District>,
    /// From January on.
    pub months: Vec<Cell>,
}

/// The sixteen districts and the rest, each with the year's twelve months.
#[must_use]
pub fn matrix<'a>(
    year: i32,
    activities: impl Iterator<Item = &'a Activity>,
    now: DateTime<Utc>,
) -> Vec<Row> {
    let districts = District::ALL.iter().copied().map(Some).chain([None]);
    let rows: Vec<Option<District>> = districts.collect();
    let mut tallies = vec![[Tally::default(); 12]; rows.len()];
    for activity in activities {
        let Some(month) = activity.content.when.month() else {
            continue;
        };
        if month.year() != year {
            continue;
        }
        let at = month.number() as usize - 1;
        let districts = &activity.content.districts;
        for (row, tallies) in rows.iter().zip(&mut tallies) {
            let is_its = match row {
                Some(district) => districts.contains(district),
                None => districts.is_empty(),
            };
            if is_its {
                tallies[at].count(activity, now);
            }
        }
    }
    let months = months_of(year);
    let line = |(district, tallies): (Option<District>, [Tally; 12])| Row {
        district,
        months: months
            .iter()
            .zip(tallies)
            .map(|(month, tally)| Cell {
                month: *month,
                held: tally.held,
                planned: tally.planned,
                unconfirmed: tally.unconfirmed,
            })
            .collect(),
    };
    rows.into_iter().zip(tallies).map(line).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::samples::{activity, at};

    #[test]
    fn an_activity_counts_in_each_of_its_districts_and_one_without_any_in_the_last_row() {
        let day = |day: &str| json!({"precision": "day", "starts_on": day, "starts_at": null});
        let all = [
            activity(json!({"when": day("2021-07-08"), "districts": ["haidian", "daxing"]})),
            activity(json!({"when": day("2021-07-31"), "districts": []})),
            activity(json!({"when": day("2021-12-31")})),
            activity(json!({"when": day("2022-07-01")})),
            activity(json!({"when": {"precision": "unknown", "starts_at": null}})),
        ];
        let rows = matrix(2021, all.iter(), at("2021-08-01T00:00:00Z"));
        assert_eq!(rows.len(), 17);
        let counted: Vec<_> = rows
            .iter()
            .flat_map(|row| {
                let some = row.months.iter().filter(|cell| cell.all() > 0);
                some.map(|cell| {
                    let name = row.district.map_or("", District::as_str);
                    (name, cell.month.number(), cell.planned, cell.unconfirmed)
                })
            })
            .collect();
        assert_eq!(
            counted,
            [
                ("haidian", 7, 0, 1),
                ("haidian", 12, 1, 0),
                ("daxing", 7, 0, 1),
                ("", 7, 0, 1)
            ]
        );
    }
}
