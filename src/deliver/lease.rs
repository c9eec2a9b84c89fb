//! Leases on endpoints: taking, renewing, and knowing when one is over.
//!
//! Invariant: nothing is sent after a lease's deadline, which stands on the monotonic clock a second before the
//! database's, nor once others may take this instance for dead; a process that was stopped and woken finds its leases
//! over without asking anybody.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};
use entity::{endpoint, vocab::EndpointState};

use crate::{
    catalogue::Catalogue,
    commands::Services,
    store::{
        self, StoreError,
        leases::{Claim, Lane},
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
    catalogue: Arc<Catalogue>,
    taken: Instant,
    deadline: Mutex<Instant>,
    over: AtomicBool,
    /// The last state that people were told of.
    told: Mutex<EndpointState>,
}

impl Lease {
    /// Whether something may still be sent under it.
    pub(super) fn is_valid(&self) -> bool {
        let now = Instant::now();
        !self.over.load(Ordering::Relaxed)
            && now < self.deadline()
            && self.catalogue.standing().keeps(self.taken, now)
    }

    /// Nothing more is sent under it: somebody else has it now, or its owner asked for something.
    pub(super) fn end(&self) {
        self.over.store(true, Ordering::Relaxed);
    }

    /// Whether the endpoint is in another state than people were told of.
    pub(super) fn is_news(&self, state: EndpointState) -> bool {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *told, state) != state
    }

    fn deadline(&self) -> Instant {
        *self.deadline.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The leases of this process.
#[derive(Debug)]
pub(super) struct Leases {
    pub(super) instance: String,
    /// What the leases of one process alone are reckoned from: its wall clock may be set while they last.
    began: (DateTime<Utc>, Instant),
    held: Mutex<HashMap<String, Arc<Lease>>>,
}

impl Leases {
    pub(super) fn new(instance: String, now: DateTime<Utc>) -> Self {
        Self {
            instance,
            began: (now, Instant::now()),
            held: Mutex::default(),
        }
    }

    fn now(&self) -> DateTime<Utc> {
        let (began, at) = self.began;
        began + at.elapsed()
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
        let taken = Instant::now();
        if !services.catalogue.standing().may_lease(taken) {
            return Ok(Vec::new());
        }
        let claim = Claim {
            instance: &self.instance,
            lane,
            reach,
            now: services.now(),
            lease_now: self.now(),
            lasts: LEASE,
            limit,
        };
        let claiming = async {
            match store::leases::is_any(services.db.reader(), &claim).await? {
                true => store::leases::claim(services.db.writer(), &claim).await,
                false => Ok(Vec::new()),
            }
        };
        let rows = services.db.answered(claiming).await?;
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let leases = rows.into_iter().map(|row| {
            let lease = Arc::new(Lease {
                catalogue: Arc::clone(&services.catalogue),
                taken,
                deadline: Mutex::new(taken + OURS),
                over: AtomicBool::new(false),
                told: Mutex::new(row.state),
                row,
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
        let (db, now) = (services.db.writer(), self.now());
        let renewing = store::leases::renew(db, &self.instance, &ids, now, LEASE);
        let renewed = services.db.answered(renewing).await?;
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
