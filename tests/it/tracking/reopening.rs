//! A rejection that was a mistake is taken back.

use serde_json::{Value, json};

use super::{
    Watch, accept, app_at, reject, seen, text,
    upstream::{Upstream, calendar, event},
};
use crate::support::{
    app::{NOW, TestApp},
    db::{TestDb, on_both},
    http::Answer,
};

on_both!(
    a_move_that_was_rejected_by_mistake_is_proposed_anew,
    a_new_entry_that_was_rejected_by_mistake_is_new_again,
    what_was_entered_by_hand_meanwhile_is_found_and_not_made_twice,
    what_is_gone_or_on_again_is_proposed_anew_too,
    only_what_was_rejected_is_taken_back,
);

fn on(day: u8) -> String {
    let start = format!("DTSTART;VALUE=DATE:202108{day:02}");
    event("1@a", &["SUMMARY:人工智能专场", &start])
}

/// Beside another one, so that the source is whole without either.
fn with_other(entry: Option<String>) -> String {
    let others = [2, 3].map(|n| {
        let (uid, title) = (format!("{n}@a"), format!("SUMMARY:别的活动{n}"));
        event(&uid, &[&title, "DTSTART;VALUE=DATE:20210901"])
    });
    calendar(&others.into_iter().chain(entry).collect::<Vec<_>>())
}

async fn reopen(app: &TestApp, id: &str) -> Answer {
    let path = format!("/api/v1/proposals/{id}/reopen");
    app.post(&app.tokens.office, path, &json!({})).send().await
}

/// Rejects the only open one, and takes that back.
async fn by_mistake(app: &TestApp, source: &Watch<'_>) -> Value {
    let open = source.open().await;
    assert_eq!(open.len(), 1, "{open:#?}");
    let id = text(&open[0], "id");
    reject(app, id, "误拒").await.expect(200);
    source.poll().await;
    assert!(source.open().await.is_empty());
    let told = reopen(app, id).await.expect(200).json();
    assert_eq!(text(&told, "state"), "rejected", "it stays what it was");
    source.poll().await;
    open[0].clone()
}

async fn a_move_that_was_rejected_by_mistake_is_proposed_anew(db: TestDb) {
    let (app, _) = app_at(db, NOW).await;
    let upstream = Upstream::start().await;
    upstream.say("/a.ics", calendar(&[on(1)]));
    let source = Watch::new(&app, &upstream, json!({})).await;
    source.poll().await;
    let id = text(&source.accept().await["activity"], "id").to_owned();
    source.says(calendar(&[on(2)])).await;
    let first = by_mistake(&app, &source).await;
    assert_eq!(source.kinds().await, ["reschedule reschedule"]);
    let second = source.open().await.remove(0);
    assert_ne!(first["id"], second["id"]);
    assert_eq!(
        (&first["before"], &first["now"]),
        (&second["before"], &second["now"])
    );
    source.accept().await;
    let there = seen(&app, &id).await.activity;
    assert_eq!(there["when"]["starts_on"], "2021-08-02");
    assert_eq!(app.head().await, 2);
}

async fn a_new_entry_that_was_rejected_by_mistake_is_new_again(db: TestDb) {
    let (app, _) = app_at(db, NOW).await;
    let upstream = Upstream::start().await;
    upstream.say("/a.ics", calendar(&[on(1)]));
    let source = Watch::new(&app, &upstream, json!({})).await;
    source.poll().await;
    let first = by_mistake(&app, &source).await;
    assert_eq!(source.kinds().await, ["new announce"]);
    let told = reopen(&app, text(&first, "id"))
        .await
        .problem(409, "conflict");
    assert!(
        text(&told, "detail").contains("its entry is act_"),
        "{told}"
    );
    let announced = source.accept().await;
    assert_ne!(announced["activity"]["id"], first["activity"]);
    source.says(calendar(&[on(2)])).await;
    assert_eq!(source.kinds().await, ["reschedule reschedule"]);
}

async fn what_was_entered_by_hand_meanwhile_is_found_and_not_made_twice(db: TestDb) {
    let (app, _) = app_at(db, NOW).await;
    let upstream = Upstream::start().await;
    upstream.say("/a.ics", calendar(&[on(1)]));
    let source = Watch::new(&app, &upstream, json!({})).await;
    source.poll().await;
    let new = source.open().await.remove(0);
    let id = text(&new, "id");
    reject(&app, id, "误拒").await.expect(200);
    let by_hand = app
        .announced(json!({
            "title": {"zh": "人工智能专场"}, "when": {"precision": "day", "starts_on": "2021-08-01"},
        }))
        .await;
    reopen(&app, id).await.expect(200);
    source.poll().await;
    assert!(source.open().await.is_empty(), "it is here already");
    source.says(calendar(&[on(2)])).await;
    let moved = source.open().await.remove(0);
    assert_eq!(moved["activity"], by_hand.id);
    assert_eq!(text(&moved, "kind"), "reschedule");
}

async fn what_is_gone_or_on_again_is_proposed_anew_too(db: TestDb) {
    let (app, _) = app_at(db, NOW).await;
    let upstream = Upstream::start().await;
    upstream.say("/a.ics", with_other(Some(on(1))));
    let source = Watch::new(&app, &upstream, json!({})).await;
    source.poll().await;
    for open in source.open().await {
        accept(&app, text(&open, "id"), json!({})).await.expect(200);
    }
    source.says(with_other(None)).await;
    let gone = by_mistake(&app, &source).await;
    assert_eq!(gone["now"]["said"], "gone");
    assert_eq!(source.kinds().await, ["cancel cancel"]);
    source.accept().await;
    source.says(with_other(Some(on(1)))).await;
    assert_eq!(source.kinds().await, ["reinstate reinstate"]);
    by_mistake(&app, &source).await;
    assert_eq!(source.kinds().await, ["reinstate reinstate"]);
}

async fn only_what_was_rejected_is_taken_back(db: TestDb) {
    let (app, _) = app_at(db, NOW).await;
    let upstream = Upstream::start().await;
    upstream.say("/a.ics", with_other(Some(on(1))));
    let source = Watch::new(&app, &upstream, json!({})).await;
    source.poll().await;
    let open = source.open().await;
    let of = |title: &str| {
        let found = open.iter().find(|open| open["now"]["title"]["zh"] == title);
        text(found.unwrap(), "id")
    };
    let ids = ["人工智能专场", "别的活动2", "别的活动3"].map(of);
    let told = reopen(&app, ids[0]).await.problem(409, "conflict");
    assert!(text(&told, "detail").contains("it is open"), "{told}");
    accept(&app, ids[0], json!({})).await.expect(200);
    let told = reopen(&app, ids[0]).await.problem(409, "conflict");
    assert!(text(&told, "detail").contains("it is accepted"), "{told}");
    reopen(&app, "prp_nothing").await.problem(404, "not-found");
    reject(&app, ids[1], "不属于本计划").await.expect(200);
    let path = format!("/api/v1/proposals/{}/reopen", ids[1]);
    app.post(&app.tokens.haidian, path.clone(), &json!({}))
        .send()
        .await
        .problem(404, "not-found");
    app.post(&app.tokens.office, path.clone(), &json!({"why": 1}))
        .send()
        .await
        .problem(422, "invalid-input");
    // The same request twice is answered once.
    let again = || {
        app.post(&app.tokens.office, path.clone(), &json!({}))
            .key("r1")
            .send()
    };
    let (first, second) = (again().await.expect(200), again().await.expect(200));
    assert_eq!(first.json(), second.json());
    source.poll().await;
    assert_eq!(source.open().await.len(), 2);
    // Its entry is gone meanwhile.
    reject(&app, ids[2], "不属于本计划").await.expect(200);
    let entries = [
        on(1),
        event("2@a", &["SUMMARY:别的活动2", "DTSTART;VALUE=DATE:20210901"]),
    ];
    source.says(calendar(&entries)).await;
    let told = reopen(&app, ids[2]).await.problem(409, "conflict");
    assert!(text(&told, "detail").contains("no more"), "{told}");
}
