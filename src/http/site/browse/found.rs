//! Activities in the order in which people look at them: what comes next, what has no date, what is over.
//!
//! Owns the order. Refuses to know how a line looks. Invariant: each public activity that is wanted stands in one of the
//! three, withdrawn ones in none.

use std::{cmp::Reverse, sync::Arc};

use chrono::{DateTime, Utc};
use entity::vocab::Status;

use crate::{
    catalogue::{Entry, State},
    domain::{activity::Activity, notice::Notice, search::Search, selection::Sieve},
};

/// Activities by when they are.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// Not over yet, the next first.
    pub(crate) coming: Vec<Arc<Notice>>,
    /// Announced or put off without a date.
    pub(crate) undated: Vec<Arc<Notice>>,
    /// Over, the latest first.
    pub(crate) past: Vec<Arc<Notice>>,
}

impl Found {
    /// What a search finds.
    pub(crate) fn of(state: &State, search: &Search, now: DateTime<Utc>) -> Self {
        let sieve = Sieve::of(&[&search.selection]);
        let entries = state.sifted(&sieve);
        Self::among(entries.filter(|entry| search.wants(entry.activity())), now)
    }

    /// These, in order.
    pub(crate) fn among<'s>(entries: impl Iterator<Item = &'s Entry>, now: DateTime<Utc>) -> Self {
        let (mut coming, mut past, mut undated) = (Vec::new(), Vec::new(), Vec::new());
        for entry in entries {
            let activity = entry.activity();
            if activity.status == Status::Withdrawn {
                continue;
            }
            let slot = activity.shown_when();
            match (slot.starts_at(), slot.over_at()) {
                _ if is_awaited_without_date(activity) => undated.push((&activity.id, entry)),
                (Some(start), Some(over)) if over > now && activity.status != Status::Held => {
                    coming.push((start, &activity.id, entry));
                }
                (start, _) => past.push((start, &activity.id, entry)),
            }
        }
        coming.sort_unstable_by_key(|(start, id, _)| (*start, *id));
        past.sort_unstable_by_key(|(start, id, _)| Reverse((*start, *id)));
        undated.sort_unstable_by_key(|(id, _)| Reverse(*id));
        let last = |entry: &Entry| Arc::clone(&entry.last);
        Self {
            coming: coming.iter().map(|(_, _, entry)| last(entry)).collect(),
            undated: undated.iter().map(|(_, entry)| last(entry)).collect(),
            past: past.iter().map(|(_, _, entry)| last(entry)).collect(),
        }
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.coming.len() + self.undated.len() + self.past.len()
    }
}

fn is_awaited_without_date(activity: &Activity) -> bool {
    !activity.content.when.is_known()
        && matches!(
            activity.status,
            Status::Scheduled | Status::Rescheduled | Status::Postponed
        )
}
