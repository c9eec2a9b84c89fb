//! What moves a public activity: each action with its refused twin.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::{
    app::{Draft, TestApp},
    db::{TestDb, on_both},
    http::pointers,
};

on_both!(
    rescheduling_gives_a_new_slot_and_keeps_the_last_one,
    rescheduling_needs_a_known_new_slot,
    relocating_changes_venue_and_districts,
    changing_the_format_changes_mode_and_live_address,
    postponing_takes_the_slot_away_and_remembers_it,
    cancelling_is_taken_back_by_reinstating,
    a_postponed_one_is_reinstated_with_a_new_slot,
    holding_waits_for_the_start,
    every_action_is_refused_from_where_it_does_not_start,
    every_revision_is_told_once_and_in_order,
);

fn day(day: &str) -> Value {
    json!({"precision": "day", "starts_on": day})
}

async fn rescheduling_gives_a_new_slot_and_keeps_the_last_one(db: TestDb) {
    let (app, clock) = TestApp::start(db).await;
    let seen = app.announced(json!({})).await;
    clock.advance(TimeDelta::minutes(5));
    let reason = json!({"code": "venue", "zh": "场地维修", "en": "repairs"});
    let answer = app
        .act(
            &seen,
            "reschedule",
            json!({"when": day("2021-07-20"), "reason": reason}),
        )
        .await
        .expect(200);
    let moved = Draft::of(&answer);
    assert_eq!(moved.etag, "\"v3\"");
    assert_eq!(moved.activity["status"], "rescheduled");
    assert_eq!(moved.activity["revision"], 2);
    assert_eq!(moved.activity["when"], day("2021-07-20"));
    assert_eq!(moved.activity["previous_when"], seen.activity["when"]);
    assert_eq!(moved.activity["uid"], seen.activity["uid"]);
    assert_eq!(moved.activity["slug"], seen.activity["slug"]);
    assert_eq!(moved.activity["updated_at"], "2021-06-01T09:05:00+08:00");
    let notice = &moved.notice;
    assert_eq!(notice["kind"], "rescheduled");
    assert_eq!(notice["position"], 2);
    assert_eq!(notice["reason"], reason);
    assert_eq!(notice["changed"], json!(["when"]));
    assert_eq!(
        notice["before"],
        json!({"when": seen.activity["when"], "status": "scheduled"})
    );
    assert_eq!(
        notice["after"],
        json!({"when": day("2021-07-20"), "status": "rescheduled"})
    );
}

async fn rescheduling_needs_a_known_new_slot(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let seen = app.announced(json!({})).await;
    for (body, pointer) in [
        (json!({}), "/when"),
        (json!({"when": null}), "/when"),
        (json!({"when": {"precision": "unknown"}}), "/when"),
        (json!({"when": {"precision": "day"}}), "/when/starts_on"),
        (
            json!({"when": {"precision": "hour", "starts_at": "2021-07-08T14:00:00+08:00"}}),
            "/when/precision",
        ),
        (
            json!({"when": {"precision": "minute", "starts_at": "2021-07-08T14:00:00"}}),
            "/when/starts_at",
        ),
        (json!({"when": seen.activity["when"]}), ""),
        (
            json!({"when": day("2021-07-20"), "reason": {"code": "mood"}}),
            "/reason/code",
        ),
        (
            json!({"when": day("2021-07-20"), "children": "yes"}),
            "/children",
        ),
    ] {
        let refused = app
            .act(&seen, "reschedule", body.clone())
            .await
            .problem(422, "invalid-input");
        assert_eq!(pointers(&refused), [pointer], "{body}");
    }
    assert_eq!(app.head().await, 1);
}

async fn relocating_changes_venue_and_districts(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let seen = app.announced(json!({})).await;
    let venue =
        json!({"name": {"zh": "首钢园"}, "address": {}, "latitude": 39.9, "longitude": 116.1});
    let moved = app
        .act(
            &seen,
            "relocate",
            json!({"venue": venue, "districts": ["shijingshan"]}),
        )
        .await
        .expect(200);
    let moved = Draft::of(&moved);
    assert_eq!(moved.activity["venue"], venue);
    assert_eq!(moved.activity["districts"], json!(["shijingshan"]));
    assert_eq!(moved.activity["status"], "scheduled");
    assert_eq!(moved.notice["kind"], "relocated");
    assert_eq!(moved.notice["changed"], json!(["districts", "venue"]));
    assert_eq!(moved.notice["before"]["districts"], json!(["haidian"]));

    let refused = app
        .act(&moved, "relocate", json!({}))
        .await
        .problem(422, "invalid-input");
    assert_eq!(pointers(&refused), [""]);
    let refused = app
        .act(
            &moved,
            "relocate",
            json!({"venue": {"name": "首钢园", "latitude": 91}, "districts": ["tianjin"]}),
        )
        .await
        .problem(422, "invalid-input");
    assert_eq!(
        pointers(&refused),
        ["/venue/name", "/venue/latitude", "/venue", "/districts/0"]
    );
    app.act(&moved, "relocate", json!({"districts": ["shijingshan"]}))
        .await
        .problem(422, "invalid-input");
}

async fn changing_the_format_changes_mode_and_live_address(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let seen = app.announced(json!({})).await;
    let body = json!({"mode": "online", "live_url": "https://live.example/1", "reason": {"code": "epidemic_control"}});
    let moved = Draft::of(&app.act(&seen, "change-format", body).await.expect(200));
    assert_eq!(moved.activity["mode"], "online");
    assert_eq!(moved.activity["live_url"], "https://live.example/1");
    assert_eq!(moved.notice["kind"], "format_changed");
    assert_eq!(moved.notice["changed"], json!(["live_url", "mode"]));
    let refused = app
        .act(&moved, "change-format", json!({"mode": "hybrid"}))
        .await
        .problem(422, "invalid-input");
    assert_eq!(pointers(&refused), ["/mode"]);
    let refused = app
        .act(
            &moved,
            "change-format",
            json!({"live_url": "javascript:alert(1)"}),
        )
        .await
        .problem(422, "invalid-input");
    assert_eq!(pointers(&refused), ["/mode", "/live_url"]);
}

async fn postponing_takes_the_slot_away_and_remembers_it(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let seen = app.announced(json!({})).await;
    let body = json!({"reason": {"code": "epidemic_control"}});
    let put_off = Draft::of(&app.act(&seen, "postpone", body).await.expect(200));
    assert_eq!(put_off.activity["status"], "postponed");
    assert_eq!(put_off.activity["when"], json!({"precision": "unknown"}));
    assert_eq!(put_off.activity["previous_when"], seen.activity["when"]);
    assert_eq!(put_off.notice["kind"], "postponed");
    for action in ["postpone", "hold"] {
        app.act(&put_off, action, json!({}))
            .await
            .problem(409, "not-allowed-now");
    }
    let body = json!({"when": day("2021-08-20")});
    let moved = Draft::of(&app.act(&put_off, "reschedule", body).await.expect(200));
    assert_eq!(moved.activity["status"], "rescheduled");
    assert_eq!(moved.activity["previous_when"], seen.activity["when"]);
}

async fn cancelling_is_taken_back_by_reinstating(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let seen = app.announced(json!({})).await;
    let off = Draft::of(&app.act(&seen, "cancel", json!({})).await.expect(200));
    assert_eq!(off.activity["status"], "cancelled");
    assert_eq!(off.activity["when"], seen.activity["when"]);
    let refused = app
        .act(&off, "reschedule", json!({"when": day("2021-07-20")}))
        .await
        .problem(409, "not-allowed-now");
    assert!(refused["detail"].as_str().unwrap().contains("reinstate"));
    let back = Draft::of(&app.act(&off, "reinstate", json!({})).await.expect(200));
    assert_eq!(back.activity["status"], "scheduled");
    assert_eq!(back.activity["when"], seen.activity["when"]);
    assert_eq!(back.activity["previous_when"], json!(null));
    assert_eq!(back.activity["revision"], 3);
    app.act(&back, "reinstate", json!({}))
        .await
        .problem(409, "not-allowed-now");
}

async fn a_postponed_one_is_reinstated_with_a_new_slot(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let seen = app.announced(json!({})).await;
    let put_off = Draft::of(&app.act(&seen, "postpone", json!({})).await.expect(200));
    let refused = app
        .act(
            &put_off,
            "reinstate",
            json!({"when": {"precision": "unknown"}}),
        )
        .await
        .problem(422, "invalid-input");
    assert_eq!(pointers(&refused), ["/when"]);
    let body = json!({"when": day("2021-09-01")});
    let back = Draft::of(&app.act(&put_off, "reinstate", body).await.expect(200));
    assert_eq!(back.activity["status"], "rescheduled");
    assert_eq!(back.activity["when"], day("2021-09-01"));
    assert_eq!(back.activity["previous_when"], seen.activity["when"]);
}

async fn holding_waits_for_the_start(db: TestDb) {
    let (app, clock) = TestApp::start(db).await;
    let seen = app.announced(json!({})).await;
    let refused = app
        .act(&seen, "hold", json!({}))
        .await
        .problem(409, "not-allowed-now");
    let detail = refused["detail"].as_str().unwrap();
    assert!(detail.contains("2021-07-08T14:00:00+08:00"), "{detail}");
    clock.advance(TimeDelta::days(37) + TimeDelta::hours(5));
    let body = json!({
        "figures": [{"what": "on_site", "value": 80, "qualifier": "nearly"}],
        "outcomes": [{"zh": "签约三项"}],
    });
    let held = Draft::of(&app.act(&seen, "hold", body).await.expect(200));
    assert_eq!(held.activity["status"], "held");
    assert_eq!(held.activity["figures"][0]["value"].as_f64(), Some(80.0));
    assert_eq!(held.activity["outcomes"], json!([{"zh": "签约三项"}]));
    assert_eq!(held.notice["kind"], "held");
    let refused = app
        .act(&held, "cancel", json!({}))
        .await
        .problem(409, "not-allowed-now");
    assert!(refused["detail"].as_str().unwrap().contains("held"));
}

async fn every_action_is_refused_from_where_it_does_not_start(db: TestDb) {
    let (app, clock) = TestApp::start(db).await;
    let draft = app.drafted(json!({})).await;
    let cancelled = app.announced(json!({})).await;
    let cancelled = Draft::of(&app.act(&cancelled, "cancel", json!({})).await.expect(200));
    let held = app.announced(json!({"when": day("2021-06-01")})).await;
    clock.advance(TimeDelta::hours(1));
    let held = Draft::of(&app.act(&held, "hold", json!({})).await.expect(200));
    let withdrawn = app.announced(json!({})).await;
    let body = json!({"reason": {"code": "correction"}});
    let withdrawn = Draft::of(&app.act(&withdrawn, "withdraw", body).await.expect(200));
    let head = app.head().await;

    let bodies = [
        ("reschedule", json!({"when": day("2021-12-01")})),
        ("relocate", json!({"districts": ["yanqing"]})),
        ("change-format", json!({"mode": "online"})),
        ("postpone", json!({})),
        ("cancel", json!({})),
        ("hold", json!({})),
        ("reinstate", json!({})),
        ("withdraw", json!({"reason": {"code": "other"}})),
    ];
    let allowed = |status: &str, action: &str| match action {
        "reinstate" => status == "cancelled",
        "withdraw" => matches!(status, "cancelled" | "held"),
        _ => false,
    };
    for seen in [&draft, &cancelled, &held, &withdrawn] {
        let status = seen.activity["status"].as_str().unwrap();
        for (action, body) in &bodies {
            if allowed(status, action) {
                continue;
            }
            let refused = app.act(seen, action, body.clone()).await;
            assert_eq!(
                refused.status,
                409,
                "{action} from {status}: {}",
                refused.text()
            );
            let refused = refused.problem(409, "not-allowed-now");
            assert!(refused["detail"].as_str().unwrap().contains(status));
        }
    }
    assert_eq!(app.head().await, head);
}

async fn every_revision_is_told_once_and_in_order(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let mut seen = app.announced(json!({})).await;
    let venue = json!({"name": {"zh": "国家会议中心"}});
    for (action, body) in [
        ("reschedule", json!({"when": day("2021-07-20")})),
        ("relocate", json!({"venue": venue})),
        ("change-format", json!({"mode": "mixed"})),
        ("postpone", json!({})),
        ("reinstate", json!({})),
        ("cancel", json!({})),
        ("withdraw", json!({"reason": {"code": "other"}})),
    ] {
        seen = Draft::of(&app.act(&seen, action, body).await.expect(200));
    }
    let notices = app.notices_after(0).await;
    let numbers = |field: &str| -> Vec<i64> {
        let of = notices.iter().map(|notice| notice[field].as_i64().unwrap());
        of.collect()
    };
    assert_eq!(numbers("position"), (1..=8).collect::<Vec<_>>());
    assert_eq!(numbers("revision"), (1..=8).collect::<Vec<_>>());
    let mut updated: Vec<_> = notices
        .iter()
        .map(|notice| {
            notice["activity"]["updated_at"]
                .as_str()
                .unwrap()
                .to_owned()
        })
        .collect();
    let told = updated.clone();
    updated.sort();
    updated.dedup();
    assert_eq!(
        updated, told,
        "strictly later each time, though the clock stands"
    );
}
