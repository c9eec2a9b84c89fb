//! The loop that finds endpoints with something to do and gives each a task.
//!
//! Owns pace and lanes: an endpoint that hangs holds its own task and nothing else, failing ones have a lane of their
//! own, and so have the hub's subscribers. Invariant: dropping the engine at any point loses nothing; what was not recorded is sent again.

use std::{sync::Arc, time::Duration};

use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, mpsc},
    task::JoinSet,
    time::{Instant, MissedTickBehavior, interval, sleep, timeout},
};
use tokio_util::sync::CancellationToken;

use super::{
    job::{self, Shared},
    lease::{Lease, Leases},
    messages::Messages,
    post::Courier,
    reach::Reach,
    record::{self, Report},
};
use crate::{
    commands::Services,
    config::WebhookSettings,
    domain::retry::Schedule,
    ids::{self, InstanceId},
    publish::Publisher,
    store::endpoints::{Lane, Whose},
};

/// Endpoints leased by one statement.
const BLOCK: usize = 64;
/// How often due times are looked at when nothing else wakes the engine.
const POLL: Duration = Duration::from_millis(200);
/// Subscribers of the hub that are told at the same time: those that are well, and those that are not.
const SUBSCRIBERS: (usize, usize) = (64, 16);
/// After the database failed.
const POLL_BROKEN: Duration = Duration::from_secs(1);

/// Delivers until `stop` is cancelled and the requests under way have ended. Dropping it loses nothing.
pub async fn run(
    services: Services,
    publisher: Arc<Publisher>,
    courier: Arc<Courier>,
    settings: WebhookSettings,
    instance: InstanceId,
    stop: CancellationToken,
) {
    let well = settings.concurrency;
    let reach = Reach::new(&services, settings.retry_schedule.first().copied());
    let last_request = settings.timeout + Duration::from_secs(2);
    let shared = Arc::new(Shared {
        services,
        publisher,
        courier,
        schedule: Schedule::new(&settings.retry_schedule, &settings.urgent_schedule),
        messages: Messages::default(),
        leases: Leases::new(instance.to_string()),
        making: Semaphore::new(1),
        stop,
    });
    let engine = Engine {
        shared,
        reach,
        rooms: [
            (Whose::Partners, false, well),
            (Whose::Partners, true, (well / 4).max(8)),
            (Whose::Subscribers, false, SUBSCRIBERS.0.min(well)),
            (Whose::Subscribers, true, SUBSCRIBERS.1.min(well)),
        ]
        .map(|(whose, failing, room)| {
            let lane = Lane { whose, failing };
            (lane, Arc::new(Semaphore::new(room)))
        }),
        last_request,
    };
    engine.run().await;
}

struct Engine {
    shared: Arc<Shared>,
    reach: Reach,
    rooms: [(Lane, Arc<Semaphore>); 4],
    last_request: Duration,
}

impl Engine {
    async fn run(mut self) {
        if self.shared.services.db.backend() == sea_orm::DbBackend::Sqlite {
            self.free_leases().await;
        }
        self.spread_overdue().await;
        // Owned by this future, so that aborting it ends them too.
        let mut tasks = JoinSet::new();
        let mut aides = JoinSet::new();
        let (reports, queue) = mpsc::channel(record::QUEUE);
        aides.spawn(record::run(Arc::clone(&self.shared), queue));
        let mut renewing = JoinSet::new();
        renewing.spawn(renew(Arc::clone(&self.shared)));
        renewing.spawn(super::gauge::run(
            Arc::clone(&self.shared),
            self.reach.watch(),
        ));

        let stop = self.shared.stop.clone();
        loop {
            while let Some(ended) = tasks.try_join_next() {
                if let Err(error) = ended {
                    tracing::error!(%error, "a delivery job ended early");
                }
            }
            let wait = self.dispatch(&mut tasks, &reports).await;
            tokio::select! {
                biased;
                () = stop.cancelled() => break,
                () = self.reach.moved() => {}
                () = self.shared.courier.nudge.notified() => {}
                () = sleep(wait) => {}
            }
        }
        let under_way = async {
            while tasks.join_next().await.is_some() {}
            drop(reports);
            while aides.join_next().await.is_some() {}
        };
        if timeout(self.last_request, under_way).await.is_err() {
            tracing::warn!("deliveries under way did not end in time; they will be made again");
        }
    }

    /// On SQLite no other process serves: whatever leases stand there are of one that died.
    async fn free_leases(&self) {
        let db = self.shared.services.db.writer();
        if let Err(error) = crate::store::endpoints::free_all(db).await {
            tracing::warn!(%error, "leases of an earlier process stand until they are over");
        }
    }

    /// After a time in which nobody delivered, whoever is back is not told all at once.
    async fn spread_overdue(&self) {
        let (db, now) = (self.shared.services.db.writer(), self.shared.services.now());
        match crate::store::overdue::spread(db, now, ids::jitter).await {
            Ok(0) => {}
            Ok(endpoints) => tracing::info!(
                endpoints,
                "retries of {endpoints} endpoints are overdue; they are spread over half a minute"
            ),
            Err(error) => tracing::warn!(%error, "overdue retries are not spread"),
        }
    }

    /// Leases what has something to do, as far as there is room, a block of each lane; returns when to look again. No
    /// lane is drained before the others are looked at: the places of one become free as fast as others are found.
    async fn dispatch(
        &mut self,
        tasks: &mut JoinSet<()>,
        reports: &mpsc::Sender<Report>,
    ) -> Duration {
        let reach = self.reach.look(&self.shared.services);
        let mut wait = POLL;
        for (lane, room) in &self.rooms {
            let block = room.available_permits().min(BLOCK);
            if block == 0 {
                continue;
            }
            let claimed = self
                .shared
                .leases
                .claim(&self.shared.services, *lane, reach, block as u64)
                .await;
            let leases = match claimed {
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
                let permit = Arc::clone(room).try_acquire_owned().ok();
                tasks.spawn(task(
                    Arc::clone(&self.shared),
                    lease,
                    reach,
                    reports.clone(),
                    permit,
                ));
            }
        }
        wait
    }
}

async fn task(
    shared: Arc<Shared>,
    lease: Arc<Lease>,
    reach: i64,
    reports: mpsc::Sender<Report>,
    _room: Option<OwnedSemaphorePermit>,
) {
    let abandoned = Abandoned {
        shared: &shared,
        lease: Some(&lease),
    };
    job::serve(&shared, &lease, reach, &reports).await;
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

async fn renew(shared: Arc<Shared>) {
    let mut ticks = interval(Duration::from_secs(1));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let asked_at = Instant::now();
        if let Err(error) = shared.leases.renew(&shared.services).await {
            tracing::warn!(%error, waited_ms = asked_at.elapsed().as_millis(), "leases cannot be renewed");
        }
    }
}
