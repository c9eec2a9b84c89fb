//! The public activities as the promise counts them: now, or as they stood at the end of a day.
//!
//! Invariant: what stood at an instant is decided by `published_at`, then position, so that history written
//! down later stands at its real date.

use std::{collections::HashMap, sync::Arc};

use chrono::{DateTime, Utc};
use entity::vocab::{NoticeKind, Status};

use super::State;
use crate::domain::{activity::Activity, notice::Notice, promise::Record};

/// An activity as of an instant.
#[derive(Clone, Debug)]
pub struct Past {
    last: Arc<Notice>,
    held_at: Option<DateTime<Utc>>,
}

impl Past {
    /// The activity as it stood.
    #[must_use]
    pub fn activity(&self) -> &Activity {
        self.last
            .activity
            .as_ref()
            .expect("only notices with a snapshot are kept")
    }

    /// As the promise counts it.
    #[must_use]
    pub fn record(&self) -> Record<'_> {
        Record {
            activity: self.activity(),
            held_at: self.held_at,
        }
    }
}

impl State {
    /// Every public activity as it stands now.
    pub fn records(&self) -> impl Iterator<Item = Record<'_>> {
        self.activities().map(|entry| {
            let activity = entry.activity();
            Record {
                activity,
                held_at: (activity.status == Status::Held).then(|| entry.cause.published_at),
            }
        })
    }

    /// Every activity that was public at an instant, as it stood then (what was withdrawn since is
    /// redacted in the log, and so here), in no order.
    #[must_use]
    pub fn as_of(&self, at: DateTime<Utc>) -> Vec<Past> {
        let mut found: HashMap<_, Past> = HashMap::new();
        let until = self
            .newest_published()
            .filter(|notice| notice.published_at <= at && notice.kind.is_revision());
        for notice in until {
            let Some(id) = &notice.activity_id else {
                continue;
            };
            let past = found.entry(id).or_insert_with(|| Past {
                last: Arc::clone(notice),
                held_at: None,
            });
            if notice.kind == NoticeKind::Held && past.held_at.is_none() {
                past.held_at = Some(notice.published_at);
            }
        }
        found.into_values().collect()
    }
}
