//! Telling the other instances how far this one is, and finding out how far they are.
//!
//! Owns what promise 4 rests on (CONTRACT §6): a webhook goes out for no position that a ready instance does not
//! show. Three rules make it exact, whatever the timing:
//! 1. An instance counts as ready for [`FRESH`] from *before* it sent its heartbeat, by its monotonic clock; the others wait
//!    for it for [`FRESH`] from *when* the database wrote it down, by the database's clock, which is later.
//! 2. Whoever was not ready looks at the log once more *after* its heartbeat is written, before it is ready: what
//!    was sent while it did not count was committed before, so that look shows it.
//! 3. A heartbeat follows a successful look only. An instance that cannot read the log stops beating, is not ready
//!    after [`FRESH`], and holds nobody up.
//!
//! Invariant: `seen_at` is set by the database's clock alone. On SQLite there is one instance and nothing is written.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use sea_orm::DbBackend;

use crate::{
    catalogue::Applied,
    commands::Services,
    ids::InstanceId,
    store::{
        StoreError,
        instances::{self, FRESH, Hint, Shown},
    },
};

/// A heartbeat without news comes so often: a quarter of [`FRESH`], so three may be lost.
const BEAT: Duration = Duration::from_millis(500);

/// This instance among the others.
#[derive(Debug)]
pub struct Presence {
    services: Services,
    id: InstanceId,
    alone: bool,
    last: Option<Beat>,
}

#[derive(Clone, Copy, Debug)]
struct Beat {
    began: Instant,
    told: Applied,
}

impl Presence {
    /// Nothing is written yet.
    #[must_use]
    pub fn new(services: Services, id: InstanceId) -> Self {
        let alone = services.db.backend() == DbBackend::Sqlite;
        if !alone {
            services.catalogue.standing().among_others();
        }
        Self {
            services,
            id,
            alone,
            last: None,
        }
    }

    /// After a successful look at the log that began at `looked`: beats where that is due, confirms readiness, and
    /// finds out what all show where somebody may be waiting for it.
    ///
    /// # Errors
    /// When the database fails; this instance is then ready only as long as its last beat allows.
    pub async fn tell(&mut self, looked: Instant) -> Result<(), StoreError> {
        let catalogue = Arc::clone(&self.services.catalogue);
        if self.alone {
            catalogue.standing().confirmed(looked);
            return Ok(());
        }
        let applied = catalogue.applied();
        let news = self.last.is_none_or(|last| last.told != applied);
        if news || self.last.is_none_or(|last| last.began.elapsed() >= BEAT) {
            self.beat(applied, if news { Hint::Others } else { Hint::Nobody })
                .await?;
        }
        let standing = catalogue.standing();
        let applied = catalogue.applied().position;
        if *standing.shown_everywhere().borrow() < applied {
            let others =
                instances::lowest_shown_by_others(self.services.db.reader(), &self.id).await?;
            standing.all_show(others.map_or(applied, |others| others.min(applied)));
        }
        Ok(())
    }

    async fn beat(&mut self, applied: Applied, hint: Hint) -> Result<(), StoreError> {
        let Self {
            services, id, last, ..
        } = self;
        let began = Instant::now();
        let shown = Shown {
            position: applied.position,
            reference: applied.reference,
        };
        instances::beat(services.db.writer(), id, shown, hint).await?;
        if last.is_none_or(|last| last.began.elapsed() >= FRESH) {
            services.catalogue.catch_up(&services.db).await?;
        }
        *last = Some(Beat {
            began,
            told: applied,
        });
        services.catalogue.standing().confirmed(began);
        Ok(())
    }

    /// Takes this instance off the list; it must not be ready any more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn leave(self) -> Result<(), StoreError> {
        if self.alone || self.last.is_none() {
            return Ok(());
        }
        instances::remove(self.services.db.writer(), &self.id).await
    }
}
