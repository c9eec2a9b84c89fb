//! What was refused stands there with its kind, whoever refused it.

use hyper::Method;
use serde_json::json;

use super::told;
use crate::support::{
    app::{TestApp, draft},
    db::{TestDb, on_both},
};

on_both!(
    a_refusal_has_the_kind_of_its_problem,
    nobody_known_is_written_down_and_neither_is_reading,
    what_only_asks_leaves_nothing,
);

async fn a_refusal_has_the_kind_of_its_problem(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let seen = app.drafted(json!({})).await;
    let announce = |token: &str, etag: &str| {
        app.post(token, format!("{}/announce", seen.path()), &json!({}))
            .if_match(etag)
    };
    let tokens = &app.tokens;
    let mut incomplete = draft(json!({}));
    incomplete["when"] = json!({"precision": "never"});
    let make = app.post(&tokens.haidian, "/api/v1/activities", &incomplete);
    let held = app.post(&tokens.office, format!("{}/hold", seen.path()), &json!({}));
    let no_version = app.post(
        &tokens.office,
        format!("{}/submit", seen.path()),
        &json!({}),
    );
    let unreadable = app
        .call(Method::POST, format!("{}/reschedule", seen.path()))
        .token(&tokens.office)
        .if_match(&seen.etag)
        .json(&json!({"when": {"precision": "day", "starts_on": "soon"}}));
    let edition = app.post(&tokens.haidian, "/api/v1/editions", &json!({"year": 2030}));
    let taken = app.post(
        &tokens.office,
        "/api/v1/editions",
        &json!({"year": 2022, "theme": {"zh": "又一次"}}),
    );
    for (call, role, action, kind, fields) in [
        (
            announce(&tokens.partner, &seen.etag),
            "partner",
            "activity.announce",
            "forbidden",
            "",
        ),
        (
            announce(&tokens.chaoyang, &seen.etag),
            "district:chaoyang",
            "activity.announce",
            "not-found",
            "",
        ),
        (
            announce(&tokens.office, "\"v9\""),
            "office",
            "activity.announce",
            "stale-version",
            "",
        ),
        (
            make,
            "district:haidian",
            "activity.create",
            "invalid-input",
            "/when/precision",
        ),
        (
            held.if_match(&seen.etag),
            "office",
            "activity.hold",
            "not-allowed-now",
            "",
        ),
        (
            no_version,
            "office",
            "activity.submit",
            "precondition-required",
            "",
        ),
        (
            unreadable,
            "office",
            "activity.reschedule",
            "invalid-input",
            "/when/starts_on",
        ),
        (
            edition,
            "district:haidian",
            "edition.create",
            "forbidden",
            "",
        ),
        (taken, "office", "edition.create", "conflict", ""),
    ] {
        let before = app.entries().await;
        let answer = call.send().await;
        let problem = answer.json();
        assert_eq!(problem["type"], format!("/problems/{kind}"), "{problem}");
        let entry = app.new_since(&before).await;
        let subject =
            (action != "activity.create" && action != "edition.create").then_some(&seen.id);
        assert_eq!(
            told(&entry),
            json!({
                "role": role, "action": action, "subject": subject, "outcome": "refused", "reason": kind,
                "fields": fields, "position": null,
            })
        );
        assert_eq!(
            entry.request.as_deref(),
            Some(answer.header("x-request-id"))
        );
    }
}

async fn nobody_known_is_written_down_and_neither_is_reading(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let body = draft(json!({}));
    app.post("yl_wrong", "/api/v1/activities", &body)
        .send()
        .await
        .problem(401, "unauthorised");
    app.call(Method::POST, "/api/v1/activities")
        .json(&body)
        .send()
        .await
        .problem(401, "unauthorised");
    app.call(Method::GET, "/api/v1/editions/2021/contacts")
        .token(&app.tokens.partner)
        .send()
        .await
        .problem(403, "forbidden");
    assert_eq!(app.entries().await, []);
}

async fn what_only_asks_leaves_nothing(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    for (body, status) in [
        ("标题,开始\n路演,2021年7月8日\n", 200),
        ("标题,开始\n,soon\n", 422),
    ] {
        app.call(Method::POST, "/api/v1/imports?dry_run=true")
            .token(&app.tokens.haidian)
            .bytes("text/csv", body)
            .send()
            .await
            .expect(status);
    }
    assert_eq!(app.entries().await, []);
}
