//! Delivering, from the start of the process to its end.
//!
//! Owns the tasks that deliver and their order at the start and the stop: looking for work (`dispatch`), recording,
//! renewing, counting. Invariant: dropping the engine at any point loses nothing; what was not recorded is sent again.

use std::{
    sync::{Arc, atomic::AtomicBool},
    time::Duration,
};

use tokio::{
    sync::{Notify, Semaphore, mpsc},
    task::JoinSet,
    time::{Instant, MissedTickBehavior, interval, timeout},
};
use tokio_util::sync::CancellationToken;

use super::{
    dispatch::Desk,
    lease::Leases,
    messages::Messages,
    post::Courier,
    reach::Reach,
    record,
    shared::{Room, Shared},
};
use crate::{
    commands::Services,
    config::WebhookSettings,
    domain::retry::Schedule,
    ids::{self, InstanceId},
    publish::Publisher,
    store::leases::{Lane, Whose},
};

/// How often due times of partners' endpoints are looked at when nothing else wakes the engine.
const POLL: Duration = Duration::from_millis(200);
/// The same of the hub's subscribers: finding none that is due takes a look at all of them.
const POLL_SUBSCRIBERS: Duration = Duration::from_secs(2);
/// Subscribers of the hub that are told at the same time: those that are well, and those that are not.
const SUBSCRIBERS: (usize, usize) = (64, 16);
/// Requests of partners' endpoints that take long, beside the places of their lanes: each costs a connection.
const SLOW: usize = 4_096;

/// Delivers until `stop` is cancelled and the requests under way have ended. Dropping it loses nothing.
pub async fn run(
    services: Services,
    publisher: Arc<Publisher>,
    courier: Arc<Courier>,
    settings: WebhookSettings,
    instance: InstanceId,
    stop: CancellationToken,
) {
    let reach = Reach::new(&services, settings.retry_schedule.first().copied());
    let shared = Arc::new(Shared {
        publisher,
        courier,
        schedule: Schedule::new(&settings.retry_schedule, &settings.urgent_schedule),
        messages: Messages::default(),
        leases: Leases::new(instance.to_string(), services.now()),
        making: Semaphore::new(1),
        reached: reach.watch(),
        is_stuck: AtomicBool::new(false),
        subscribers: Notify::new(),
        services,
        stop,
    });
    if shared.services.db.backend() == sea_orm::DbBackend::Sqlite {
        free_leases(&shared).await;
    }
    spread_overdue(&shared).await;
    // Owned by this future, so that aborting it ends them too.
    let mut aides = JoinSet::new();
    let (reports, queue) = mpsc::channel(record::QUEUE);
    aides.spawn(record::run(Arc::clone(&shared), queue));
    let mut renewing = JoinSet::new();
    renewing.spawn(renew(Arc::clone(&shared)));
    renewing.spawn(super::gauge::run(Arc::clone(&shared)));
    renewing.spawn(reach.run(shared.services.clone()));

    let well = settings.concurrency;
    let slow = Some(Arc::new(Semaphore::new(SLOW)));
    let partners = [(false, well), (true, (well / 4).max(8))];
    let mut partners = Desk {
        shared: Arc::clone(&shared),
        lanes: lanes(Whose::Partners, partners),
        slow,
        poll: POLL,
        tasks: JoinSet::new(),
    };
    // Anybody may subscribe: whoever takes long keeps a place, and they keep others of theirs waiting.
    let subscribers = [
        (false, SUBSCRIBERS.0.min(well)),
        (true, SUBSCRIBERS.1.min(well)),
    ];
    let mut subscribers = Desk {
        shared: Arc::clone(&shared),
        lanes: lanes(Whose::Subscribers, subscribers),
        slow: None,
        poll: POLL_SUBSCRIBERS,
        tasks: JoinSet::new(),
    };
    let looking = async {
        tokio::join!(
            partners.run(&reports, &shared.courier.nudge),
            subscribers.run(&reports, &shared.subscribers),
        )
    };
    tokio::select! {
        _ = looking => {}
        // Without it nothing would be written down, or found; whoever runs this ends, and is started anew.
        ended = aides.join_next() => return tracing::error!(?ended, "nothing records deliveries any more"),
        ended = renewing.join_next() => return tracing::error!(?ended, "a task that delivers ended"),
    }
    let under_way = async {
        partners.ended().await;
        subscribers.ended().await;
        drop(reports);
        while aides.join_next().await.is_some() {}
    };
    let last_request = settings.timeout + Duration::from_secs(2);
    if timeout(last_request, under_way).await.is_err() {
        tracing::warn!("deliveries under way did not end in time; they will be made again");
    }
}

fn lanes(whose: Whose, rooms: [(bool, usize); 2]) -> [(Lane, Room); 2] {
    rooms.map(|(failing, room)| (Lane { whose, failing }, Room::new(room)))
}

/// On SQLite no other process serves: whatever leases stand there are of one that died.
async fn free_leases(shared: &Shared) {
    if let Err(error) = crate::store::leases::free_all(shared.services.db.writer()).await {
        tracing::warn!(%error, "leases of an earlier process stand until they are over");
    }
}

/// After a time in which nobody delivered, whoever is back is not told all at once.
async fn spread_overdue(shared: &Shared) {
    let (db, now) = (&shared.services.db, shared.services.now());
    let spreading = crate::store::overdue::spread(db.writer(), now, ids::jitter);
    match db.answered(spreading).await {
        Ok(0) => {}
        Ok(endpoints) => tracing::info!(
            endpoints,
            "retries of {endpoints} endpoints are overdue; they are spread over half a minute"
        ),
        Err(error) => tracing::warn!(%error, "overdue retries are not spread"),
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
