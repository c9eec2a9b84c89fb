//! Why an action is refused, in words that name the value and the way out.

use entity::vocab::Status;

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
