//! Leases on endpoints: taking, renewing, and knowing when one is over.
//!
//! Invariant: nothing is sent after a lease's deadline, which stands on the monotonic clock a second before the
//! database's; a process that was stopped and woken finds its leases over without asking anybody.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use entity::endpoint;

use crate::{
    commands::Services,
    store::{
        self, StoreError,
        endpoints::{Claim, Lane},
    },
};

/// How long a lease lasts unless it is renewed: what another instance waits for after a crash.
const LEASE: Duration = Duration::from_secs(6);
/// When our own clock says that it is over.
const OURS: Duration = Duration::from_secs(5);
/// A lease is renewed when it is this old: most end long before.
const RENEW_AFTER: Duration = Duration::from_secs(2);

/// An endpoint that this process may send to.
#[derive(Debug)]
pub(super) struct Lease {
    /// The row as the claim found it.
    pub(super) row: endpoint::Model,
    deadline: Mutex<Instant>,
    lost: AtomicBool,
}

impl Lease {
    /// Whether something may still be sent under it.
    pub(super) fn is_valid(&self) -> bool {
        !self.lost.load(Ordering::Relaxed) && Instant::now() < self.deadline()
    }

    /// Another process has it now.
    pub(super) fn lose(&self) {
        self.lost.store(true, Ordering::Relaxed);
    }

    fn deadline(&self) -> Instant {
        *self.deadline.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The leases of this process.
#[derive(Debug)]
pub(super) struct Leases {
    instance: String,
    held: Mutex<HashMap<String, Arc<Lease>>>,
}

impl Leases {
    pub(super) fn new(instance: String) -> Self {
        Self {
            instance,
            held: Mutex::default(),
        }
    }

    /// Takes up to `limit` endpoints of a lane that have something to do.
    pub(super) async fn claim(
        &self,
        services: &Services,
        lane: Lane,
        reach: i64,
        limit: u64,
    ) -> Result<Vec<Arc<Lease>>, StoreError> {
        // Before asking: the answer may take its time.
        let deadline = Instant::now() + OURS;
        let claim = Claim {
            instance: &self.instance,
            lane,
            reach,
            now: services.now(),
            lasts: LEASE,
            limit,
        };
        if !store::endpoints::is_any(services.db.reader(), &claim).await? {
            return Ok(Vec::new());
        }
        let rows = store::endpoints::claim(services.db.writer(), &claim).await?;
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let leases = rows.into_iter().map(|row| {
            let lease = Arc::new(Lease {
                row,
                deadline: Mutex::new(deadline),
                lost: AtomicBool::new(false),
            });
            held.insert(lease.row.id.clone(), Arc::clone(&lease));
            lease
        });
        Ok(leases.collect())
    }

    /// Renews those that last longer than most: an endpoint that is slow to answer.
    pub(super) async fn renew(&self, services: &Services) -> Result<(), StoreError> {
        let asked_at = Instant::now();
        let mut ids: Vec<String> = {
            let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
            held.values()
                .filter(|lease| lease.deadline() < asked_at + OURS - RENEW_AFTER)
                .map(|lease| lease.row.id.clone())
                .collect()
        };
        if ids.is_empty() {
            return Ok(());
        }
        ids.sort_unstable();
        let (db, now) = (services.db.writer(), services.now());
        let renewed = store::endpoints::renew(db, &self.instance, &ids, now, LEASE).await?;
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        for (id, epoch) in renewed {
            if let Some(lease) = held.get(&id).filter(|lease| lease.row.epoch == epoch) {
                *lease
                    .deadline
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner) = asked_at + OURS;
            }
        }
        Ok(())
    }

    /// It was given back, or lost: it is no longer renewed.
    pub(super) fn drop_lease(&self, lease: &Lease) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if held
            .get(&lease.row.id)
            .is_some_and(|present| present.row.epoch == lease.row.epoch)
        {
            held.remove(&lease.row.id);
        }
    }
}
