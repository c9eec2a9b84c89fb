//! What a source is trusted with is carried out, and nothing else is.

use serde_json::json;

use super::{
    Watch, app_at, seen, text,
    upstream::{Upstream, calendar, event},
};
use crate::support::{
    app::NOW,
    db::{TestDb, on_both},
};

on_both!(
    a_trusted_kind_is_carried_out_and_another_waits,
    trust_ends_where_an_editor_decided_otherwise,
    what_stood_here_before_its_source_waits_for_a_word,
);

fn at_place(day: u8, place: &str) -> String {
    let start = format!("DTSTART;VALUE=DATE:202108{day:02}");
    calendar(&[event(
        "1@a",
        &["SUMMARY:人工智能专场", &start, &format!("LOCATION:{place}")],
    )])
}

async fn a_trusted_kind_is_carried_out_and_another_waits(db: TestDb) {
    let (app, _) = app_at(db, NOW).await;
    let upstream = Upstream::start().await;
    upstream.say("/a.ics", at_place(1, "清华科技园"));
    let source = Watch::new(&app, &upstream, json!({"trust": ["new", "reschedule"]})).await;
    let polled = source.poll().await;
    assert_eq!(
        (&polled["proposals"], &polled["carried_out"]),
        (&json!(1), &json!(1))
    );
    let done = source.proposals("carried_out").await;
    let id = text(&done[0], "activity").to_owned();
    assert_eq!(text(&done[0], "decided_by"), source.id);
    assert_eq!(done[0]["position"], 1);
    let polled = source.says(at_place(2, "国家会议中心")).await;
    assert_eq!(
        (&polled["proposals"], &polled["carried_out"]),
        (&json!(2), &json!(1))
    );
    assert_eq!(source.kinds().await, ["update relocate"]);
    let activity = seen(&app, &id).await.activity;
    assert_eq!(
        (text(&activity, "status"), &activity["when"]["starts_on"]),
        ("rescheduled", &json!("2021-08-02"))
    );
    assert_eq!(activity["venue"]["name"]["zh"], "清华科技园");
}

async fn trust_ends_where_an_editor_decided_otherwise(db: TestDb) {
    let (app, _) = app_at(db, NOW).await;
    let upstream = Upstream::start().await;
    upstream.say("/a.ics", at_place(1, "清华科技园"));
    let source = Watch::new(
        &app,
        &upstream,
        json!({"trust": ["new", "reschedule", "reinstate"]}),
    )
    .await;
    source.poll().await;
    let id = text(&source.proposals("carried_out").await[0], "activity").to_owned();
    app.act(&seen(&app, &id).await, "cancel", json!({}))
        .await
        .expect(200);
    let polled = source.says(at_place(2, "清华科技园")).await;
    assert_eq!(polled["carried_out"], 0, "{polled}");
    assert_eq!(source.kinds().await, ["reinstate reinstate"]);
    assert_eq!(source.open().await[0]["conflict"], true);
    assert_eq!(seen(&app, &id).await.activity["status"], "cancelled");
}

async fn what_stood_here_before_its_source_waits_for_a_word(db: TestDb) {
    let (app, _) = app_at(db, NOW).await;
    let here = app
        .announced(json!({
            "title": {"zh": "人工智能专场大会"}, "sources": [{"uid": "1@a"}],
            "when": {"precision": "day", "starts_on": "2021-08-09"},
        }))
        .await;
    let upstream = Upstream::start().await;
    upstream.say("/a.ics", at_place(1, "国家会议中心"));
    let trust = json!({"trust": ["new", "reschedule", "update"]});
    let source = Watch::new(&app, &upstream, trust).await;
    let polled = source.poll().await;
    assert_eq!(
        (&polled["proposals"], &polled["carried_out"]),
        (&json!(3), &json!(0)),
        "{polled}"
    );
    let activity = seen(&app, &here.id).await.activity;
    assert_eq!(activity["title"]["zh"], "人工智能专场大会");
    assert_eq!(activity["when"]["starts_on"], "2021-08-09");
}
