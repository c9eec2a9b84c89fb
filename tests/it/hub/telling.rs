//! Telling subscribers: what they are sent, when, and when no more.

use chrono::TimeDelta;
use serde_json::json;

use super::{
    TOPIC, ask, confirmed, is_signed, questions_and_feeds, settled, subscribed, subscriber,
    subscriptions, told, written,
};
use crate::news::{act, moved};
use crate::support::{
    app::{Draft, until},
    db::{TestDb, on_both},
    receiver::Reply,
};
use crate::webhooks::start;

on_both!(
    a_subscriber_is_sent_the_feed_as_it_is,
    what_does_not_concern_the_topic_is_not_told,
    a_failed_try_is_made_again_with_the_feed_as_it_is_then,
    a_lease_that_is_over_ends_it,
    who_is_gone_is_asked_no_more,
    a_new_secret_signs_once_it_is_confirmed,
    subscriptions_outlive_a_restart,
    who_asks_again_while_a_try_is_under_way_stays_subscribed,
    whoever_follows_what_was_replaced_is_told_that_it_ended,
);

async fn a_subscriber_is_sent_the_feed_as_it_is(db: TestDb) {
    let (app, _) = start(db).await;
    let receiver = subscriber().await;
    let topics = [
        "zh/all.rss",
        "en/district/haidian.atom",
        "zh/all.json?notice=announced",
    ];
    for topic in topics {
        let url = format!("{}/{}", receiver.url(), topic.len());
        let topic = format!("https://yueli.example/feeds/{topic}");
        subscribed(&app, &topic, &url, &[("secret", "s3cret")]).await;
    }
    app.announced(json!({})).await;
    let feeds = told(&receiver, 3).await;
    for topic in topics {
        let path = format!("/hook/{}", topic.len());
        let feed = feeds.iter().find(|feed| feed.path == path).unwrap();
        let own = app.get(format!("/feeds/{topic}")).await.expect(200);
        assert_eq!(feed.body, own.body);
        assert_eq!(feed.header("content-type"), own.header("content-type"));
        let link = format!(
            "<https://yueli.example/feeds/hub>; rel=\"hub\", <https://yueli.example/feeds/{topic}>; rel=\"self\""
        );
        assert_eq!(feed.header("link"), link);
        assert_eq!(own.header("link"), link);
        assert!(is_signed(feed, "s3cret"));
        let text = own.text();
        assert!(text.contains("https://yueli.example/feeds/hub"), "{text}");
    }
    settled(&app).await;
    assert_eq!(questions_and_feeds(&receiver).1.len(), 3);
    let calendar = app.get("/feeds/zh/all.ics").await.expect(200);
    assert_eq!(calendar.headers.get("link"), None);
}

async fn what_does_not_concern_the_topic_is_not_told(db: TestDb) {
    let (app, _) = start(db).await;
    let receiver = subscriber().await;
    let topic = "https://yueli.example/feeds/zh/district/yanqing.rss";
    subscribed(&app, topic, &receiver.url(), &[]).await;
    app.announced(json!({})).await;
    let file = json!({"format": "yueli/1", "activities": [{
        "edition": 2021, "strand": "year_round", "title": {"zh": "往事"}, "districts": ["yanqing"],
        "when": {"precision": "day", "starts_on": "2021-02-01"},
        "history": [{"action": "announce", "at": "2021-01-10"}],
    }]});
    app.call(hyper::Method::POST, "/api/v1/imports?as=history")
        .token(&app.tokens.office)
        .json(&file)
        .send()
        .await
        .expect(200);
    settled(&app).await;
    assert_eq!(questions_and_feeds(&receiver).1.len(), 0);
    app.announced(json!({"districts": ["yanqing"]})).await;
    let feeds = told(&receiver, 1).await;
    assert_eq!(feeds[0].header("x-hub-signature"), "");
}

async fn a_failed_try_is_made_again_with_the_feed_as_it_is_then(db: TestDb) {
    let (app, clock) = start(db).await;
    let receiver = subscriber().await;
    subscribed(&app, TOPIC, &receiver.url(), &[]).await;
    let url = receiver.url();
    receiver.script([Reply::Status(500), Reply::Header(307, "location", url)]);
    let seen = app.announced(json!({})).await;
    told(&receiver, 1).await;
    act(&app, &seen, "reschedule", moved("2021-07-20")).await;
    for tries in 2..=3 {
        until("another try", async || {
            clock.advance(TimeDelta::seconds(5));
            (questions_and_feeds(&receiver).1.len() >= tries).then_some(())
        })
        .await;
    }
    settled(&app).await;
    let (_, feeds) = questions_and_feeds(&receiver);
    let items = |text: &[u8]| String::from_utf8_lossy(text).matches("<item>").count();
    let counts: Vec<usize> = feeds.iter().map(|feed| items(&feed.body)).collect();
    assert_eq!(counts, [1, 2, 2]);
}

async fn a_lease_that_is_over_ends_it(db: TestDb) {
    let (app, clock) = start(db).await;
    let receiver = subscriber().await;
    subscribed(&app, TOPIC, &receiver.url(), &[("lease_seconds", "7200")]).await;
    clock.advance(TimeDelta::seconds(7_199));
    app.announced(json!({})).await;
    told(&receiver, 1).await;
    settled(&app).await;
    clock.advance(TimeDelta::seconds(1));
    app.announced(json!({})).await;
    // Somebody else is told: the engine was there.
    let other = subscriber().await;
    subscribed(&app, TOPIC, &other.url(), &[]).await;
    app.announced(json!({})).await;
    told(&other, 1).await;
    assert_eq!(questions_and_feeds(&receiver).1.len(), 1);
    let gone = yueli::store::pruning::subscriptions(app.services.db.writer(), app.services.now());
    assert_eq!(gone.await.unwrap(), 1);
    assert_eq!(subscriptions(&app).await, 1);
}

async fn who_is_gone_is_asked_no_more(db: TestDb) {
    let (app, clock) = start(db).await;
    let receiver = subscriber().await;
    subscribed(&app, TOPIC, &receiver.url(), &[]).await;
    receiver.script([Reply::Status(410)]);
    app.announced(json!({})).await;
    told(&receiver, 1).await;
    let prune = async || {
        let db = app.services.db.writer();
        let pruned = yueli::store::pruning::subscriptions(db, app.services.now());
        (pruned.await.unwrap() == 1).then_some(())
    };
    until("the subscription's end", prune).await;
    clock.advance(TimeDelta::days(1));
    app.announced(json!({})).await;
    let other = subscriber().await;
    subscribed(&app, TOPIC, &other.url(), &[]).await;
    app.announced(json!({})).await;
    told(&other, 1).await;
    assert_eq!(questions_and_feeds(&receiver).1.len(), 1);
}

async fn a_new_secret_signs_once_it_is_confirmed(db: TestDb) {
    let (app, _) = start(db).await;
    let receiver = subscriber().await;
    let url = receiver.url();
    subscribed(&app, TOPIC, &url, &[("secret", "first")]).await;
    let seen = app.announced(json!({})).await;
    assert!(is_signed(&told(&receiver, 1).await[0], "first"));
    settled(&app).await;
    let again = [
        ("mode", "subscribe"),
        ("topic", TOPIC),
        ("callback", url.as_str()),
        ("secret", "second"),
    ];
    ask(&app, &again).await.expect(202);
    confirmed(&app, 2).await;
    until("the new secret", async || {
        use sea_orm::EntityTrait;
        let found = entity::endpoint::Entity::find().one(app.services.db.reader());
        let written = found.await.unwrap().unwrap().secret;
        let secret = app.services.vault.open(&written).unwrap();
        (secret == "second").then_some(())
    })
    .await;
    let _: Draft = act(&app, &seen, "cancel", json!({})).await;
    let feeds = told(&receiver, 2).await;
    assert!(is_signed(&feeds[1], "second"));
    assert_eq!(subscriptions(&app).await, 1);
}

async fn subscriptions_outlive_a_restart(db: TestDb) {
    let (app, _) = start(db).await;
    let receiver = subscriber().await;
    subscribed(&app, TOPIC, &receiver.url(), &[("secret", "kept")]).await;
    let (app, _) = start(app.stop().await).await;
    app.announced(json!({})).await;
    assert!(is_signed(&told(&receiver, 1).await[0], "kept"));
}

async fn who_asks_again_while_a_try_is_under_way_stays_subscribed(db: TestDb) {
    let (app, _) = start(db).await;
    let receiver = subscriber().await;
    let url = receiver.url();
    subscribed(&app, TOPIC, &url, &[]).await;
    receiver.script([Reply::Late(410)]);
    app.announced(json!({})).await;
    told(&receiver, 1).await;
    ask(
        &app,
        &[("mode", "subscribe"), ("topic", TOPIC), ("callback", &url)],
    )
    .await
    .expect(202);
    confirmed(&app, 2).await;
    written(&app, 2).await;
    receiver.go_on();
    app.announced(json!({})).await;
    told(&receiver, 2).await;
    settled(&app).await;
}

async fn whoever_follows_what_was_replaced_is_told_that_it_ended(db: TestDb) {
    let (app, _) = start(db).await;
    let receiver = subscriber().await;
    let [old, new] = [
        app.announced(json!({})).await,
        app.announced(json!({})).await,
    ];
    let topic = format!("https://yueli.example/feeds/zh/activity/{}.rss", old.id);
    subscribed(&app, &topic, &receiver.url(), &[]).await;
    let body = json!({"reason": {"code": "merge"}, "replaced_by": new.id});
    act(&app, &old, "withdraw", body).await;
    settled(&app).await;
    let (questions, feeds) = questions_and_feeds(&receiver);
    let denied = url::form_urlencoded::parse(questions.last().unwrap().query.as_bytes());
    let denied: Vec<_> = denied.into_owned().collect();
    let reason = format!("the activity was withdrawn; {} replaces it", new.id);
    let told = [
        ("hub.mode", "denied"),
        ("hub.topic", &topic),
        ("hub.reason", &reason),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(denied, told);
    assert_eq!(feeds.len(), 0);
    let gone = yueli::store::pruning::subscriptions(app.services.db.writer(), app.services.now());
    assert_eq!(gone.await.unwrap(), 1);
}
