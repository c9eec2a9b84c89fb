//! Feeds made: what a feed shows, taken from the catalogue, put into words and packed.
//!
//! Owns selection by scope, bounds and order. Refuses to know the wording, and which feeds are kept.
//! Invariants: everything that a feed is made of is taken from the catalogue under one lock, so a body never mixes two
//! states; rendering happens after the lock is given back. A feed made of what it was is, byte for byte, the feed made
//! from nothing.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    thread,
};

use bytes::Bytes;

use super::{
    cache::{Before, Body, Made},
    calendar, news,
    pack::Packed,
    rank::Rank,
    scope::{FeedKey, Scope},
    site::Site,
    wanted::{self, Wanted},
};
use crate::{
    catalogue::{Catalogue, Entry, State},
    domain::notice::Notice,
    ids::NoticeId,
};

/// After so many entries, a fifth of a millisecond, whoever waits for the core has it: who makes feeds leaves the cores
/// to who sends them.
const ENTRIES_A_TURN: usize = 64;

/// What it takes to make a feed.
#[derive(Debug)]
pub(super) struct Workshop {
    pub(super) site: Site,
}

/// An entry that a calendar shows.
struct Shown {
    last: Arc<Notice>,
    cause: Arc<Notice>,
    form: calendar::Form,
}

/// A calendar's entries: all of them, or what became other ones.
struct Entries {
    changes: BTreeMap<Rank, Option<Shown>>,
    is_cut: bool,
}

/// The latest entries that a calendar holds: a year's holds all of them.
pub(super) fn most(scope: &Scope) -> usize {
    match scope {
        Scope::Edition(_) => usize::MAX,
        _ => calendar::SLOTS,
    }
}

impl Workshop {
    /// A calendar of so many entries at most, the latest ones.
    pub(super) fn calendar(
        &self,
        catalogue: &Catalogue,
        key: &FeedKey,
        most: usize,
        before: Option<Before<'_>>,
    ) -> Made {
        let wanted = Wanted::of(key);
        let (entries, subject, title, position, told, before) = {
            let state = catalogue.read();
            let amended = before.and_then(|before| amended(&state, &wanted, before, most));
            let before = before.filter(|_| amended.is_some());
            let subject = wanted
                .subject()
                .and_then(|id| state.activity(id))
                .map(|entry| Arc::clone(&entry.last));
            (
                amended.unwrap_or_else(|| all(&state, &wanted, most)),
                subject,
                wanted::title(&state, &key.scope).cloned(),
                state.head(),
                wanted.told(&state, before),
                before,
            )
        };
        let subject = subject.as_ref().and_then(|notice| notice.activity.as_ref());
        let header = calendar::calendar(&self.site, key, subject, title.as_ref(), told.stamp);
        let (head, tail) = feeds::ical::render_frame(&header);
        let (head, tail) = (head.into(), tail.into());
        let numbered = (1_usize..).zip(entries.changes);
        let texts = numbered.map(|(number, (rank, shown))| {
            if number.is_multiple_of(ENTRIES_A_TURN) {
                thread::yield_now();
            }
            let text = shown.and_then(|shown| self.entry(&shown));
            (rank, text)
        });
        let packed = match before {
            Some(before) => before.body.packed.amended(head, texts.collect(), tail),
            None => {
                let pieces = texts.filter_map(|(rank, text)| Some((rank, text?)));
                Packed::new(head, pieces.collect(), tail)
            }
        };
        let body = Body {
            packed,
            told,
            is_cut: entries.is_cut,
        };
        Made { body, position }
    }

    fn entry(&self, shown: &Shown) -> Option<Bytes> {
        let activity = shown.last.activity.as_ref()?;
        let reason = shown.cause.reason.as_ref();
        let event = calendar::entry(&self.site, activity, reason, &shown.form)?;
        Some(feeds::ical::render_event(&event).into())
    }

    /// News of the newest notices.
    pub(super) fn news(
        &self,
        catalogue: &Catalogue,
        key: &FeedKey,
        before: Option<Before<'_>>,
    ) -> Made {
        let wanted = Wanted::of(key);
        let (notices, subject, title, position, told) = {
            let state = catalogue.read();
            let notices: Vec<(Arc<Notice>, Option<NoticeId>)> = state
                .newest_sifted(&wanted.sieve)
                .filter(|notice| wanted.notice(&state, notice) && !state.is_taken_back(notice))
                .take(news::ENTRIES)
                .map(|notice| (Arc::clone(notice), told_before(&state, notice)))
                .collect();
            let subject = wanted
                .subject()
                .and_then(|id| state.activity(id))
                .map(|entry| Arc::clone(&entry.last));
            (
                notices,
                subject,
                wanted::title(&state, &key.scope).cloned(),
                state.head(),
                wanted.told(&state, before),
            )
        };
        let subject = subject.as_ref().and_then(|notice| notice.activity.as_ref());
        let newest = notices.first().map(|(notice, _)| notice.published_at);
        let channel = news::channel(&self.site, key, subject, title.as_ref(), newest);
        let entries: Vec<_> = notices
            .iter()
            .map(|(notice, earlier)| {
                news::entry(&self.site, notice, earlier.as_ref(), key.tongue.first())
            })
            .collect();
        let document = feeds::rss::render(&channel, &entries).into();
        let body = Body {
            packed: Packed::new(document, Vec::new(), Bytes::new()),
            told,
            is_cut: false,
        };
        Made { body, position }
    }
}

/// Everything that a calendar shows.
fn all(state: &State, wanted: &Wanted<'_>, most: usize) -> Entries {
    let shown = |entry| wanted.entry(entry).then(|| shown(entry, wanted)).flatten();
    let mut entries: Vec<(Rank, Shown)> = match wanted.subject() {
        Some(id) => state.activity(id).and_then(shown).into_iter().collect(),
        None => state.sifted(&wanted.sieve).filter_map(shown).collect(),
    };
    let excess = entries.len().saturating_sub(most);
    if excess > 0 {
        entries.select_nth_unstable_by(excess, |(one, _), (other, _)| one.cmp(other));
        entries.drain(..excess);
    }
    let changes = entries.into_iter().map(|(rank, shown)| (rank, Some(shown)));
    Entries {
        changes: changes.collect(),
        is_cut: excess > 0,
    }
}

/// What became other entries since; none where older ones move up that were left out before.
fn amended(state: &State, wanted: &Wanted<'_>, before: Before<'_>, most: usize) -> Option<Entries> {
    let news = state.notices_after(before.position).iter();
    let touched: BTreeSet<_> = news
        .filter_map(|notice| notice.activity_id.as_ref())
        .collect();
    let mut is_cut = before.body.is_cut;
    let ranks = || before.body.packed.keys();
    let oldest = ranks().next().filter(|_| is_cut);
    let gone = ranks().filter(|rank| touched.contains(&rank.id));
    let mut changes: BTreeMap<Rank, Option<Shown>> =
        gone.map(|rank| (rank.clone(), None)).collect();
    let mut count = ranks().count() - changes.len();
    for id in touched {
        let entry = state.activity(id).filter(|entry| wanted.entry(entry));
        if let Some((rank, shown)) = entry.and_then(|entry| shown(entry, wanted))
            && oldest.is_none_or(|oldest| rank >= *oldest)
        {
            changes.insert(rank, Some(shown));
            count += 1;
        }
    }
    if is_cut && count < most {
        return None;
    }
    if count > most {
        is_cut = true;
        let stay = ranks().filter(|rank| !changes.contains_key(rank)).cloned();
        let come = changes.iter().filter(|(_, shown)| shown.is_some());
        let mut all: Vec<Rank> = stay.chain(come.map(|(rank, _)| rank.clone())).collect();
        all.sort_unstable();
        changes.extend(all.into_iter().take(count - most).map(|rank| (rank, None)));
    }
    Some(Entries { changes, is_cut })
}

fn shown(entry: &Entry, wanted: &Wanted<'_>) -> Option<(Rank, Shown)> {
    let activity = entry.activity();
    let start = calendar::start(activity, &wanted.key.scope)?;
    let form = calendar::Form::of(wanted.key, activity)?;
    let rank = Rank {
        start,
        id: activity.id.clone(),
    };
    let shown = Shown {
        form,
        last: Arc::clone(&entry.last),
        cause: Arc::clone(&entry.cause),
    };
    Some((rank, shown))
}

/// The activity's notice that news told before this one.
fn told_before(state: &State, notice: &Notice) -> Option<NoticeId> {
    wanted::history(state, notice)
        .filter(|position| *position < notice.position)
        .rev()
        .filter_map(|position| state.notice_at(position))
        .find(|earlier| news::is_told(earlier.kind))
        .map(|earlier| earlier.id.clone())
}

#[cfg(test)]
mod tests;
