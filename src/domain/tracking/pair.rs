//! Entries that are the same under another key: tables have no ids, and some calendars make new ones each time.
//!
//! Invariant: an entry is paired once at most, and never where two would do.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;

use super::Seen;
use crate::domain::likeness::{Shape, folded};

/// From this likeness on two titles on the same day are taken for the same.
const ALIKE: f64 = 0.8;
/// Entries of one day that are compared with each other.
const OF_A_DAY: usize = 100;
/// Characters that a title must have to tell anything alone.
const LONG_ENOUGH: usize = 4;

/// An entry as it is looked for without its key.
#[derive(Clone, Copy, Debug)]
pub struct Nameless<'a> {
    /// What it says.
    pub seen: &'a Seen,
    /// Whether it has an id of its source's, by which it was not found.
    pub has_uid: bool,
    /// Whether a like title on the same day tells it.
    pub by_likeness: bool,
    /// Whether its title alone tells it from all others of its source, and it is to come.
    pub by_title: bool,
}

/// What two entries may have in common.
type Common = fn(&Nameless<'_>) -> Option<String>;

fn title_and_slot(entry: &Nameless<'_>) -> Option<String> {
    let title = folded(entry.seen.title());
    // News have no slot; their page stays where their ids do not.
    let fields = &entry.seen.fields;
    let at = fields.get("when").or_else(|| fields.get("url"))?;
    (!title.is_empty()).then(|| format!("{title}\n{at}"))
}

fn title_alone(entry: &Nameless<'_>) -> Option<String> {
    Some(folded(entry.seen.title()))
        .filter(|title| entry.by_title && title.chars().count() >= LONG_ENOUGH)
}

fn title_without_uid(entry: &Nameless<'_>) -> Option<String> {
    title_alone(entry).filter(|_| !entry.has_uid)
}

/// Pairs those that are missing with those that are new: equal in title and slot, else by a title that tells them from all others,
/// else by a like title on the same day. Gives indices into both.
///
/// Where the source has ids, an equal title on another day is another event of that name, unless all its ids are new ones, and
/// some of its entries show that they are nothing else: `ids_last` is whether any id is still there.
#[must_use]
pub fn pairs(
    missing: &[Nameless<'_>],
    fresh: &[Nameless<'_>],
    ids_last: bool,
) -> Vec<(usize, usize)> {
    let mut left: Vec<usize> = (0..missing.len()).collect();
    let mut rest: Vec<usize> = (0..fresh.len()).collect();
    let mut paired = one_to_one(missing, &left, fresh, &rest, title_and_slot);
    drop_paired(&mut left, &mut rest, &paired);
    let by_title: Common = match ids_last || paired.is_empty() {
        true => title_without_uid,
        false => title_alone,
    };
    let moved = one_to_one(missing, &left, fresh, &rest, by_title);
    drop_paired(&mut left, &mut rest, &moved);
    paired.extend(moved);
    paired.extend(alike(missing, &left, fresh, &rest));
    paired
}

fn drop_paired(left: &mut Vec<usize>, rest: &mut Vec<usize>, paired: &[(usize, usize)]) {
    let (old, new): (HashSet<usize>, HashSet<usize>) = paired.iter().copied().unzip();
    left.retain(|index| !old.contains(index));
    rest.retain(|index| !new.contains(index));
}

/// Those that have something in common that nobody else of either side has.
fn one_to_one<'a>(
    missing: &[Nameless<'a>],
    left: &[usize],
    fresh: &[Nameless<'a>],
    rest: &[usize],
    common: Common,
) -> Vec<(usize, usize)> {
    fn only<'a>(
        entries: &[Nameless<'a>],
        of: &[usize],
        common: Common,
    ) -> HashMap<String, Option<usize>> {
        let mut only = HashMap::new();
        for index in of {
            if let Some(common) = common(&entries[*index]) {
                only.entry(common)
                    .and_modify(|one| *one = None)
                    .or_insert(Some(*index));
            }
        }
        only
    }
    let there = only(fresh, rest, common);
    let mut paired: Vec<(usize, usize)> = only(missing, left, common)
        .into_iter()
        .filter_map(|(common, old)| Some((old?, (*there.get(&common)?)?)))
        .collect();
    paired.sort_unstable();
    paired
}

fn alike(
    missing: &[Nameless<'_>],
    left: &[usize],
    fresh: &[Nameless<'_>],
    rest: &[usize],
) -> Vec<(usize, usize)> {
    let day = |entry: &Nameless<'_>| entry.seen.when().and_then(|when| when.first_day());
    let mut days: HashMap<NaiveDate, (Vec<usize>, Vec<usize>)> = HashMap::new();
    for index in left.iter().filter(|index| missing[**index].by_likeness) {
        if let Some(day) = day(&missing[*index]) {
            days.entry(day).or_default().0.push(*index);
        }
    }
    for index in rest {
        if let Some((_, of_day)) = day(&fresh[*index]).and_then(|day| days.get_mut(&day)) {
            of_day.push(*index);
        }
    }
    let mut scored = Vec::new();
    for (old, new) in days.into_values() {
        let shapes = |of: Vec<usize>, entries: &[Nameless<'_>]| -> Vec<(usize, Shape)> {
            let of = of.into_iter().take(OF_A_DAY);
            of.map(|index| (index, Shape::of(entries[index].seen.title())))
                .collect()
        };
        let new = shapes(new, fresh);
        for (old, title) in shapes(old, missing) {
            for (new, other) in &new {
                let score = title.likeness(other);
                if score >= ALIKE {
                    scored.push((score, old, *new));
                }
            }
        }
    }
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    let (mut old, mut new) = (HashSet::new(), HashSet::new());
    let mut paired = Vec::new();
    for (_, one, other) in scored {
        if !old.contains(&one) && !new.contains(&other) {
            old.insert(one);
            new.insert(other);
            paired.push((one, other));
        }
    }
    paired
}
