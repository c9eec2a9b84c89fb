//! Which activity an entry means: by its UID, else by district, day and title.
//!
//! Invariant: an activity is found for one entry of a source at most; what is only like it is told and not taken.

use std::{
    cell::OnceCell,
    collections::{HashMap, HashSet},
};

use chrono::NaiveDate;
use entity::vocab::{District, Status};
use serde::{Deserialize, Serialize};

use super::Seen;
use crate::{
    domain::{
        likeness::{Shape, folded},
        role::Office,
        text::Text,
        when::{self, When},
    },
    ids::ActivityId,
};

/// From this likeness on it is the same activity.
const SAME: f64 = 0.92;
/// From this one on it resembles it.
pub(super) const RESEMBLES: f64 = 0.7;
/// Titles that are compared for one document: some seconds of work at most.
const COMPARED: usize = 2_000_000;

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

/// Whether an id is one that nobody else has: not one that a page or a feed counts up (RFC 7986 §5.3: a UUID, or with a host).
#[must_use]
pub fn is_unique(uid: &str) -> bool {
    // An occurrence has the day behind the event's id.
    let uid = uid.rsplit_once('#').map_or(uid, |(event, _)| event);
    let is_hex = |c: char| c.is_ascii_hexdigit() || matches!(c, '-' | '{' | '}');
    let is_uuid = uid.len() >= 32 && uid.chars().all(is_hex);
    let starts = |start: &str| {
        uid.get(..start.len())
            .is_some_and(|it| it.eq_ignore_ascii_case(start))
    };
    is_uuid || uid.contains('@') || uid.contains("://") || starts("urn:") || starts("tag:")
}

/// What was found.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    /// This one.
    Same(ActivityId, Evidence),
    /// None; but these look like it.
    Like(Vec<ActivityId>),
    /// Too much was compared already to say.
    Unknown,
}

/// Of an activity's document what tells whether an entry means it: reading all of it would take five times as long.
#[derive(Debug, Deserialize)]
pub struct Brief {
    id: ActivityId,
    uid: String,
    status: Status,
    office: Office,
    title: Text,
    #[serde(default)]
    districts: Vec<District>,
    #[serde(with = "when::or_null")]
    when: When,
    previous_when: Option<When>,
    #[serde(default)]
    sources: Vec<BriefSource>,
}

#[derive(Debug, Deserialize)]
struct BriefSource {
    #[serde(default)]
    uid: Option<String>,
}

struct Candidate {
    id: ActivityId,
    title: String,
    shape: OnceCell<Shape>,
    districts: Vec<String>,
    /// On which it begins, or began before it was moved.
    days: Vec<NaiveDate>,
}

/// A draft that was made, and the districts that its entry names.
type Made = (ActivityId, Vec<String>);

/// Activities that entries of a source may mean.
#[derive(Default)]
pub struct Candidates {
    /// The days and the ids that entries name: no others are kept.
    days: HashSet<NaiveDate>,
    uids: HashSet<String>,
    of: Vec<Candidate>,
    by_id: HashMap<ActivityId, usize>,
    by_uid: HashMap<String, usize>,
    by_day: HashMap<NaiveDate, Vec<usize>>,
    taken: HashSet<usize>,
    /// What was made of other entries of the same document, by day and title, with its districts.
    made: HashMap<(NaiveDate, String), Vec<Made>>,
    compared: usize,
}

/// Whether two that name districts have none in common.
fn apart(one: &[&str], other: &[String]) -> bool {
    let in_one = |district: &String| one.contains(&district.as_str());
    !one.is_empty() && !other.is_empty() && !other.iter().any(in_one)
}

impl Candidates {
    /// None yet, for entries with these ids that say this.
    #[must_use]
    pub fn of<'a>(entries: impl Iterator<Item = (Option<&'a str>, &'a Seen)>) -> Self {
        let mut candidates = Self::default();
        for (uid, seen) in entries {
            candidates
                .days
                .extend(seen.when().and_then(|when| when.first_day()));
            candidates.uids.extend(uid.map(str::to_owned));
        }
        candidates
    }

    /// Takes one in, where an entry may mean it and an office's source may speak of it: what is public, and its own drafts.
    pub fn add(&mut self, activity: Brief, office: Office) {
        if !activity.status.is_public() && office != Office::City && activity.office != office {
            return;
        }
        let slots = [Some(&activity.when), activity.previous_when.as_ref()];
        let mut days: Vec<NaiveDate> = slots
            .into_iter()
            .flatten()
            .filter_map(|when| when.first_day())
            .collect();
        days.dedup();
        let uids = activity.sources.into_iter().filter_map(|from| from.uid);
        let uids: Vec<String> = uids.chain([activity.uid]).collect();
        if !uids.iter().any(|uid| self.uids.contains(uid))
            && !days.iter().any(|day| self.days.contains(day))
        {
            return;
        }
        let index = self.of.len();
        for day in &days {
            self.by_day.entry(*day).or_default().push(index);
        }
        self.by_id.insert(activity.id.clone(), index);
        self.of.push(Candidate {
            id: activity.id,
            title: activity.title.zh,
            shape: OnceCell::new(),
            districts: activity.districts.iter().map(ToString::to_string).collect(),
            days,
        });
        for uid in uids {
            // The earlier one: a later one with the same is its copy.
            self.by_uid.entry(uid).or_insert(index);
        }
    }

    /// Notes that an activity is meant by another entry.
    pub fn take(&mut self, id: &ActivityId) {
        if let Some(index) = self.by_id.get(id) {
            self.taken.insert(*index);
        }
    }

    /// Whether an entry that has an activity's UID is it: it has its day, or a title like its.
    fn agrees(&self, index: usize, seen: &Seen) -> bool {
        let day = seen.when().and_then(|when| when.first_day());
        let days = &self.of[index].days;
        let by_title = Shape::of(&self.of[index].title).likeness(&Shape::of(seen.title()));
        day.is_some_and(|day| days.contains(&day)) || by_title >= RESEMBLES
    }

    /// Which one an entry means; it is taken then.
    pub fn find(&mut self, uid: Option<&str>, seen: &Seen) -> Found {
        let of_uid = uid
            .filter(|uid| is_unique(uid))
            .and_then(|uid| Some((uid, *self.by_uid.get(uid)?)))
            .filter(|(_, index)| !self.taken.contains(index));
        if let Some((uid, index)) = of_uid
            && self.agrees(index, seen)
        {
            self.taken.insert(index);
            let uid = uid.to_owned();
            return Found::Same(self.of[index].id.clone(), Evidence::Uid { uid });
        }
        let of_uid = of_uid.map(|(_, index)| index);
        let Some(day) = seen.when().and_then(|when| when.first_day()) else {
            return Found::Like(self.ids(of_uid.into_iter()));
        };
        let districts = seen.districts();
        let elsewhere = |candidate: &Candidate| apart(&districts, &candidate.districts);
        let of_day = self.by_day.get(&day).map(Vec::as_slice).unwrap_or_default();
        self.compared += of_day.len();
        if self.compared > COMPARED {
            return Found::Unknown;
        }
        let title = Shape::of(seen.title());
        let mut scored: Vec<(f64, usize)> = of_day
            .iter()
            .filter(|index| !self.taken.contains(index) && !elsewhere(&self.of[**index]))
            .map(|index| {
                let candidate = &self.of[*index];
                let shape = candidate.shape.get_or_init(|| Shape::of(&candidate.title));
                (shape.likeness(&title), *index)
            })
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
            like => {
                let like = like.iter().map(|(_, index)| *index);
                let like = like.filter(|index| Some(*index) != of_uid);
                let mut like = self.ids(of_uid.into_iter().chain(like).take(3));
                like.extend(self.twins(day, seen));
                // Another entry means it already, and says the same.
                let taken = self.by_day.get(&day).into_iter().flatten();
                let taken = taken.filter(|index| {
                    let candidate = &self.of[**index];
                    let shape = candidate.shape.get_or_init(|| Shape::of(&candidate.title));
                    self.taken.contains(*index) && !elsewhere(candidate) && shape.is(&title)
                });
                like.extend(self.ids(taken.copied().take(3)));
                Found::Like(like)
            }
        }
    }

    /// Notes what was made of an entry: another one that says the same is like it.
    pub fn made(&mut self, id: &ActivityId, seen: &Seen) {
        if let Some(day) = seen.when().and_then(|when| when.first_day()) {
            let districts = seen.districts().into_iter().map(str::to_owned);
            self.made
                .entry((day, folded(seen.title())))
                .or_default()
                .push((id.clone(), districts.collect()));
        }
    }

    /// What was made of entries of the same document that say the same.
    fn twins(&self, day: NaiveDate, seen: &Seen) -> impl Iterator<Item = ActivityId> {
        let made = self.made.get(&(day, folded(seen.title())));
        let districts = seen.districts();
        let made = made.into_iter().flatten();
        made.filter(move |(_, of)| !apart(&districts, of))
            .map(|(id, _)| id.clone())
            .take(3)
    }

    fn ids(&self, of: impl Iterator<Item = usize>) -> Vec<ActivityId> {
        of.map(|index| self.of[index].id.clone()).collect()
    }
}
