//! Stretches of the log, delivered once more.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{Hook, is_signed, start};
use crate::support::{
    app::{TestApp, until},
    db::{TestDb, on_both},
    receiver::{Received, Receiver, Reply},
};

on_both!(
    a_stretch_of_the_log_is_replayed,
    a_long_replay_goes_on_after_a_restart_behind_what_is_new,
    a_replay_under_new_ids_keeps_them_on_each_try,
    one_replay_at_a_time_and_none_after_it_was_called_off,
    a_replay_is_ended_and_what_is_new_goes_on,
);

async fn a_stretch_of_the_log_is_replayed(db: TestDb) {
    let (app, _) = start(db).await;
    let receiver = Receiver::start().await;
    let hook = Hook::of_partner(&app, &receiver).await;
    for _ in 0..4 {
        app.announced(json!({})).await;
    }
    receiver.wait_for(4).await;
    until("the deliveries to be recorded", async || {
        (hook.get(&app, "").await["cursor"] == 4).then_some(())
    })
    .await;
    hook.post(&app, "/replay", json!({"after": 3, "until": 3}))
        .await
        .problem(422, "invalid-input");
    let counted = hook
        .post(
            &app,
            "/replay",
            json!({"after": 1, "until": 3, "dry_run": true}),
        )
        .await;
    assert_eq!(
        counted.expect(200).json(),
        json!({"after": 1, "until": 3, "notices": 2, "dry_run": true})
    );
    let replayed = hook
        .post(&app, "/replay", json!({"after": 1, "until": 3}))
        .await
        .expect(200)
        .json();
    assert_eq!(replayed["notices"], 2);
    receiver.wait_for(6).await;
    app.announced(json!({})).await;
    let arrived = receiver.wait_for(7).await;
    let told: Vec<(&str, &str)> = arrived[4..]
        .iter()
        .map(|one| (one.header("x-trigger"), one.header("x-endpoint-seq")))
        .collect();
    assert_eq!(told[2], ("auto", "7"));
    let mut replayed = told[..2].to_vec();
    replayed.sort_unstable();
    assert_eq!(replayed, [("replay", "5"), ("replay", "6")]);
    assert_eq!(arrived[4].body, arrived[1].body, "the same bytes again");
}

/// Announces many activities by one import, and waits until the endpoint is done with them.
async fn announced(app: &TestApp, hook: &Hook, count: usize) {
    let activity = |number: usize| {
        json!({
            "edition": 2021, "strand": "year_round", "kind": "forum", "title": {"zh": format!("第{number}场")},
            "when": {"precision": "day", "starts_on": "2021-09-01"},
        })
    };
    let file =
        json!({"format": "yueli/1", "activities": (0..count).map(activity).collect::<Vec<_>>()});
    app.post(&app.tokens.office, "/api/v1/imports?as=announced", &file)
        .send()
        .await
        .expect(200);
    at(app, hook, count).await;
}

async fn at(app: &TestApp, hook: &Hook, position: usize) {
    until("the endpoint's cursor", async || {
        (hook.get(app, "").await["cursor"] == position).then_some(())
    })
    .await;
}

/// The sequence numbers and positions of what a trigger set off, in the order of arrival.
fn by(trigger: &str, arrived: &[Received]) -> Vec<(i64, i64)> {
    let by = |one: &&Received| one.header("x-trigger") == trigger;
    let read = |one: &Received| {
        let seq = one.header("x-endpoint-seq").parse().unwrap();
        (seq, one.json()["data"]["position"].as_i64().unwrap())
    };
    arrived.iter().filter(by).map(read).collect()
}

async fn a_long_replay_goes_on_after_a_restart_behind_what_is_new(db: TestDb) {
    const COUNT: usize = 1_200;
    let (app, _) = start(db).await;
    let receiver = Receiver::start().await;
    let hook = Hook::of_partner(&app, &receiver).await;
    announced(&app, &hook, COUNT).await;
    let replayed = hook.post(&app, "/replay", json!({"after": 0})).await;
    assert_eq!(replayed.expect(200).json()["notices"], COUNT);
    receiver.wait_for(COUNT + 100).await;
    let (app, _) = start(app.stop().await).await;
    app.announced(json!({})).await;
    let arrived = until("all of it", async || {
        let arrived = receiver.notices();
        let positions: BTreeSet<_> = by("replay", &arrived)
            .into_iter()
            .map(|(_, at)| at)
            .collect();
        (positions.len() == COUNT && by("auto", &arrived).len() > COUNT).then_some(arrived)
    })
    .await;
    let replay = by("replay", &arrived);
    let new = arrived.iter().position(|one| {
        by("auto", std::slice::from_ref(one))
            .first()
            .is_some_and(|(_, at)| *at > COUNT as i64)
    });
    assert!(
        new.unwrap() < arrived.len() - 50,
        "what is new did not wait for the rest"
    );
    // What was under way at the stop may have come twice, under the same number or a later one.
    assert!(replay.len() < COUNT + 40, "{}", replay.len());
    let numbers: BTreeSet<i64> = [by("auto", &arrived), replay]
        .concat()
        .into_iter()
        .map(|(seq, _)| seq)
        .collect();
    let last = *numbers.last().unwrap();
    assert_eq!(numbers.len() as i64, last, "a gap in the numbers");
    until("its end", async || {
        (hook.get(&app, "").await["replay"] == Value::Null).then_some(())
    })
    .await;
}

async fn a_replay_under_new_ids_keeps_them_on_each_try(db: TestDb) {
    let (app, clock) = start(db).await;
    let receiver = Receiver::start().await;
    let hook = Hook::of_partner(&app, &receiver).await;
    announced(&app, &hook, 2).await;
    receiver.script([Reply::Status(503)]);
    let range = json!({"after": 0, "new_id": true});
    hook.post(&app, "/replay", range).await.expect(200);
    receiver.wait_for(4).await;
    until("the failure to be recorded", async || {
        (hook.get(&app, "/stats").await["retrying"] == 1).then_some(())
    })
    .await;
    clock.advance(TimeDelta::seconds(30));
    let arrived = receiver.wait_for(5).await;
    let id = |number: usize| arrived[number].header("webhook-id");
    assert_eq!(id(4), id(2), "the same on the second try");
    let different: BTreeSet<&str> = (0..4).map(id).collect();
    assert_eq!(different.len(), 4);
    assert!(arrived.iter().all(|one| is_signed(one, &hook.secret)));
    assert_eq!(arrived[2].body, arrived[0].body);
    let delivery = until("it in the log", async || {
        let mut deliveries = hook.deliveries(&app).await.into_iter();
        deliveries.find(|one| one["webhook_id"] == id(4) && one["state"] == "delivered")
    })
    .await;
    let path = format!("/api/v1/deliveries/{}", delivery["id"].as_str().unwrap());
    let call = app.call(hyper::Method::GET, &*path).token(&hook.token);
    let shown = call.send().await.expect(200).json();
    let headers = &shown["tried"][1]["request_headers"];
    assert_eq!(headers["webhook-id"], id(4));
    assert_eq!(headers["x-attempt"], "2");
    assert_eq!(headers.get("webhook-signature"), None);
    app.post(&hook.token, format!("{path}/redeliver"), &json!({}))
        .send()
        .await
        .expect(202);
    assert_eq!(receiver.wait_for(6).await[5].header("webhook-id"), id(4));
}

async fn one_replay_at_a_time_and_none_after_it_was_called_off(db: TestDb) {
    let (app, _) = start(db).await;
    let receiver = Receiver::start().await;
    let hook = Hook::of_partner(&app, &receiver).await;
    announced(&app, &hook, 30).await;
    hook.post(&app, "/pause", json!({})).await.expect(200);
    hook.post(&app, "/replay", json!({"after": 10}))
        .await
        .expect(200);
    let under_way = json!({"cursor": 10, "until": 30});
    assert_eq!(hook.get(&app, "").await["replay"], under_way);
    assert_eq!(hook.get(&app, "/stats").await["owed"], 20);
    let second = hook.post(&app, "/replay", json!({"after": 0})).await;
    second.problem(409, "conflict");
    let counted = json!({"after": 0, "dry_run": true});
    assert_eq!(
        hook.post(&app, "/replay", counted).await.expect(200).json()["notices"],
        30
    );
    hook.post(&app, "/resume", json!({"replay": "none"}))
        .await
        .expect(200);
    assert_eq!(hook.get(&app, "").await["replay"], Value::Null);
    app.announced(json!({})).await;
    at(&app, &hook, 31).await;
    assert_eq!(receiver.notices().len(), 31, "nothing was told again");
}

async fn a_replay_is_ended_and_what_is_new_goes_on(db: TestDb) {
    let (app, _) = start(db).await;
    let receiver = Receiver::start().await;
    let hook = Hook::of_partner(&app, &receiver).await;
    announced(&app, &hook, 30).await;
    hook.post(&app, "/pause", json!({})).await.expect(200);
    let replay = json!({"after": 10});
    hook.post(&app, "/replay", replay.clone()).await.expect(200);
    app.announced(json!({})).await;
    for _ in 0..2 {
        let end = app.call(hyper::Method::DELETE, hook.path("/replay"));
        end.token(&hook.token).send().await.expect(204);
        assert_eq!(hook.get(&app, "").await["replay"], Value::Null);
    }
    hook.post(&app, "/resume", json!({})).await.expect(200);
    at(&app, &hook, 31).await;
    assert_eq!(receiver.notices().len(), 31, "nothing was told again");
    hook.post(&app, "/replay", replay).await.expect(200);
    receiver.wait_for(31 + 21).await;
}
