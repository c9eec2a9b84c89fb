//! Which activity an entry means: by its UID, else by district, day and title.
//!
//! Invariant: an activity is found for one entry of a source at most; what is only like it is told and not taken.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::Seen;
use crate::{
    domain::{activity::Activity, likeness::likeness, role::Office},
    ids::ActivityId,
};

/// From this likeness on it is the same activity.
const SAME: f64 = 0.92;
/// From this one on it resembles it.
const RESEMBLES: f64 = 0.7;
/// Titles of one day that are compared.
const OF_A_DAY: usize = 2_000;

/// By what an entry was found to mean an activity.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum Evidence {
    /// Its UID (RFC 5545 §3.8.4.7), or another id of its source's.
    Uid {
        /// That.
        uid: String,
    },
    /// Its title, on the same day and not in another district.
    Title {
        /// How alike the titles are, 0 to 1 (Dice's coefficient over pairs of characters).
        likeness: f64,
        /// The day.
        #[schema(value_type = String)]
        day: NaiveDate,
        /// The title that stands here.
        title: String,
    },
    /// It was taken from this source.
    Source {},
    /// Somebody said so.
    Person {},
}

/// What was found.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    /// This one.
    Same(ActivityId, Evidence),
    /// None; but these look like it.
    Like(Vec<ActivityId>),
}

struct Candidate {
    id: ActivityId,
    title: String,
    districts: Vec<String>,
}

/// Activities that entries of a source may mean.
#[derive(Default)]
pub struct Candidates {
    of: Vec<Candidate>,
    by_id: HashMap<ActivityId, usize>,
    by_uid: HashMap<String, usize>,
    by_day: HashMap<NaiveDate, Vec<usize>>,
    taken: HashSet<usize>,
}

impl Candidates {
    /// Takes one in, where an office's source may speak of it: what is public, and its own drafts.
    pub fn add(&mut self, activity: &Activity, office: Office) {
        let content = &activity.content;
        if !activity.status.is_public() && office != Office::City && content.office != office {
            return;
        }
        let index = self.of.len();
        self.by_id.insert(activity.id.clone(), index);
        self.of.push(Candidate {
            id: activity.id.clone(),
            title: content.title.zh.clone(),
            districts: content.districts.iter().map(ToString::to_string).collect(),
        });
        let uids = content.sources.iter().filter_map(|from| from.uid.clone());
        for uid in uids.chain([activity.uid.clone()]) {
            // The earlier one: a later one with the same is its copy.
            self.by_uid.entry(uid).or_insert(index);
        }
        let slots = [Some(&content.when), activity.previous_when.as_ref()];
        let mut days: Vec<NaiveDate> = slots
            .into_iter()
            .flatten()
            .filter_map(|when| when.first_day())
            .collect();
        days.dedup();
        for day in days {
            self.by_day.entry(day).or_default().push(index);
        }
    }

    /// Notes that an activity is meant by another entry.
    pub fn take(&mut self, id: &ActivityId) {
        if let Some(index) = self.by_id.get(id) {
            self.taken.insert(*index);
        }
    }

    /// Which one an entry means; it is taken then.
    pub fn find(&mut self, uid: Option<&str>, seen: &Seen) -> Found {
        if let Some(uid) = uid
            && let Some(index) = self.by_uid.get(uid).copied()
            && self.taken.insert(index)
        {
            let evidence = Evidence::Uid {
                uid: uid.to_owned(),
            };
            return Found::Same(self.of[index].id.clone(), evidence);
        }
        let Some(day) = seen.when().and_then(|when| when.first_day()) else {
            return Found::Like(Vec::new());
        };
        let districts: Vec<&str> = seen
            .fields
            .get("districts")
            .and_then(|districts| districts.as_array())
            .map(|districts| districts.iter().filter_map(|one| one.as_str()).collect())
            .unwrap_or_default();
        let elsewhere = |candidate: &Candidate| {
            !districts.is_empty()
                && !candidate.districts.is_empty()
                && !candidate
                    .districts
                    .iter()
                    .any(|one| districts.contains(&one.as_str()))
        };
        let of_day = self.by_day.get(&day).map(Vec::as_slice).unwrap_or_default();
        let mut scored: Vec<(f64, usize)> = of_day
            .iter()
            .take(OF_A_DAY)
            .filter(|index| !self.taken.contains(index) && !elsewhere(&self.of[**index]))
            .map(|index| (likeness(&self.of[*index].title, seen.title()), *index))
            .filter(|(score, _)| *score >= RESEMBLES)
            .collect();
        scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        match scored.as_slice() {
            [(score, index), rest @ ..]
                if *score >= SAME && rest.first().is_none_or(|(next, _)| next < score) =>
            {
                self.taken.insert(*index);
                let evidence = Evidence::Title {
                    likeness: (score * 100.0).round() / 100.0,
                    day,
                    title: self.of[*index].title.clone(),
                };
                Found::Same(self.of[*index].id.clone(), evidence)
            }
            like => Found::Like(
                like.iter()
                    .take(3)
                    .map(|(_, index)| self.of[*index].id.clone())
                    .collect(),
            ),
        }
    }
}
