//! `GET /audit`: the newest first, in pages, for the organising office.

use chrono::TimeDelta;
use hyper::Method;
use serde_json::{Value, json};

use crate::support::{
    app::TestApp,
    db::{TestDb, on_both},
    http::pointers,
};

on_both!(
    the_organising_office_reads_it_and_nobody_else,
    pages_come_newest_first_and_miss_nothing,
    filters_are_joined_and_faults_told_at_once,
);

async fn the_organising_office_reads_it_and_nobody_else(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    app.drafted(json!({})).await;
    let read = |token: &str| app.call(Method::GET, "/api/v1/audit").token(token);
    for token in [&app.tokens.admin, &app.tokens.office] {
        let answer = read(token).send().await.expect(200);
        assert_eq!(answer.header("cache-control"), "private, no-store");
        let page = answer.json();
        assert_eq!(page["next_cursor"], Value::Null);
        assert_eq!(page["audit"][0]["action"], "activity.create");
        assert!(page["audit"][0]["fields"].as_array().unwrap().len() > 3);
    }
    for token in [&app.tokens.haidian, &app.tokens.partner] {
        read(token).send().await.problem(403, "forbidden");
    }
    app.get("/api/v1/audit").await.problem(401, "unauthorised");
    let refused = app
        .audit("?action=audit.export&outcome=refused")
        .await
        .json();
    assert_eq!(refused["audit"].as_array().unwrap().len(), 2, "{refused}");
}

async fn pages_come_newest_first_and_miss_nothing(db: TestDb) {
    let (app, clock) = TestApp::start(db).await;
    let mut made = Vec::new();
    for _ in 0..5 {
        clock.advance(TimeDelta::seconds(1));
        made.push(json!(app.drafted(json!({})).await.id));
    }
    made.reverse();
    let (mut read, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = app
            .audit(&format!("?limit=2{cursor}"))
            .await
            .expect(200)
            .json();
        let entries = page["audit"].as_array().unwrap();
        assert!(entries.len() <= 2);
        read.extend(entries.iter().map(|entry| entry["subject"].clone()));
        let Some(next) = page["next_cursor"].as_str() else {
            break;
        };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(read, made);
}

async fn filters_are_joined_and_faults_told_at_once(db: TestDb) {
    let (app, clock) = TestApp::start(db).await;
    let first = app.drafted(json!({})).await;
    clock.advance(TimeDelta::hours(1));
    app.act(&first, "announce", json!({})).await.expect(200);
    app.act_as(&app.tokens.partner, &first, "cancel", json!({}))
        .await;
    let count = async |query: &str| {
        let page = app.audit(query).await.expect(200).json();
        page["audit"].as_array().unwrap().len()
    };
    let actor = app.audit("").await.json()["audit"][2]["actor_id"].clone();
    let actor = actor.as_str().unwrap();
    for (query, found) in [
        (format!("?subject={}", first.id), 3),
        (format!("?actor={actor}"), 2),
        (format!("?actor={actor}&action=activity.announce"), 1),
        ("?outcome=refused".to_owned(), 1),
        ("?from=2021-06-01T09:30:00%2B08:00".to_owned(), 2),
        ("?to=2021-06-01T09:30:00%2B08:00".to_owned(), 1),
        ("?actor=nobody".to_owned(), 0),
    ] {
        assert_eq!(count(&query).await, found, "{query}");
    }
    let query = "?action=activity.burn&outcome=perhaps&from=soon&cursor=%23&limit=501&who=me";
    let problem = app.audit(query).await.problem(400, "invalid-parameter");
    let mut at = pointers(&problem);
    at.sort_unstable();
    assert_eq!(at, ["action", "cursor", "from", "limit", "outcome", "who"]);
}
