//! Pruning: what is past its time goes, what is not stays.

use chrono::{DateTime, TimeDelta, Utc};
use entity::{attempt, delivery_exception, idempotency_key, instance, job_slot, vocab::Trigger};
use sea_orm::{ActiveValue::Set, DbBackend, EntityTrait, PaginatorTrait};
use yueli::{
    store::job_slots::{self, Slot},
    worker::jobs::{Job, Offered},
};

use super::house::{House, at};
use crate::support::db::{TestDb, on_both};

on_both!(
    what_is_past_its_time_goes_and_what_is_not_stays,
    many_attempts_go_batch_by_batch,
    the_last_slot_of_a_job_stays_however_old,
);

const NOW: &str = "2021-07-01T10:00:00+08:00";

fn attempt(sent_at: DateTime<Utc>) -> attempt::ActiveModel {
    attempt::ActiveModel {
        delivery_id: Set("dlv_1".to_owned()),
        endpoint_id: Set("end_1".to_owned()),
        position: Set(Some(1)),
        seq: Set(1),
        number: Set(1),
        trigger: Set(Trigger::Auto),
        sent_at: Set(sent_at),
        duration_ms: Set(5),
        outcome: Set("success".to_owned()),
        ..Default::default()
    }
}

fn owed(
    id: &str,
    created_at: DateTime<Utc>,
    next_attempt_at: Option<DateTime<Utc>>,
) -> delivery_exception::ActiveModel {
    delivery_exception::ActiveModel {
        id: Set(id.to_owned()),
        endpoint_id: Set("end_1".to_owned()),
        position: Set(1),
        seq: Set(1),
        trigger: Set(Trigger::Auto),
        attempts: Set(4),
        next_attempt_at: Set(next_attempt_at),
        created_at: Set(created_at),
        ..Default::default()
    }
}

fn answer(key: &str, created_at: DateTime<Utc>) -> idempotency_key::ActiveModel {
    idempotency_key::ActiveModel {
        caller: Set("tok_1".to_owned()),
        key: Set(key.to_owned()),
        request_hash: Set(String::new()),
        answer: Set(Some("{}".to_owned())),
        created_at: Set(created_at),
    }
}

/// A fresh database counts its first slot as run; after this the next one is open.
async fn at_the_second_slot(db: &TestDb) -> House {
    let house = House::new(db, NOW).await;
    house.jobs().offer(Job::Pruning).await;
    house.later(TimeDelta::hours(1));
    house
}

async fn what_is_past_its_time_goes_and_what_is_not_stays(db: TestDb) {
    let house = at_the_second_slot(&db).await;
    let (now, writer) = (house.services.now(), house.services.db.writer());
    for age in [TimeDelta::days(31), TimeDelta::days(29)] {
        attempt::Entity::insert(attempt(now - age))
            .exec(writer)
            .await
            .unwrap();
    }
    for (key, age) in [("old", TimeDelta::hours(25)), ("new", TimeDelta::hours(23))] {
        idempotency_key::Entity::insert(answer(key, now - age))
            .exec_without_returning(writer)
            .await
            .unwrap();
    }
    let ages = [
        ("given_up", 31, None),
        ("waiting", 31, Some(now)),
        ("given_up_lately", 29, None),
    ];
    for (id, days, next_attempt_at) in ages {
        delivery_exception::Entity::insert(owed(id, now - TimeDelta::days(days), next_attempt_at))
            .exec_without_returning(writer)
            .await
            .unwrap();
    }
    if house.services.db.backend() == DbBackend::Postgres {
        // These go by the database's clock.
        for (id, seen_at) in [("ins_dead", now), ("ins_alive", at("2199-01-01T00:00:00Z"))] {
            let row = instance::ActiveModel {
                id: Set(id.to_owned()),
                applied_position: Set(1),
                applied_reference: Set(1),
                started_at: Set(now),
                seen_at: Set(seen_at),
            };
            instance::Entity::insert(row)
                .exec_without_returning(writer)
                .await
                .unwrap();
        }
    }
    assert_eq!(house.jobs().offer(Job::Pruning).await, Offered::Ran);
    let attempts = attempt::Entity::find().all(writer).await.unwrap();
    assert_eq!(attempts.len(), 1);
    assert_eq!(attempts[0].sent_at, now - TimeDelta::days(29));
    let owed = delivery_exception::Entity::find()
        .all(writer)
        .await
        .unwrap();
    let mut owed: Vec<&str> = owed.iter().map(|row| row.id.as_str()).collect();
    owed.sort_unstable();
    assert_eq!(owed, ["given_up_lately", "waiting"]);
    let answers = idempotency_key::Entity::find().all(writer).await.unwrap();
    assert_eq!(answers.len(), 1);
    assert_eq!(answers[0].key, "new");
    if house.services.db.backend() == DbBackend::Postgres {
        let instances = instance::Entity::find().all(writer).await.unwrap();
        assert_eq!(instances.len(), 1);
        assert_eq!(instances[0].id, "ins_alive");
    }
}

async fn many_attempts_go_batch_by_batch(db: TestDb) {
    let house = at_the_second_slot(&db).await;
    let (now, writer) = (house.services.now(), house.services.db.writer());
    for _ in 0..3 {
        let rows = (0..700).map(|n| attempt(now - TimeDelta::days(31) - TimeDelta::seconds(n)));
        attempt::Entity::insert_many(rows)
            .exec_without_returning(writer)
            .await
            .unwrap();
    }
    assert_eq!(house.jobs().offer(Job::Pruning).await, Offered::Ran);
    assert_eq!(attempt::Entity::find().count(writer).await.unwrap(), 0);
}

async fn the_last_slot_of_a_job_stays_however_old(db: TestDb) {
    let house = at_the_second_slot(&db).await;
    let writer = house.services.db.writer();
    let digest = |days| Slot {
        job: "digest",
        at: house.services.now() - TimeDelta::days(days),
    };
    let instance = house.instance();
    for slot in [digest(200), digest(100)] {
        assert!(
            job_slots::claim(writer, slot, &instance, slot.at)
                .await
                .unwrap()
        );
        job_slots::finish(writer, slot, &instance, slot.at)
            .await
            .unwrap();
    }
    assert_eq!(house.jobs().offer(Job::Pruning).await, Offered::Ran);
    let mut left: Vec<_> = job_slot::Entity::find()
        .all(writer)
        .await
        .unwrap()
        .into_iter()
        .filter(|row| row.job == "digest")
        .collect();
    let row = left.pop().unwrap();
    assert_eq!(row.started_at, digest(100).at);
    assert!(left.is_empty(), "{left:?}");
}
