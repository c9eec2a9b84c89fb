//! Announcing at its hour what was embargoed until then.
//!
//! Owns the timer; refuses to know what announcing is. It is no cron job: an hour is met within milliseconds when it
//! was known half a second before, and within half a second when it was set or changed just then, here or on another
//! instance. It needs no slot either: the activity's version decides which instance announces.
//!
//! Invariant: what cannot be announced holds up nothing else.

use std::{
    collections::HashSet,
    time::{Duration, Instant},
};

use tokio_util::sync::CancellationToken;

use crate::{
    commands::{CommandError, Services, announce_due::announce_due},
    ids::ActivityId,
    store,
};

/// How often the next hour is read: one entry of an index.
const LOOK: Duration = Duration::from_millis(500);

/// After this, what was refused is tried (and complained of) again.
const TRY_REFUSED_AGAIN: Duration = Duration::from_secs(60);

/// The embargoes as this instance keeps them.
#[derive(Debug)]
pub struct Embargoes {
    services: Services,
    refused: HashSet<ActivityId>,
    forget_refused_at: Instant,
}

impl Embargoes {
    /// Nothing was looked at yet.
    #[must_use]
    pub fn new(services: Services) -> Self {
        Self {
            services,
            refused: HashSet::new(),
            forget_refused_at: Instant::now() + TRY_REFUSED_AGAIN,
        }
    }

    /// Announces what is due; returns how long to wait before the next look.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn look(&mut self) -> Result<Duration, CommandError> {
        if Instant::now() >= self.forget_refused_at {
            self.refused.clear();
            self.forget_refused_at = Instant::now() + TRY_REFUSED_AGAIN;
        }
        let db = self.services.db.reader();
        let Some(next) = store::activities::next_embargo(db, &self.refused).await? else {
            return Ok(LOOK);
        };
        match (next - self.services.now()).to_std() {
            Ok(wait) if !wait.is_zero() => Ok(wait.min(LOOK)),
            // Its hour is now or was.
            _ => {
                let done = announce_due(&self.services, &self.refused).await?;
                let progress = done.count > 0 || !done.refused.is_empty();
                if done.count > 0 {
                    // Among what was just announced may be what the others waited for.
                    self.refused.clear();
                }
                self.refused.extend(done.refused);
                // Without progress another instance was faster; its commit shows at the next look.
                Ok(if progress { Duration::ZERO } else { LOOK })
            }
        }
    }
}

/// Keeps embargoes until it is told to stop.
pub async fn keep(services: Services, stop: CancellationToken) {
    let mut embargoes = Embargoes::new(services);
    loop {
        let wait = match embargoes.look().await {
            Ok(wait) => wait,
            Err(error) => {
                // `follow` tells of a database that is gone.
                tracing::debug!(%error, "the embargoes could not be looked at");
                LOOK
            }
        };
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(wait) => {}
        }
    }
}
