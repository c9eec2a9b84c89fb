//! What arrives, how often, and what happens when it does not.

use chrono::TimeDelta;
use entity::delivery_exception;
use sea_orm::EntityTrait as _;
use serde_json::{Value, json};

use super::{Hook, is_signed, start};
use crate::support::{
    app::until,
    db::{TestDb, on_both},
    receiver::{Receiver, Reply},
};

on_both!(
    a_notice_arrives_signed_and_is_in_the_partners_log,
    a_retry_keeps_id_and_bytes,
    a_delivery_is_given_up_after_the_last_wait_and_redelivered_on_request,
    an_endpoint_that_hangs_holds_up_nobody_else,
    what_is_not_wanted_leaves_no_gap_in_the_numbers,
    retry_after_holds_the_whole_endpoint,
    five_failures_open_the_breaker_and_one_probe_closes_it,
    what_waits_is_told_no_more_once_its_activity_is_withdrawn,
);

async fn a_notice_arrives_signed_and_is_in_the_partners_log(db: TestDb) {
    let (app, _) = start(db).await;
    let receiver = Receiver::start().await;
    let hook = Hook::of_partner(&app, &receiver).await;
    let ping = &receiver.all()[0];
    assert_eq!(ping.kind(), "endpoint.ping");
    assert_eq!(ping.header("x-trigger"), "test");
    assert!(is_signed(ping, &hook.secret));

    let activity = app.announced(json!({})).await;
    let arrived = receiver.wait_for(1).await.remove(0);
    assert!(is_signed(&arrived, &hook.secret));
    assert_eq!(arrived.path, "/hook");
    assert_eq!(arrived.header("webhook-id"), activity.notice["id"]);
    for (name, value) in [
        ("content-type", "application/json"),
        ("x-attempt", "1"),
        ("x-trigger", "auto"),
        ("x-endpoint-seq", "1"),
    ] {
        assert_eq!(arrived.header(name), value, "{name}");
    }
    let message = arrived.json();
    assert_eq!(message["type"], "activity.announced");
    let notice = app
        .get(format!(
            "/api/v1/notices/{}",
            activity.notice["id"].as_str().unwrap()
        ))
        .await
        .json();
    assert_eq!(
        message["data"], notice,
        "the webhook says what the API says"
    );
    assert_eq!(message["timestamp"], notice["published_at"]);

    let delivered = until("the delivery in the partner's log", async || {
        let deliveries = hook.deliveries(&app).await;
        deliveries.into_iter().find(|one| one["position"] == 1)
    })
    .await;
    assert_eq!(delivered["state"], "delivered");
    assert_eq!(delivered["webhook_id"], activity.notice["id"]);
    let path = format!("/api/v1/deliveries/{}", delivered["id"].as_str().unwrap());
    let whole = app
        .call(hyper::Method::GET, path)
        .token(&hook.token)
        .send()
        .await
        .expect(200);
    assert!(
        !whole.text().contains("v1,"),
        "no signature is kept: {}",
        whole.text()
    );
    let tried = &whole.json()["tried"][0];
    assert_eq!(tried["outcome"], "success");
    assert_eq!(tried["status"], 204);
    assert_eq!(tried["address"], "127.0.0.2");
    assert_eq!(tried["request_headers"]["x-endpoint-seq"], "1");
}

async fn a_retry_keeps_id_and_bytes(db: TestDb) {
    let (app, clock) = start(db).await;
    let receiver = Receiver::start().await;
    let hook = Hook::of_partner(&app, &receiver).await;
    receiver.script([
        Reply::Text(500, "no\0room".to_owned()),
        Reply::Status(404),
        Reply::Status(200),
    ]);
    app.announced(json!({})).await;
    receiver.wait_for(1).await;
    for tries in 2..=3 {
        waiting(&app, &hook, tries - 1).await;
        clock.advance(TimeDelta::seconds(5));
        receiver.wait_for(tries).await;
    }
    let tries = receiver.notices();
    assert_eq!(tries.len(), 3);
    for (tried, number) in tries.iter().zip(["1", "2", "3"]) {
        assert_eq!(tried.header("x-attempt"), number);
        assert_eq!(tried.header("webhook-id"), tries[0].header("webhook-id"));
        assert_eq!(tried.header("x-endpoint-seq"), "1");
        assert_eq!(tried.body, tries[0].body);
        assert!(is_signed(tried, &hook.secret));
    }
    let delivered = until("the delivery to be recorded", async || {
        let first = hook.deliveries(&app).await.remove(0);
        (first["state"] == "delivered").then_some(first)
    })
    .await;
    assert_eq!(delivered["attempts"], 3);
    let path = format!("/api/v1/deliveries/{}", delivered["id"].as_str().unwrap());
    let whole = app.call(hyper::Method::GET, path).token(&hook.token);
    let whole = whole.send().await.expect(200).json();
    let outcomes: Vec<&Value> = whole["tried"]
        .as_array()
        .unwrap()
        .iter()
        .map(|tried| &tried["outcome"])
        .collect();
    assert_eq!(outcomes, ["http_5xx", "http_4xx", "success"]);
    assert_eq!(whole["tried"][0]["response_excerpt"], "noroom");
}

/// Waits until so many tries of the newest delivery are written down and the next is due some time.
async fn waiting(app: &crate::support::app::TestApp, hook: &Hook, tries: usize) -> Value {
    until("the failure to be recorded", async || {
        let first = hook.deliveries(app).await.into_iter().next()?;
        (first["attempts"] == tries && first["state"] == "retrying").then_some(first)
    })
    .await
}

async fn a_delivery_is_given_up_after_the_last_wait_and_redelivered_on_request(db: TestDb) {
    let (app, clock) = start(db).await;
    let receiver = Receiver::start().await;
    let hook = Hook::of_partner(&app, &receiver).await;
    receiver.otherwise(Reply::Status(500));
    app.announced(json!({})).await;
    receiver.wait_for(1).await;
    for tries in 2..=4 {
        waiting(&app, &hook, tries - 1).await;
        clock.advance(TimeDelta::seconds(5));
        receiver.wait_for(tries).await;
    }
    let failed = until("the delivery to be given up", async || {
        let first = hook.deliveries(&app).await.remove(0);
        (first["state"] == "failed").then_some(first)
    })
    .await;
    assert_eq!(failed["next_attempt_at"], Value::Null);

    receiver.otherwise(Reply::Status(200));
    let again = format!(
        "/api/v1/deliveries/{}/redeliver",
        failed["id"].as_str().unwrap()
    );
    let asked = app.post(&hook.token, again.clone(), &json!({})).key("once");
    let owed = asked.clone().send().await.expect(202).json();
    assert_eq!(
        asked.send().await.expect(202).json(),
        owed,
        "the same key, the same answer"
    );
    let arrived = receiver.wait_for(5).await;
    assert_eq!(arrived[4].header("x-trigger"), "manual");
    assert_eq!(arrived[4].header("x-endpoint-seq"), "1");
    assert_eq!(
        arrived[4].header("webhook-id"),
        arrived[0].header("webhook-id")
    );
    assert_eq!(arrived[4].body, arrived[0].body);
    until("the redelivery to be recorded", async || {
        let first = hook.deliveries(&app).await.remove(0);
        (first["id"] == owed["id"] && first["state"] == "delivered").then_some(())
    })
    .await;
    assert_eq!(receiver.notices().len(), 5);
}

async fn an_endpoint_that_hangs_holds_up_nobody_else(db: TestDb) {
    let (app, _) = start(db).await;
    let hanging = Receiver::start().await;
    let well = Receiver::start().await;
    let stuck = Hook::of_partner(&app, &hanging).await;
    Hook::of_partner(&app, &well).await;
    hanging.otherwise(Reply::Hang);
    for _ in 0..5 {
        app.announced(json!({})).await;
    }
    well.wait_for(5).await;
    assert_eq!(
        hanging.notices().len(),
        1,
        "one request is out, the rest waits"
    );
    assert_eq!(stuck.state(&app).await, "enabled");
    assert_eq!(stuck.get(&app, "/stats").await["owed"], 5);
}

async fn what_is_not_wanted_leaves_no_gap_in_the_numbers(db: TestDb) {
    let (app, _) = start(db).await;
    let receiver = Receiver::start().await;
    let over =
        json!({"selection": {"district": ["chaoyang"]}, "language": "en", "payload": "thin"});
    Hook::create(&app, &app.tokens.partner, &receiver.url(), over).await;
    for district in ["haidian", "chaoyang", "haidian", "chaoyang"] {
        app.announced(json!({"districts": [district]})).await;
    }
    let arrived = receiver.wait_for(2).await;
    let seqs: Vec<&str> = arrived
        .iter()
        .map(|one| one.header("x-endpoint-seq"))
        .collect();
    assert_eq!(seqs, ["1", "2"]);
    let positions: Vec<Value> = arrived
        .iter()
        .map(|one| one.json()["data"]["position"].clone())
        .collect();
    assert_eq!(positions, [json!(2), json!(4)]);
    let html = arrived[0].json()["data"]["links"]["html"].clone();
    assert!(
        html.as_str()
            .unwrap()
            .starts_with("https://yueli.example/en/notices/ntc_")
    );
}

async fn retry_after_holds_the_whole_endpoint(db: TestDb) {
    let (app, clock) = start(db).await;
    let receiver = Receiver::start().await;
    let hook = Hook::of_partner(&app, &receiver).await;
    receiver.script([Reply::Header(429, "retry-after", "3600".to_owned())]);
    app.announced(json!({})).await;
    waiting(&app, &hook, 1).await;
    app.announced(json!({})).await;
    clock.advance(TimeDelta::minutes(59));
    let other = Receiver::start().await;
    Hook::of_partner(&app, &other).await;
    app.announced(json!({})).await;
    other.wait_for(1).await;
    assert_eq!(
        receiver.notices().len(),
        1,
        "nothing is sent before the hour is over"
    );
    clock.advance(TimeDelta::minutes(2));
    let arrived = receiver.wait_for(4).await;
    let tries: Vec<&str> = arrived.iter().map(|one| one.header("x-attempt")).collect();
    assert_eq!(tries[..2], ["1", "1"], "what is new goes first");
    assert!(tries[2..].contains(&"2"), "{tries:?}");
}

async fn five_failures_open_the_breaker_and_one_probe_closes_it(db: TestDb) {
    let (app, clock) = start(db).await;
    let receiver = Receiver::start().await;
    let hook = Hook::of_partner(&app, &receiver).await;
    receiver.otherwise(Reply::Status(503));
    for _ in 0..8 {
        app.announced(json!({})).await;
    }
    until("the endpoint to be failing", async || {
        (hook.state(&app).await == "failing").then_some(())
    })
    .await;
    assert_eq!(receiver.notices().len(), 5);
    receiver.script([Reply::Status(503)]);
    receiver.otherwise(Reply::Status(200));
    clock.advance(TimeDelta::seconds(5));
    receiver.wait_for(6).await;
    until("the probe to be recorded", async || {
        (hook.get(&app, "").await["failures"] == 6).then_some(())
    })
    .await;
    assert_eq!(receiver.notices().len(), 6, "one probe");
    clock.advance(TimeDelta::seconds(10));
    until("everything to be delivered", async || {
        let stats = hook.get(&app, "/stats").await;
        (stats["state"] == "enabled" && stats["owed"] == 0).then_some(())
    })
    .await;
    let mut ids: Vec<String> = receiver
        .notices()
        .iter()
        .map(|one| one.header("x-endpoint-seq").to_owned())
        .collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 8);
}

async fn what_waits_is_told_no_more_once_its_activity_is_withdrawn(db: TestDb) {
    let (app, clock) = start(db).await;
    let receiver = Receiver::start().await;
    let hook = Hook::of_partner(&app, &receiver).await;
    receiver.script([Reply::Status(500)]);
    let title = "张三的家庭住址";
    let activity = app.announced(json!({"title": {"zh": title}})).await;
    assert!(
        String::from_utf8_lossy(&receiver.wait_for(1).await[0].body).contains(title),
        "it was told before"
    );
    waiting(&app, &hook, 1).await;
    let reason = json!({"reason": {"code": "other"}});
    app.act(&activity, "withdraw", reason).await.expect(200);
    let bodies = delivery_exception::Entity::find()
        .all(app.services.db.reader())
        .await
        .unwrap();
    assert_eq!(bodies.len(), 1, "it still waits");
    assert_eq!(bodies[0].body, None, "and nothing of it is kept");

    clock.advance(TimeDelta::seconds(5));
    let told = receiver.wait_for(3).await;
    let retried = told
        .iter()
        .skip(1)
        .find(|one| one.header("webhook-id") == told[0].header("webhook-id"))
        .expect("it is tried again, so that no number is missing");
    assert_eq!(retried.header("x-endpoint-seq"), "1");
    assert!(is_signed(retried, &hook.secret));
    for one in &told[1..] {
        let body = String::from_utf8_lossy(&one.body).into_owned();
        assert!(!body.contains(title), "{body}");
    }
}
