//! The hub where something goes wrong: on our side, or at other subscribers.

use std::{sync::Arc, time::Duration};

use chrono::TimeDelta;
use entity::endpoint::{Column, Entity};
use sea_orm::{ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, Iterable, QueryFilter};
use serde_json::json;
use yueli::clock::{Clock, ManualClock};

use super::{
    TOPIC, ask, confirmed, is_signed, questions_and_feeds, subscribed, subscriber, subscriptions,
    told,
};
use crate::support::{
    app::{NOW, TestApp, at, until},
    db::{TestDb, on_both},
    receiver::{Receiver, Reply},
};
use crate::webhooks::{local, start};

on_both!(
    a_feed_that_cannot_be_made_is_told_once_it_can,
    what_was_confirmed_is_written_down_once_the_database_is_back,
    what_was_confirmed_and_cannot_be_written_down_is_denied_at_a_stop,
    whoever_is_one_too_many_is_told_so_and_nobody_else,
    a_slow_answer_to_an_older_request_undoes_nothing,
    callbacks_that_hang_hold_up_no_webhook,
);

async fn run(app: &TestApp, sql: &str) {
    let db = app.services.db.writer();
    db.execute_unprepared(sql).await.unwrap();
}

async fn a_feed_that_cannot_be_made_is_told_once_it_can(db: TestDb) {
    let (app, _) = start(db).await;
    let receiver = subscriber().await;
    subscribed(&app, TOPIC, &receiver.url(), &[]).await;
    app.announced(json!({})).await;
    told(&receiver, 1).await;
    let later = "REPLACE(NEW.document, '\"published_at\":\"2021', '\"published_at\":\"2099')";
    let spoil = match app.services.db.backend() {
        DbBackend::Postgres => format!(
            "CREATE FUNCTION spoil() RETURNS trigger AS $$ BEGIN NEW.document := {later}; RETURN NEW; END $$ \
             LANGUAGE plpgsql; CREATE TRIGGER spoil BEFORE INSERT ON notices FOR EACH ROW EXECUTE FUNCTION spoil()"
        ),
        _ => format!(
            "CREATE TRIGGER spoil AFTER INSERT ON notices BEGIN \
             UPDATE notices SET document = {later} WHERE position = NEW.position; END"
        ),
    };
    run(&app, &spoil).await;
    app.announced(json!({"title": {"zh": "第二场"}})).await;
    until("the subscriber's feed is refused", async || {
        let metrics = app.get("/metrics").await.text();
        metrics
            .contains("yueli_feeds_refused_total 1\n")
            .then_some(())
    })
    .await;
    let mend = "UPDATE notices SET document = REPLACE(document, '\"published_at\":\"2099', '\"published_at\":\"2021')";
    run(&app, mend).await;
    let db = app.stop().await;
    assert_eq!(
        questions_and_feeds(&receiver).1.len(),
        1,
        "the old one is no news"
    );
    let clock = Arc::new(ManualClock::new(at(NOW) + TimeDelta::minutes(1)));
    let _app = TestApp::start_with(db, clock as Arc<dyn Clock>, local).await;
    let feeds = told(&receiver, 2).await;
    let text = String::from_utf8_lossy(&feeds[1].body);
    assert!(text.contains("第二场"), "{text}");
}

async fn what_was_confirmed_is_written_down_once_the_database_is_back(db: TestDb) {
    let (app, _) = start(db).await;
    let receiver = subscriber().await;
    run(&app, "ALTER TABLE endpoints RENAME TO away").await;
    let url = receiver.url();
    let pairs = [
        ("mode", "subscribe"),
        ("topic", TOPIC),
        ("callback", url.as_str()),
    ];
    ask(&app, &pairs).await.expect(202);
    confirmed(&app, 1).await;
    // It is tried now, and a second later.
    tokio::time::sleep(Duration::from_millis(300)).await;
    run(&app, "ALTER TABLE away RENAME TO endpoints").await;
    until("the subscription", async || {
        (subscriptions(&app).await == 1).then_some(())
    })
    .await;
    assert_eq!(receiver.all().len(), 1, "it is asked once");
}

async fn what_was_confirmed_and_cannot_be_written_down_is_denied_at_a_stop(db: TestDb) {
    let (app, _) = start(db).await;
    let receiver = subscriber().await;
    run(&app, "ALTER TABLE endpoints RENAME TO away").await;
    let url = receiver.url();
    let pairs = [
        ("mode", "subscribe"),
        ("topic", TOPIC),
        ("callback", url.as_str()),
    ];
    ask(&app, &pairs).await.expect(202);
    confirmed(&app, 1).await;
    app.stop().await;
    let told = receiver.all().pop().unwrap().query;
    assert!(told.contains("hub.mode=denied"), "{told}");
}

async fn whoever_is_one_too_many_is_told_so_and_nobody_else(db: TestDb) {
    let (app, clock) = start(db).await;
    let receiver = subscriber().await;
    let url = receiver.url();
    subscribed(&app, TOPIC, &url, &[]).await;
    let columns: Vec<String> = Column::iter()
        .map(|column| sea_orm::IdenStatic::as_str(&column).to_owned())
        .collect();
    let values = columns.iter().map(|column| match column.as_str() {
        "id" => "'ep_' || i".to_owned(),
        "url" => "url || '/' || i".to_owned(),
        other => other.to_owned(),
    });
    let fill = format!(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 99999) \
         INSERT INTO endpoints ({}) SELECT {} FROM endpoints, n",
        columns.join(", "),
        values.collect::<Vec<_>>().join(", ")
    );
    run(&app, &fill).await;
    assert_eq!(subscriptions(&app).await, 100_000);
    let newcomer = subscriber().await;
    let another = newcomer.url();
    let asked = |callback| {
        [
            ("mode", "subscribe"),
            ("topic", TOPIC),
            ("callback", callback),
        ]
    };
    ask(&app, &asked(another.as_str())).await.expect(202);
    let denied = until("the denial", async || {
        let all = newcomer.all().into_iter();
        all.map(|received| received.query)
            .find(|query| query.contains("hub.mode=denied"))
    })
    .await;
    assert!(
        denied.contains("hub.topic=https%3A%2F%2Fyueli.example%2Ffeeds%2Fzh%2Fall.rss"),
        "{denied}"
    );
    assert!(
        denied.contains("hub.reason=") && denied.contains("100000"),
        "{denied}"
    );
    ask(&app, &asked(url.as_str())).await.expect(202);
    until("the renewal", async || {
        let found = Entity::find().filter(Column::Url.eq(&url));
        let row = found.one(app.services.db.reader()).await.unwrap();
        row.is_some_and(|row| row.version == 2).then_some(())
    })
    .await;
    assert!(receiver.all().iter().all(|it| !it.query.contains("denied")));
    // Leases that are over take nobody's place.
    clock.advance(TimeDelta::days(11));
    ask(&app, &asked(another.as_str())).await.expect(202);
    until("room", async || {
        (subscriptions(&app).await == 1).then_some(())
    })
    .await;
}

async fn a_slow_answer_to_an_older_request_undoes_nothing(db: TestDb) {
    let (app, _) = start(db).await;
    let receiver = subscriber().await;
    receiver.script([Reply::LateEcho]);
    let url = receiver.url();
    let with = |secret| {
        [
            ("mode", "subscribe"),
            ("topic", TOPIC),
            ("callback", url.as_str()),
            ("secret", secret),
        ]
    };
    ask(&app, &with("first")).await.expect(202);
    until("the first question", async || {
        (receiver.all().len() == 1).then_some(())
    })
    .await;
    ask(&app, &with("second")).await.expect(202);
    until("the subscription", async || {
        (subscriptions(&app).await == 1).then_some(())
    })
    .await;
    receiver.go_on();
    confirmed(&app, 2).await;
    app.announced(json!({})).await;
    assert!(is_signed(&told(&receiver, 1).await[0], "second"));
    let row = Entity::find().one(app.services.db.reader()).await.unwrap();
    assert_eq!(row.unwrap().version, 1);
}

async fn callbacks_that_hang_hold_up_no_webhook(db: TestDb) {
    let clock = Arc::new(ManualClock::new(at(NOW)));
    let app = TestApp::start_with(db, clock as Arc<dyn Clock>, |settings| {
        local(settings);
        settings.webhooks.concurrency = 2;
        settings.webhooks.timeout = Duration::from_secs(6);
    })
    .await;
    let hanging = subscriber().await;
    for number in 0..8 {
        let url = format!("{}/{number}", hanging.url());
        subscribed(&app, TOPIC, &url, &[]).await;
    }
    let partner = Receiver::start().await;
    app.post(
        &app.tokens.partner,
        "/api/v1/webhooks",
        &json!({"url": partner.url()}),
    )
    .send()
    .await
    .expect(201);
    hanging.otherwise(Reply::Hang);
    app.announced(json!({})).await;
    partner.wait_for(1).await;
    // The slots are taken by now, and those after it have none.
    told(&hanging, 2).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    app.announced(json!({})).await;
    partner.wait_for(2).await;
    assert_eq!(questions_and_feeds(&hanging).1.len(), 2);
}
