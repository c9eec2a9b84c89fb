//! Crashes and take-overs: nothing is lost, and an instance that lost its lease writes nothing.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use chrono::TimeDelta;
use entity::vocab::EndpointState;
use sea_orm::{ConnectionTrait as _, DbBackend};
use serde_json::json;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use yueli::{
    app,
    clock::{Clock, ManualClock},
    commands::{Services, webhooks::create::create_webhook},
    config::Settings,
    deliver::{self, Courier},
    domain::role::{Caller, Role},
    guard::Guard,
    ids::InstanceId,
    metrics::Metrics,
    store::{
        self, Db,
        deliveries::{Progress, Results},
        leases::{Claim, Lane, Whose},
    },
};

use super::local;
use crate::support::{
    app::{NOW, TestApp, at, until},
    db::{TestDb, on_both},
    receiver::{Received, Receiver, Reply},
};
use crate::transfer::publisher;

on_both!(
    what_a_dead_engine_left_is_delivered_by_the_next,
    an_instance_that_lost_its_lease_writes_nothing,
    the_leases_of_an_instance_that_is_not_heard_of_are_free,
);

/// As long as the engine's.
const LEASE: Duration = Duration::from_secs(6);

/// Time passes until every lease is over: on PostgreSQL by the database's clock, which nobody can move.
async fn pass(db: &Db, clock: &ManualClock) {
    clock.advance(TimeDelta::seconds(7));
    if db.backend() == DbBackend::Postgres {
        let sql = "UPDATE endpoints SET lease_until = lease_until - interval '7 seconds'";
        db.writer().execute_unprepared(sql).await.unwrap();
    }
}

/// The parts of an instance that deliver, without the rest.
struct Instance {
    services: Services,
    courier: Arc<Courier>,
    settings: Settings,
}

impl Instance {
    async fn new(database_url: &str, clock: &Arc<ManualClock>) -> Self {
        let mut settings = Settings {
            database_url: database_url.parse().unwrap(),
            ..Settings::default()
        };
        local(&mut settings);
        settings.webhooks.timeout = Duration::from_secs(60);
        let clock = Arc::clone(clock) as Arc<dyn Clock>;
        let services = app::services(&settings, Arc::clone(&clock), "https://yueli.example")
            .await
            .unwrap();
        let guard = Arc::new(Guard::new(&settings.webhooks, None).unwrap());
        Self {
            services,
            courier: Arc::new(Courier::new(guard, clock, Arc::new(Metrics::new()))),
            settings,
        }
    }

    fn deliver(&self, stop: &CancellationToken) -> JoinHandle<()> {
        tokio::spawn(deliver::run(
            self.services.clone(),
            Arc::new(publisher(&self.services)),
            Arc::clone(&self.courier),
            self.settings.webhooks.clone(),
            InstanceId::new(self.services.now()),
            stop.clone(),
        ))
    }

    async fn endpoint(&self, url: &str) -> String {
        let caller = Caller::new("tok_partner".to_owned(), Role::Partner);
        let guard = self.courier.guard();
        let made = create_webhook(&self.services, guard, caller, json!({"url": url}), None)
            .await
            .unwrap();
        let (_, row) = deliver::ping(&self.services, &self.courier, *made.row.unwrap())
            .await
            .unwrap();
        assert_eq!(row.state, EndpointState::Enabled);
        row.id
    }
}

/// A database with some notices that nobody was told of, since no worker ran.
async fn with_notices(
    db: TestDb,
    clock: &Arc<ManualClock>,
    url: &str,
    count: usize,
) -> (TestDb, String) {
    let app = TestApp::start_with(db, Arc::clone(clock) as Arc<dyn Clock>, |settings| {
        local(settings);
        settings.roles = vec![yueli::config::Role::Web];
    })
    .await;
    let hook = super::Hook::create(&app, &app.tokens.partner, url, json!({}))
        .await
        .0;
    for _ in 0..count {
        app.announced(json!({})).await;
    }
    (app.stop().await, hook.id)
}

async fn what_a_dead_engine_left_is_delivered_by_the_next(db: TestDb) {
    let clock = Arc::new(ManualClock::new(at(NOW)));
    let receiver = Receiver::start().await;
    let (db, id) = with_notices(db, &clock, &receiver.url(), 30).await;

    // The first engine gets some through, and hangs in the middle of others.
    receiver.script(std::iter::repeat_n(Reply::Status(200), 10));
    receiver.otherwise(Reply::Hang);
    let first = Instance::new(db.url(), &clock).await;
    let dying = first.deliver(&CancellationToken::new());
    let cursor = async |instance: &Instance| {
        let row = store::endpoints::find(instance.services.db.reader(), &id).await;
        row.unwrap().unwrap().cursor
    };
    until("the first engine to hang", async || {
        (receiver.notices().len() > 10 && cursor(&first).await >= 7).then_some(())
    })
    .await;
    dying.abort();
    assert!(dying.await.unwrap_err().is_cancelled());
    let (sent, recorded) = (receiver.notices().len(), cursor(&first).await);

    receiver.otherwise(Reply::Status(200));
    let second = Instance::new(db.url(), &clock).await;
    let other = Receiver::start().await;
    second.endpoint(&other.url()).await;
    let stop = CancellationToken::new();
    let delivering = second.deliver(&stop);
    if db.url().starts_with("postgres") {
        // Another process might still hold the lease: it is left alone until the lease is over.
        assert_eq!(receiver.notices().len(), sent);
        pass(&second.services.db, &clock).await;
    }
    let told = until("everything to arrive", async || {
        let arrived = receiver.notices();
        let told: BTreeSet<String> = arrived
            .iter()
            .map(|one| one.header("webhook-id").to_owned())
            .collect();
        (told.len() == 30).then_some(arrived)
    })
    .await;
    until("everything to be recorded", async || {
        (cursor(&second).await == 30).then_some(())
    })
    .await;
    let again = told.iter().filter(|one| {
        let twin = |other: &&Received| other.header("webhook-id") == one.header("webhook-id");
        told.iter().filter(twin).count() > 1
    });
    for one in again {
        let position = one.json()["data"]["position"].as_i64().unwrap();
        assert!(
            position > recorded,
            "{position} was recorded, and sent again"
        );
    }
    for one in &told {
        let same = told
            .iter()
            .find(|other| other.header("webhook-id") == one.header("webhook-id"))
            .unwrap();
        assert_eq!(same.body, one.body);
        assert_eq!(same.header("x-endpoint-seq"), one.header("x-endpoint-seq"));
    }
    stop.cancel();
    delivering.await.unwrap();
}

async fn an_instance_that_lost_its_lease_writes_nothing(db: TestDb) {
    let clock = Arc::new(ManualClock::new(at(NOW)));
    let receiver = Receiver::start().await;
    let (db, id) = with_notices(db, &clock, &receiver.url(), 2).await;
    let instance = Instance::new(db.url(), &clock).await;
    let services = &instance.services;
    let claim = async |who: &str| {
        let claim = Claim {
            instance: who,
            lane: Lane {
                whose: Whose::Partners,
                failing: false,
            },
            reach: 2,
            now: services.now(),
            lease_now: services.now(),
            lasts: LEASE,
            limit: 10,
        };
        store::leases::claim(services.db.writer(), &claim)
            .await
            .unwrap()
    };
    let first = claim("ins_1").await.remove(0);
    assert!(claim("ins_2").await.is_empty(), "it is leased");
    if db.url().starts_with("postgres") {
        clock.advance(TimeDelta::hours(1));
        assert!(
            claim("ins_2").await.is_empty(),
            "a machine whose clock runs ahead took the lease"
        );
    }
    pass(&services.db, &clock).await;
    let second = claim("ins_2").await.remove(0);
    assert_eq!(second.epoch, first.epoch + 1);
    let own = [id.clone()];
    let renew = async |who| {
        store::leases::renew(services.db.writer(), who, &own, services.now(), LEASE)
            .await
            .unwrap()
    };
    assert_eq!(renew("ins_1").await, []);
    assert_eq!(renew("ins_2").await, [(id.clone(), second.epoch)]);

    let record = async |epoch: i64, cursor: i64| {
        let progress = Progress {
            id: id.clone(),
            epoch,
            replay_cursor: None,
            cursor,
            seq: cursor,
            state: EndpointState::Failing,
            failures: 7,
            failing_since: Some(services.now()),
            last_failure_at: None,
            last_success_at: None,
            held_until: None,
            release: true,
        };
        let results = Results {
            progress: vec![progress],
            ..Results::default()
        };
        let tx = services.db.begin().await.unwrap();
        let ours = store::deliveries::record(&tx, &results).await.unwrap();
        tx.commit().await.unwrap();
        ours.len()
    };
    let row = async || {
        store::endpoints::find(services.db.reader(), &id)
            .await
            .unwrap()
            .unwrap()
    };
    assert_eq!(record(first.epoch, 1).await, 0);
    assert_eq!(row().await.cursor, second.cursor);
    assert_eq!(row().await.lease_owner.as_deref(), Some("ins_2"));
    assert_eq!(record(second.epoch, 2).await, 1);
    let after = row().await;
    assert_eq!((after.cursor, after.seq, after.failures), (2, 2, 7));
    assert_eq!(
        (after.state, after.lease_owner),
        (EndpointState::Failing, None)
    );
}

/// On SQLite there is no other instance to hear of.
async fn the_leases_of_an_instance_that_is_not_heard_of_are_free(db: TestDb) {
    let clock = Arc::new(ManualClock::new(at(NOW)));
    let receiver = Receiver::start().await;
    let (db, _) = with_notices(db, &clock, &receiver.url(), 1).await;
    let instance = Instance::new(db.url(), &clock).await;
    let services = &instance.services;
    if services.db.backend() != DbBackend::Postgres {
        return;
    }
    let (dead, alive) = (InstanceId::new(at(NOW)), InstanceId::new(at(NOW)));
    let claim = async |who: &InstanceId| {
        let claim = Claim {
            instance: who.as_str(),
            lane: Lane {
                whose: Whose::Partners,
                failing: false,
            },
            reach: 1,
            now: services.now(),
            lease_now: services.now(),
            lasts: LEASE,
            limit: 10,
        };
        let rows = store::leases::claim(services.db.writer(), &claim).await;
        rows.unwrap().len()
    };
    let shown = store::instances::Shown {
        position: 1,
        reference: 1,
    };
    let nobody = store::instances::Hint::Nobody;
    let beat = async |who: &InstanceId| {
        let beat = store::instances::beat(services.db.writer(), who, shown, nobody);
        beat.await.unwrap();
    };
    beat(&dead).await;
    assert_eq!(claim(&dead).await, 1);
    assert_eq!(claim(&alive).await, 0, "it was heard of just now");
    let sql = "UPDATE instances SET seen_at = seen_at - interval '2 seconds'";
    services.db.writer().execute_unprepared(sql).await.unwrap();
    assert_eq!(claim(&dead).await, 0, "it knows itself what it has");
    assert_eq!(claim(&alive).await, 1);
    assert_eq!(claim(&alive).await, 0);
}
