//! What a feed wants of the catalogue: which activities, which notices, and what makes it another feed than it was.
//!
//! Owns whether there is such a feed and what concerns it. Refuses to know how feeds are made and kept.
//! Invariant: what may change a feed concerns it, whether the feed shows it still, no longer or not yet.

use std::sync::Arc;

use chrono::{DateTime, SubsecRound as _, TimeDelta, Utc};
use entity::vocab::{NoticeKind, Status};
use serde::Deserialize;

use super::{
    cache::{Before, Told},
    calendar,
    format::Format,
    key::FeedKey,
    news,
    publisher::FeedError,
    scope::Scope,
};
use crate::{
    catalogue::{Entry, State},
    domain::{
        notice::Notice,
        selection::{Selection, Sieve},
        text::Text,
        when::{Month, When},
    },
    ids::ActivityId,
};

/// Whether there is such a feed. Districts and kinds are closed sets; editions, series and activities are data, and
/// what was told of once stays a feed when it is deleted. The feed of a withdrawn activity stays: only so does the entry
/// leave its subscribers' calendars.
pub(super) fn exists(state: &State, key: &FeedKey, now: DateTime<Utc>) -> Result<(), FeedError> {
    has_scope(state, key)?;
    match key.archive {
        Some(month) => has_archive(state, key, month, now),
        None => Ok(()),
    }
}

fn has_scope(state: &State, key: &FeedKey) -> Result<(), FeedError> {
    let unknown = || FeedError::Unknown(Box::new(key.clone()));
    let known = |is: bool| is.then_some(()).ok_or_else(unknown);
    match &key.scope {
        Scope::All
        | Scope::Planning
        | Scope::Highlights
        | Scope::District(_)
        | Scope::Kind(_)
        | Scope::Audience(_)
        | Scope::Feeds => Ok(()),
        Scope::Edition(year) => known(state.knows_edition(*year)),
        Scope::Section(year, slug) => known(state.knows_section(*year, slug)),
        Scope::Series(slug) => known(state.knows_series(slug)),
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

/// Every month has an archive from the log's first notice on, the present one too. The month to come, which the present
/// one's archive names as the next, has none yet.
fn has_archive(
    state: &State,
    key: &FeedKey,
    month: Month,
    now: DateTime<Utc>,
) -> Result<(), FeedError> {
    let mut published = state.published();
    let (first, last) = (published.next(), published.next_back());
    let present = Month::of_instant(last.map_or(now, |last| last.max(now)));
    if first.is_none_or(|first| month < Month::of_instant(first)) || month > present.next() {
        return Err(FeedError::Unknown(Box::new(key.clone())));
    }
    if month > present {
        return Err(FeedError::ToCome(month));
    }
    Ok(())
}

/// What the activity, the series or the section that a feed is about is called.
pub(super) fn title<'s>(state: &'s State, scope: &Scope) -> Option<&'s Text> {
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
pub(super) struct Wanted<'k> {
    pub(super) key: &'k FeedKey,
    /// What the scope selects; the address selects among it.
    scope: Selection,
    /// Lets through what both may want; for archives everything, since all of them begin with the log.
    pub(super) sieve: Sieve,
}

impl<'k> Wanted<'k> {
    pub(super) fn of(key: &'k FeedKey) -> Self {
        let scope = key.scope.selection();
        Self {
            key,
            sieve: match key.archive {
                Some(_) => Sieve::default(),
                None => Sieve::of(&[&scope, &key.selection]),
            },
            scope,
        }
    }

    pub(super) fn subject(&self) -> Option<&'k ActivityId> {
        match &self.key.scope {
            Scope::Activity(id) => Some(id),
            _ => None,
        }
    }

    pub(super) fn entry(&self, entry: &Entry) -> bool {
        let activity = entry.activity();
        self.subject().is_none_or(|id| *id == activity.id)
            && self.scope.matches(&activity.content)
            && self.key.selection.matches(&activity.content)
    }

    /// Whether a notice is of what the feed is about, be it in this document or in another part of the feed.
    pub(super) fn notice(&self, state: &State, notice: &Notice) -> bool {
        match self.key.format {
            Format::Ics => {
                notice.kind.is_revision() && self.selects(notice) && self.has_a_place(state, notice)
            }
            Format::News(_) => self.is_asked_for(notice) && self.is_news(state, notice),
            Format::Opml => false,
        }
    }

    /// Whether the scope and the selection want a notice, by its activity as it was before or after it.
    fn selects(&self, notice: &Notice) -> bool {
        let of_subject = self
            .subject()
            .is_none_or(|id| notice.activity_id.as_ref() == Some(id));
        of_subject && Selection::all_match(&[&self.scope, &self.key.selection], notice)
    }

    /// Whether the news tell this kind of notices.
    fn is_asked_for(&self, notice: &Notice) -> bool {
        match self.key.notices.as_slice() {
            [] => news::is_told(notice.kind),
            named => named.contains(&notice.kind),
        }
    }

    fn is_news(&self, state: &State, notice: &Notice) -> bool {
        match notice.kind {
            // Of the whole programme: for who follows that, and for who asks for digests by name.
            NoticeKind::Digest => !self.key.notices.is_empty() || self.is_of_everything(),
            // Whoever was told of the activity is told that it is gone, also where it had left them before.
            NoticeKind::Withdrawn => {
                told_so_far(state, notice).any(|earlier| self.selects(earlier))
            }
            _ => self.selects(notice) && self.was_planned(state, notice),
        }
    }

    /// Whether who follows the plans is told: the activity was one of them at some time until then. What was withdrawn
    /// has lost its dates, so that nobody knows any more.
    fn was_planned(&self, state: &State, notice: &Notice) -> bool {
        self.key.scope != Scope::Planning
            || told_so_far(state, notice).any(|earlier| self.has_a_place(state, earlier))
    }

    fn is_of_everything(&self) -> bool {
        self.key.scope == Scope::All && self.key.selection.is_everything()
    }

    /// Whether a notice of the feed stands in this document of it.
    pub(super) fn stands_here(&self, state: &State, notice: &Notice) -> bool {
        match self.key.archive {
            Some(month) => Month::of_instant(notice.published_at) == month,
            None => self.key.is_complete() || !state.is_late(notice),
        }
    }

    /// Whether a notice of the feed or a link to where it stands may be in this document: the newest name the archive of
    /// the last one, be it late history.
    fn touches(&self, notice: &Notice) -> bool {
        let month = || Month::of_instant(notice.published_at);
        self.key.archive.is_none_or(|archive| month() == archive)
    }

    /// Whether an archive may no longer be the first because of a notice, of whatever feed it is.
    fn moves_the_first(&self, notice: &Notice) -> bool {
        let month = || Month::of_instant(notice.published_at);
        notice.history && self.key.archive.is_some_and(|archive| month() < archive)
    }

    /// Whether its activity has, or had before it, a date that the calendar shows. What was withdrawn has lost its date
    /// in the log too, so it may be of any calendar: better told once too often than left standing.
    fn has_a_place(&self, state: &State, notice: &Notice) -> bool {
        let Some(activity) = &notice.activity else {
            return false;
        };
        let is_shown = |when: &When| calendar::is_shown(when, &self.key.scope);
        let previous = activity.previous_when.as_ref();
        let before = || When::deserialize(notice.before.get("when")?).ok();
        is_shown(&activity.content.when)
            || previous.is_some_and(is_shown)
            || before().is_some_and(|when| is_shown(&when))
            || activity.status == Status::Withdrawn
            || state.is_taken_back(notice)
    }

    /// Whether the feed may differ because of a notice. A withdrawal also changes what the activity's earlier notices and
    /// the digests said, in all feeds that they concern; and the feed of one activity bears its name.
    pub(super) fn concerns(&self, state: &State, notice: &Notice) -> bool {
        let concerns = |notice: &Notice| self.notice(state, notice) && self.touches(notice);
        concerns(notice)
            || self.is_about(notice)
            || self.moves_the_first(notice)
            || (notice.kind == NoticeKind::Withdrawn
                && told_so_far(state, notice)
                    .chain(state.digests())
                    .any(|earlier| concerns(earlier)))
    }

    /// Whether a notice changes the activity that the feed is about, and so perhaps its name.
    fn is_about(&self, notice: &Notice) -> bool {
        let id = notice.activity_id.as_ref();
        notice.kind.is_revision() && id.is_some() && self.subject() == id
    }

    /// What the notices that concern the feed say of time.
    pub(super) fn told(&self, state: &State, before: Option<Before<'_>>) -> Told {
        let since = before.filter(|before| {
            let news = state.notices_after(before.position);
            // Then what was counted before counts otherwise.
            news.iter()
                .all(|notice| notice.kind != NoticeKind::Withdrawn)
        });
        let (mut told, position) = since.map_or((Told::default(), 0), |before| {
            (before.body.told, before.position)
        });
        for notice in state.sifted_after(position, &self.sieve) {
            let is_told = match self.key.format {
                // A calendar that an activity left before it was withdrawn shows what it showed.
                Format::Ics => self.notice(state, notice),
                Format::News(_) | Format::Opml => self.concerns(state, notice),
            };
            if is_told {
                told.modified = told.modified.max(Some(state.modified(notice)));
                let stamp = notice.activity.as_ref().map(|activity| activity.updated_at);
                told.stamp = told.stamp.max(stamp);
            }
        }
        // Who keeps it and changed it is sent it anew; as of the next second, since somebody may have it of this one.
        let changed = self.key.kept.as_ref().map(|kept| kept.changed_at);
        let changed = changed.map(|at| at.trunc_subsecs(0) + TimeDelta::seconds(1));
        told.modified = told.modified.max(changed);
        told
    }
}

/// The notices of a notice's activity up to itself, in order.
fn told_so_far<'s>(state: &'s State, notice: &Notice) -> impl Iterator<Item = &'s Arc<Notice>> {
    let last = notice.position;
    history(state, notice)
        .take_while(move |position| *position <= last)
        .filter_map(|position| state.notice_at(position))
}

/// The positions of all notices of a notice's activity.
pub(super) fn history<'s>(
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
