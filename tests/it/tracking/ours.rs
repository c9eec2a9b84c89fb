//! A Yueli that follows another one: its calendar, its news, its pages.

use chrono::TimeDelta;
use serde_json::json;

use super::{Watch, app_at, seen, text, upstream::Upstream};
use crate::support::{
    app::{Draft, NOW, TestApp},
    db::{TestDb, on_both},
};

on_both!(
    a_calendar_of_ours_is_followed_through_everything_that_happens,
    news_of_ours_are_read_in_all_three_formats,
    a_page_of_ours_is_read,
);

/// What the other one says at an address.
async fn said(other: &TestApp, path: &str) -> Vec<u8> {
    other.get(path).await.expect(200).text().into_bytes()
}

async fn a_calendar_of_ours_is_followed_through_everything_that_happens(db: TestDb) {
    let (other, _) = app_at(db.another().await, NOW).await;
    let (app, clock) = app_at(db, NOW).await;
    let upstream = Upstream::start().await;
    let mut there = other.announced(json!({})).await;
    upstream.say("/a.ics", said(&other, "/feeds/zh/all.ics").await);
    let trust = json!([
        "new",
        "reschedule",
        "postpone",
        "cancel",
        "reinstate",
        "update"
    ]);
    let source = Watch::new(&app, &upstream, json!({"trust": trust})).await;
    assert_eq!(source.poll().await["carried_out"], 1);
    let id = text(&source.proposals("carried_out").await[0], "activity").to_owned();
    let later = json!({"precision": "minute", "starts_at": "2021-07-09T14:00:00+08:00"});
    let last = json!({"precision": "day", "starts_on": "2021-07-20"});
    for (action, body) in [
        ("reschedule", json!({"when": later})),
        ("relocate", json!({"venue": {"name": {"zh": "首钢园"}}})),
        ("postpone", json!({})),
        ("reinstate", json!({"when": last})),
        ("cancel", json!({})),
        ("reinstate", json!({})),
    ] {
        clock.advance(TimeDelta::seconds(1));
        there = Draft::of(&other.act(&there, action, body).await.expect(200));
        let polled = source.says(said(&other, "/feeds/zh/all.ics").await).await;
        assert_eq!(polled["outcome"], "read", "{action}: {polled}");
        let here = seen(&app, &id).await.activity;
        // Moved to another date after a postponement is a new date, or on again: both are the source's word.
        let status =
            |value: &serde_json::Value| text(value, "status").replace("rescheduled", "scheduled");
        assert_eq!(status(&here), status(&there.activity), "{action}: {polled}");
        assert_eq!(here["when"], there.activity["when"], "{action}");
        // A LOCATION holds the district too.
        let place =
            |value: &serde_json::Value| value["venue"]["name"]["zh"].as_str().unwrap().to_owned();
        assert!(
            place(&here).starts_with(&place(&there.activity)),
            "{action}"
        );
        assert_eq!(
            here["title"]["zh"], there.activity["title"]["zh"],
            "{action}: no marks"
        );
        let open = source.open().await;
        assert!(open.is_empty(), "{action}: {open:#?}");
    }
}

async fn news_of_ours_are_read_in_all_three_formats(db: TestDb) {
    let (other, _) = app_at(db.another().await, NOW).await;
    let (app, _) = app_at(db, NOW).await;
    let upstream = Upstream::start().await;
    other
        .announced(json!({"title": {"zh": "路演 <甲 & 乙>"}}))
        .await;
    for format in ["rss", "atom", "json"] {
        upstream.say(
            "/a.ics",
            said(&other, &format!("/feeds/zh/all.{format}")).await,
        );
        let source = Watch::new(&app, &upstream, json!({"format": "feed"})).await;
        let polled = source.poll().await;
        assert_eq!(polled["proposals"], 1, "{format}: {polled}");
        let draft = seen(&app, text(&source.open().await[0], "activity"))
            .await
            .activity;
        let title = draft["title"]["zh"].as_str().unwrap();
        assert!(title.contains("路演 <甲 & 乙>"), "{format}: {title}");
        assert_eq!(
            draft["when"],
            json!({"precision": "unknown"}),
            "a feed says when it was published"
        );
        let from = &draft["sources"][0];
        assert!(
            text(from, "url").starts_with("https://yueli.example/zh/"),
            "{from}"
        );
        assert_eq!(from["stated_on"], "2021-06-01");
        // What falls out of a feed is not called off.
        let polled = source
            .says(said(&other, &format!("/feeds/zh/all.{format}")).await)
            .await;
        assert_eq!(polled["proposals"], 0);
    }
}

async fn a_page_of_ours_is_read(db: TestDb) {
    let (other, _) = app_at(db.another().await, NOW).await;
    let (app, _) = app_at(db, NOW).await;
    let upstream = Upstream::start().await;
    let there = other.announced(json!({})).await;
    let page = there.activity["links"]["html"].as_str().unwrap().to_owned();
    let page = page.trim_start_matches("https://yueli.example");
    let page = match other.get(page).await {
        moved if moved.status.is_redirection() => moved.header("location").to_owned(),
        _ => page.to_owned(),
    };
    let page = page.trim_start_matches("https://yueli.example");
    upstream.say("/a.ics", said(&other, page).await);
    let source = Watch::new(&app, &upstream, json!({"format": "json_ld"})).await;
    let polled = source.poll().await;
    assert_eq!(polled["proposals"], 1, "{polled}");
    let draft = seen(&app, text(&source.open().await[0], "activity"))
        .await
        .activity;
    assert_eq!(draft["title"]["zh"], there.activity["title"]["zh"]);
    assert_eq!(draft["when"], there.activity["when"]);
    assert_eq!(draft["venue"]["name"], there.activity["venue"]["name"]);
    assert_eq!(draft["mode"], "offline");
}
