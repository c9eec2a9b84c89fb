//! Entries that are the same under another key: tables have no ids, and some calendars make new ones each time.
//!
//! Invariant: an entry is paired once at most, and never where two would do.

use std::collections::HashMap;

use chrono::NaiveDate;

use super::Seen;
use crate::domain::likeness::{folded, likeness};

/// From this likeness on two titles on the same day are taken for the same.
const ALIKE: f64 = 0.8;
/// Entries of one day that are compared with each other.
const OF_A_DAY: usize = 100;

/// An entry as it is looked for without its key.
#[derive(Clone, Debug)]
pub struct Nameless<'a> {
    /// What it is known by.
    pub key: &'a str,
    /// What it says.
    pub seen: &'a Seen,
}

/// What two entries may have in common.
type Common = fn(&Nameless<'_>) -> Option<String>;

fn title_and_slot(entry: &Nameless<'_>) -> Option<String> {
    let title = folded(entry.seen.title());
    let when = entry.seen.fields.get("when")?;
    (!title.is_empty()).then(|| format!("{title}\n{when}"))
}

fn title_alone(entry: &Nameless<'_>) -> Option<String> {
    Some(folded(entry.seen.title())).filter(|title| title.chars().count() >= 4)
}

/// Pairs those that are missing with those that are new: equal in title and slot, else by a title that only one of each has, else
/// by a like title on the same day. Gives indices into both.
#[must_use]
pub fn pairs(missing: &[Nameless<'_>], fresh: &[Nameless<'_>]) -> Vec<(usize, usize)> {
    let mut paired = Vec::new();
    let mut left: Vec<usize> = (0..missing.len()).collect();
    let mut rest: Vec<usize> = (0..fresh.len()).collect();
    let common: [Common; 2] = [title_and_slot, title_alone];
    for common in common {
        let new = one_to_one(missing, &left, fresh, &rest, common);
        drop_paired(&mut left, &mut rest, &new);
        paired.extend(new);
    }
    paired.extend(alike(missing, &left, fresh, &rest));
    paired
}

fn drop_paired(left: &mut Vec<usize>, rest: &mut Vec<usize>, paired: &[(usize, usize)]) {
    left.retain(|index| !paired.iter().any(|(old, _)| old == index));
    rest.retain(|index| !paired.iter().any(|(_, new)| new == index));
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
    for index in left {
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
        for old in old.into_iter().take(OF_A_DAY) {
            for new in new.iter().copied().take(OF_A_DAY) {
                let score = likeness(missing[old].seen.title(), fresh[new].seen.title());
                if score >= ALIKE {
                    scored.push((score, old, new));
                }
            }
        }
    }
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    let mut paired: Vec<(usize, usize)> = Vec::new();
    for (_, old, new) in scored {
        if !paired.iter().any(|pair| pair.0 == old || pair.1 == new) {
            paired.push((old, new));
        }
    }
    paired
}
