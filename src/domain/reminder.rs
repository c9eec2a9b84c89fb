//! When people are reminded of an activity, and by what a reminder is told from another.
//!
//! Owns the hour. Invariant: a slot is reminded of once, whoever looks and however often; another slot (also an
//! earlier or a more precise one) is another reminder.

use chrono::{DateTime, TimeDelta, Utc};
use entity::vocab::Status;

use super::{
    activity::Activity,
    dates::instant,
    when::{When, midnight},
};
use crate::ids::ActivityId;

/// How long before a start that is known to the minute.
const BEFORE_THE_START: TimeDelta = TimeDelta::hours(24);

/// How long before the midnight that begins a day: 08:00 of the day before. A day has no hour to count back from,
/// and midnight of the day before would wake people.
const BEFORE_THE_DAY: TimeDelta = TimeDelta::hours(16);

/// A reminder that is, was or will be due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reminder {
    /// Of what.
    pub activity: ActivityId,
    /// The revision it was worked out from.
    pub revision: i64,
    /// From when on it is due.
    pub due_at: DateTime<Utc>,
    /// The start: from then on it is pointless.
    pub starts_at: DateTime<Utc>,
    /// What makes it unique in the log: `reminder:act_…:2021-09-24T20:00:00+08:00`.
    pub once: String,
}

/// What makes a reminder of this slot unique; `None` where the day is not known.
#[must_use]
pub fn once(id: &ActivityId, when: &When) -> Option<String> {
    let starts = match when {
        When::Minute { starts_at, .. } => instant::text(*starts_at),
        When::Day { starts_on, .. } => starts_on.to_string(),
        When::Month { .. } | When::Unknown | When::Unstated => return None,
    };
    Some(format!("reminder:{id}:{starts}"))
}

impl Reminder {
    /// The reminder of an activity whose present slot is public since `public_since`; `None` where there is none:
    /// it does not stand to take place, its day is not known, or its slot became public so late that the notice of
    /// it is reminder enough (what is imported a day before its start reminds nobody at once, either).
    #[must_use]
    pub fn of(activity: &Activity, public_since: DateTime<Utc>) -> Option<Self> {
        match activity.status {
            Status::Scheduled | Status::Rescheduled => {}
            Status::Draft
            | Status::InReview
            | Status::Postponed
            | Status::Cancelled
            | Status::Held
            | Status::Withdrawn => return None,
        }
        let (starts_at, due_at) = match &activity.content.when {
            When::Minute { starts_at, .. } => (*starts_at, *starts_at - BEFORE_THE_START),
            When::Day { starts_on, .. } => {
                let starts_at = midnight(*starts_on);
                (starts_at, starts_at - BEFORE_THE_DAY)
            }
            When::Month { .. } | When::Unknown | When::Unstated => return None,
        };
        (public_since < due_at).then_some(Self {
            activity: activity.id.clone(),
            revision: activity.revision,
            due_at,
            starts_at,
            once: once(&activity.id, &activity.content.when)?,
        })
    }

    /// Whether it is to be given now: its hour has come and the start has not. One that was missed, because nothing
    /// ran, is given late rather than not at all.
    #[must_use]
    pub fn is_due(&self, now: DateTime<Utc>) -> bool {
        self.due_at <= now && now < self.starts_at
    }
}
