//! What an entry makes of its activity that is called off, or stands in its source no more; and what is not heard while it is off.
//!
//! Invariant: what was decided here, another date or that it is put off, is never called off without a person's word.

use chrono::{DateTime, Utc};
use entity::vocab::Status;
use serde_json::json;

use super::{
    Seen,
    here::{here_of, same_slot},
    propose::{Comparison, Do, Proposed},
};
use crate::domain::{activity::Activity, source::ProposalKind, tracking::Said, when::When};

/// Calling it off, where that can be.
pub(super) fn cancelled(comparison: &Comparison<'_>, why: &str) -> Option<Proposed> {
    let action = match comparison.activity.status {
        Status::Draft | Status::InReview => Do::Delete,
        Status::Scheduled | Status::Rescheduled | Status::Postponed => Do::Cancel,
        Status::Cancelled | Status::Held | Status::Withdrawn => return None,
    };
    let mut proposed = comparison.proposed(ProposalKind::Cancel, action, json!({}), &[]);
    let activity = comparison.activity;
    proposed.now.insert("said".to_owned(), json!(why));
    if let Some(settled) = comparison.settled {
        // What is called off is the date that the source knew: another one, or none, was decided here.
        let put_off = activity.status == Status::Postponed && !comparison.put_off_there();
        let moved = settled.known_when().is_some_and(|when| {
            let here = activity.shown_when();
            // An hour that was filled in here is no other date.
            when.first_day() != here.first_day()
                || (std::mem::discriminant(&when) == std::mem::discriminant(here)
                    && !same_slot(&when, here))
        });
        proposed.conflict = put_off || moved;
        if let Some(when) = settled.fields.get("when").filter(|_| moved) {
            for side in [&mut proposed.before, &mut proposed.now] {
                side.insert("when".to_owned(), when.clone());
            }
        }
    }
    proposed.here = here_of(activity, comparison.uid, ["status", "when"].into_iter());
    Some(proposed)
}

/// What an entry that stands in its source no more would make of its activity: nothing where it has begun, since calendars drop
/// what is over.
#[must_use]
pub fn vanished(
    settled: Option<&Seen>,
    latest: &Seen,
    activity: &Activity,
    now: DateTime<Utc>,
) -> Option<Proposed> {
    let when = activity.shown_when();
    // Of a month only its end says that it has begun.
    let began = match when {
        When::Month { .. } => when.over_at(),
        _ => when.starts_at(),
    };
    let begun = began.is_some_and(|began| began <= now);
    let is_settled = settled.is_some_and(|settled| settled.said == Said::Cancelled);
    if begun || is_settled {
        return None;
    }
    let comparison = Comparison {
        settled: settled.or(Some(latest)),
        latest,
        activity,
        uid: None,
    };
    cancelled(&comparison, "gone")
}

/// What an entry says otherwise than what stands here, of which nothing is proposed while the activity is as it is: it is looked at
/// again when that has changed.
#[must_use]
pub fn unheard(settled: Option<&Seen>, latest: &Seen, activity: &Activity) -> Vec<&'static str> {
    let comparison = Comparison {
        settled,
        latest,
        activity,
        uid: None,
    };
    let is_off = matches!(activity.status, Status::Cancelled | Status::Held);
    let place = ["venue", "districts", "mode"].into_iter();
    place
        .filter(|name| is_off && comparison.differs(name))
        .collect()
}
