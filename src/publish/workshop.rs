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

use feeds::lint::{self, Fault};

use super::{
    cache::{Before, Body, Made, Told},
    calendar,
    format::News,
    key::FeedKey,
    news, opml,
    pack::Packed,
    rank::Rank,
    scope::Scope,
    site::Site,
    wanted::{self, Wanted},
};
use crate::{
    catalogue::{Catalogue, Entry, State},
    domain::{notice::Notice, when::Month},
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

    /// News: the newest notices, all of one activity, or an archive's.
    ///
    /// # Errors
    /// When the document is not fit to be sent.
    pub(super) fn news(
        &self,
        catalogue: &Catalogue,
        key: &FeedKey,
        format: News,
        before: Option<Before<'_>>,
    ) -> Result<Made, Fault> {
        let wanted = Wanted::of(key);
        let (told_of, subject, title, position, latest, told) = {
            let state = catalogue.read();
            let subject = wanted
                .subject()
                .and_then(|id| state.activity(id))
                .map(|entry| Arc::clone(&entry.last));
            (
                ToldOf::of(&state, &wanted),
                subject,
                wanted::title(&state, &key.scope).cloned(),
                state.head(),
                state.last_recorded(),
                wanted.told(&state, before),
            )
        };
        let subject = subject.as_ref().and_then(|notice| notice.activity.as_ref());
        let channel = news::channel(&self.site, key, subject, title.as_ref(), &told_of.archived);
        let language = key.tongue.first();
        let entries: Vec<_> = (1_usize..)
            .zip(&told_of.notices)
            .map(|(number, (notice, earlier))| {
                if number.is_multiple_of(ENTRIES_A_TURN) {
                    thread::yield_now();
                }
                news::entry(&self.site, notice, earlier.as_ref(), language)
            })
            .collect();
        let (render, lint): (fn(&_, &_) -> _, _) = match format {
            News::Rss => (feeds::rss::render, lint::Format::Rss),
            News::Atom => (feeds::atom::render, lint::Format::Atom),
            News::Json => (feeds::json::render, lint::Format::Json),
        };
        let document: Bytes = render(&channel, &entries).into();
        lint::lint(
            lint,
            &document,
            &lint::Expected {
                self_url: &channel.self_url,
                language: channel.language,
                entries: entries.len(),
                latest,
            },
        )?;
        Ok(Made::whole(document, told, position))
    }

    /// The list of feeds.
    pub(super) fn list(&self, catalogue: &Catalogue, key: &FeedKey) -> Made {
        let (document, position) = {
            let state = catalogue.read();
            (opml::list(&self.site, &state, key), state.head())
        };
        Made::whole(document.into(), Told::default(), position)
    }
}

/// What a news document tells of.
struct ToldOf {
    /// The newest first, each with the notice of its activity that news told before.
    notices: Vec<(Arc<Notice>, Option<NoticeId>)>,
    archived: news::Archived,
}

impl ToldOf {
    fn of(state: &State, wanted: &Wanted<'_>) -> Self {
        let key = wanted.key;
        let most = match (key.archive, key.is_complete()) {
            (None, false) => news::ENTRIES,
            _ => usize::MAX,
        };
        let month = |notice: &Notice| Month::of_instant(notice.published_at);
        let all = || {
            let told = state.newest_sifted(&wanted.sieve);
            told.filter(|notice| wanted.notice(state, notice) && !state.is_taken_back(notice))
        };
        let notices = all()
            .skip_while(|notice| key.archive.is_some_and(|archive| month(notice) > archive))
            .take_while(|notice| key.archive.is_none_or(|archive| month(notice) == archive))
            .filter(|notice| wanted.stands_here(state, notice))
            .take(most)
            .map(|notice| (Arc::clone(notice), told_before(state, notice)))
            .collect::<Vec<_>>();
        let first = state.published().next().map(Month::of_instant);
        Self {
            archived: news::Archived {
                newest: notices.first().map(|(notice, _)| notice.published_at),
                before: match key.archive {
                    Some(archive) => first
                        .filter(|first| *first < archive)
                        .map(|_| archive.previous()),
                    None => all().next().map(|notice| month(notice)),
                },
            },
            notices,
        }
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
