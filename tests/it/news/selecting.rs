//! Which notices a feed selects.

use chrono::TimeDelta;
use serde_json::json;
use yueli::{
    commands::{
        digest::publish_digest,
        remind::{due, remind},
    },
    domain::dates::Month,
};

use super::{act, feed, items, moved, positions};
use crate::support::{
    app::TestApp,
    db::{TestDb, on_both},
};

on_both!(
    kinds_are_told_by_name,
    a_quiet_correction_is_told_to_who_asks_for_it,
    a_reminder_is_told_to_who_asks_for_it,
    a_digest_is_told_with_everything_and_by_name,
    who_was_told_of_what_left_is_told_that_it_is_withdrawn,
    nothing_of_what_was_withdrawn_stays_in_any_feed,
    one_activitys_feed_bears_its_name,
    scope_and_selection_ask_of_the_same_time,
    plans_are_told_and_what_becomes_of_them,
);

async fn kinds_are_told_by_name(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let seen = app.announced(json!({})).await;
    let seen = act(&app, &seen, "reschedule", moved("2021-07-15")).await;
    app.announced(json!({"districts": ["chaoyang"]})).await;
    act(&app, &seen, "cancel", json!({})).await;
    for (path, told) in [
        ("zh/all.json", vec![4, 3, 2, 1]),
        ("zh/all.json?notice=rescheduled,cancelled", vec![4, 2]),
        ("zh/all.json?notice=announced", vec![3, 1]),
        ("zh/district/haidian.json?notice=announced", vec![1]),
        (
            "zh/all.json?district=chaoyang&notice=announced,cancelled",
            vec![3],
        ),
        ("zh/all.json?notice=reminder", vec![]),
    ] {
        assert_eq!(positions(&app, path).await, told, "{path}");
    }
    let changes = feed(&app, "zh/all.json?notice=rescheduled,cancelled").await;
    assert_eq!(changes["title"], "中关村论坛 · 改期、取消 · 通告");
    let moved = app
        .get("/feeds/zh/all.json?notice=cancelled,rescheduled")
        .await
        .expect(301);
    assert_eq!(
        moved.header("location"),
        "https://yueli.example/feeds/zh/all.json?notice=rescheduled,cancelled"
    );
    let refused = app.get("/feeds/zh/all.json?notice=sold_out").await;
    let problem = refused.expect(400).json();
    assert!(
        problem["detail"].as_str().unwrap().contains("sold_out"),
        "{problem}"
    );
    app.get("/feeds/zh/all.ics?notice=cancelled")
        .await
        .expect(400);
}

async fn a_quiet_correction_is_told_to_who_asks_for_it(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let seen = app.announced(json!({})).await;
    app.call(hyper::Method::PATCH, format!("{}?quiet=true", seen.path()))
        .token(&app.tokens.office)
        .if_match(&seen.etag)
        .json(&json!({"title": {"zh": "中英生命健康路演"}}))
        .send()
        .await
        .expect(200);
    assert_eq!(positions(&app, "zh/all.json").await, [1]);
    assert_eq!(positions(&app, "zh/all.json?notice=corrected").await, [2]);
}

async fn a_reminder_is_told_to_who_asks_for_it(db: TestDb) {
    let (app, clock) = TestApp::start(db).await;
    app.announced(json!({})).await;
    clock.advance(TimeDelta::days(37));
    let due = due(&app.services.catalogue.read(), app.services.now());
    let [reminder] = due.try_into().unwrap();
    remind(&app.services, reminder).await.unwrap().unwrap();
    assert_eq!(positions(&app, "zh/all.json").await, [1]);
    let reminders = feed(&app, "en/district/haidian.json?notice=reminder").await;
    assert_eq!(
        items(&reminders)[0]["title"],
        "[Reminder] UK-China life and health cross-border roadshow · Thu 8 Jul 14:00 · Haidian"
    );
}

async fn a_digest_is_told_with_everything_and_by_name(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    app.announced(json!({})).await;
    let month = Month::new(2021, 7).unwrap();
    publish_digest(&app.services, month).await.unwrap().unwrap();
    for (path, told) in [
        ("zh/all.json", vec![2, 1]),
        ("zh/all.json?district=haidian", vec![1]),
        ("zh/district/haidian.json", vec![1]),
        ("zh/planning.json", vec![]),
        ("zh/all.json?notice=digest", vec![2]),
        ("zh/district/yanqing.json?notice=digest", vec![2]),
    ] {
        assert_eq!(positions(&app, path).await, told, "{path}");
    }
    let digest = feed(&app, "en/all.json?notice=digest").await;
    assert_eq!(
        items(&digest)[0]["title"],
        "[Digest] Activities in July 2021: 1"
    );
}

async fn who_was_told_of_what_left_is_told_that_it_is_withdrawn(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let seen = app.announced(json!({})).await;
    let to_chaoyang = json!({"districts": ["chaoyang"]});
    let seen = act(&app, &seen, "relocate", to_chaoyang).await;
    let districts = ["haidian", "chaoyang", "yanqing"];
    let told = async || {
        let mut told = Vec::new();
        for district in districts {
            told.push(positions(&app, &format!("zh/district/{district}.json")).await);
        }
        told
    };
    assert_eq!(told().await, [vec![2, 1], vec![2], vec![]]);
    let reason = json!({"reason": {"code": "correction"}});
    act(&app, &seen, "withdraw", reason).await;
    assert_eq!(told().await, [vec![3], vec![3], vec![]]);
}

async fn nothing_of_what_was_withdrawn_stays_in_any_feed(db: TestDb) {
    let (app, clock) = TestApp::start(db).await;
    let secret = json!({"title": {"zh": "张三的秘密"}});
    let seen = app.announced(secret).await;
    clock.advance(TimeDelta::days(30));
    let july = Month::new(2021, 7).unwrap();
    publish_digest(&app.services, july).await.unwrap().unwrap();
    let paths = [
        "zh/all.json",
        "zh/all.rss?notice=digest",
        "zh/district/yanqing.atom?notice=digest",
        "zh/archive/2021-07.json",
        "zh/archive/2021-07.atom?notice=digest",
        "zh/archive/2021-06.rss",
        &format!("zh/activity/{}.json?notice=announced", seen.id),
        &format!("zh/activity/{}.atom?notice=cancelled", seen.id),
    ];
    for path in paths {
        let text = app.get(format!("/feeds/{path}")).await.expect(200).text();
        assert!(text.contains("张三") || path.contains("yanqing"), "{path}");
    }
    clock.advance(TimeDelta::days(40));
    let reason = json!({"reason": {"code": "correction"}});
    act(&app, &seen, "withdraw", reason).await;
    for path in paths {
        let text = app.get(format!("/feeds/{path}")).await.expect(200).text();
        assert!(!text.contains("张三"), "{path}: {text}");
    }
}

async fn one_activitys_feed_bears_its_name(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let unknown = json!({"when": {"precision": "unknown"}});
    let seen = app.announced(unknown).await;
    let feeds = ["json", "rss?notice=cancelled", "ics"];
    let feeds = feeds.map(|end| format!("/feeds/zh/activity/{}.{end}", seen.id));
    for path in &feeds {
        app.get(path.clone()).await.expect(200);
    }
    app.call(hyper::Method::PATCH, format!("{}?quiet=true", seen.path()))
        .token(&app.tokens.office)
        .if_match(&seen.etag)
        .json(&json!({"title": {"zh": "新的名字"}}))
        .send()
        .await
        .expect(200);
    for path in &feeds {
        let text = app.get(path.clone()).await.expect(200).text();
        assert!(text.contains("新的名字"), "{path}: {text}");
    }
}

async fn scope_and_selection_ask_of_the_same_time(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let seen = app.announced(json!({})).await;
    let to_chaoyang = json!({"districts": ["chaoyang"]});
    act(&app, &seen, "relocate", to_chaoyang).await;
    for (path, told) in [
        ("zh/district/haidian.json?district=chaoyang", vec![]),
        ("zh/district/chaoyang.json?district=haidian", vec![]),
        ("zh/district/haidian.json?kind=roadshow", vec![2, 1]),
    ] {
        assert_eq!(positions(&app, path).await, told, "{path}");
    }
}

async fn plans_are_told_and_what_becomes_of_them(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    app.announced(json!({})).await;
    let month = json!({"when": {"precision": "month", "month": "2021-08"}});
    let planned = app.announced(month).await;
    assert_eq!(positions(&app, "zh/planning.json").await, [2]);
    let dated = act(&app, &planned, "reschedule", moved("2021-08-20")).await;
    assert_eq!(positions(&app, "zh/planning.json").await, [3, 2]);
    let postponed = act(&app, &dated, "postpone", json!({})).await;
    act(&app, &postponed, "cancel", json!({})).await;
    assert_eq!(positions(&app, "zh/planning.json").await, [5, 4, 3, 2]);
}
