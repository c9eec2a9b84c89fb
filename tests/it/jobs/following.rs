//! Following the log: what one instance commits, the others show within a second, and all know how far all are.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use sea_orm::{ConnectionTrait, EntityTrait};
use serde_json::json;
use tokio::{
    sync::watch,
    time::{interval, timeout},
};
use tokio_util::sync::CancellationToken;
use yueli::{
    catalogue::NotReady,
    commands::Services,
    domain::action::Action,
    guard::Guard,
    metrics::Metrics,
    store::instances::{self, Hint, Shown},
    worker::{self, Running, instance::Presence},
};

use super::house::{House, day};
use crate::support::db::{TestDb, on_both, on_postgres};

on_both!(
    what_another_process_commits_shows_within_a_second,
    a_failing_database_leaves_what_is_shown_and_is_followed_again,
);

const NOW: &str = "2021-07-01T10:00:00+08:00";

/// Far more than anything here takes; a test that waits so long has failed.
const FOREVER: Duration = Duration::from_secs(20);

struct Following {
    house: House,
    stop: CancellationToken,
    running: Running,
}

impl Following {
    fn start(house: House) -> Self {
        let stop = CancellationToken::new();
        let running = worker::start(
            &house.services,
            house.settings(),
            &Arc::new(Metrics::new()),
            &Arc::default(),
            &Arc::new(Guard::new(&house.settings().webhooks, None).unwrap()),
            &house.instance(),
            &stop,
        );
        Self {
            house,
            stop,
            running,
        }
    }

    async fn stop(self) -> House {
        self.stop.cancel();
        timeout(FOREVER, self.running.ended()).await.unwrap();
        self.house
    }
}

async fn reaches(mut watched: watch::Receiver<i64>, position: i64) {
    let reached = watched.wait_for(|at| *at >= position);
    timeout(FOREVER, reached)
        .await
        .unwrap_or_else(|_| panic!("never came to {position}"))
        .unwrap();
}

async fn shows(services: &Services, position: i64) {
    let mut applied = services.catalogue.watch();
    let reached = applied.wait_for(|applied| applied.position >= position);
    timeout(FOREVER, reached)
        .await
        .unwrap_or_else(|_| panic!("never showed {position}"))
        .unwrap();
}

/// Waits until this instance's readiness is as wanted.
async fn standing(
    services: &Services,
    wanted: fn(&Result<(), NotReady>) -> bool,
) -> Result<(), NotReady> {
    let mut look = interval(Duration::from_millis(5));
    let found = async {
        loop {
            look.tick().await;
            let standing = services.catalogue.standing().ready(Instant::now());
            if wanted(&standing) {
                return standing;
            }
        }
    };
    timeout(FOREVER, found)
        .await
        .expect("its readiness never changed")
}

async fn ready(services: &Services) {
    standing(services, Result::is_ok).await.unwrap();
}

/// On SQLite the other process is a command beside the server.
async fn what_another_process_commits_shows_within_a_second(db: TestDb) {
    let house = House::new(&db, NOW).await;
    let following = Following::start(house.another().await);
    ready(&following.house.services).await;
    for n in 1..=5 {
        house
            .announced(&format!("路演{n}"), day("2021-07-08"), json!({}))
            .await;
        let committed = Instant::now();
        shows(&following.house.services, n).await;
        assert!(
            committed.elapsed() < Duration::from_secs(1),
            "it took {:?}",
            committed.elapsed()
        );
    }
    following.stop().await;
}

async fn a_failing_database_leaves_what_is_shown_and_is_followed_again(db: TestDb) {
    let house = House::new(&db, NOW).await;
    house.announced("路演", day("2021-07-08"), json!({})).await;
    let following = Following::start(house.another().await);
    let services = following.house.services.clone();
    ready(&services).await;

    let rename = async |from: &str, to: &str| {
        let sql = format!("ALTER TABLE {from} RENAME TO {to}");
        house
            .services
            .db
            .writer()
            .execute_unprepared(&sql)
            .await
            .unwrap();
    };
    rename("log_head", "gone").await;
    let standing = standing(&services, Result::is_err).await;
    assert!(
        matches!(standing, Err(NotReady::Lagging(_))),
        "{standing:?}"
    );
    assert_eq!(services.catalogue.read().activities().count(), 1);

    rename("gone", "log_head").await;
    ready(&services).await;
    house.announced("论坛", day("2021-07-09"), json!({})).await;
    shows(&services, 2).await;
    following.stop().await;
}

mod on_postgres_alone {
    use super::*;

    macro_rules! on_postgres_alone {
        ($($name:ident),+ $(,)?) => {$(
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                on_postgres(super::$name).await;
            }
        )+};
    }

    on_postgres_alone!(
        a_position_is_shown_everywhere_once_every_ready_instance_shows_it,
        an_instance_that_hangs_holds_the_others_up_only_as_long_as_it_is_ready,
        whoever_was_not_ready_looks_again_after_its_heartbeat,
        a_graceful_stop_leaves_no_row_and_is_not_ready,
    );
}

async fn a_position_is_shown_everywhere_once_every_ready_instance_shows_it(db: TestDb) {
    let house = House::new(&db, NOW).await;
    let other = house.another().await;
    let (one, two) = (Following::start(house), Following::start(other));
    ready(&one.house.services).await;
    ready(&two.house.services).await;
    let outcome = one
        .house
        .announced("路演", day("2021-07-08"), json!({}))
        .await;
    reaches(
        one.house.services.catalogue.standing().shown_everywhere(),
        1,
    )
    .await;
    assert_eq!(two.house.services.catalogue.applied().position, 1);
    two.house
        .act(&outcome, Action::Cancel { reason: None })
        .await;
    reaches(
        two.house.services.catalogue.standing().shown_everywhere(),
        2,
    )
    .await;
    assert_eq!(one.house.services.catalogue.applied().position, 2);
    one.stop().await;
    two.stop().await;
}

async fn an_instance_that_hangs_holds_the_others_up_only_as_long_as_it_is_ready(db: TestDb) {
    let house = House::new(&db, NOW).await;
    let following = Following::start(house);
    ready(&following.house.services).await;
    // One that said where it is and then hangs.
    let hanging = following.house.instance();
    let writer = following.house.services.db.writer();
    let shown = Shown {
        position: 0,
        reference: 1,
    };
    instances::beat(writer, &hanging, shown, Hint::Nobody)
        .await
        .unwrap();
    let beaten = Instant::now();
    following
        .house
        .announced("路演", day("2021-07-08"), json!({}))
        .await;
    let shown = following
        .house
        .services
        .catalogue
        .standing()
        .shown_everywhere();
    reaches(shown, 1).await;
    let held_up = beaten.elapsed();
    assert!(held_up > Duration::from_millis(1_900), "only {held_up:?}");
    assert!(held_up < Duration::from_secs(10), "{held_up:?}");
    following.stop().await;
}

async fn whoever_was_not_ready_looks_again_after_its_heartbeat(db: TestDb) {
    let house = House::new(&db, NOW).await;
    let late = house.another().await;
    let looked = Instant::now();
    late.services
        .catalogue
        .catch_up(&late.services.db)
        .await
        .unwrap();
    // What is committed between its look and its heartbeat may have been sent already: it did not count.
    house.announced("路演", day("2021-07-08"), json!({})).await;
    let mut presence = Presence::new(late.services.clone(), late.instance());
    presence.tell(looked).await.unwrap();
    assert_eq!(
        late.services.catalogue.standing().ready(Instant::now()),
        Ok(())
    );
    assert_eq!(late.services.catalogue.applied().position, 1);
}

async fn a_graceful_stop_leaves_no_row_and_is_not_ready(db: TestDb) {
    let following = Following::start(House::new(&db, NOW).await);
    ready(&following.house.services).await;
    let rows = async |house: &House| {
        entity::instance::Entity::find()
            .all(house.services.db.reader())
            .await
            .unwrap()
    };
    assert_eq!(rows(&following.house).await.len(), 1);
    let house = following.stop().await;
    assert_eq!(rows(&house).await, []);
    let standing = house.services.catalogue.standing();
    assert_eq!(standing.ready(Instant::now()), Err(NotReady::Stopping));
}
