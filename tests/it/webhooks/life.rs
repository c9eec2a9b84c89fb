//! An endpoint's life: pending, paused, gone, and what is delivered afterwards.

use serde_json::{Value, json};

use super::{Hook, start};
use crate::news::{act, moved};
use crate::support::{
    app::{TestApp, until},
    db::{TestDb, on_both},
    receiver::{Received, Receiver, Reply},
};

on_both!(
    a_pending_endpoint_gets_everything_once_it_answers_a_ping,
    a_pause_keeps_what_is_owed,
    after_a_pause_nothing_or_the_latest_of_each_activity_can_be_asked_for,
    a_receiver_that_is_gone_gets_no_more_requests,
    a_redirect_is_not_followed,
    who_wants_the_latest_alone_is_not_told_what_a_newer_change_replaced,
);

async fn a_pending_endpoint_gets_everything_once_it_answers_a_ping(db: TestDb) {
    let (app, _) = start(db).await;
    let receiver = Receiver::start().await;
    app.announced(json!({})).await;
    receiver.script([Reply::Status(503)]);
    let (hook, made) = Hook::create(&app, &app.tokens.partner, &receiver.url(), json!({})).await;
    assert_eq!(
        (&made["state"], &made["ping"]),
        (&json!("pending"), &json!("http_5xx"))
    );
    let missed = app.announced(json!({})).await;
    hook.post(&app, "/pause", json!({}))
        .await
        .problem(409, "conflict");
    hook.post(&app, "/resume", json!({}))
        .await
        .problem(409, "conflict");
    let pinged = hook.post(&app, "/ping", json!({})).await.expect(200).json();
    assert_eq!(
        (&pinged["state"], &pinged["ping"]),
        (&json!("enabled"), &json!("success"))
    );
    let arrived = receiver.wait_for(1).await;
    assert_eq!(
        arrived[0].header("webhook-id"),
        missed.notice["id"],
        "and nothing from before its creation"
    );
}

async fn paused_with_three_owed(app: &TestApp, receiver: &Receiver) -> (Hook, Vec<Value>) {
    let hook = Hook::of_partner(app, receiver).await;
    let paused = hook.post(app, "/pause", json!({})).await.expect(200).json();
    assert_eq!(paused["state"], "paused");
    let first = app.announced(json!({})).await;
    let other = app.announced(json!({})).await;
    let answer = app
        .act(&first, "cancel", json!({}))
        .await
        .expect(200)
        .json();
    let ids = vec![
        first.notice["id"].clone(),
        other.notice["id"].clone(),
        answer["notice"]["id"].clone(),
    ];
    (hook, ids)
}

/// In the order in which they were sent: notices of several activities are under way at the same time.
fn ids(receiver: &Receiver) -> Vec<Value> {
    let mut notices = receiver.notices();
    notices.sort_by_key(|one| one.header("x-endpoint-seq").parse::<i64>().unwrap());
    notices
        .iter()
        .map(|one| json!(one.header("webhook-id")))
        .collect()
}

async fn a_pause_keeps_what_is_owed(db: TestDb) {
    let (app, _) = start(db).await;
    let (receiver, running) = (Receiver::start().await, Receiver::start().await);
    let (hook, owed) = paused_with_three_owed(&app, &receiver).await;
    Hook::of_partner(&app, &running).await;
    app.announced(json!({})).await;
    running.wait_for(1).await;
    assert_eq!(receiver.notices().len(), 0);
    assert_eq!(hook.get(&app, "/stats").await["owed"], 4);
    hook.post(&app, "/resume", json!({})).await.expect(200);
    receiver.wait_for(4).await;
    assert_eq!(ids(&receiver)[..3], owed);
}

async fn after_a_pause_nothing_or_the_latest_of_each_activity_can_be_asked_for(db: TestDb) {
    let (app, _) = start(db).await;
    let (nothing, latest) = (Receiver::start().await, Receiver::start().await);
    let (skips, _) = paused_with_three_owed(&app, &nothing).await;
    skips
        .post(&app, "/resume", json!({"replay": "all"}))
        .await
        .problem(422, "invalid-input");
    skips
        .post(&app, "/resume", json!({"replay": "none"}))
        .await
        .expect(200);
    let (hook, owed) = paused_with_three_owed(&app, &latest).await;
    nothing.wait_for(3).await;
    assert_eq!(ids(&nothing), owed, "only what came after");

    hook.post(&app, "/resume", json!({"replay": "latest_per_activity"}))
        .await
        .expect(200);
    let mut arrived = latest.wait_for(2).await;
    arrived.sort_by_key(|one| one.header("x-endpoint-seq").to_owned());
    let told: Vec<(Value, &str)> = arrived
        .iter()
        .map(|one| (json!(one.header("webhook-id")), one.header("x-trigger")))
        .collect();
    assert_eq!(
        told,
        [(owed[1].clone(), "replay"), (owed[2].clone(), "replay")]
    );
    app.announced(json!({})).await;
    let next = latest.wait_for(3).await.remove(2);
    assert_eq!(next.header("x-endpoint-seq"), "3");
}

async fn a_receiver_that_is_gone_gets_no_more_requests(db: TestDb) {
    let (app, _) = start(db).await;
    let (receiver, other) = (Receiver::start().await, Receiver::start().await);
    let hook = Hook::of_partner(&app, &receiver).await;
    receiver.otherwise(Reply::Status(410));
    app.announced(json!({})).await;
    until("the endpoint to be gone", async || {
        (hook.state(&app).await == "gone").then_some(())
    })
    .await;
    Hook::of_partner(&app, &other).await;
    app.announced(json!({})).await;
    other.wait_for(1).await;
    assert_eq!(receiver.notices().len(), 1);
    for end in ["/ping", "/resume", "/pause"] {
        hook.post(&app, end, json!({}))
            .await
            .problem(409, "conflict");
    }
    receiver.otherwise(Reply::Status(200));
    let url = json!({"url": receiver.url()});
    let again = app
        .call(hyper::Method::PATCH, hook.path(""))
        .token(&hook.token)
        .json(&url);
    assert_eq!(again.send().await.expect(200).json()["state"], "enabled");
    let arrived = receiver.wait_for(2).await;
    assert_eq!(
        arrived[1].header("x-endpoint-seq"),
        "2",
        "what was published meanwhile was kept"
    );
}

async fn a_redirect_is_not_followed(db: TestDb) {
    let (app, _) = start(db).await;
    let (receiver, elsewhere) = (Receiver::start().await, Receiver::start().await);
    let hook = Hook::of_partner(&app, &receiver).await;
    receiver.script([Reply::Header(307, "location", elsewhere.url())]);
    app.announced(json!({})).await;
    receiver.wait_for(1).await;
    let tried = until("the try to be recorded", async || {
        let first = hook.deliveries(&app).await.remove(0);
        (first["position"] == 1).then_some(first)
    })
    .await;
    assert_eq!(
        (&tried["outcome"], &tried["status"]),
        (&json!("redirect"), &json!(307))
    );
    assert_eq!(elsewhere.all().len(), 0);
}

async fn who_wants_the_latest_alone_is_not_told_what_a_newer_change_replaced(db: TestDb) {
    let (app, clock) = start(db).await;
    let receiver = Receiver::start().await;
    let over = json!({"ordering": "latest"});
    let url = receiver.url();
    let (hook, made) = Hook::create(&app, &app.tokens.partner, &url, over).await;
    assert_eq!(made["ordering"], "latest");
    let kinds =
        |arrived: Vec<Received>| -> Vec<String> { arrived.iter().map(Received::kind).collect() };
    // What waits in the log.
    hook.post(&app, "/pause", json!({})).await.expect(200);
    let seen = app.announced(json!({})).await;
    let other = app.announced(json!({})).await;
    let seen = act(&app, &seen, "reschedule", moved("2021-07-20")).await;
    hook.post(&app, "/resume", json!({})).await.expect(200);
    let told = kinds(receiver.wait_for(2).await);
    assert_eq!(told, ["activity.announced", "activity.rescheduled"]);
    assert_eq!(
        receiver.notices()[0].header("webhook-id"),
        other.notice["id"]
    );
    // What failed and waits to be tried again.
    receiver.script([Reply::Status(503)]);
    let seen = act(&app, &seen, "postpone", json!({})).await;
    receiver.wait_for(3).await;
    until("the failure to be recorded", async || {
        (hook.get(&app, "/stats").await["retrying"] == 1).then_some(())
    })
    .await;
    let seen = act(&app, &seen, "cancel", json!({})).await;
    receiver.wait_for(4).await;
    // A quiet correction, which it is not told of, makes the cancellation no older.
    let corrected = app
        .call(hyper::Method::PATCH, format!("{}?quiet=true", seen.path()))
        .token(&app.tokens.office)
        .if_match(&seen.etag)
        .json(&json!({"summary": {"zh": "更正"}}));
    corrected.send().await.expect(200);
    clock.advance(chrono::TimeDelta::seconds(30));
    until("nothing to be tried again", async || {
        (hook.get(&app, "/stats").await["retrying"] == 0).then_some(())
    })
    .await;
    let told = kinds(receiver.notices());
    assert_eq!(told[2..], ["activity.postponed", "activity.cancelled"]);
}
