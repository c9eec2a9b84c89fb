//! The monthly digest: one a month, of what is on.

use chrono::TimeDelta;
use entity::vocab::NoticeKind;
use serde_json::json;
use yueli::{
    commands::digest::publish_digest,
    domain::{action::Action, dates::Month},
    worker::jobs::{Job, Offered},
};

use super::house::{House, day, minute};
use crate::support::db::{TestDb, on_both};

on_both!(
    the_first_brings_the_programme_of_the_month_highlights_first_then_by_district,
    two_instances_publish_a_month_once,
    a_late_start_still_brings_the_month_but_never_one_that_is_over,
    a_month_without_activities_has_no_digest,
);

/// Before the first slot that counts.
const NOW: &str = "2021-06-20T12:00:00+08:00";

fn july() -> Month {
    Month::new(2021, 7).unwrap()
}

async fn the_first_brings_the_programme_of_the_month_highlights_first_then_by_district(db: TestDb) {
    let house = House::new(&db, NOW).await;
    let jobs = house.jobs();
    jobs.offer(Job::Digest).await;
    let in_district = |district: &str| json!({"districts": [district]});
    let mut expected = Vec::new();
    for (rank, title, when, fields) in [
        (
            4,
            "海淀二",
            minute("2021-07-31T23:59:00+08:00"),
            in_district("haidian"),
        ),
        (3, "海淀一", day("2021-07-01"), in_district("haidian")),
        (2, "东城", day("2021-07-20"), in_district("dongcheng")),
        (
            5,
            "线上",
            json!({"precision": "month", "month": "2021-07"}),
            json!({"districts": []}),
        ),
        (
            1,
            "亮点",
            day("2021-07-30"),
            json!({"districts": ["yanqing"], "highlight": true}),
        ),
        // Runs into the month.
        (
            0,
            "跨月",
            json!({"precision": "day", "starts_on": "2021-06-29", "ends_on": "2021-07-01"}),
            json!({"districts": ["yanqing"], "highlight": true}),
        ),
    ] {
        house.announced(title, when, fields).await;
        expected.push((rank, title));
    }
    for (title, when) in [
        ("六月", day("2021-06-30")),
        ("八月", minute("2021-08-01T00:00:00+08:00")),
        ("未定", json!({"precision": "unknown"})),
    ] {
        house.announced(title, when, json!({})).await;
    }
    house.draft("草稿", day("2021-07-05"), json!({})).await;
    let cancelled = house.announced("取消", day("2021-07-05"), json!({})).await;
    house.act(&cancelled, Action::Cancel { reason: None }).await;

    house.until("2021-07-01T07:59:59+08:00");
    assert_eq!(jobs.offer(Job::Digest).await, Offered::Passed);
    house.until("2021-07-01T08:00:00+08:00");
    assert_eq!(jobs.offer(Job::Digest).await, Offered::Ran);

    let [notice] = &house.told(NoticeKind::Digest)[..] else {
        panic!("not one digest");
    };
    assert_eq!((&notice.activity_id, &notice.activity), (&None, &None));
    assert_eq!(notice.revision, None);
    assert_eq!(notice.published_at, house.services.now());
    let digest = notice.digest.as_ref().unwrap();
    assert_eq!(digest.month, july());
    let titles: Vec<_> = digest
        .activities
        .iter()
        .map(|activity| activity.content.title.zh.as_str())
        .collect();
    expected.sort_unstable();
    let expected: Vec<_> = expected.into_iter().map(|(_, title)| title).collect();
    assert_eq!(titles, expected);
}

async fn two_instances_publish_a_month_once(db: TestDb) {
    let house = House::new(&db, NOW).await;
    house.announced("路演", day("2021-07-20"), json!({})).await;
    let other = house.another().await;
    house.until("2021-07-01T08:00:00+08:00");
    // Not even when both have got past the slot.
    let (one, two) = tokio::join!(
        publish_digest(&house.services, july()),
        publish_digest(&other.services, july()),
    );
    assert!(one.unwrap().is_some() ^ two.unwrap().is_some());
    assert_eq!(house.head().await, 2);
    // The one who gave up has left no gap.
    house.announced("论坛", day("2021-07-21"), json!({})).await;
    assert_eq!(house.head().await, 3);
}

async fn a_late_start_still_brings_the_month_but_never_one_that_is_over(db: TestDb) {
    let house = House::new(&db, NOW).await;
    house.jobs().offer(Job::Digest).await;
    for when in ["2021-07-20", "2021-08-20", "2021-09-20"] {
        house.announced("路演", day(when), json!({})).await;
    }
    // Off from June until the 1st of September, before eight: August is over, September is not due.
    house.until("2021-09-01T07:00:00+08:00");
    house.jobs().offer(Job::Digest).await;
    assert!(house.told(NoticeKind::Digest).is_empty());
    house.until("2021-09-03T21:00:00+08:00");
    assert_eq!(house.jobs().offer(Job::Digest).await, Offered::Ran);
    house.later(TimeDelta::days(1));
    assert_eq!(house.jobs().offer(Job::Digest).await, Offered::Passed);
    let months: Vec<_> = house
        .told(NoticeKind::Digest)
        .iter()
        .map(|notice| notice.digest.as_ref().unwrap().month.to_string())
        .collect();
    assert_eq!(months, ["2021-09"]);
}

async fn a_month_without_activities_has_no_digest(db: TestDb) {
    let house = House::new(&db, NOW).await;
    house.jobs().offer(Job::Digest).await;
    house.until("2021-07-01T08:00:00+08:00");
    assert_eq!(house.jobs().offer(Job::Digest).await, Offered::Ran);
    assert_eq!(house.head().await, 0);
}
