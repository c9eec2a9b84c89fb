//! Children move with their parent when asked to, each told by a notice of its own.

use hyper::Method;
use serde_json::{Value, json};

use crate::support::{
    app::{Draft, TestApp},
    db::{TestDb, on_both},
    http::pointers,
};

on_both!(
    children_move_along_when_asked,
    children_stay_when_nobody_asks,
    what_cannot_move_along_is_named_in_the_warnings,
    a_child_is_not_moved_out_of_the_years,
    an_activity_is_not_its_own_ancestor,
);

fn slot(from: &str, to: &str) -> Value {
    json!({"precision": "minute", "starts_at": from, "ends_at": to})
}

async fn family(app: &TestApp) -> (Draft, Draft, Draft) {
    let parent = app
        .announced(json!({"title": {"zh": "主论坛"}, "when": {"precision": "day", "starts_on": "2021-09-24", "ends_on": "2021-09-25"}}))
        .await;
    let morning = app
        .announced(json!({
            "title": {"zh": "上午场"}, "parent": parent.id,
            "when": slot("2021-09-24T09:00:00+08:00", "2021-09-24T11:30:00+08:00"),
        }))
        .await;
    let second = app
        .announced(json!({
            "title": {"zh": "次日"}, "parent": parent.id,
            "when": {"precision": "day", "starts_on": "2021-09-25"},
        }))
        .await;
    (parent, morning, second)
}

async fn read(app: &TestApp, seen: &Draft) -> Value {
    app.get(seen.path()).await.expect(200).json()
}

async fn children_move_along_when_asked(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let (parent, morning, second) = family(&app).await;
    let when = json!({"precision": "day", "starts_on": "2021-10-04", "ends_on": "2021-10-05"});
    let body = json!({"when": when, "children": true, "reason": {"code": "weather"}});
    let moved = app.act(&parent, "reschedule", body).await.expect(200);
    let warnings = moved.json()["warnings"].to_string();
    assert!(!warnings.contains("stays as it is"), "{warnings}");
    let parent = Draft::of(&moved);
    assert_eq!(parent.notice["position"], 4);
    assert_eq!(
        read(&app, &morning).await["when"],
        slot("2021-10-04T09:00:00+08:00", "2021-10-04T11:30:00+08:00")
    );
    assert_eq!(
        read(&app, &second).await["when"],
        json!({"precision": "day", "starts_on": "2021-10-05"})
    );
    let notices = app.notices_after(3).await;
    assert_eq!(notices.len(), 3);
    for (notice, position) in notices.iter().zip(4..) {
        assert_eq!(notice["position"], position);
        assert_eq!(notice["kind"], "rescheduled");
        assert_eq!(notice["revision"], 2);
        assert_eq!(notice["reason"]["code"], "weather");
    }
    let off = app
        .act(&parent, "cancel", json!({"children": true}))
        .await
        .expect(200);
    assert_eq!(read(&app, &morning).await["status"], "cancelled");
    app.act(&Draft::of(&off), "reinstate", json!({"children": true}))
        .await
        .expect(200);
    assert_eq!(read(&app, &second).await["status"], "scheduled");
}

async fn children_stay_when_nobody_asks(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let (parent, morning, second) = family(&app).await;
    let body = json!({"when": {"precision": "day", "starts_on": "2021-10-04"}});
    let moved = Draft::of(&app.act(&parent, "reschedule", body).await.expect(200));
    app.act(&moved, "cancel", json!({"children": false}))
        .await
        .expect(200);
    for child in [&morning, &second] {
        assert_eq!(read(&app, child).await, child.activity);
    }
    assert_eq!(app.head().await, 5);
}

async fn what_cannot_move_along_is_named_in_the_warnings(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let (parent, morning, second) = family(&app).await;
    app.act(&morning, "cancel", json!({})).await.expect(200);
    let someday = app
        .announced(json!({"title": {"zh": "待定"}, "parent": parent.id, "when": {"precision": "month", "month": "2021-09"}}))
        .await;
    let draft = app
        .drafted(json!({"title": {"zh": "草稿"}, "parent": parent.id}))
        .await;
    let head = app.head().await;
    let body = json!({"when": {"precision": "day", "starts_on": "2021-10-04"}, "children": true});
    let moved = app.act(&parent, "reschedule", body).await.expect(200);
    let warnings = moved.json()["warnings"].to_string();
    assert!(warnings.contains(&morning.id), "{warnings}");
    assert!(warnings.contains(&someday.id), "{warnings}");
    assert!(!warnings.contains(&second.id), "{warnings}");
    assert!(!warnings.contains(&draft.id), "{warnings}");
    assert_eq!(app.head().await, head + 2);
    assert_eq!(read(&app, &someday).await, someday.activity);
}

async fn a_child_is_not_moved_out_of_the_years(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let day = |day: &str| json!({"precision": "day", "starts_on": day});
    let parent = app.announced(json!({"when": day("1950-01-01")})).await;
    let child = app
        .announced(json!({"parent": parent.id, "when": day("2021-07-08")}))
        .await;
    let body = json!({"when": day("2199-12-31"), "children": true});
    let moved = app.act(&parent, "reschedule", body).await.expect(200);
    assert!(moved.json()["warnings"].to_string().contains(&child.id));
    assert_eq!(read(&app, &child).await, child.activity);
}

async fn an_activity_is_not_its_own_ancestor(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let top = app.drafted(json!({})).await;
    let middle = app.drafted(json!({"parent": top.id})).await;
    let leaf = app.drafted(json!({"parent": middle.id})).await;
    for ancestor in [&top, &middle, &leaf] {
        let refused = app
            .call(Method::PATCH, top.path())
            .token(&app.tokens.office)
            .if_match(&top.etag)
            .json(&json!({"parent": ancestor.id}))
            .send()
            .await
            .problem(422, "invalid-input");
        assert_eq!(pointers(&refused), ["/parent"]);
    }
}
