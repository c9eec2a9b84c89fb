//! An activity as a line of a list in the console.

use chrono::{DateTime, Utc};
use entity::vocab::{Language, Status};

use super::super::words as w;
use crate::{
    domain::activity::Activity,
    http::site::{
        listed::Badge,
        said::{Date, Said},
    },
    publish::wording::{self, either},
};

/// A line.
pub(in crate::http::console) struct Line {
    pub(in crate::http::console) href: String,
    pub(in crate::http::console) title: Said,
    pub(in crate::http::console) date: Option<Date>,
    pub(in crate::http::console) undated: &'static str,
    pub(in crate::http::console) badge: Badge,
    pub(in crate::http::console) office: String,
    pub(in crate::http::console) kind: &'static str,
    /// What is to be done, or was.
    pub(in crate::http::console) note: Option<String>,
}

impl Line {
    pub(in crate::http::console) fn of(
        activity: &Activity,
        now: DateTime<Utc>,
        language: Language,
    ) -> Self {
        let kind = activity.content.kind;
        let embargo = activity
            .publish_at
            .filter(|_| activity.status == Status::InReview);
        Self {
            href: super::at(&activity.id),
            title: Said::title(&activity.content.title, language),
            date: Date::of(activity.shown_when(), language),
            undated: w::UNDATED.plain(language),
            badge: match embargo {
                Some(_) => Badge {
                    text: w::EMBARGOED.plain(language),
                    tone: "moved",
                },
                None => Badge::now(activity, now, language),
            },
            office: wording::office(activity.content.office, language),
            kind: kind.map_or("", |kind| either(language, kind.zh(), kind.en())),
            note: embargo.map(|at| {
                let at = w::local(at);
                w::PUBLISHED_AT.say(language, &[("at", &at)])
            }),
        }
    }

    pub(in crate::http::console) fn noted(mut self, note: Option<String>) -> Self {
        self.note = note.or(self.note);
        self
    }
}
