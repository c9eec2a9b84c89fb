//! Rows that look like what is here, or like another row: told, and taken all the same.
//!
//! Invariant: what is compared is bounded, however many rows have one day.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::{here::Here, looked::Making};
use crate::domain::{
    activity::Activity,
    alike::{Alike, alike},
    input::Fault,
};

/// Rows of one day that a row is compared with.
const OF_A_DAY: usize = 200;

/// What looks alike: a warning for each, at the row's place.
pub(super) fn warnings(makings: &[(String, &Making)], here: &Here) -> Vec<Fault> {
    let mut rows: HashMap<Option<NaiveDate>, Vec<(&str, &Activity)>> = HashMap::new();
    let mut warnings = Vec::new();
    for (pointer, making) in makings {
        let (content, day) = (&making.draft.content, making.draft.content.when.first_day());
        let mut warn = |detail: String| {
            warnings.push(Fault {
                pointer: pointer.clone(),
                detail,
            });
        };
        let there = here.of_day(day).iter().take(OF_A_DAY);
        for one in alike(content, None, there) {
            warn(one.to_string());
        }
        let above = rows.entry(day).or_default();
        let rows = above.iter().map(|(_, draft)| *draft);
        for Alike { id, likeness, .. } in alike(content, None, rows) {
            let row = above.iter().find(|(_, draft)| draft.id == id);
            let row = row.map_or("", |(pointer, _)| pointer);
            warn(format!(
                "looks like {row}: the titles are {:.0} % alike, on the same day",
                likeness * 100.0
            ));
        }
        if above.len() < OF_A_DAY {
            above.push((pointer, &making.draft));
        }
    }
    warnings
}
