//! The table of months and districts, in words and numbers.

use chrono::{DateTime, Utc};
use entity::vocab::Language;

use super::{
    super::words::promise as p,
    told::{self, Taken, Word},
};
use crate::{
    catalogue::State,
    domain::promise::{self, Row},
};

/// A line of the table.
pub(super) struct Line {
    pub(super) name: String,
    /// The district's page.
    pub(super) href: Option<String>,
    pub(super) cells: Vec<Number>,
    pub(super) year: Number,
    /// None where nothing was promised.
    pub(super) state: Option<Word>,
}

/// A number, and what it counts in words; nothing where it is zero.
pub(super) struct Number {
    pub(super) number: usize,
    pub(super) words: String,
    pub(super) tone: &'static str,
}

/// The rows of a year, taken from the catalogue.
pub(super) fn rows(state: &State, year: i32, now: DateTime<Utc>) -> Vec<Row> {
    let activities = state.activities().map(crate::catalogue::Entry::activity);
    promise::matrix(year, activities, now)
}

fn number(cells: impl Iterator<Item = promise::Cell>, language: Language) -> Number {
    let (mut held, mut planned, mut unconfirmed) = (0, 0, 0);
    for cell in cells {
        held += cell.held;
        planned += cell.planned;
        unconfirmed += cell.unconfirmed;
    }
    Number {
        number: held + planned + unconfirmed,
        words: told::counts(held, planned, unconfirmed, language),
        tone: match (held, planned, unconfirmed) {
            (0, 0, 0) => "none",
            (0, 0, _) => "moved",
            (0, _, _) => "plan",
            _ => "good",
        },
    }
}

/// The lines of the districts, and of what is in none.
pub(super) fn lines(rows: &[Row], taken: &Taken, language: Language) -> Vec<Line> {
    rows.iter()
        .map(|row| Line {
            name: row.district.map_or_else(
                || p::ELSEWHERE.plain(language).to_owned(),
                |district| told::district(district, language),
            ),
            href: row
                .district
                .map(|district| format!("/{language}/districts/{district}")),
            cells: row
                .months
                .iter()
                .map(|cell| number([*cell].into_iter(), language))
                .collect(),
            year: number(row.months.iter().copied(), language),
            state: row.district.and_then(|district| {
                let mut lines = taken.promise.districts.iter();
                let line = lines.find(|line| line.district == district)?;
                Some(told::state(line.state, language))
            }),
        })
        .collect()
}
