//! How far this instance's public reads may be believed, and how far those of all instances have come.
//!
//! Owns two facts that `worker` establishes: until when what is shown here counts as current (readiness), and
//! the position that every ready instance shows (promise 4: a webhook is sent for no position beyond it).
//! Refuses to know how they are found out. Invariant: both are about instants of the monotonic clock and
//! positions; no wall clock enters, so two machines need not agree on the time.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use tokio::sync::watch;

use crate::store::instances::FRESH;

/// Why this instance should not be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotReady {
    /// It has not begun to follow the log.
    #[error("starting: the log has not been followed yet")]
    Starting,
    /// It could not read the log, or write down how far it has come, for too long.
    #[error("not current: the last confirmation from the database is over {} ms old", .0.as_millis())]
    Lagging(Duration),
    /// It is being stopped.
    #[error("stopping")]
    Stopping,
}

#[derive(Clone, Copy, Debug)]
enum Current {
    Starting,
    /// Confirmed without a break since the first instant, and until the second.
    Within(Instant, Instant),
    Stopping,
}

/// What other instances make of the position that all show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Others {
    /// There are none that count: what is applied here is shown everywhere.
    None,
    /// There may be: the position moves only by [`Standing::all_show`].
    Possible,
}

/// This instance's standing.
#[derive(Debug)]
pub struct Standing {
    current: Mutex<Current>,
    others: Mutex<Others>,
    shown: watch::Sender<i64>,
}

fn unpoisoned<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Standing {
    pub(super) fn new() -> Self {
        Self {
            current: Mutex::new(Current::Starting),
            others: Mutex::new(Others::None),
            shown: watch::channel(0).0,
        }
    }

    /// Whether this instance is ready at an instant; the answer of `/readyz`.
    ///
    /// # Errors
    /// Why it is not.
    pub fn ready(&self, at: Instant) -> Result<(), NotReady> {
        match *unpoisoned(&self.current) {
            Current::Starting => Err(NotReady::Starting),
            Current::Stopping => Err(NotReady::Stopping),
            Current::Within(_, until) if at < until => Ok(()),
            Current::Within(_, until) => Err(NotReady::Lagging(at - until + FRESH)),
        }
    }

    /// What is shown here was confirmed at an instant, and counts as current for [`FRESH`] from it.
    pub fn confirmed(&self, at: Instant) {
        self.confirmed_by(at, Instant::now());
    }

    /// The same, known at a later instant: if the one before was over by then, there was a break.
    fn confirmed_by(&self, at: Instant, known: Instant) {
        let mut current = unpoisoned(&self.current);
        let since = match *current {
            Current::Stopping => return,
            Current::Within(since, until) if known < until => since,
            Current::Within(..) | Current::Starting => at,
        };
        *current = Current::Within(since, at + FRESH);
    }

    /// Whether leases may be taken: others must be able to tell that this instance is there.
    #[must_use]
    pub fn may_lease(&self, at: Instant) -> bool {
        *unpoisoned(&self.others) == Others::None || self.ready(at).is_ok()
    }

    /// Whether nobody else can have taken over a lease that was taken at an instant: others do once they have not heard
    /// of this instance for [`FRESH`], by the database's clock and from a later moment on than this counts from.
    #[must_use]
    pub fn keeps(&self, taken: Instant, at: Instant) -> bool {
        *unpoisoned(&self.others) == Others::None
            || match *unpoisoned(&self.current) {
                Current::Within(since, until) => since <= taken && at < until,
                // Off the list there is only what the lease itself says.
                Current::Starting | Current::Stopping => true,
            }
    }

    /// Not ready from here on.
    pub fn stopping(&self) {
        *unpoisoned(&self.current) = Current::Stopping;
    }

    /// There may be other instances: from now on only [`Standing::all_show`] moves the position that all show.
    pub fn among_others(&self) {
        let before = std::mem::replace(&mut *unpoisoned(&self.others), Others::Possible);
        if before == Others::None {
            // What was loaded here is not known to be shown by them.
            self.shown.send_replace(0);
        }
    }

    /// Every ready instance shows this position.
    pub fn all_show(&self, position: i64) {
        self.shown.send_if_modified(|shown| {
            let further = position > *shown;
            if further {
                *shown = position;
            }
            further
        });
    }

    /// This instance has applied a position.
    pub(super) fn applied(&self, position: i64) {
        if *unpoisoned(&self.others) == Others::None {
            self.all_show(position);
        }
    }

    /// The position that every ready instance shows; tells of each step.
    #[must_use]
    pub fn shown_everywhere(&self) -> watch::Receiver<i64> {
        self.shown.subscribe()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_ready_only_while_its_confirmation_is_fresh() {
        let standing = Standing::new();
        let now = Instant::now();
        assert_eq!(standing.ready(now), Err(NotReady::Starting));
        standing.confirmed(now);
        assert_eq!(standing.ready(now + Duration::from_millis(1999)), Ok(()));
        let late = now + Duration::from_secs(5);
        assert_eq!(
            standing.ready(late),
            Err(NotReady::Lagging(Duration::from_secs(5)))
        );
        standing.confirmed(late);
        assert_eq!(standing.ready(late), Ok(()));
        standing.stopping();
        standing.confirmed(late);
        assert_eq!(standing.ready(late), Err(NotReady::Stopping));
    }

    #[test]
    fn a_lease_is_kept_only_by_who_was_heard_of_ever_since() {
        let standing = Standing::new();
        let start = Instant::now();
        let at = |millis| start + Duration::from_millis(millis);
        assert!(standing.may_lease(start) && standing.keeps(start, at(60_000)));
        standing.among_others();
        assert!(!standing.may_lease(start), "nobody has heard of it");
        standing.confirmed_by(at(0), at(10));
        assert!(standing.may_lease(at(20)) && standing.keeps(at(20), at(1_999)));
        assert!(!standing.keeps(at(20), at(2_000)));
        standing.confirmed_by(at(1_900), at(1_950));
        assert!(standing.keeps(at(20), at(3_000)));
        // Written down late: others may have taken over in between.
        standing.confirmed_by(at(3_800), at(4_000));
        assert!(!standing.keeps(at(20), at(4_001)));
        assert!(standing.may_lease(at(4_001)) && standing.keeps(at(4_001), at(5_000)));
    }

    #[test]
    fn alone_what_is_applied_is_shown_and_among_others_only_what_all_show() {
        let standing = Standing::new();
        let shown = standing.shown_everywhere();
        standing.applied(3);
        assert_eq!(*shown.borrow(), 3);
        standing.among_others();
        assert_eq!(*shown.borrow(), 0, "nobody was asked what they show");
        standing.applied(5);
        assert_eq!(*shown.borrow(), 0);
        standing.all_show(4);
        assert_eq!(*shown.borrow(), 4);
        standing.all_show(2);
        assert_eq!(*shown.borrow(), 4, "what was shown stays shown");
    }
}
