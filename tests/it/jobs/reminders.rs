//! Reminders: once a slot, the day before, and never of what does not stand.

use chrono::TimeDelta;
use entity::vocab::NoticeKind;
use serde_json::json;
use yueli::{
    commands::remind,
    domain::{action::Action, input::read, when::When},
    worker::jobs::{Job, Offered},
};

use super::house::{House, day, minute};
use crate::support::db::{TestDb, on_both};

on_both!(
    a_reminder_comes_24_hours_before_the_start_and_changes_nothing,
    two_instances_remind_once,
    a_day_is_reminded_of_at_eight_on_the_day_before,
    another_slot_is_another_reminder,
    what_does_not_stand_is_not_reminded_of,
    what_is_announced_within_the_last_day_is_not_reminded_of,
    a_missed_reminder_is_given_late_but_not_after_the_start,
    a_change_in_between_leaves_it_to_the_next_look,
);

const NOW: &str = "2021-07-01T10:00:00+08:00";

async fn a_reminder_comes_24_hours_before_the_start_and_changes_nothing(db: TestDb) {
    let house = House::new(&db, NOW).await;
    let activity = house
        .announced("路演", minute("2021-07-08T14:00:00+08:00"), json!({}))
        .await;
    let jobs = house.jobs();
    house.until("2021-07-07T13:59:59+08:00");
    assert_eq!(jobs.offer(Job::Reminders).await, Offered::Passed);
    house.until("2021-07-07T14:00:00+08:00");
    assert_eq!(jobs.offer(Job::Reminders).await, Offered::Ran);

    let [reminder] = &house.told(NoticeKind::Reminder)[..] else {
        panic!("not one reminder");
    };
    assert_eq!(reminder.position, 2);
    assert_eq!(reminder.revision, Some(1));
    assert_eq!(reminder.activity.as_ref(), Some(&activity.activity));
    assert_eq!(reminder.activity_version, Some(activity.version));
    assert_eq!(reminder.published_at, house.services.now());
    assert!(reminder.changed.is_empty() && reminder.before.is_empty() && !reminder.history);
    {
        let state = house.services.catalogue.read();
        let entry = state.activity(&activity.activity.id).unwrap();
        assert_eq!(
            entry.last.position, 1,
            "the state is that of the announcement"
        );
        assert_eq!(entry.version(), activity.version);
    }

    // Neither later minutes nor a restart say it again.
    house.later(TimeDelta::minutes(1));
    assert_eq!(jobs.offer(Job::Reminders).await, Offered::Passed);
    let again = house.another().await;
    assert_eq!(again.jobs().offer(Job::Reminders).await, Offered::Passed);
    assert_eq!(house.head().await, 2);
    // And the activity can still be changed at the version that was answered.
    house.act(&activity, Action::Cancel { reason: None }).await;
}

async fn two_instances_remind_once(db: TestDb) {
    let house = House::new(&db, NOW).await;
    for n in 0..5 {
        let title = format!("路演{n}");
        house
            .announced(&title, minute("2021-07-08T14:00:00+08:00"), json!({}))
            .await;
    }
    let other = house.another().await;
    house.until("2021-07-07T14:00:00+08:00");
    // Not even when both have got past the slot.
    let due = remind::due(&house.services.catalogue.read(), house.services.now());
    assert_eq!(due.len(), 5);
    for reminder in due {
        let (one, two) = tokio::join!(
            remind::remind(&house.services, reminder.clone()),
            remind::remind(&other.services, reminder),
        );
        assert!(one.unwrap().is_some() ^ two.unwrap().is_some());
    }
    assert_eq!(house.head().await, 10);
    let (jobs, theirs) = (house.jobs(), other.jobs());
    tokio::join!(jobs.offer(Job::Reminders), theirs.offer(Job::Reminders));
    assert_eq!(house.head().await, 10);
}

async fn a_day_is_reminded_of_at_eight_on_the_day_before(db: TestDb) {
    let house = House::new(&db, NOW).await;
    house.announced("路演", day("2021-07-08"), json!({})).await;
    house
        .announced(
            "某月",
            json!({"precision": "month", "month": "2021-07"}),
            json!({}),
        )
        .await;
    let jobs = house.jobs();
    house.until("2021-07-07T07:59:59+08:00");
    jobs.offer(Job::Reminders).await;
    assert_eq!(house.head().await, 2);
    house.until("2021-07-07T08:00:00+08:00");
    jobs.offer(Job::Reminders).await;
    assert_eq!(house.head().await, 3);
}

async fn another_slot_is_another_reminder(db: TestDb) {
    let house = House::new(&db, NOW).await;
    let activity = house
        .announced("路演", minute("2021-07-08T14:00:00+08:00"), json!({}))
        .await;
    let jobs = house.jobs();
    house.until("2021-07-07T14:00:00+08:00");
    jobs.offer(Job::Reminders).await;
    let when: When = read(&minute("2021-07-12T14:00:00+08:00")).unwrap();
    house
        .act(&activity, Action::Reschedule { when, reason: None })
        .await;
    jobs.offer(Job::Reminders).await;
    assert_eq!(house.told(NoticeKind::Reminder).len(), 1);
    house.until("2021-07-11T14:00:00+08:00");
    jobs.offer(Job::Reminders).await;
    let reminders = house.told(NoticeKind::Reminder);
    assert_eq!(reminders.len(), 2);
    assert_eq!(reminders[1].revision, Some(2));
}

async fn what_does_not_stand_is_not_reminded_of(db: TestDb) {
    let house = House::new(&db, NOW).await;
    let when = || minute("2021-07-08T14:00:00+08:00");
    house.draft("草稿", when(), json!({})).await;
    let embargoed = house.draft("未公布", when(), json!({})).await;
    let publish_at = Some(super::house::at("2021-07-07T20:00:00+08:00"));
    house.act(&embargoed, Action::Announce { publish_at }).await;
    let cancelled = house.announced("取消", when(), json!({})).await;
    house.act(&cancelled, Action::Cancel { reason: None }).await;
    let postponed = house.announced("延期", when(), json!({})).await;
    house
        .act(&postponed, Action::Postpone { reason: None })
        .await;
    house.until("2021-07-07T14:00:00+08:00");
    assert_eq!(house.jobs().offer(Job::Reminders).await, Offered::Passed);
    assert!(house.told(NoticeKind::Reminder).is_empty());
}

async fn what_is_announced_within_the_last_day_is_not_reminded_of(db: TestDb) {
    let house = House::new(&db, NOW).await;
    house
        .announced("今晚", minute("2021-07-01T20:00:00+08:00"), json!({}))
        .await;
    house.later(TimeDelta::minutes(1));
    assert_eq!(house.jobs().offer(Job::Reminders).await, Offered::Passed);
}

async fn a_missed_reminder_is_given_late_but_not_after_the_start(db: TestDb) {
    let house = House::new(&db, NOW).await;
    house
        .announced("路演", minute("2021-07-08T14:00:00+08:00"), json!({}))
        .await;
    house
        .announced("论坛", minute("2021-07-08T09:00:00+08:00"), json!({}))
        .await;
    // Nothing ran overnight.
    house.until("2021-07-08T09:00:00+08:00");
    assert_eq!(house.jobs().offer(Job::Reminders).await, Offered::Ran);
    let reminders = house.told(NoticeKind::Reminder);
    let titles: Vec<_> = reminders
        .iter()
        .map(|notice| notice.activity.as_ref().unwrap().content.title.zh.as_str())
        .collect();
    assert_eq!(titles, ["路演"]);
}

async fn a_change_in_between_leaves_it_to_the_next_look(db: TestDb) {
    let house = House::new(&db, NOW).await;
    let activity = house
        .announced("路演", minute("2021-07-08T14:00:00+08:00"), json!({}))
        .await;
    house.until("2021-07-07T14:00:00+08:00");
    let due = remind::due(&house.services.catalogue.read(), house.services.now());
    house.act(&activity, Action::Cancel { reason: None }).await;
    for reminder in due {
        assert_eq!(
            remind::remind(&house.services, reminder).await.unwrap(),
            None
        );
    }
    assert_eq!(house.head().await, 2);
}
