//! Embargoes: nothing before the hour, everything at it, nothing at all once it is taken back.

use std::{collections::HashSet, time::Duration};

use chrono::TimeDelta;
use entity::vocab::{NoticeKind, Status};
use serde_json::json;
use yueli::{
    commands::{act::Outcome, announce_due::announce_due, patch_activity::patch_activity},
    domain::action::{Action, Telling},
    store,
    worker::jobs::embargoes::Embargoes,
};

use super::house::{House, admin, at, day};
use crate::support::db::{TestDb, on_both};

on_both!(
    nothing_of_an_embargo_shows_before_its_hour_and_all_of_it_then,
    return_takes_an_embargo_back,
    the_timer_waits_for_the_next_hour_and_looks_every_half_second,
    two_instances_announce_once,
    what_cannot_be_announced_holds_up_nothing,
    a_child_that_is_due_with_its_parent_follows_it,
);

const NOW: &str = "2021-07-01T10:00:00+08:00";
const HOUR: &str = "2021-07-01T12:00:00+08:00";

async fn embargoed(house: &House, title: &str) -> Outcome {
    let draft = house.draft(title, day("2021-07-08"), json!({})).await;
    let publish_at = Some(at(HOUR));
    let outcome = house.act(&draft, Action::Announce { publish_at }).await;
    assert_eq!(outcome.notice, None);
    outcome
}

/// That the public programme, which all channels are made from, knows nothing of it.
async fn assert_hidden(house: &House, outcome: &Outcome) {
    house
        .services
        .catalogue
        .catch_up(&house.services.db)
        .await
        .unwrap();
    let state = house.services.catalogue.read();
    assert_eq!(state.head(), 0);
    assert!(state.activity(&outcome.activity.id).is_none());
    assert_eq!(state.activities().count(), 0);
    assert_eq!(state.newest_published().count(), 0);
}

async fn nothing_of_an_embargo_shows_before_its_hour_and_all_of_it_then(db: TestDb) {
    let house = House::new(&db, NOW).await;
    let outcome = embargoed(&house, "路演").await;
    assert_hidden(&house, &outcome).await;
    let mut embargoes = Embargoes::new(house.services.clone());
    house.until("2021-07-01T11:59:59.999+08:00");
    embargoes.look().await.unwrap();
    assert_hidden(&house, &outcome).await;
    // A restart gives nothing away either.
    assert_hidden(&house.another().await, &outcome).await;

    house.until(HOUR);
    embargoes.look().await.unwrap();
    let [notice] = &house.told(NoticeKind::Announced)[..] else {
        panic!("not one announcement");
    };
    assert_eq!(notice.published_at, at(HOUR));
    let activity = notice.activity.as_ref().unwrap();
    assert_eq!(activity.id, outcome.activity.id);
    assert_eq!(activity.status, Status::Scheduled);
    assert_eq!(
        activity.announced_at,
        Some(at(HOUR)),
        "not when it was written"
    );
    let document = serde_json::to_string(&**notice).unwrap();
    assert!(!document.contains("publish_at\":\""), "{document}");
    let row = store::activities::find(house.services.db.reader(), &activity.id)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(row.activity.publish_at, None);
}

async fn return_takes_an_embargo_back(db: TestDb) {
    let house = House::new(&db, NOW).await;
    let outcome = embargoed(&house, "路演").await;
    house.act(&outcome, Action::Return).await;
    house.until("2021-07-02T12:00:00+08:00");
    let done = announce_due(&house.services, &HashSet::new())
        .await
        .unwrap();
    assert_eq!(done.count, 0);
    assert_hidden(&house, &outcome).await;
}

async fn the_timer_waits_for_the_next_hour_and_looks_every_half_second(db: TestDb) {
    let house = House::new(&db, NOW).await;
    let mut embargoes = Embargoes::new(house.services.clone());
    let half_a_second = Duration::from_millis(500);
    assert_eq!(embargoes.look().await.unwrap(), half_a_second, "no embargo");
    embargoed(&house, "路演").await;
    assert_eq!(embargoes.look().await.unwrap(), half_a_second, "far away");
    house.until("2021-07-01T11:59:59.877+08:00");
    assert_eq!(embargoes.look().await.unwrap(), Duration::from_millis(123));
    house.later(TimeDelta::milliseconds(123));
    assert_eq!(
        embargoes.look().await.unwrap(),
        Duration::ZERO,
        "it did one"
    );
    assert_eq!(embargoes.look().await.unwrap(), half_a_second);
    assert_eq!(house.head().await, 1);
}

async fn two_instances_announce_once(db: TestDb) {
    let house = House::new(&db, NOW).await;
    for n in 0..5 {
        embargoed(&house, &format!("路演{n}")).await;
    }
    let other = house.another().await;
    house.until(HOUR);
    let nothing = HashSet::new();
    let (one, two) = tokio::join!(
        announce_due(&house.services, &nothing),
        announce_due(&other.services, &nothing),
    );
    assert_eq!(one.unwrap().count + two.unwrap().count, 5);
    assert_eq!(house.head().await, 5);
}

async fn what_cannot_be_announced_holds_up_nothing(db: TestDb) {
    let house = House::new(&db, NOW).await;
    let broken = embargoed(&house, "残缺").await;
    embargoed(&house, "路演").await;
    // No command makes one like that; a restore from elsewhere might.
    let mut activity = broken.activity.clone();
    activity.content.kind = None;
    let tx = house.services.db.begin().await.unwrap();
    assert!(
        store::activities::save(&tx, &activity, broken.version, house.services.now())
            .await
            .unwrap()
    );
    tx.commit().await.unwrap();

    house.until(HOUR);
    let mut embargoes = Embargoes::new(house.services.clone());
    embargoes.look().await.unwrap();
    assert_eq!(house.head().await, 1);
    let next = embargoes.look().await.unwrap();
    assert_eq!(
        next,
        Duration::from_millis(500),
        "it is not tried again at once"
    );
}

async fn a_child_that_is_due_with_its_parent_follows_it(db: TestDb) {
    let house = House::new(&db, NOW).await;
    // Made first, so it is also the first that is looked at.
    let child = house.draft("分论坛", day("2021-07-08"), json!({})).await;
    house.later(TimeDelta::seconds(1));
    let parent = embargoed(&house, "论坛").await;
    let patch = json!({"parent": parent.activity.id});
    let child = patch_activity(
        &house.services,
        admin(),
        child.activity.id.clone(),
        child.version,
        patch,
        Telling::Aloud,
        None,
    )
    .await
    .unwrap();
    let publish_at = Some(at(HOUR));
    house.act(&child, Action::Announce { publish_at }).await;

    house.until(HOUR);
    let mut embargoes = Embargoes::new(house.services.clone());
    embargoes.look().await.unwrap();
    let told: Vec<_> = house
        .told(NoticeKind::Announced)
        .iter()
        .map(|notice| notice.activity_id.clone().unwrap())
        .collect();
    assert_eq!(told, [parent.activity.id, child.activity.id]);
}
