//! Whose feeds a change concerns, among what was fetched.
//!
//! Owns which of the feeds that are counted a notice changes. Refuses to know who fetched them and when.
//! Invariant: what is counted for several feeds at once is of none of them.

use std::collections::HashMap;

use super::{format::Format, key::FeedKey, publisher::Publisher};
use crate::{domain::notice::Notice, store::sightings::Seen};

/// A kind of clients that fetched a feed which a notice concerns.
#[derive(Clone, Copy, Debug)]
pub struct Follower<'s> {
    /// What was counted.
    pub seen: &'s Seen,
    /// The feed's format.
    pub format: Format,
}

impl Follower<'_> {
    /// Whether it was not sent the feed since a position of the log. A feed that newer notices left alone keeps its bytes:
    /// what was sent as of that position or later has it.
    #[must_use]
    pub fn is_behind(&self, position: i64) -> bool {
        self.seen.position < position
    }
}

impl Publisher {
    /// Those of what was fetched whose feed a notice concerns, in the same order.
    #[must_use]
    pub fn followers<'s>(&self, seen: &'s [Seen], notice: &Notice) -> Vec<Follower<'s>> {
        let mut known: HashMap<&str, Option<Format>> = HashMap::new();
        let of = |seen: &'s Seen| {
            let format = *known.entry(&seen.feed).or_insert_with(|| {
                let key = FeedKey::read(&seen.feed).ok()?;
                self.concerns(&key, notice).then_some(key.format)
            });
            Some(Follower {
                seen,
                format: format?,
            })
        };
        seen.iter().filter_map(of).collect()
    }
}
