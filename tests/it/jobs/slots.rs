//! Slots: of all who claim one, one runs it.

use chrono::TimeDelta;
use yueli::{
    store::job_slots::{self, Slot, Standing},
    worker::jobs::{Job, Offered},
};

use super::house::House;
use crate::support::db::{TestDb, on_both};

on_both!(
    of_claimants_that_race_for_a_slot_one_gets_it,
    a_slot_left_by_a_dead_instance_is_taken_over,
    a_job_runs_once_a_slot_however_many_instances_offer_it,
    what_lay_before_the_first_start_is_not_caught_up_with,
    of_missed_slots_the_last_is_run,
);

const NOW: &str = "2021-07-01T08:00:00.3+08:00";

fn slot(house: &House) -> Slot {
    Job::Digest.latest_slot(house.services.now())
}

async fn of_claimants_that_race_for_a_slot_one_gets_it(db: TestDb) {
    let house = House::new(&db, NOW).await;
    let other = house.another().await;
    for _ in 0..20 {
        house.later(TimeDelta::days(31));
        let (slot, now) = (slot(&house), house.services.now());
        let (mine, theirs) = (house.instance(), other.instance());
        let (mine, theirs) = tokio::join!(
            job_slots::claim(house.services.db.writer(), slot, &mine, now),
            job_slots::claim(other.services.db.writer(), slot, &theirs, now),
        );
        assert!(
            mine.unwrap() ^ theirs.unwrap(),
            "{slot:?} was taken by none or both"
        );
    }
}

async fn a_slot_left_by_a_dead_instance_is_taken_over(db: TestDb) {
    let house = House::new(&db, NOW).await;
    let (slot, writer) = (slot(&house), house.services.db.writer());
    let (dead, heir) = (house.instance(), house.instance());
    let claim = async |who| {
        job_slots::claim(writer, slot, who, house.services.now())
            .await
            .unwrap()
    };
    assert!(claim(&dead).await);
    house.later(TimeDelta::seconds(49));
    assert!(!claim(&heir).await, "it may still be at it");
    house.later(TimeDelta::seconds(1));
    assert!(claim(&heir).await);

    // Should the first be alive after all, it does not finish what is not its own any more.
    let finish = async |who| {
        job_slots::finish(writer, slot, who, house.services.now())
            .await
            .unwrap();
        job_slots::standing(writer, slot).await.unwrap()
    };
    assert_eq!(finish(&dead).await, Standing::Taken);
    assert_eq!(finish(&heir).await, Standing::Finished);
    house.later(TimeDelta::days(1));
    assert!(!claim(&dead).await, "what was run stays run");
}

async fn a_job_runs_once_a_slot_however_many_instances_offer_it(db: TestDb) {
    let house = House::new(&db, NOW).await;
    let other = house.another().await;
    let (jobs, theirs) = (house.jobs(), other.jobs());
    jobs.offer(Job::Pruning).await;
    for _ in 0..3 {
        house.later(TimeDelta::hours(1));
        let (one, two) = tokio::join!(jobs.offer(Job::Pruning), theirs.offer(Job::Pruning));
        let ran = [one, two].iter().filter(|o| **o == Offered::Ran).count();
        assert_eq!(ran, 1, "{one:?}, {two:?}");
        assert_eq!(jobs.offer(Job::Pruning).await, Offered::Passed);
        assert_eq!(theirs.offer(Job::Pruning).await, Offered::Passed);
    }
}

async fn what_lay_before_the_first_start_is_not_caught_up_with(db: TestDb) {
    let house = House::new(&db, "2021-07-20T12:00:00+08:00").await;
    assert_eq!(house.jobs().offer(Job::Pruning).await, Offered::Passed);
    assert_eq!(house.jobs().offer(Job::Digest).await, Offered::Passed);
    // Nor does a restart change that.
    let again = house.another().await;
    assert_eq!(again.jobs().offer(Job::Digest).await, Offered::Passed);
}

async fn of_missed_slots_the_last_is_run(db: TestDb) {
    let house = House::new(&db, NOW).await;
    house.jobs().offer(Job::Pruning).await;
    house.later(TimeDelta::days(3));
    // Nothing ran for three days; this is the next start.
    let jobs = house.another().await.jobs();
    assert_eq!(jobs.offer(Job::Pruning).await, Offered::Ran);
    assert_eq!(jobs.offer(Job::Pruning).await, Offered::Passed);
}
