//! Finding endpoints with something to do, and giving each a task.
//!
//! Owns pace and lanes: an endpoint that hangs holds its own task and nothing else, failing ones have a lane of their
//! own, and the hub's subscribers have a desk of their own. Refuses to know what a job does.

use std::{
    pin::pin,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use tokio::{
    sync::{Notify, OwnedSemaphorePermit, Semaphore, mpsc},
    task::JoinSet,
    time::{sleep, timeout},
};

use super::{
    job,
    lease::Lease,
    record::Report,
    shared::{Room, Shared},
};
use crate::store::leases::Lane;

/// Endpoints leased by one statement.
const BLOCK: usize = 64;
/// After the database failed.
const POLL_BROKEN: Duration = Duration::from_secs(1);
/// A job that takes longer gives its place to another one, and goes on beside the lanes.
const LONG: Duration = Duration::from_secs(2);

/// Who looks for endpoints of some lanes.
pub(super) struct Desk {
    pub(super) shared: Arc<Shared>,
    pub(super) lanes: [(Lane, Room); 2],
    /// Places for jobs that take long; none where those keep the places of their lane.
    pub(super) slow: Option<Arc<Semaphore>>,
    /// How often due times are looked at when nothing else wakes it.
    pub(super) poll: Duration,
    pub(super) tasks: JoinSet<()>,
}

impl Desk {
    /// Looks until the engine is stopped.
    pub(super) async fn run(&mut self, reports: &mpsc::Sender<Report>, nudge: &Notify) {
        let stop = self.shared.stop.clone();
        let mut reached = self.shared.reached.clone();
        loop {
            while let Some(ended) = self.tasks.try_join_next() {
                if let Err(error) = ended {
                    tracing::error!(%error, "a delivery job ended early");
                }
            }
            let reach = *reached.borrow_and_update();
            let wait = self.dispatch(reach, reports).await;
            tokio::select! {
                biased;
                () = stop.cancelled() => return,
                Ok(()) = reached.changed() => {}
                () = nudge.notified() => {}
                () = sleep(wait) => {}
            }
        }
    }

    /// When all its jobs have ended.
    pub(super) async fn ended(&mut self) {
        while self.tasks.join_next().await.is_some() {}
    }

    /// Leases what has something to do, as far as there is room, a block of each lane; returns when to look again. No
    /// lane is drained before the other is looked at: the places of one become free as fast as others are found.
    async fn dispatch(&mut self, reach: i64, reports: &mpsc::Sender<Report>) -> Duration {
        if self.shared.is_stuck.load(Ordering::Relaxed) {
            // What was done and is not written down yet would be done again.
            return POLL_BROKEN;
        }
        let mut wait = self.poll;
        for (lane, room) in &self.lanes {
            let block = room.places.available_permits().min(BLOCK);
            if block == 0 {
                continue;
            }
            let services = &self.shared.services;
            let leases = &self.shared.leases;
            let leases = match leases.claim(services, *lane, reach, block as u64).await {
                Ok(leases) => leases,
                Err(error) => {
                    tracing::warn!(%error, "endpoints cannot be leased");
                    return POLL_BROKEN;
                }
            };
            if leases.len() == block {
                wait = Duration::ZERO;
            }
            for lease in leases {
                // There is room: only this loop takes it.
                let place = Arc::clone(&room.places).try_acquire_owned().ok();
                self.tasks.spawn(task(
                    Arc::clone(&self.shared),
                    lease,
                    room.clone(),
                    self.slow.clone(),
                    reports.clone(),
                    place,
                ));
            }
        }
        wait
    }
}

async fn task(
    shared: Arc<Shared>,
    lease: Arc<Lease>,
    room: Room,
    slow: Option<Arc<Semaphore>>,
    reports: mpsc::Sender<Report>,
    place: Option<OwnedSemaphorePermit>,
) {
    let abandoned = Abandoned {
        shared: &shared,
        lease: Some(&lease),
    };
    let mut serving = pin!(job::serve(&shared, &lease, &room, &reports));
    if timeout(LONG, &mut serving).await.is_err() {
        let elsewhere = slow.and_then(|slow| slow.try_acquire_owned().ok());
        let _place = match elsewhere {
            Some(elsewhere) => {
                drop(place);
                Some(elsewhere)
            }
            None => place,
        };
        serving.await;
    }
    abandoned.no_longer();
}

/// A job that panics must not have its lease renewed for ever.
struct Abandoned<'a> {
    shared: &'a Shared,
    lease: Option<&'a Lease>,
}

impl Abandoned<'_> {
    fn no_longer(mut self) {
        self.lease = None;
    }
}

impl Drop for Abandoned<'_> {
    fn drop(&mut self) {
        if let Some(lease) = self.lease {
            self.shared.leases.drop_lease(lease);
        }
    }
}
