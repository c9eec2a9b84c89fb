//! What the entries of a calendar are ordered by.

use chrono::{DateTime, Utc};

use crate::ids::ActivityId;

/// An entry's place among the others: by start, and by id where two start together.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rank {
    /// When the activity begins.
    pub(super) start: DateTime<Utc>,
    /// Which one it is.
    pub(super) id: ActivityId,
}
