//! The real chains of announcements, as upstream calendars that change step by step.

use serde_json::json;

use super::{
    Watch, app_at, seen, text,
    upstream::{Upstream, calendar, event},
};
use crate::support::{
    app::at,
    db::{TestDb, on_both},
};

on_both!(
    the_forum_of_2022_is_postponed_and_moved_and_never_held,
    the_robot_conference_of_2021_is_postponed_and_moved,
    what_belongs_to_a_postponed_forum_is_proposed_by_its_own_source_alone,
);

async fn the_forum_of_2022_is_postponed_and_moved_and_never_held(db: TestDb) {
    let (app, clock) = app_at(db, "2022-08-22T09:00:00+08:00").await;
    let until = |text: &str| clock.advance(at(text) - app.services.now());
    let upstream = Upstream::start().await;
    let forum = |lines: &[&str]| calendar(&[event("zgc-2022@zgcforum.com.cn", lines)]);
    let scheduled = forum(&[
        "SUMMARY:2022中关村论坛",
        "DTSTART;VALUE=DATE:20220922",
        "DTEND;VALUE=DATE:20220928",
    ]);
    upstream.say("/a.ics", scheduled.clone());
    let source = Watch::new(&app, &upstream, json!({"kind": "forum", "edition": 2022})).await;

    // 22 August: announced for 22–27 September.
    assert_eq!(source.poll().await["proposals"], 1);
    assert_eq!(source.kinds().await, ["new announce"]);
    let draft = source.open().await[0].clone();
    let id = text(&draft, "activity").to_owned();
    assert_eq!(seen(&app, &id).await.activity["status"], "in_review");
    assert_eq!(source.poll().await["proposals"], 0);
    let accepted = source.accept().await;
    assert_eq!(accepted["notice"]["kind"], "announced");
    assert_eq!(
        accepted["activity"]["when"],
        json!({"precision": "day", "starts_on": "2022-09-22", "ends_on": "2022-09-27"})
    );

    // 15 September: until further notice.
    until("2022-09-15T10:00:00+08:00");
    let postponed = forum(&[
        "SUMMARY:【延期】2022中关村论坛",
        "DTSTART;VALUE=DATE:20220922",
        "DTEND;VALUE=DATE:20220928",
    ]);
    source.says(postponed.clone()).await;
    assert_eq!(source.kinds().await, ["postpone postpone"]);
    source.says(format!("{postponed}\r\n")).await;
    assert_eq!(
        source.kinds().await,
        ["postpone postpone"],
        "nothing is proposed twice"
    );
    let accepted = source.accept().await;
    assert_eq!(accepted["activity"]["status"], "postponed");
    assert_eq!(accepted["notice"]["revision"], 2);

    // 18 November: 25–30 November, in the convention centre.
    until("2022-11-18T10:00:00+08:00");
    source
        .says(forum(&[
            "SUMMARY:2022中关村论坛",
            "DTSTART;VALUE=DATE:20221125",
            "DTEND;VALUE=DATE:20221201",
            "LOCATION:国家会议中心",
        ]))
        .await;
    let mut kinds = source.kinds().await;
    kinds.sort();
    assert_eq!(kinds, ["reschedule reschedule", "update relocate"]);
    for proposal in source.open().await {
        super::accept(&app, text(&proposal, "id"), json!({}))
            .await
            .expect(200);
    }
    let forum_now = seen(&app, &id).await.activity;
    assert_eq!(forum_now["status"], "rescheduled");
    assert_eq!(forum_now["when"]["starts_on"], "2022-11-25");
    assert_eq!(forum_now["venue"]["name"]["zh"], "国家会议中心");

    // Whether it took place no source says; it falls out of the calendar, which goes on with the next one.
    until("2023-04-20T10:00:00+08:00");
    source
        .says(calendar(&[event(
            "zgc-2023@zgcforum.com.cn",
            &[
                "SUMMARY:2023中关村论坛",
                "DTSTART;VALUE=DATE:20230525",
                "DTEND;VALUE=DATE:20230531",
            ],
        )]))
        .await;
    assert_eq!(source.kinds().await, ["new announce"]);
    let all = app.notices_after(0).await;
    let kinds: Vec<&str> = all.iter().map(|notice| text(notice, "kind")).collect();
    assert_eq!(
        kinds,
        ["announced", "postponed", "rescheduled", "relocated"]
    );
    assert_eq!(seen(&app, &id).await.activity["status"], "rescheduled");
}

async fn the_robot_conference_of_2021_is_postponed_and_moved(db: TestDb) {
    let (app, clock) = app_at(db, "2021-07-20T09:00:00+08:00").await;
    let until = |text: &str| clock.advance(at(text) - app.services.now());
    let upstream = Upstream::start().await;
    let other = event("x@a", &["SUMMARY:别的活动", "DTSTART;VALUE=DATE:20211001"]);
    let third = event(
        "y@a",
        &["SUMMARY:第三个活动", "DTSTART;VALUE=DATE:20211002"],
    );
    let wrc =
        |lines: &[&str]| calendar(&[other.clone(), third.clone(), event("wrc-2021@a", lines)]);
    upstream.say(
        "/a.ics",
        wrc(&[
            "SUMMARY:2021世界机器人大会",
            "DTSTART;VALUE=DATE:20210818",
            "DTEND;VALUE=DATE:20210823",
        ]),
    );
    let source = Watch::new(&app, &upstream, json!({})).await;
    let polled = source.poll().await;
    let path = format!("/api/v1/fetches/{}/accept", text(&polled, "id"));
    let done = app
        .post(&app.tokens.office, path, &json!({}))
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!(done["decided"].as_array().unwrap().len(), 3, "{done}");
    assert_eq!(done["left"], json!([]));

    until("2021-08-04T09:00:00+08:00");
    // The date is taken out.
    source.says(wrc(&["SUMMARY:2021世界机器人大会"])).await;
    assert_eq!(source.kinds().await, ["postpone postpone"]);
    source.accept().await;

    until("2021-08-25T09:00:00+08:00");
    source
        .says(wrc(&[
            "SUMMARY:2021世界机器人大会",
            "DTSTART;VALUE=DATE:20210910",
            "DTEND;VALUE=DATE:20210914",
        ]))
        .await;
    assert_eq!(source.kinds().await, ["reschedule reschedule"]);
    let accepted = source.accept().await;
    assert_eq!(accepted["activity"]["status"], "rescheduled");
    assert_eq!(
        accepted["activity"]["previous_when"],
        json!({"precision": "day", "starts_on": "2021-08-18", "ends_on": "2021-08-22"})
    );

    // After its end the source says nothing new, and nobody says that it was held.
    until("2021-09-14T09:00:00+08:00");
    assert_eq!(source.poll().await["proposals"], 0);
    assert!(source.open().await.is_empty());
    let held = app.notices_after(0).await;
    assert!(held.iter().all(|notice| notice["kind"] != "held"));
}

async fn what_belongs_to_a_postponed_forum_is_proposed_by_its_own_source_alone(db: TestDb) {
    let (app, clock) = app_at(db, "2022-08-23T09:00:00+08:00").await;
    let upstream = Upstream::start().await;
    // Its own fate is not known: its source never said that it was postponed.
    let wafi = calendar(&[event(
        "wafi-2022@cau.edu.cn",
        &[
            "SUMMARY:2022世界农业食品创新大会",
            "DTSTART;VALUE=DATE:20220924",
            "DTEND;VALUE=DATE:20220926",
        ],
    )]);
    upstream.say("/a.ics", wafi.clone());
    let source = Watch::new(&app, &upstream, json!({})).await;
    source.poll().await;
    source.accept().await;
    clock.advance(at("2022-10-01T09:00:00+08:00") - app.services.now());
    source.says(format!("{wafi}\r\n")).await;
    assert!(source.open().await.is_empty());
    assert_eq!(app.notices_after(0).await.len(), 1);
}
