//! Upstream sources: asked, read, compared, and what that proposes.
//!
//! Owns the way of one poll and of a round of them; refuses to know formats (`transfer::upstream`), what follows from a difference
//! (`domain::tracking`) and HTTP's other side. Architecture invariants: a source is asked through the guard alone and outside of
//! any transaction; whatever a poll finds is written in one; nothing is proposed of a source that did not come back whole.

mod drafts;
mod fetch;
mod gone;
mod look;
mod missing;
mod poll;
mod record;
mod round;
mod rows;
mod write;

pub use fetch::{BYTES, Document, Unfetched};
pub use poll::{Poll, Polled, bring, is_being_polled, poll, poll_now, shown};
pub use round::{Limits, round};
