//! A notice as pages tell it: what happened, from what to what, why.
//!
//! Owns the choice of facts; refuses to know where on a page they stand. Invariant: it is made of the
//! notice alone, so a notice's page says for ever what was said then.

use std::sync::Arc;

use entity::vocab::{Language, NoticeKind, Status};

use super::{
    lookup,
    said::{self, Date, Said},
    words as w,
};
use crate::{
    catalogue::State,
    domain::{activity::Activity, notice::Notice},
    links::Links,
    publish::{
        dates::Dates,
        facts, news,
        wording::{self, either},
    },
};

/// A fact that a notice states: as it was, as it is, or both.
#[derive(Debug, PartialEq)]
pub(in crate::http) struct Change {
    pub(in crate::http) label: &'static str,
    pub(in crate::http) old: Option<Said>,
    pub(in crate::http) new: Option<Said>,
}

/// A notice, told.
pub(in crate::http) struct Told {
    pub(in crate::http) href: String,
    pub(in crate::http) label: &'static str,
    /// The class that gives its label a colour.
    pub(in crate::http) tone: &'static str,
    pub(in crate::http) title: Said,
    pub(in crate::http) published: Date,
    /// Which revision it made; empty where it made none.
    pub(in crate::http) numbered: String,
    pub(in crate::http) changes: Vec<Change>,
    /// What else changed, by name.
    pub(in crate::http) fields: Option<String>,
    pub(in crate::http) reason: Option<Said>,
    /// The page as of then; only for revisions.
    pub(in crate::http) as_of: Option<String>,
}

/// How much of a notice a page has room for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::http) enum Detail {
    /// What changed, and the date; all of what is new: a line in a list.
    Brief,
    /// What changed alone: beside the whole activity.
    Changes,
}

impl Detail {
    fn keeps(self, change: &Change, kind: NoticeKind, language: Language) -> bool {
        match self {
            Self::Brief => {
                change.old.is_some()
                    || change.label == w::WHEN.plain(language)
                    || kind == NoticeKind::Announced
            }
            Self::Changes => change.old.is_some(),
        }
    }
}

impl Told {
    /// For a list or a banner: what it leaves out stands on the notice's own page.
    pub(in crate::http) fn cut(
        notice: &Notice,
        detail: Detail,
        links: &Links,
        language: Language,
    ) -> Self {
        let mut told = Self::of(notice, links, language);
        told.changes
            .retain(|change| detail.keeps(change, notice.kind, language));
        told
    }

    /// All of it.
    pub(in crate::http) fn of(notice: &Notice, links: &Links, language: Language) -> Self {
        let kind = notice.kind;
        let withdrawn = kind == NoticeKind::Withdrawn;
        let shown = notice.activity.as_ref().filter(|_| !withdrawn);
        let before = notice.activity_before();
        Self {
            href: lookup::local(links, &links.notice(language, notice)),
            label: shown.map_or(either(language, kind.zh(), kind.en()), |activity| {
                news::label(kind, activity, language)
            }),
            tone: tone(kind),
            title: title(notice, language),
            published: Date::published(notice, language),
            numbered: notice
                .revision
                .filter(|_| kind.is_revision())
                .map(|n| w::REVISION.say(language, &[("n", &n.to_string())]))
                .unwrap_or_default(),
            changes: shown.map_or_else(Vec::new, |after| {
                changes(notice, before.as_ref(), after, language)
            }),
            fields: fields(notice, language),
            reason: notice
                .reason
                .as_ref()
                .filter(|_| !withdrawn)
                .and_then(|reason| said::reason(reason, language)),
            as_of: shown
                .filter(|_| kind.is_revision())
                .zip(notice.revision)
                .map(|(activity, n)| {
                    lookup::local(
                        links,
                        &format!("{}/r/{n}", links.activity(language, activity)),
                    )
                }),
        }
    }
}

/// What a notice is about, in one line.
fn title(notice: &Notice, language: Language) -> Said {
    if let Some(digest) = &notice.digest {
        let month = crate::domain::when::When::Month {
            month: digest.month,
        };
        let month = Dates::with_years(language)
            .short(&month)
            .unwrap_or_default();
        let count = digest.activities.len().to_string();
        return Said::ours(w::DIGEST_OF.say(language, &[("month", &month), ("count", &count)]));
    }
    match &notice.activity {
        Some(activity) if notice.kind != NoticeKind::Withdrawn => {
            Said::title(&activity.content.title, language)
        }
        _ => Said::ours(w::WITHDRAWN.plain(language)),
    }
}

pub(in crate::http) const fn tone(kind: NoticeKind) -> &'static str {
    match kind {
        NoticeKind::Announced | NoticeKind::Reinstated => "good",
        NoticeKind::Rescheduled
        | NoticeKind::Relocated
        | NoticeKind::FormatChanged
        | NoticeKind::Postponed => "moved",
        NoticeKind::Cancelled => "off",
        NoticeKind::Withdrawn
        | NoticeKind::Updated
        | NoticeKind::Corrected
        | NoticeKind::Held
        | NoticeKind::Reminder
        | NoticeKind::Digest => "plain",
    }
}

fn changes(
    notice: &Notice,
    before: Option<&Activity>,
    after: &Activity,
    language: Language,
) -> Vec<Change> {
    let changed = |name: &str| notice.changed.iter().any(|field| field == name);
    let mut changes = Vec::new();
    if changed("title")
        && let Some(before) = before
    {
        changes.push(Change {
            label: w::TITLE_CHANGE.plain(language),
            old: Some(Said::title(&before.content.title, language)),
            new: Some(Said::title(&after.content.title, language)),
        });
    }
    changes.push(when(notice, before, after, language));
    let place = |activity: &Activity| {
        facts::whereabouts(activity, language).map(|text| {
            match facts::address(activity, language) {
                Some((address, written_in)) if address == text => {
                    Said::new((&text, written_in), language)
                }
                _ => Said::ours(text),
            }
        })
    };
    let new = place(after);
    let old = before
        .and_then(place)
        .filter(|old| Some(old) != new.as_ref());
    if old.is_some() || new.is_some() {
        changes.push(Change {
            label: w::WHERE.plain(language),
            old,
            new,
        });
    }
    if changed("mode") {
        let mode = |activity: &Activity| {
            activity
                .content
                .mode
                .map(|mode| Said::ours(either(language, mode.zh(), mode.en())))
        };
        changes.push(Change {
            label: w::FORM.plain(language),
            old: before.and_then(mode),
            new: mode(after),
        });
    }
    changes
}

fn when(
    notice: &Notice,
    before: Option<&Activity>,
    after: &Activity,
    language: Language,
) -> Change {
    let told = |when| {
        Date::of(when, language)
            .map_or_else(|| Said::ours(w::DATE_UNKNOWN.plain(language)), Said::date)
    };
    let label = w::WHEN.plain(language);
    if notice.kind == NoticeKind::Cancelled || after.status == Status::Cancelled {
        let gone = after.shown_when();
        return Change {
            label,
            old: gone.is_known().then(|| told(gone)),
            new: (!gone.is_known()).then(|| told(gone)),
        };
    }
    let new = told(&after.content.when);
    let old = before
        .map(Activity::shown_when)
        .filter(|old| old.is_known())
        .map(told)
        .filter(|old| *old != new);
    Change {
        label,
        old,
        new: Some(new),
    }
}

/// What changed beside what [`changes`] tells, by name.
fn fields(notice: &Notice, language: Language) -> Option<String> {
    if !matches!(notice.kind, NoticeKind::Updated | NoticeKind::Corrected) {
        return None;
    }
    let names = notice
        .changed
        .iter()
        .filter(|name| !["title", "when", "venue", "districts", "mode"].contains(&name.as_str()))
        .map(|name| wording::field(name, language));
    Some(wording::enumeration(names, language)).filter(|names| !names.is_empty())
}

/// The notices that are news, newest first.
pub(in crate::http) fn latest(state: &State, count: usize) -> Vec<Arc<Notice>> {
    state
        .newest_published()
        .filter(|notice| news::is_told(notice.kind) && !state.is_taken_back(notice))
        .take(count)
        .map(Arc::clone)
        .collect()
}
