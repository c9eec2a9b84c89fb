//! What becomes of a proposal: accepted, accepted with edits, rejected, or overtaken.

use serde_json::{Value, json};

use super::{
    Watch, accept, app_at, reject, seen, text,
    upstream::{Upstream, calendar, event},
};
use crate::support::{
    app::{NOW, TestApp},
    db::{TestDb, on_both},
};

on_both!(
    a_rejected_proposal_does_not_come_back_until_the_source_says_something_else,
    an_editors_decision_is_shown_beside_what_the_source_says,
    what_moved_under_a_proposal_is_shown_before_it_is_decided,
    a_proposal_is_accepted_with_edits,
    a_proposal_is_decided_once,
    what_was_seen_is_what_is_accepted,
    a_new_entry_that_is_rejected_stays_out,
    what_an_editor_did_by_hand_is_not_proposed,
);

fn at_day(day: u8) -> String {
    let start = format!("DTSTART;VALUE=DATE:202108{day:02}");
    calendar(&[event(
        "1@a",
        &["SUMMARY:人工智能专场", &start, "LOCATION:清华科技园"],
    )])
}

/// A source whose one entry is announced for the first of August.
async fn watched<'a>(app: &'a TestApp, upstream: &'a Upstream) -> (Watch<'a>, String) {
    upstream.say("/a.ics", at_day(1));
    let source = Watch::new(app, upstream, json!({})).await;
    source.poll().await;
    let accepted = source.accept().await;
    let id = text(&accepted["activity"], "id").to_owned();
    (source, id)
}

async fn a_rejected_proposal_does_not_come_back_until_the_source_says_something_else(db: TestDb) {
    let (app, _) = app_at(db, NOW).await;
    let upstream = Upstream::start().await;
    let (source, id) = watched(&app, &upstream).await;
    source.says(at_day(2)).await;
    let open = source.open().await;
    reject(&app, text(&open[0], "id"), "")
        .await
        .problem(422, "invalid-input");
    let rejected = reject(&app, text(&open[0], "id"), "主办方确认不变")
        .await
        .expect(200)
        .json();
    assert_eq!(
        (text(&rejected, "state"), text(&rejected, "reason")),
        ("rejected", "主办方确认不变")
    );
    for document in [at_day(2), format!("{}\r\n", at_day(2)), at_day(1)] {
        source.says(document).await;
        assert!(source.open().await.is_empty());
    }
    // It had taken its word back, and gives it again.
    source.says(at_day(2)).await;
    assert_eq!(source.kinds().await, ["reschedule reschedule"]);
    source.says(at_day(3)).await;
    assert_eq!(source.kinds().await, ["reschedule reschedule"]);
    assert_eq!(
        seen(&app, &id).await.activity["when"]["starts_on"],
        "2021-08-01"
    );
    assert_eq!(app.head().await, 1);
}

async fn an_editors_decision_is_shown_beside_what_the_source_says(db: TestDb) {
    let (app, _) = app_at(db, NOW).await;
    let upstream = Upstream::start().await;
    let (source, id) = watched(&app, &upstream).await;
    let moved = seen(&app, &id).await;
    let when = json!({"when": {"precision": "day", "starts_on": "2021-08-05"}});
    app.act(&moved, "reschedule", when).await.expect(200);
    source.says(at_day(2)).await;
    let open = source.open().await;
    assert_eq!(open[0]["conflict"], true);
    let day = |value: &Value| value["when"]["starts_on"].as_str().unwrap().to_owned();
    assert_eq!(
        (
            day(&open[0]["before"]),
            day(&open[0]["here"]),
            day(&open[0]["now"])
        ),
        (
            "2021-08-01".to_owned(),
            "2021-08-05".to_owned(),
            "2021-08-02".to_owned()
        )
    );
    // All of the fetch at once leaves it for a word of its own.
    let path = format!("/api/v1/fetches/{}/accept", text(&open[0], "fetch"));
    let done = app
        .post(&app.tokens.office, path, &json!({}))
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!(done["decided"], json!([]));
    assert_eq!(done["left"].as_array().unwrap().len(), 1);
    let accepted = source.accept().await;
    assert_eq!(accepted["activity"]["when"]["starts_on"], "2021-08-02");
}

async fn what_moved_under_a_proposal_is_shown_before_it_is_decided(db: TestDb) {
    let (app, _) = app_at(db, NOW).await;
    let upstream = Upstream::start().await;
    let (source, id) = watched(&app, &upstream).await;
    source.says(at_day(2)).await;
    let moved = seen(&app, &id).await;
    let when = json!({"when": {"precision": "day", "starts_on": "2021-08-05"}});
    app.act(&moved, "reschedule", when).await.expect(200);
    let open = source.open().await;
    let id = text(&open[0], "id");
    let refused = accept(&app, id, json!({})).await.problem(409, "conflict");
    assert!(
        text(&refused, "detail").contains("decide again"),
        "{refused}"
    );
    let open = source.open().await;
    assert_eq!(open[0]["conflict"], true);
    assert_eq!(open[0]["here"]["when"]["starts_on"], "2021-08-05");
    accept(&app, id, json!({})).await.expect(200);
}

async fn a_proposal_is_accepted_with_edits(db: TestDb) {
    let (app, _) = app_at(db, NOW).await;
    let upstream = Upstream::start().await;
    upstream.say("/a.ics", at_day(1));
    let source = Watch::new(&app, &upstream, json!({})).await;
    source.poll().await;
    let open = source.open().await;
    let edits = json!({"edits": {"title": {"en": "AI session"}, "kind": "roadshow", "districts": ["haidian"]}});
    let accepted = accept(&app, text(&open[0], "id"), edits)
        .await
        .expect(200)
        .json();
    assert_eq!(
        accepted["activity"]["title"],
        json!({"zh": "人工智能专场", "en": "AI session"})
    );
    assert_eq!(
        (
            text(&accepted["activity"], "kind"),
            text(&accepted["activity"], "status")
        ),
        ("roadshow", "scheduled")
    );
    source.says(at_day(2)).await;
    let open = source.open().await;
    let edits = json!({"edits": {
        "when": {"precision": "minute", "starts_at": "2021-08-02T14:00:00+08:00"},
        "reason": {"code": "venue", "zh": "场地检修"},
    }});
    let accepted = accept(&app, text(&open[0], "id"), edits)
        .await
        .expect(200)
        .json();
    assert_eq!(accepted["notice"]["reason"]["code"], "venue");
    assert_eq!(
        accepted["activity"]["when"]["starts_at"],
        "2021-08-02T14:00:00+08:00"
    );
    // What the source says of it is settled, though the hour is ours.
    source.says(format!("{}\r\n", at_day(2))).await;
    assert!(source.open().await.is_empty());
    source.says(at_day(3)).await;
    let open = source.open().await;
    assert_eq!(open[0]["conflict"], true);
    let faulty = json!({"edits": {"when": {"precision": "day", "starts_on": "2021-02-31"}}});
    let refused = accept(&app, text(&open[0], "id"), faulty)
        .await
        .problem(422, "invalid-input");
    assert_eq!(refused["errors"][0]["pointer"], "/when/starts_on");
    assert_eq!(source.open().await.len(), 1);
}

async fn a_proposal_is_decided_once(db: TestDb) {
    let (app, _) = app_at(db, NOW).await;
    let upstream = Upstream::start().await;
    let (source, _) = watched(&app, &upstream).await;
    source.says(at_day(2)).await;
    let id = text(&source.open().await[0], "id").to_owned();
    let both = tokio::join!(accept(&app, &id, json!({})), accept(&app, &id, json!({})));
    let mut statuses = [both.0.status.as_u16(), both.1.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
    reject(&app, &id, "晚了").await.problem(409, "conflict");
    assert_eq!(app.head().await, 2);
    // The same request again has the same answer.
    source.says(at_day(3)).await;
    let id = text(&source.open().await[0], "id").to_owned();
    let path = format!("/api/v1/proposals/{id}/accept");
    let call = || {
        app.post(&app.tokens.office, path.clone(), &json!({}))
            .key("k1")
            .send()
    };
    let (first, second) = (
        call().await.expect(200).json(),
        call().await.expect(200).json(),
    );
    assert_eq!(first, second);
    assert_eq!(app.head().await, 3);
}

async fn what_was_seen_is_what_is_accepted(db: TestDb) {
    let (app, _) = app_at(db, NOW).await;
    let upstream = Upstream::start().await;
    let (source, id) = watched(&app, &upstream).await;
    source.says(at_day(2)).await;
    let path = format!("/api/v1/proposals/{}", text(&source.open().await[0], "id"));
    let look = async || {
        let call = app.call(hyper::Method::GET, path.clone());
        call.token(&app.tokens.office)
            .send()
            .await
            .expect(200)
            .etag()
    };
    let old = look().await;
    let when = json!({"when": {"precision": "day", "starts_on": "2021-08-05"}});
    app.act(&seen(&app, &id).await, "reschedule", when)
        .await
        .expect(200);
    // The source is read meanwhile, and the proposal shows what stands there.
    source.says(format!("{}\r\n", at_day(2))).await;
    assert_ne!(look().await, old);
    let accept = async |etag: &str| {
        let call = app.post(&app.tokens.office, format!("{path}/accept"), &json!({}));
        call.if_match(etag).send().await
    };
    accept(&old).await.problem(409, "conflict");
    assert_eq!(
        seen(&app, &id).await.activity["when"]["starts_on"],
        "2021-08-05"
    );
    accept(&look().await).await.expect(200);
    assert_eq!(
        seen(&app, &id).await.activity["when"]["starts_on"],
        "2021-08-02"
    );
}

async fn a_new_entry_that_is_rejected_stays_out(db: TestDb) {
    let (app, _) = app_at(db, NOW).await;
    let upstream = Upstream::start().await;
    upstream.say("/a.ics", at_day(1));
    let source = Watch::new(&app, &upstream, json!({})).await;
    source.poll().await;
    let open = source.open().await;
    let (id, activity) = (text(&open[0], "id"), text(&open[0], "activity"));
    reject(&app, id, "不属于本计划").await.expect(200);
    let call = app.call(hyper::Method::GET, format!("/api/v1/activities/{activity}"));
    call.token(&app.tokens.office).send().await.expect(404);
    for document in [at_day(2), at_day(3)] {
        source.says(document).await;
        assert!(source.open().await.is_empty());
    }
}

async fn what_an_editor_did_by_hand_is_not_proposed(db: TestDb) {
    let (app, _) = app_at(db, NOW).await;
    let upstream = Upstream::start().await;
    upstream.say("/a.ics", at_day(1));
    let source = Watch::new(&app, &upstream, json!({})).await;
    source.poll().await;
    let id = text(&source.open().await[0], "activity").to_owned();
    let announced = app
        .act(&seen(&app, &id).await, "announce", json!({}))
        .await
        .expect(200);
    assert!(source.open().await.is_empty(), "it is announced");
    let announced = crate::support::app::Draft::of(&announced);
    let when = json!({"when": {"precision": "day", "starts_on": "2021-08-02"}});
    app.act(&announced, "reschedule", when).await.expect(200);
    source.says(at_day(2)).await;
    assert!(
        source.open().await.is_empty(),
        "the source says what stands here"
    );
    source.says(at_day(4)).await;
    assert_eq!(source.open().await[0]["conflict"], false);
}
