//! The same request sent twice does its work once.

use chrono::TimeDelta;
use serde_json::json;

use crate::support::{
    app::{Draft, TestApp, draft},
    db::{TestDb, on_both},
};

on_both!(
    the_same_key_gives_the_same_answer,
    the_same_key_with_another_request_is_refused,
    the_same_key_of_another_caller_is_another_key,
    concurrent_requests_with_one_key_make_one_change,
    a_refused_request_leaves_its_key_free,
    a_key_is_forgotten_after_a_day,
    a_key_that_is_none_is_refused,
);

async fn the_same_key_gives_the_same_answer(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let make = async || {
        app.post(&app.tokens.office, "/api/v1/activities", &draft(json!({})))
            .key("make-1")
            .send()
            .await
            .expect(201)
    };
    let (first, second) = (make().await, make().await);
    assert_eq!(first.body, second.body);
    assert_eq!(first.etag(), second.etag());
    assert_eq!(first.header("location"), second.header("location"));

    let seen = Draft::of(&first);
    let announce = async || {
        app.post(
            &app.tokens.office,
            format!("{}/announce", seen.path()),
            &json!({}),
        )
        .if_match(&seen.etag)
        .key("announce-1")
        .send()
        .await
        .expect(200)
    };
    let first = announce().await;
    // The version it names is stale by now; the answer is the first one's all the same.
    let second = announce().await;
    assert_eq!(first.body, second.body);
    assert_eq!(first.etag(), second.etag());
    assert_eq!(app.head().await, 1);
}

async fn the_same_key_with_another_request_is_refused(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let seen = app.announced(json!({})).await;
    let other = app.announced(json!({})).await;
    let send = async |seen: &Draft, action: &str, body: serde_json::Value| {
        app.post(
            &app.tokens.office,
            format!("{}/{action}", seen.path()),
            &body,
        )
        .if_match(&seen.etag)
        .key("one")
        .send()
        .await
    };
    send(&seen, "postpone", json!({})).await.expect(200);
    let stale = Draft {
        etag: "\"v3\"".to_owned(),
        ..seen.clone()
    };
    for (seen, action, body) in [
        (&seen, "postpone", json!({"reason": {"code": "venue"}})),
        (&seen, "cancel", json!({})),
        (&other, "postpone", json!({})),
        (&stale, "postpone", json!({})),
    ] {
        let refused = send(seen, action, body).await;
        let refused = refused.problem(422, "idempotency-key-reused");
        assert!(refused["detail"].as_str().unwrap().contains("one"));
    }
    assert_eq!(app.head().await, 3);
}

async fn the_same_key_of_another_caller_is_another_key(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let mut ids = Vec::new();
    for token in [&app.tokens.office, &app.tokens.admin, &app.tokens.haidian] {
        let made = app
            .post(token, "/api/v1/activities", &draft(json!({})))
            .key("same")
            .send()
            .await
            .expect(201);
        ids.push(Draft::of(&made).id);
    }
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 3);
}

async fn concurrent_requests_with_one_key_make_one_change(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    for round in 0..5 {
        let seen = app.announced(json!({})).await;
        let head = app.head().await;
        let calls: Vec<_> = (0..8)
            .map(|_| {
                let call = app
                    .post(
                        &app.tokens.office,
                        format!("{}/cancel", seen.path()),
                        &json!({}),
                    )
                    .if_match(&seen.etag)
                    .key(&format!("cancel-{round}"));
                tokio::spawn(call.send())
            })
            .collect();
        let mut answers = Vec::new();
        for call in calls {
            let answer = call.await.unwrap().expect(200);
            answers.push((answer.etag(), answer.body));
        }
        answers.dedup();
        assert_eq!(answers.len(), 1, "round {round}");
        assert_eq!(app.head().await, head + 1, "round {round}");
    }
    // And of drafts, where no version stands in the way.
    let calls: Vec<_> = (0..8)
        .map(|_| {
            tokio::spawn(
                app.post(&app.tokens.office, "/api/v1/activities", &draft(json!({})))
                    .key("draft")
                    .send(),
            )
        })
        .collect();
    let mut made = Vec::new();
    for call in calls {
        made.push(call.await.unwrap().expect(201).body);
    }
    made.dedup();
    assert_eq!(made.len(), 1);
}

async fn a_refused_request_leaves_its_key_free(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let wrong = draft(json!({"edition": 2019}));
    for input in [&wrong, &wrong, &draft(json!({}))] {
        let answer = app
            .post(&app.tokens.office, "/api/v1/activities", input)
            .key("again")
            .send()
            .await;
        match input["edition"].as_i64() {
            Some(2019) => drop(answer.problem(422, "invalid-input")),
            _ => drop(answer.expect(201)),
        }
    }
}

async fn a_key_is_forgotten_after_a_day(db: TestDb) {
    let (app, clock) = TestApp::start(db).await;
    let make = async || {
        let made = app
            .post(&app.tokens.office, "/api/v1/activities", &draft(json!({})))
            .key("daily")
            .send()
            .await
            .expect(201);
        Draft::of(&made).id
    };
    let first = make().await;
    clock.advance(TimeDelta::hours(24));
    assert_eq!(make().await, first);
    clock.advance(TimeDelta::microseconds(1));
    assert_ne!(make().await, first);
}

async fn a_key_that_is_none_is_refused(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    for key in ["", "  ", &"k".repeat(256), "schlüssel"] {
        app.post(&app.tokens.office, "/api/v1/activities", &draft(json!({})))
            .key(key)
            .send()
            .await
            .problem(400, "malformed-request");
    }
    app.post(&app.tokens.office, "/api/v1/activities", &draft(json!({})))
        .key(&"k".repeat(255))
        .send()
        .await
        .expect(201);
}
