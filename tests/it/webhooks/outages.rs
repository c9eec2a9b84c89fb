//! Outages: what was given up is not lost, and what an owner asks for counts at once.

use chrono::TimeDelta;
use serde_json::{Value, json};
use yueli::{
    clock::ManualClock,
    commands::remind::{due, remind},
};

use super::{Hook, is_signed, start};
use crate::news::{act, moved};
use crate::support::{
    app::{TestApp, until},
    db::{TestDb, on_both},
    receiver::{Received, Receiver, Reply},
};

on_both!(
    what_was_given_up_in_an_outage_is_owed_again_by_missed,
    a_new_address_gets_what_was_given_up_at_the_old_one,
    a_new_address_ends_no_pause,
    a_reminder_hides_no_change_and_dies_at_the_start,
    a_pause_reaches_what_is_being_sent,
    what_is_no_longer_wanted_is_not_tried_again,
    a_receiver_that_answers_a_ping_with_gone_is_gone,
    who_rotates_twice_is_believed_with_any_secret_in_its_grace,
    what_was_not_tried_yet_stands_in_the_log,
);

/// One delivery that failed for good: all its tries, each a second after what was seen of the one before.
async fn given_up(app: &TestApp, clock: &ManualClock, hook: &Hook, receiver: &Receiver) {
    // The failures begin a moment after the job did.
    receiver.otherwise(Reply::Late(500));
    app.announced(json!({})).await;
    for tries in 1..=4 {
        receiver.wait_for(tries).await;
        clock.advance(TimeDelta::seconds(1));
        receiver.go_on();
        until(&format!("{tries} tries on record"), async || {
            let first = hook.deliveries(app).await.into_iter().next()?;
            let state = if tries == 4 { "failed" } else { "retrying" };
            (first["attempts"] == tries && first["state"] == state).then_some(())
        })
        .await;
        clock.advance(TimeDelta::seconds(20));
    }
}

async fn what_was_given_up_in_an_outage_is_owed_again_by_missed(db: TestDb) {
    let (app, clock) = start(db).await;
    let receiver = Receiver::start().await;
    let hook = Hook::of_partner(&app, &receiver).await;
    given_up(&app, &clock, &hook, &receiver).await;
    receiver.otherwise(Reply::Status(204));
    hook.post(&app, "/resume", json!({"replay": "missed"}))
        .await
        .expect(200);
    let told = receiver.wait_for(5).await;
    assert_eq!(told[4].header("webhook-id"), told[0].header("webhook-id"));
    assert_eq!(told[4].body, told[0].body);
}

async fn a_new_address_gets_what_was_given_up_at_the_old_one(db: TestDb) {
    let (app, clock) = start(db).await;
    let (old, new) = (Receiver::start().await, Receiver::start().await);
    let hook = Hook::of_partner(&app, &old).await;
    given_up(&app, &clock, &hook, &old).await;
    let patched = patch(&app, &hook, json!({"url": new.url()})).await;
    assert_eq!(patched["state"], "enabled");
    let told = new.wait_for(1).await;
    assert_eq!(
        told[0].header("webhook-id"),
        old.notices()[0].header("webhook-id")
    );
}

async fn patch(app: &TestApp, hook: &Hook, settings: Value) -> Value {
    let call = app.call(hyper::Method::PATCH, hook.path(""));
    let call = call.token(&hook.token).json(&settings);
    call.send().await.expect(200).json()
}

async fn a_new_address_ends_no_pause(db: TestDb) {
    let (app, _) = start(db).await;
    let (old, new, running) = (
        Receiver::start().await,
        Receiver::start().await,
        Receiver::start().await,
    );
    let hook = Hook::of_partner(&app, &old).await;
    Hook::of_partner(&app, &running).await;
    hook.post(&app, "/pause", json!({})).await.expect(200);
    app.announced(json!({})).await;
    // Through what is gone, too.
    old.otherwise(Reply::Status(410));
    let pinged = hook.post(&app, "/ping", json!({})).await.expect(200).json();
    assert_eq!(pinged["state"], "gone");
    new.script([Reply::Status(500)]);
    let patched = patch(&app, &hook, json!({"url": new.url()})).await;
    assert_eq!(patched["state"], "pending");
    let pinged = hook.post(&app, "/ping", json!({})).await.expect(200).json();
    assert_eq!(
        (&pinged["state"], &pinged["ping"]),
        (&json!("paused"), &json!("success"))
    );
    app.announced(json!({})).await;
    running.wait_for(2).await;
    assert_eq!(new.notices().len(), 0);
    hook.post(&app, "/resume", json!({})).await.expect(200);
    new.wait_for(2).await;
    assert_eq!(old.notices().len(), 0);
}

async fn remind_of_all(app: &TestApp) {
    let reminders = due(&app.services.catalogue.read(), app.services.now());
    for reminder in reminders {
        remind(&app.services, reminder).await.unwrap();
    }
}

async fn a_reminder_hides_no_change_and_dies_at_the_start(db: TestDb) {
    let (app, clock) = start(db).await;
    let receiver = Receiver::start().await;
    let hook = Hook::of_partner(&app, &receiver).await;
    hook.post(&app, "/pause", json!({})).await.expect(200);
    let kinds = |told: Vec<Received>| {
        let kinds: Vec<String> = told.iter().map(Received::kind).collect();
        kinds
    };
    let seen = app.announced(json!({})).await;
    act(&app, &seen, "reschedule", moved("2021-07-09")).await;
    let latest = json!({"replay": "latest_per_activity"});
    // The eve of it: the reminder is of use.
    clock.advance(TimeDelta::days(37));
    remind_of_all(&app).await;
    hook.post(&app, "/resume", latest.clone()).await.expect(200);
    let told = kinds(receiver.wait_for(2).await);
    assert_eq!(told, ["activity.rescheduled", "activity.reminder"]);
    // Two of them that wait until it began.
    hook.post(&app, "/pause", json!({})).await.expect(200);
    let when = json!({"precision": "minute", "starts_at": "2021-07-11T14:00:00+08:00"});
    app.announced(json!({ "when": when })).await;
    clock.advance(TimeDelta::days(2) + TimeDelta::hours(6));
    remind_of_all(&app).await;
    clock.advance(TimeDelta::days(3));
    hook.post(&app, "/resume", latest).await.expect(200);
    let when = json!({"precision": "day", "starts_on": "2021-09-01"});
    app.announced(json!({ "when": when })).await;
    let told = kinds(receiver.wait_for(4).await);
    assert_eq!(told[2..], ["activity.announced", "activity.announced"]);
}

async fn a_pause_reaches_what_is_being_sent(db: TestDb) {
    let (app, _) = start(db).await;
    let (receiver, running) = (Receiver::start().await, Receiver::start().await);
    let hook = Hook::of_partner(&app, &receiver).await;
    hook.post(&app, "/pause", json!({})).await.expect(200);
    for _ in 0..20 {
        app.announced(json!({})).await;
    }
    receiver.otherwise(Reply::Late(204));
    hook.post(&app, "/resume", json!({})).await.expect(200);
    receiver.wait_for(1).await;
    hook.post(&app, "/pause", json!({})).await.expect(200);
    receiver.go_on();
    // The second wave may have begun before the first one was written down.
    until("the first to be on record", async || {
        (hook.get(&app, "").await["cursor"] == 1).then_some(())
    })
    .await;
    until("the lease to be given back", async || {
        receiver.go_on();
        let found = yueli::store::endpoints::find(app.services.db.reader(), &hook.id).await;
        found.unwrap().unwrap().lease_owner.is_none().then_some(())
    })
    .await;
    Hook::of_partner(&app, &running).await;
    app.announced(json!({})).await;
    running.wait_for(1).await;
    let told = receiver.notices().len();
    assert!(
        told <= 3,
        "{told} of 20 arrived at an endpoint that was paused"
    );
    assert_eq!(hook.state(&app).await, "paused");
}

async fn what_is_no_longer_wanted_is_not_tried_again(db: TestDb) {
    let (app, clock) = start(db).await;
    let receiver = Receiver::start().await;
    let hook = Hook::of_partner(&app, &receiver).await;
    receiver.script([Reply::Status(500), Reply::Status(500)]);
    app.announced(json!({})).await;
    app.announced(json!({"districts": ["chaoyang"]})).await;
    until("two failures on record", async || {
        (hook.get(&app, "/stats").await["retrying"] == 2).then_some(())
    })
    .await;
    let selection = json!({"selection": {"district": ["chaoyang"]}});
    patch(&app, &hook, selection).await;
    clock.advance(TimeDelta::seconds(30));
    until("nothing to be tried again", async || {
        (hook.get(&app, "/stats").await["retrying"] == 0).then_some(())
    })
    .await;
    let told = receiver.notices();
    assert_eq!(told.len(), 3);
    assert_eq!(told[2].json()["data"]["position"], 2);
}

async fn a_receiver_that_answers_a_ping_with_gone_is_gone(db: TestDb) {
    let (app, _) = start(db).await;
    let (receiver, running) = (Receiver::start().await, Receiver::start().await);
    let hook = Hook::of_partner(&app, &receiver).await;
    Hook::of_partner(&app, &running).await;
    receiver.script([Reply::Status(410)]);
    let pinged = hook.post(&app, "/ping", json!({})).await.expect(200).json();
    assert_eq!(
        (&pinged["state"], &pinged["ping"]),
        (&json!("gone"), &json!("gone"))
    );
    app.announced(json!({})).await;
    running.wait_for(1).await;
    assert_eq!(receiver.notices().len(), 0);
}

async fn who_rotates_twice_is_believed_with_any_secret_in_its_grace(db: TestDb) {
    let (app, clock) = start(db).await;
    let receiver = Receiver::start().await;
    let hook = Hook::of_partner(&app, &receiver).await;
    let rotate = async |hours: i64| {
        let body = json!({"grace_hours": hours});
        let rotated = hook.post(&app, "/rotate", body).await.expect(200).json();
        rotated["secret"].as_str().unwrap().to_owned()
    };
    let second = rotate(24).await;
    let third = rotate(2).await;
    let signed = async |count: usize| {
        app.announced(json!({})).await;
        let told = receiver.wait_for(count).await.remove(count - 1);
        [&hook.secret, &second, &third].map(|secret| is_signed(&told, secret))
    };
    assert_eq!(signed(1).await, [true, true, true]);
    clock.advance(TimeDelta::hours(3));
    assert_eq!(
        signed(2).await,
        [true, false, true],
        "each has a grace of its own"
    );
    clock.advance(TimeDelta::hours(22));
    assert_eq!(signed(3).await, [false, false, true]);
}

async fn what_was_not_tried_yet_stands_in_the_log(db: TestDb) {
    let (app, _) = start(db).await;
    let receiver = Receiver::start().await;
    let hook = Hook::of_partner(&app, &receiver).await;
    app.announced(json!({})).await;
    let first = until("the delivery", async || {
        let deliveries = hook.deliveries(&app).await;
        deliveries.into_iter().find(|one| one["position"] == 1)
    })
    .await;
    hook.post(&app, "/pause", json!({})).await.expect(200);
    let path = format!(
        "/api/v1/deliveries/{}/redeliver",
        first["id"].as_str().unwrap()
    );
    let asked = app.post(&hook.token, path, &json!({})).send().await;
    let asked = asked.expect(202).json();
    let told = hook.deliveries(&app).await;
    assert_eq!(
        (&told[0]["id"], &told[0]["state"]),
        (&asked["id"], &json!("waiting"))
    );
    assert_eq!(told[0]["webhook_id"], first["webhook_id"]);
    assert_eq!(told[1]["id"], first["id"]);
    let one = hook.get(&app, "/deliveries?limit=1").await;
    assert_eq!(
        one["deliveries"][0]["id"], first["id"],
        "there is room for what was tried"
    );
    hook.post(&app, "/resume", json!({})).await.expect(200);
    receiver.wait_for(2).await;
}
