//! Feeds over HTTP, from an editor's action to the bytes that a calendar app reads.

mod answers;
mod dates;
mod house;
mod selecting;
mod sightings;
mod untouched;
mod values;

use serde_json::json;
use yueli::{
    domain::{action::Action, input::read},
    ids::ActivityId,
};

use crate::support::db::{TestDb, on_both};
use house::{House, at, count, identity, moved_to};

on_both!(
    every_change_stands_in_calendar_and_news,
    a_change_in_one_district_leaves_the_others_feeds_alone,
    the_same_state_gives_the_same_bytes_after_a_restart_a_year_later,
    a_withdrawn_activity_is_gone_from_calendars_and_told_once,
    drafts_and_embargoed_activities_leave_no_trace,
);

async fn every_change_stands_in_calendar_and_news(db: TestDb) {
    let house = House::furnished(&db).await;
    let mut outcome = house.announced(json!({})).await;
    let id = outcome.activity.id.clone();
    let postpone = Action::Postpone { reason: None };
    let steps = [
        (
            moved_to("2021-07-15"),
            "DTSTART;VALUE=DATE:20210715",
            "STATUS:CONFIRMED",
            "[改期]",
        ),
        (
            postpone,
            "DTSTART;VALUE=DATE:20210715",
            "STATUS:TENTATIVE",
            "[延期待定]",
        ),
        (
            Action::Reinstate { when: None },
            "DTSTART;VALUE=DATE:20210715",
            "STATUS:CONFIRMED",
            "[恢复]",
        ),
        (
            Action::Cancel { reason: None },
            "DTSTART;VALUE=DATE:20210715",
            "STATUS:CANCELLED",
            "[取消]",
        ),
    ];
    let uid = format!("UID:{}", outcome.activity.uid);
    for (n, (action, start, status, label)) in steps.into_iter().enumerate() {
        outcome = house.act(&outcome, action).await;
        for scope in [
            "all",
            "district/haidian",
            "edition/2021",
            &format!("activity/{id}"),
        ] {
            let calendar = house.get(&format!("/feeds/zh/{scope}.ics")).await;
            assert_eq!(calendar.status, 200, "{scope}");
            let sequence = format!("SEQUENCE:{}\r\n", n + 1);
            for line in [start, status, &uid, &sequence] {
                assert_eq!(
                    count(&calendar.text(), line),
                    1,
                    "{line} in {scope} after {label}"
                );
            }
            let news = house.get(&format!("/feeds/zh/{scope}.rss")).await;
            assert_eq!(
                count(&news.text(), "<item>"),
                n + 2,
                "{scope} after {label}"
            );
            let text = news.text();
            let newest = text.split("<item>").nth(1).unwrap();
            assert!(newest.contains(label), "{label} in {newest}");
            assert!(newest.contains(&format!("<yueli:revision>{}</yueli:revision>", n + 2)));
        }
        let other = house.get("/feeds/zh/district/xicheng.ics").await;
        assert_eq!(count(&other.text(), "BEGIN:VEVENT"), 0);
    }
    house.close().await;
}

async fn a_change_in_one_district_leaves_the_others_feeds_alone(db: TestDb) {
    let house = House::furnished(&db).await;
    let haidian = house.announced(json!({})).await;
    house
        .announced(json!({"slug": "two", "districts": ["chaoyang"]}))
        .await;
    let paths = [
        "/feeds/zh/district/chaoyang.ics",
        "/feeds/en/district/chaoyang.rss",
    ];
    let mut before = Vec::new();
    for path in paths {
        before.push(identity(&house.get(path).await));
    }
    let relocate = Action::Relocate {
        venue: None,
        districts: Some(vec![entity::vocab::District::Xicheng]),
        reason: None,
    };
    let haidian_before = house.get("/feeds/zh/district/haidian.ics").await;
    assert_eq!(count(&haidian_before.text(), "BEGIN:VEVENT"), 1);
    house.act(&haidian, relocate).await;
    for (path, before) in paths.into_iter().zip(before) {
        assert_eq!(identity(&house.get(path).await), before, "{path}");
    }
    let left = house.get("/feeds/zh/district/haidian.ics").await;
    assert_eq!(
        count(&left.text(), "BEGIN:VEVENT"),
        0,
        "it leaves by absence"
    );
    assert_ne!(
        left.header("last-modified"),
        haidian_before.header("last-modified")
    );
    let entered = house.get("/feeds/zh/district/xicheng.ics").await;
    assert_eq!(count(&entered.text(), "BEGIN:VEVENT"), 1);
    for district in ["haidian", "xicheng"] {
        let news = house
            .get(&format!("/feeds/zh/district/{district}.rss"))
            .await;
        assert_eq!(count(&news.text(), "[地点变更]"), 1, "{district}");
    }
    house.close().await;
}

async fn the_same_state_gives_the_same_bytes_after_a_restart_a_year_later(db: TestDb) {
    let house = House::furnished(&db).await;
    let outcome = house.announced(json!({})).await;
    house.act(&outcome, moved_to("2021-07-15")).await;
    let paths = [
        "/feeds/zh/all.ics",
        "/feeds/en/all.rss",
        "/feeds/en/district/haidian.ics",
        "/feeds/zh/edition/2021.rss",
    ];
    let mut before = Vec::new();
    for path in paths {
        before.push(identity(&house.get(path).await));
    }
    house.close().await;
    let house = House::open(&db, "2022-06-01T10:00:00+08:00").await;
    for (path, before) in paths.into_iter().zip(before) {
        assert_eq!(identity(&house.get(path).await), before, "{path}");
    }
    house.close().await;
}

async fn a_withdrawn_activity_is_gone_from_calendars_and_told_once(db: TestDb) {
    let house = House::furnished(&db).await;
    let wrong = house
        .announced(json!({"title": {"zh": "误发的活动"}}))
        .await;
    let right = house.announced(json!({"slug": "right"})).await;
    let of = |id: &ActivityId, extension| format!("/feeds/zh/activity/{id}.{extension}");
    assert_eq!(house.get(&of(&wrong.activity.id, "ics")).await.status, 200);
    assert_eq!(
        count(&house.get("/feeds/zh/all.rss").await.text(), "误发"),
        1
    );
    let withdraw = |by: Option<&ActivityId>| Action::Withdraw {
        reason: read(&json!({"code": "correction"})).unwrap(),
        replaced_by: by.cloned(),
    };
    let wrong = house.act(&wrong, withdraw(None)).await;
    // Its own feeds stay: only so does the entry leave the calendars of those who subscribed to it.
    let calendar = house.get(&of(&wrong.activity.id, "ics")).await;
    assert_eq!(calendar.status, 200);
    assert_eq!(count(&calendar.text(), "BEGIN:VEVENT"), 0);
    let told = house.get(&of(&wrong.activity.id, "rss")).await;
    assert_eq!(told.status, 200);
    assert_eq!(count(&told.text(), "<item>"), 1);
    assert_eq!(count(&told.text(), "[撤回]"), 1);
    for feed in [&calendar, &told] {
        assert_eq!(count(&feed.text(), "误发"), 0);
    }
    let news = house.get("/feeds/zh/all.rss").await;
    assert_eq!(count(&news.text(), "误发"), 0);
    assert_eq!(count(&news.text(), "[撤回]"), 1);
    assert_eq!(count(&news.text(), "<item>"), 2);
    assert_eq!(
        count(&house.get("/feeds/zh/all.ics").await.text(), "BEGIN:VEVENT"),
        1
    );

    let newer = house.announced(json!({"slug": "newer"})).await;
    let right = house.act(&right, withdraw(Some(&newer.activity.id))).await;
    let moved = house.get(&of(&right.activity.id, "ics")).await;
    assert_eq!(moved.status, 301);
    let there = format!("https://yueli.example{}", of(&newer.activity.id, "ics"));
    assert_eq!(moved.header("location"), there.as_str());
    house.close().await;
}

async fn drafts_and_embargoed_activities_leave_no_trace(db: TestDb) {
    let house = House::furnished(&db).await;
    let paths = [
        "/feeds/zh/all.ics",
        "/feeds/zh/all.rss",
        "/feeds/zh/edition/2021.ics",
    ];
    let mut before = Vec::new();
    for path in paths {
        before.push(identity(&house.get(path).await));
    }
    let draft = house.draft(json!({})).await;
    let publish_at = Some(at("2022-01-01T00:00:00Z"));
    let embargoed = house.draft(json!({"slug": "later"})).await;
    house.act(&embargoed, Action::Announce { publish_at }).await;
    for (path, before) in paths.into_iter().zip(before) {
        assert_eq!(identity(&house.get(path).await), before, "{path}");
    }
    for hidden in [&draft, &embargoed] {
        let id = &hidden.activity.id;
        let absent = house.get(&format!("/feeds/zh/activity/{id}.ics")).await;
        assert_eq!(absent.status, 404);
    }
    house.close().await;
}
