//! Rows that look like what is here, or like another row: told, and taken all the same.
//!
//! Invariant: what is compared is bounded, however many rows have one day.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::{
    here::{Here, There},
    looked::{Looked, Making},
    row::short,
};
use crate::domain::{
    activity::{Activity, Content},
    alike::{Alike, alike},
    input::Fault,
    when::When,
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

/// Rows that have the title of the one activity that is here, on another day: perhaps it was moved.
pub(super) fn note_moved(rows: &mut [Looked], here: &Here) {
    let mut titles: HashMap<String, usize> = HashMap::new();
    for looked in rows.iter() {
        *titles.entry(looked.title().zh).or_default() += 1;
    }
    for looked in rows {
        let Some(content) = looked.may_be_known() else {
            continue;
        };
        let Some(there) = here.only_titled(content) else {
            continue;
        };
        if titles.get(&content.title.zh) != Some(&1) || there.content.when == content.when {
            continue;
        }
        let named = format!("{} {:?}", there.id, short(&there.content.title.zh));
        let on = match &there.content.when {
            When::Month { month } => Some(month.to_string()),
            when => when.first_day().map(|day| day.to_string()),
        };
        let question = "is it that one, moved? Then change its date there, and take this row out";
        looked.notes.push(match on {
            Some(on) => format!("{named} is here on {on}: {question}"),
            None => format!("{named} is here without a date: {question}"),
        });
    }
}

/// In what a row that is here already says something else: none of it is taken.
pub(super) fn differences(row: &Content, there: &There) -> Vec<String> {
    type Said<'a> = &'a dyn Fn(&Content) -> Option<String>;
    let place = |content: &Content| {
        content
            .venue
            .as_ref()
            .and_then(|venue| venue.name.zh.clone())
    };
    let districts = |content: &Content| {
        let names: Vec<&str> = content.districts.iter().map(|it| it.zh()).collect();
        (!names.is_empty()).then(|| names.join("、"))
    };
    let live = |content: &Content| content.live_url.as_ref().map(|url| url.0.clone());
    let registration = |content: &Content| {
        let url = content.registration_url.as_ref();
        url.map(|url| url.0.clone())
    };
    let organizers = |content: &Content| {
        let names = content
            .organizers
            .iter()
            .filter_map(|it| it.name.zh.as_deref());
        let names: Vec<&str> = names.collect();
        (!names.is_empty()).then(|| names.join("、"))
    };
    let fields: [(&str, Said<'_>); 5] = [
        ("place", &place),
        ("district", &districts),
        ("live stream's address", &live),
        ("registration's address", &registration),
        ("organiser", &organizers),
    ];
    let differing = fields.into_iter().filter_map(|(what, of)| {
        let (says, is) = (of(row)?, of(&there.content));
        (Some(&says) != is.as_ref()).then(|| {
            format!(
                "says {:?} as its {what}, which is not taken: {} has {:?}",
                short(&says),
                there.id,
                short(&is.unwrap_or_default())
            )
        })
    });
    differing.collect()
}
