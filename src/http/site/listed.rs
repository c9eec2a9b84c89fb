//! An activity as a line of a list.
//!
//! Invariant: the line's link says the date too, and an activity that is off or put off says so in words.

use chrono::{DateTime, Days, Utc};
use entity::vocab::{Language, Status};

use super::{
    lookup,
    said::{Date, Said},
    words as w,
};
use crate::{
    domain::{
        activity::Activity,
        when::{When, day_of, midnight},
    },
    links::Links,
    publish::{
        facts,
        wording::{HIGHLIGHT, either},
    },
};

/// A line.
pub(in crate::http) struct Listed {
    pub(in crate::http) href: String,
    pub(in crate::http) title: Said,
    /// The date that holds.
    pub(in crate::http) date: Option<Date>,
    /// The date that does not hold any more.
    pub(in crate::http) gone: Option<Date>,
    pub(in crate::http) unknown: &'static str,
    pub(in crate::http) badge: Option<Badge>,
    pub(in crate::http) facts: Vec<String>,
}

/// A status in a word.
pub(in crate::http) struct Badge {
    pub(in crate::http) text: &'static str,
    /// The class that gives it a colour.
    pub(in crate::http) tone: &'static str,
}

impl Badge {
    /// Of an activity now: what is over and was not confirmed is not said to be scheduled.
    pub(in crate::http) fn now(
        activity: &Activity,
        now: DateTime<Utc>,
        language: Language,
    ) -> Self {
        let is_live = matches!(activity.status, Status::Scheduled | Status::Rescheduled);
        let over = match &activity.content.when {
            // It lasts for some time that nobody stated.
            When::Minute {
                starts_at,
                ends_at: None,
            } => Some(midnight(day_of(*starts_at) + Days::new(1))),
            when => when.over_at(),
        };
        if is_live && over.is_some_and(|over| over <= now) {
            return Self {
                text: w::UNCONFIRMED_YET.plain(language),
                tone: "moved",
            };
        }
        Self::of(activity.status, language)
    }

    pub(in crate::http) fn of(status: Status, language: Language) -> Self {
        let tone = match status {
            Status::Scheduled => "good",
            Status::Rescheduled | Status::Postponed => "moved",
            Status::Cancelled | Status::Withdrawn => "off",
            Status::Held | Status::Draft | Status::InReview => "plain",
        };
        Self {
            text: either(language, status.zh(), status.en()),
            tone,
        }
    }
}

impl Listed {
    pub(in crate::http) fn of(
        activity: &Activity,
        links: &Links,
        now: DateTime<Utc>,
        language: Language,
    ) -> Self {
        let content = &activity.content;
        let shown = Date::of(activity.shown_when(), language);
        let is_off = matches!(activity.status, Status::Postponed | Status::Cancelled);
        let (date, gone) = if is_off { (None, shown) } else { (shown, None) };
        let kind = content
            .kind
            .map(|kind| either(language, kind.zh(), kind.en()));
        Self {
            href: lookup::local(links, &links.activity(language, activity)),
            title: Said::title(&content.title, language),
            date,
            gone,
            unknown: match activity.status {
                Status::Cancelled => "",
                Status::Held => w::DATE_UNRECORDED.plain(language),
                _ => w::DATE_UNKNOWN.plain(language),
            },
            badge: Some(Badge::now(activity, now, language)).filter(|badge| badge.tone != "good"),
            facts: kind
                .map(str::to_owned)
                .into_iter()
                .chain(
                    content
                        .highlight
                        .then(|| HIGHLIGHT.plain(language).to_owned()),
                )
                .chain(facts::short_place(activity, language))
                // What changed since it was announced says so, with the number that every channel tells.
                .chain(
                    (activity.revision > 1).then(|| {
                        w::REVISION.say(language, &[("n", &activity.revision.to_string())])
                    }),
                )
                .collect(),
        }
    }
}
