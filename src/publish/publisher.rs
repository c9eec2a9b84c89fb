//! Feeds on demand: what a feed selects from the catalogue, made once and kept.
//!
//! Owns selection by scope, bounds and order, and what makes a kept feed stale. Refuses to know the
//! wording and HTTP.
//! Invariant: everything that a feed is made of is taken from the catalogue under one lock, so a
//! body never mixes two states; rendering happens after the lock is given back.

use std::sync::Arc;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use entity::vocab::{Language, NoticeKind, Status};
use serde::Deserialize;

use super::{
    cache::{Body, FeedCache, Made, Source},
    calendar, news,
    options::Options,
    scope::{FeedKey, Format, Scope, Tongue},
    site::Site,
};
use crate::{
    catalogue::{Catalogue, Entry, State},
    config::ProgrammeSettings,
    domain::{notice::Notice, selection::Selection, text::Text, when::When},
    ids::{ActivityId, NoticeId},
    links::Links,
    metrics::Metrics,
};

/// Why there is no feed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FeedError {
    /// There is no such activity or edition.
    #[error("there is no feed at /feeds/{0}")]
    Unknown(Box<FeedKey>),
    /// The activity was withdrawn and another one stands for it.
    #[error("the activity was withdrawn; {0} replaces it")]
    Replaced(ActivityId),
    /// It cannot be made now, and none was kept.
    #[error("the feed /feeds/{key} cannot be built: {cause}")]
    Unavailable {
        /// Which one.
        key: Box<FeedKey>,
        /// Why.
        cause: String,
    },
}

/// A rendered calendar entry is of one revision in one form.
type FragmentKey = (ActivityId, i64, calendar::Form);

/// Makes and keeps feeds.
#[derive(Debug)]
pub struct Publisher {
    catalogue: Arc<Catalogue>,
    metrics: Arc<Metrics>,
    workshop: Arc<Workshop>,
    cache: FeedCache,
}

/// What it takes to make one.
#[derive(Debug)]
struct Workshop {
    site: Site,
    fragments: moka::sync::Cache<FragmentKey, Bytes>,
}

impl Publisher {
    /// Keeps `bytes` of feeds at most.
    #[must_use]
    pub fn new(
        catalogue: Arc<Catalogue>,
        links: Links,
        programme: ProgrammeSettings,
        bytes: u64,
        metrics: Arc<Metrics>,
    ) -> Self {
        let site = {
            let state = catalogue.read();
            Site {
                links,
                authority: state.authority.clone(),
                authority_year: state.authority_year,
                programme,
            }
        };
        // Fragments are what calendars are copied from: a quarter goes to them.
        let fragments = moka::sync::Cache::builder()
            .max_capacity(bytes / 4)
            .weigher(|_, fragment: &Bytes| u32::try_from(fragment.len() + 128).unwrap_or(u32::MAX))
            .build();
        Self {
            catalogue,
            metrics,
            workshop: Arc::new(Workshop { site, fragments }),
            cache: FeedCache::new(bytes - bytes / 4),
        }
    }

    /// The calendar of everything that has a slot, for an export: the feed `all` without its bound.
    #[must_use]
    pub fn whole_calendar(&self, language: Language) -> Vec<u8> {
        let key = FeedKey {
            tongue: Tongue::One(language),
            scope: Scope::All,
            format: Format::Ics,
            selection: Selection::default(),
            options: Options::default(),
        };
        self.workshop
            .calendar(&self.catalogue, &key, usize::MAX)
            .pieces
            .concat()
    }

    /// The feed as the catalogue stands.
    ///
    /// # Errors
    /// When there is none, or none any more, or it cannot be made.
    pub async fn feed(&self, key: &FeedKey) -> Result<Arc<Body>, FeedError> {
        let head = {
            let state = self.catalogue.read();
            exists(&state, key)?;
            state.head()
        };
        let concerned = |since| {
            let state = self.catalogue.read();
            let wanted = Wanted::of(key);
            state
                .notices_after(since)
                .iter()
                .any(|notice| wanted.concerns(&state, notice))
        };
        let make = {
            let (catalogue, workshop, key) = (
                Arc::clone(&self.catalogue),
                Arc::clone(&self.workshop),
                key.clone(),
            );
            move || match key.format {
                Format::Ics => workshop.calendar(&catalogue, &key, slots_of(&key.scope)),
                Format::Rss => workshop.news(&catalogue, &key),
            }
        };
        match self.cache.get(key, head, concerned, make).await {
            Ok((body, source)) => {
                match source {
                    Source::Kept => self.metrics.feed_cache_hit(),
                    Source::Built => self.metrics.feed_cache_built(self.cache.size_bytes()),
                    Source::LastGood => {
                        tracing::error!(feed = %key, "the feed {key} cannot be built; the last good one is served");
                    }
                }
                Ok(body)
            }
            Err(cause) => {
                tracing::error!(feed = %key, %cause, "the feed {key} cannot be built and none was kept");
                Err(FeedError::Unavailable {
                    key: Box::new(key.clone()),
                    cause: cause.to_string(),
                })
            }
        }
    }
}

/// The latest slots that a calendar holds: a year's holds all of them.
fn slots_of(scope: &Scope) -> usize {
    match scope {
        Scope::Edition(_) => usize::MAX,
        _ => calendar::SLOTS,
    }
}

/// Whether there is such a feed. Districts and kinds are closed sets; editions, series and activities are data. The feed of a withdrawn
/// activity stays: only so does the entry leave its subscribers' calendars.
fn exists(state: &State, key: &FeedKey) -> Result<(), FeedError> {
    let unknown = || FeedError::Unknown(Box::new(key.clone()));
    match &key.scope {
        Scope::All
        | Scope::Planning
        | Scope::Highlights
        | Scope::District(_)
        | Scope::Kind(_)
        | Scope::Audience(_) => Ok(()),
        Scope::Edition(year) => state.edition(*year).map(|_| ()).ok_or_else(unknown),
        Scope::Section(..) | Scope::Series(_) => {
            title(state, &key.scope).map(|_| ()).ok_or_else(unknown)
        }
        Scope::Activity(id) => {
            let activity = state.activity(id).ok_or_else(unknown)?.activity();
            if activity.status != Status::Withdrawn {
                return Ok(());
            }
            match state.successor(activity) {
                Some(by) => Err(FeedError::Replaced(by.id.clone())),
                None => Ok(()),
            }
        }
    }
}

/// What the activity, the series or the section that a feed is about is called.
fn title<'s>(state: &'s State, scope: &Scope) -> Option<&'s Text> {
    match scope {
        Scope::Activity(id) => Some(&state.activity(id)?.activity().content.title),
        Scope::Series(slug) => Some(&state.one_series(&slug.0)?.value.title),
        Scope::Section(year, slug) => {
            let sections = &state.edition(*year)?.value.sections;
            let section = sections.iter().find(|section| section.slug == *slug)?;
            Some(&section.title)
        }
        _ => None,
    }
}

/// What a feed wants of the catalogue.
struct Wanted<'k> {
    key: &'k FeedKey,
    /// What the scope selects; the address selects among it.
    scope: Selection,
}

impl<'k> Wanted<'k> {
    fn of(key: &'k FeedKey) -> Self {
        Self {
            key,
            scope: key.scope.selection(),
        }
    }

    fn subject(&self) -> Option<&'k ActivityId> {
        match &self.key.scope {
            Scope::Activity(id) => Some(id),
            _ => None,
        }
    }

    fn entry(&self, entry: &Entry) -> bool {
        let activity = entry.activity();
        self.subject().is_none_or(|id| *id == activity.id)
            && self.scope.matches(&activity.content)
            && self.key.selection.matches(&activity.content)
    }

    fn notice(&self, notice: &Notice) -> bool {
        let of_subject = self
            .subject()
            .is_none_or(|id| notice.activity_id.as_ref() == Some(id));
        let told = match self.key.format {
            Format::Ics => notice.kind.is_revision(),
            Format::Rss => news::is_told(notice.kind),
        };
        of_subject
            && told
            && (self.key.scope != Scope::Planning || is_of_planning(notice))
            && self.scope.matches_notice(notice)
            && self.key.selection.matches_notice(notice)
    }

    /// Whether the feed may differ because of a notice. A withdrawal also takes away what the
    /// activity's earlier notices said, in all news that they stood in.
    fn concerns(&self, state: &State, notice: &Notice) -> bool {
        self.notice(notice)
            || (self.key.format == Format::Rss
                && notice.kind == NoticeKind::Withdrawn
                && history(state, notice)
                    .filter_map(|position| state.notice_at(position))
                    .any(|earlier| self.notice(earlier)))
    }

    /// When the newest notice that concerns the feed was written down, and the newest stamp that one gave an activity
    /// (also of one that has left the feed since: its leaving is a change).
    fn changed(&self, state: &State) -> Changed {
        let mut changed = Changed::default();
        for notice in state.notices_after(0) {
            if self.concerns(state, notice) {
                changed.recorded_at = changed.recorded_at.max(Some(notice.recorded_at));
                let stamp = notice.activity.as_ref().map(|activity| activity.updated_at);
                changed.stamp = changed.stamp.max(stamp);
            }
        }
        changed
    }
}

/// Whether its activity's date is, or was before it, known to the month and no nearer. A withdrawal takes the date away,
/// from the log too, so each may be of one that stood in a plan: better told once too often than left standing.
fn is_of_planning(notice: &Notice) -> bool {
    if notice.kind == NoticeKind::Withdrawn {
        return true;
    }
    let now = notice.activity.iter().flat_map(|activity| {
        [
            Some(&activity.content.when),
            activity.previous_when.as_ref(),
        ]
    });
    let before: Option<When> = notice
        .before
        .get("when")
        .and_then(|when| When::deserialize(when).ok());
    now.flatten().chain(&before).any(calendar::is_planning)
}

/// When a feed last changed.
#[derive(Debug, Default)]
struct Changed {
    recorded_at: Option<DateTime<Utc>>,
    stamp: Option<DateTime<Utc>>,
}

/// The positions of all notices of a notice's activity.
fn history<'s>(
    state: &'s State,
    notice: &Notice,
) -> impl DoubleEndedIterator<Item = i64> + use<'s> {
    let entry = notice
        .activity_id
        .as_ref()
        .and_then(|id| state.activity(id));
    entry
        .into_iter()
        .flat_map(|entry| &entry.positions)
        .copied()
}

/// A slot of a calendar, by what it is ordered by.
struct Slotted {
    start: DateTime<Utc>,
    id: ActivityId,
    last: Arc<Notice>,
    cause: Arc<Notice>,
    form: calendar::Form,
}

impl Workshop {
    fn calendar(&self, catalogue: &Catalogue, key: &FeedKey, most: usize) -> Made {
        let wanted = Wanted::of(key);
        let slotted = |entry: &Entry| slotted(entry, key);
        let (mut slots, subject, title, position, changed) = {
            let state = catalogue.read();
            let slots: Vec<Slotted> = match wanted.subject() {
                Some(id) => state
                    .activity(id)
                    .filter(|entry| wanted.entry(entry))
                    .and_then(slotted)
                    .into_iter()
                    .collect(),
                None => state
                    .activities()
                    .filter(|entry| wanted.entry(entry))
                    .filter_map(slotted)
                    .collect(),
            };
            let subject = wanted
                .subject()
                .and_then(|id| state.activity(id))
                .map(|entry| Arc::clone(&entry.last));
            let title = title(&state, &key.scope).cloned();
            (slots, subject, title, state.head(), wanted.changed(&state))
        };
        slots.sort_unstable_by(|a, b| (a.start, &a.id).cmp(&(b.start, &b.id)));
        slots.drain(..slots.len().saturating_sub(most));
        let subject = subject.as_ref().and_then(|notice| notice.activity.as_ref());
        let header = calendar::calendar(&self.site, key, subject, title.as_ref(), changed.stamp);
        let (start, end) = feeds::ical::render_frame(&header);
        let fragments = slots.iter().filter_map(|slot| self.fragment(slot));
        let pieces = std::iter::once(start.into())
            .chain(fragments)
            .chain([end.into()]);
        Made {
            pieces: pieces.collect(),
            last_modified: changed.recorded_at,
            position,
        }
    }

    fn fragment(&self, slot: &Slotted) -> Option<Bytes> {
        let activity = slot.last.activity.as_ref()?;
        let key = (slot.id.clone(), activity.revision, slot.form.clone());
        if let Some(kept) = self.fragments.get(&key) {
            return Some(kept);
        }
        let reason = slot.cause.reason.as_ref();
        let event = calendar::entry(&self.site, activity, reason, &slot.form)?;
        let fragment = Bytes::from(feeds::ical::render_event(&event));
        self.fragments.insert(key, fragment.clone());
        Some(fragment)
    }

    fn news(&self, catalogue: &Catalogue, key: &FeedKey) -> Made {
        let wanted = Wanted::of(key);
        let (notices, subject, title, position, last_modified) = {
            let state = catalogue.read();
            let notices: Vec<(Arc<Notice>, Option<NoticeId>)> = state
                .newest_published()
                .filter(|notice| wanted.notice(notice) && !state.is_taken_back(notice))
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
                title(&state, &key.scope).cloned(),
                state.head(),
                wanted.changed(&state).recorded_at,
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
        Made {
            pieces: vec![feeds::rss::render(&channel, &entries).into()],
            last_modified,
            position,
        }
    }
}

fn slotted(entry: &Entry, key: &FeedKey) -> Option<Slotted> {
    let activity = entry.activity();
    Some(Slotted {
        start: calendar::start(activity, &key.scope)?,
        form: calendar::Form::of(key, activity)?,
        id: activity.id.clone(),
        last: Arc::clone(&entry.last),
        cause: Arc::clone(&entry.cause),
    })
}

/// The activity's notice that news told before this one.
fn told_before(state: &State, notice: &Notice) -> Option<NoticeId> {
    history(state, notice)
        .filter(|position| *position < notice.position)
        .rev()
        .filter_map(|position| state.notice_at(position))
        .find(|earlier| news::is_told(earlier.kind))
        .map(|earlier| earlier.id.clone())
}
