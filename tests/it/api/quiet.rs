//! Changing what is public: told aloud as `updated`, quietly as `corrected`.

use hyper::Method;
use serde_json::{Value, json};

use crate::support::{
    app::{Draft, TestApp},
    db::{TestDb, on_both},
    http::{Answer, pointers},
};

on_both!(
    an_update_is_told_and_a_correction_is_kept_quiet,
    date_place_and_mode_change_aloud_only_by_their_actions,
    a_correction_does_not_take_away_what_announcing_needed,
    a_correction_gives_no_slot_to_what_is_postponed,
    what_was_held_is_mended_quietly,
);

async fn patch(app: &TestApp, seen: &Draft, query: &str, body: Value) -> Answer {
    app.call(Method::PATCH, format!("{}{query}", seen.path()))
        .token(&app.tokens.office)
        .if_match(&seen.etag)
        .json(&body)
        .send()
        .await
}

async fn an_update_is_told_and_a_correction_is_kept_quiet(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let seen = app.announced(json!({})).await;
    let updated = patch(&app, &seen, "", json!({"summary": {"zh": "新的摘要"}})).await;
    let updated = Draft::of(&updated.expect(200));
    assert_eq!(updated.notice["kind"], "updated");
    assert_eq!(updated.notice["changed"], json!(["summary"]));
    assert_eq!(updated.notice["before"], json!({"summary": {}}));
    assert_eq!(updated.activity["revision"], 2);
    let quietly = json!({"summary": {"zh": "新的摘要。"}});
    let corrected = patch(&app, &updated, "?quiet=true", quietly.clone()).await;
    let corrected = Draft::of(&corrected.expect(200));
    assert_eq!(corrected.notice["kind"], "corrected");
    assert_eq!(corrected.activity["revision"], 3);
    assert_eq!(corrected.activity["status"], "scheduled");
    let same = patch(&app, &corrected, "?quiet=true", quietly).await;
    same.problem(422, "invalid-input");
    let refused = patch(&app, &corrected, "?quiet=maybe", json!({})).await;
    refused.problem(400, "invalid-parameter");
    assert_eq!(app.head().await, 3);
}

async fn date_place_and_mode_change_aloud_only_by_their_actions(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let mut seen = app.announced(json!({})).await;
    for (body, pointer, action) in [
        (
            json!({"when": {"starts_at": "2021-07-08T13:00:00+08:00"}}),
            "/when",
            "reschedule",
        ),
        (
            json!({"venue": {"name": {"zh": "别处"}}}),
            "/venue",
            "relocate",
        ),
        (
            json!({"districts": ["haidian", "xicheng"]}),
            "/districts",
            "relocate",
        ),
        (json!({"mode": "online"}), "/mode", "change-format"),
    ] {
        let refused = patch(&app, &seen, "", body.clone()).await;
        let refused = refused.problem(422, "invalid-input");
        assert_eq!(pointers(&refused), [pointer]);
        assert!(refused["detail"].as_str().unwrap().contains(action));
        let corrected = patch(&app, &seen, "?quiet=true", body).await;
        seen = Draft::of(&corrected.expect(200));
        assert_eq!(seen.notice["kind"], "corrected");
        assert_eq!(seen.activity["status"], "scheduled");
        assert_eq!(seen.activity["previous_when"], json!(null));
    }
    assert_eq!(app.head().await, 5);
}

async fn a_correction_does_not_take_away_what_announcing_needed(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let seen = app.announced(json!({})).await;
    for query in ["", "?quiet=true"] {
        let refused = patch(&app, &seen, query, json!({"kind": null, "when": null})).await;
        let refused = refused.problem(422, "invalid-input");
        assert_eq!(pointers(&refused), ["/kind", "/when"]);
    }
    assert_eq!(app.head().await, 1);
}

async fn a_correction_gives_no_slot_to_what_is_postponed(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let seen = app.announced(json!({})).await;
    let put_off = Draft::of(&app.act(&seen, "postpone", json!({})).await.expect(200));
    let body = json!({"when": {"precision": "day", "starts_on": "2021-08-01"}});
    let refused = patch(&app, &put_off, "?quiet=true", body).await;
    let refused = refused.problem(409, "not-allowed-now");
    assert!(refused["detail"].as_str().unwrap().contains("reschedule"));
}

async fn what_was_held_is_mended_quietly(db: TestDb) {
    let (app, clock) = TestApp::start(db).await;
    let seen = app.announced(json!({})).await;
    clock.advance(chrono::TimeDelta::days(60));
    let held = Draft::of(&app.act(&seen, "hold", json!({})).await.expect(200));
    let body = json!({"figures": [{"what": "on_site", "value": 120}]});
    let mended = Draft::of(&patch(&app, &held, "?quiet=true", body).await.expect(200));
    assert_eq!(mended.activity["status"], "held");
    assert_eq!(mended.activity["revision"], 3);
}
