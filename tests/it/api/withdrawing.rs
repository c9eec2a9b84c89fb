//! Taking down what should never have stood there: nothing of it is left to read.

use chrono::TimeDelta;
use hyper::Method;
use serde_json::json;

use crate::support::{
    app::{Draft, TestApp},
    db::{TestDb, on_both},
    http::pointers,
};

on_both!(
    withdrawing_redacts_what_the_log_said,
    withdrawing_needs_a_reason_and_a_successor_that_is_public,
    a_withdrawn_activity_stays_withdrawn,
    redaction_outlives_a_restart,
    a_copy_of_what_stood_there_is_not_confirmed,
);

const SECRET: &str = "张三的手机号";

async fn withdrawn(app: &TestApp) -> Draft {
    let seen = app
        .announced(json!({
            "title": {"zh": SECRET}, "summary": {"zh": SECRET},
            "contact": {"name": SECRET, "phone": "13800000000"},
            "sources": [{"title": SECRET, "url": "https://leak.example/"}],
        }))
        .await;
    let body =
        json!({"venue": {"name": {"zh": SECRET}}, "reason": {"code": "venue", "zh": SECRET}});
    let moved = Draft::of(&app.act(&seen, "relocate", body).await.expect(200));
    let body = json!({"reason": {"code": "correction", "zh": "误发"}});
    Draft::of(&app.act(&moved, "withdraw", body).await.expect(200))
}

async fn nothing_is_left(app: &TestApp, seen: &Draft) {
    let mut paths = vec![
        seen.path(),
        format!("{}?as_of=2021-06-01", seen.path()),
        "/api/v1/notices".to_owned(),
        "/api/v1/activities?status=withdrawn".to_owned(),
    ];
    let notices = app.notices_after(0).await;
    for notice in notices
        .iter()
        .filter(|notice| notice["activity_id"] == seen.id.as_str())
    {
        paths.push(format!(
            "/api/v1/notices/{}",
            notice["id"].as_str().unwrap()
        ));
    }
    for path in paths {
        for token in [&app.tokens.partner, &app.tokens.admin] {
            let answer = app
                .call(Method::GET, path.as_str())
                .token(token)
                .send()
                .await;
            let text = answer.expect(200).text();
            for hidden in [SECRET, "13800000000", "leak.example"] {
                assert!(!text.contains(hidden), "{path}: {text}");
            }
            assert!(text.contains(&seen.id), "{path}: {text}");
        }
    }
}

async fn withdrawing_redacts_what_the_log_said(db: TestDb) {
    let (app, clock) = TestApp::start(db).await;
    let before = app.announced(json!({})).await;
    clock.advance(TimeDelta::hours(1));
    let seen = withdrawn(&app).await;
    assert_eq!(seen.activity["status"], "withdrawn");
    assert_eq!(seen.activity["revision"], 3);
    assert_eq!(seen.notice["kind"], "withdrawn");
    assert_eq!(
        seen.notice["reason"],
        json!({"code": "correction", "zh": "误发"})
    );
    nothing_is_left(&app, &seen).await;
    let notices = app.notices_after(1).await;
    let kinds: Vec<_> = notices.iter().map(|notice| &notice["kind"]).collect();
    assert_eq!(kinds, ["announced", "relocated", "withdrawn"]);
    // What selections match by stays, so that those who followed it see it go.
    let followed = app.get("/api/v1/notices?district=haidian&after=1").await;
    assert_eq!(followed.json()["notices"].as_array().unwrap().len(), 3);
    let listed = app.get("/api/v1/activities").await.json();
    assert_eq!(listed["activities"], json!([before.activity]));
}

async fn withdrawing_needs_a_reason_and_a_successor_that_is_public(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let seen = app.announced(json!({})).await;
    let hidden = app.drafted(json!({})).await;
    let other = app.announced(json!({})).await;
    for (body, pointer) in [
        (json!({}), "/reason"),
        (
            json!({"reason": {"code": "merge"}, "replaced_by": "act_1"}),
            "/replaced_by",
        ),
        (
            json!({"reason": {"code": "merge"}, "replaced_by": hidden.id}),
            "/replaced_by",
        ),
        (
            json!({"reason": {"code": "merge"}, "replaced_by": seen.id}),
            "/replaced_by",
        ),
        (
            json!({"reason": {"code": "merge"}, "replaced_by": "ntc_1"}),
            "/replaced_by",
        ),
    ] {
        let refused = app
            .act(&seen, "withdraw", body)
            .await
            .problem(422, "invalid-input");
        assert_eq!(pointers(&refused), [pointer]);
    }
    let body = json!({"reason": {"code": "merge"}, "replaced_by": other.id});
    let gone = Draft::of(&app.act(&seen, "withdraw", body).await.expect(200));
    assert_eq!(gone.activity["replaced_by"], other.id.as_str());
}

async fn a_withdrawn_activity_stays_withdrawn(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let seen = withdrawn(&app).await;
    for query in ["", "?quiet=true"] {
        app.call(Method::PATCH, format!("{}{query}", seen.path()))
            .token(&app.tokens.office)
            .if_match(&seen.etag)
            .json(&json!({"title": {"zh": SECRET}}))
            .send()
            .await
            .problem(409, "not-allowed-now");
    }
    app.call(Method::DELETE, seen.path())
        .token(&app.tokens.office)
        .if_match(&seen.etag)
        .send()
        .await
        .problem(409, "conflict");
}

async fn redaction_outlives_a_restart(db: TestDb) {
    let (app, clock) = TestApp::start(db).await;
    let seen = withdrawn(&app).await;
    let before = app.get("/api/v1/notices").await.json();
    let db = app.stop().await;
    let app = TestApp::start_with(db, clock, |_| {}).await;
    nothing_is_left(&app, &seen).await;
    assert_eq!(app.get("/api/v1/notices").await.json(), before);
}

async fn a_copy_of_what_stood_there_is_not_confirmed(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let seen = app.announced(json!({"title": {"zh": SECRET}})).await;
    let path = format!("{}?as_of=2021-06-01T09:00:00%2B08:00", seen.path());
    let copied = app.get(path.as_str()).await.expect(200).etag();
    let again = async || {
        app.call(Method::GET, path.as_str())
            .header("if-none-match", &copied)
            .send()
            .await
    };
    again().await.expect(304);
    app.act(&seen, "withdraw", json!({"reason": {"code": "other"}}))
        .await
        .expect(200);
    assert!(!again().await.expect(200).text().contains(SECRET));
}
