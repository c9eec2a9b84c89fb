//! Secrets in the database.

use std::sync::Arc;

use entity::endpoint;
use sea_orm::{ActiveModelTrait as _, ActiveValue::Set, EntityTrait as _, IntoActiveModel as _};
use serde_json::json;
use yueli::{
    clock::{Clock, ManualClock},
    vault::Key,
};

use super::{Hook, is_signed, local};
use crate::support::{
    app::{NOW, TestApp, at, until},
    db::{TestDb, on_both},
    receiver::{Receiver, Reply},
};

on_both!(
    no_secret_stands_in_the_database_as_it_is,
    a_new_key_takes_the_place_of_the_old_one,
    without_its_key_nothing_is_sent_and_nothing_lost,
    what_was_written_before_there_was_a_key_is_sealed,
    a_robots_address_is_sealed_anew_with_its_secret,
);

async fn start(db: TestDb, keys: &[&Key]) -> TestApp {
    let clock = Arc::new(ManualClock::new(at(NOW))) as Arc<dyn Clock>;
    TestApp::start_with(db, clock, |settings| {
        local(settings);
        settings.secrets.keys = keys.iter().copied().cloned().collect();
    })
    .await
}

async fn rows(app: &TestApp) -> Vec<endpoint::Model> {
    let db = app.services.db.reader();
    endpoint::Entity::find().all(db).await.unwrap()
}

async fn no_secret_stands_in_the_database_as_it_is(db: TestDb) {
    let key = Key::random();
    let app = start(db, &[&key]).await;
    let receiver = Receiver::start().await;
    let hook = Hook::of_partner(&app, &receiver).await;
    let answer = hook.post(&app, "/rotate", json!({})).await.expect(200);
    let rotated = answer.json()["secret"].as_str().unwrap().to_owned();
    let robot = json!({"format": "dingtalk", "secret": "SECabc"});
    let url = format!("{}?access_token=TOPSECRET", receiver.url());
    Hook::create(&app, &app.tokens.partner, &url, robot).await;
    let text = format!("{:?}", rows(&app).await);
    for secret in [&hook.secret, &rotated, "whsec_", "SECabc", "TOPSECRET"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
    let columns: Vec<_> = text.matches("sealed1:").collect();
    assert_eq!(
        columns.len(),
        4,
        "two secrets of one, secret and address of the other"
    );
    app.announced(json!({})).await;
    let arrived = until("the message", async || {
        let all = receiver.all().into_iter();
        all.filter(|message| message.header("x-trigger") == "auto")
            .last()
    })
    .await;
    assert!(is_signed(&arrived, &rotated) && is_signed(&arrived, &hook.secret));
}

async fn a_new_key_takes_the_place_of_the_old_one(db: TestDb) {
    let (old, new) = (Key::random(), Key::random());
    let receiver = Receiver::start().await;
    let app = start(db, &[&old]).await;
    let hook = Hook::of_partner(&app, &receiver).await;
    let before = rows(&app).await.remove(0).secret;
    let app = start(app.stop().await, &[&new, &old]).await;
    let sealed = rows(&app).await.remove(0).secret;
    assert_ne!(sealed[..16], before[..16], "by another key");
    let app = start(app.stop().await, &[&new]).await;
    app.announced(json!({})).await;
    assert!(is_signed(&receiver.wait_for(1).await[0], &hook.secret));
}

async fn without_its_key_nothing_is_sent_and_nothing_lost(db: TestDb) {
    let (right, wrong) = (Key::random(), Key::random());
    let receiver = Receiver::start().await;
    let app = start(db, &[&right]).await;
    let hook = Hook::of_partner(&app, &receiver).await;
    let app = start(app.stop().await, &[&wrong]).await;
    app.announced(json!({})).await;
    until("the attempt to serve it", async || {
        rows(&app).await.remove(0).held_until.map(|_| ())
    })
    .await;
    assert_eq!(receiver.notices().len(), 0);
    let ping = hook.post(&app, "/ping", json!({})).await;
    ping.problem(409, "conflict");
    let db = app.stop().await;
    let clock = Arc::new(ManualClock::new(at(NOW)));
    clock.advance(chrono::TimeDelta::minutes(1));
    let app = TestApp::start_with(db, clock, |settings| {
        local(settings);
        settings.secrets.keys = vec![wrong, right];
    })
    .await;
    assert!(is_signed(&receiver.wait_for(1).await[0], &hook.secret));
    drop(app);
}

async fn what_was_written_before_there_was_a_key_is_sealed(db: TestDb) {
    let key = Key::random();
    let receiver = Receiver::start().await;
    let app = start(db, &[&key]).await;
    let hook = Hook::of_partner(&app, &receiver).await;
    let mut row = rows(&app).await.remove(0).into_active_model();
    row.secret = Set(hook.secret.clone());
    row.update(app.services.db.writer()).await.unwrap();
    let app = start(app.stop().await, &[&key]).await;
    assert!(rows(&app).await.remove(0).secret.starts_with("sealed1:"));
    app.announced(json!({})).await;
    assert!(is_signed(&receiver.wait_for(1).await[0], &hook.secret));
}

async fn a_robots_address_is_sealed_anew_with_its_secret(db: TestDb) {
    let (old, new) = (Key::random(), Key::random());
    let robot = Receiver::start().await;
    robot.otherwise(Reply::Text(200, r#"{"errcode":0}"#.to_owned()));
    let app = start(db, &[&old]).await;
    let format = json!({"format": "wecom"});
    Hook::create(&app, &app.tokens.partner, &robot.url(), format).await;
    // As it stood there before there was a key.
    let mut row = rows(&app).await.remove(0).into_active_model();
    row.url = Set(robot.url());
    row.update(app.services.db.writer()).await.unwrap();
    let mut app = start(app.stop().await, &[&old]).await;
    let mut seals = Vec::new();
    for keys in [&[&new, &old][..], &[&new]] {
        seals.push(rows(&app).await.remove(0).url);
        app = start(app.stop().await, keys).await;
    }
    seals.push(rows(&app).await.remove(0).url);
    assert!(
        seals.iter().all(|url| url.starts_with("sealed1:")),
        "{seals:?}"
    );
    assert_ne!(seals[0][..16], seals[1][..16], "by another key");
    assert_eq!(seals[1], seals[2]);
    app.announced(json!({})).await;
    until("the card", async || (robot.all().len() == 2).then_some(())).await;
}
