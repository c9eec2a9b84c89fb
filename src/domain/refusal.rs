//! What an action needs, and why it is refused, in words that name the value and the way out.

use chrono::{DateTime, NaiveDate, Utc};
use entity::vocab::Status;

use super::{
    activity::{Activity, Content},
    when::{When, day_of, instant},
};
use crate::ids::ActivityId;

/// Why an action is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The status does not allow it.
    #[error("cannot {action} an activity that is {status}{hint}")]
    Status {
        /// The action.
        action: &'static str,
        /// Where the activity is.
        status: Status,
        /// What to do instead, or nothing.
        hint: &'static str,
    },
    /// A field that announcing needs is missing.
    #[error("cannot be announced without {}", .0.join(" and "))]
    Incomplete(Vec<&'static str>),
    /// Held before it began.
    #[error("cannot be held before it starts, {starts}; now it is {now}")]
    NotYet {
        /// The start.
        starts: String,
        /// Now.
        now: String,
    },
    /// Held without a known date.
    #[error("cannot be held while its date is unknown; reschedule it to the day it took place")]
    NoDate,
    /// A new slot that is none.
    #[error("a new slot must be known; to call the old one off with a new one to come, postpone")]
    SlotUnknown,
    /// Nothing would change.
    #[error("{0} would change nothing: the activity is like that already")]
    Unchanged(&'static str),
    /// A public activity's date, place or mode is changed by its own action.
    #[error(
        "{field} of a public activity is changed by the action {action}; PATCH takes it only with quiet=true, as a correction"
    )]
    HasAction {
        /// The field.
        field: &'static str,
        /// The action.
        action: &'static str,
    },
    /// It would be its own successor.
    #[error("{0} cannot be replaced by itself")]
    ReplacedByItself(ActivityId),
}

/// Names the start as precisely as it is known: nobody is shown an hour that nobody stated.
fn not_yet(when: &When, starts: DateTime<Utc>, now: DateTime<Utc>) -> Refusal {
    let starts = match when {
        When::Minute { .. } => instant::text(starts),
        When::Month { month } => month.to_string(),
        When::Day { .. } | When::Unknown | When::Unstated => day_of(starts).to_string(),
    };
    Refusal::NotYet {
        starts,
        now: instant::text(now),
    }
}

impl Activity {
    /// `held` needs that the start is past: by the clock, or by the day on which a source says so.
    pub(super) fn has_begun(
        &self,
        now: DateTime<Utc>,
        stated_on: Option<NaiveDate>,
    ) -> Result<(), Refusal> {
        let starts = match (self.content.when.starts_at(), stated_on) {
            (None, Some(_)) => return Ok(()),
            (None, None) => return Err(Refusal::NoDate),
            (Some(starts), Some(day)) if day_of(starts) <= day => return Ok(()),
            (Some(starts), _) => starts,
        };
        if now < starts {
            return Err(not_yet(&self.content.when, starts, now));
        }
        Ok(())
    }

    /// A correction gives a postponed activity no date, and lets nothing have been held in the future.
    pub(super) fn allow_date(&self, when: &When, now: DateTime<Utc>) -> Result<(), Refusal> {
        match (self.status, when.starts_at()) {
            (Status::Postponed | Status::Cancelled, _) => Err(self.refused("correct the date of")),
            (Status::Held, Some(starts)) if day_of(starts) > day_of(now) => {
                Err(not_yet(when, starts, now))
            }
            _ => Ok(()),
        }
    }

    /// The status does not allow it; what to do instead.
    pub(crate) fn refused(&self, action: &'static str) -> Refusal {
        let hint = match (action, self.status) {
            ("announce", status) if status.is_public() => ": it is public already",
            ("submit" | "return", Status::Draft | Status::InReview) => "",
            (_, Status::Draft | Status::InReview) => ": announce it first",
            ("correct the date of", Status::Postponed) => ": reschedule it",
            ("correct the date of", Status::Cancelled) => ": reinstate it first",
            (
                "reschedule" | "relocate" | "change-format" | "postpone" | "hold",
                Status::Cancelled,
            ) => ": reinstate it first",
            ("postpone" | "hold", Status::Postponed) => {
                ": give it a date first, by reschedule or reinstate"
            }
            (_, Status::Withdrawn) => ": that is for good",
            (_, Status::Held) => {
                ": it took place; what was wrong about it is mended by PATCH with quiet=true"
            }
            _ => "",
        };
        Refusal::Status {
            action,
            status: self.status,
            hint,
        }
    }

    /// What announcing needs beyond a draft.
    pub(super) fn complete(&self) -> Result<(), Refusal> {
        let mut missing = Vec::new();
        if self.content.kind.is_none() {
            missing.push("kind");
        }
        if self.content.when == When::Unstated {
            missing.push("when");
        }
        if missing.is_empty() {
            Ok(())
        } else {
            Err(Refusal::Incomplete(missing))
        }
    }

    /// A change must not take away what announcing needed.
    pub(super) fn complete_after(&self, before: &Self) -> Result<(), Refusal> {
        let mut missing = Vec::new();
        if self.content.kind.is_none() && before.content.kind.is_some() {
            missing.push("kind");
        }
        if self.content.when == When::Unstated {
            missing.push("when");
        }
        if missing.is_empty() {
            Ok(())
        } else {
            Err(Refusal::Incomplete(missing))
        }
    }
}

impl Content {
    /// A public activity's `when`, `venue`, `districts` and `mode` have actions of their own.
    pub(super) fn allow_update(&self, next: &Self) -> Result<(), Refusal> {
        let has_action = |field, action| Err(Refusal::HasAction { field, action });
        if self.when != next.when {
            return has_action("when", "reschedule");
        }
        if self.venue != next.venue {
            return has_action("venue", "relocate");
        }
        if self.districts != next.districts {
            return has_action("districts", "relocate");
        }
        if self.mode != next.mode {
            return has_action("mode", "change-format");
        }
        Ok(())
    }
}
