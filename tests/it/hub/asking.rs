//! Asking the hub: what is refused, and that nothing happens without the callback's word.

use serde_json::json;

use super::{
    TOPIC, ask, form, questions_and_feeds, subscribed, subscriber, subscriptions, told, written,
};
use crate::support::{
    app::until,
    db::{TestDb, on_both},
    http::pointers,
    receiver::{Receiver, Reply},
};
use crate::webhooks::start;

on_both!(
    a_callback_is_asked_before_it_is_subscribed,
    without_the_challenge_nothing_changes,
    what_cannot_be_is_refused_by_name,
    a_subscription_is_no_webhook,
    who_asks_while_too_many_are_asked_back_is_told_to_come_again,
);

async fn a_callback_is_asked_before_it_is_subscribed(db: TestDb) {
    let (app, _) = start(db).await;
    let receiver = subscriber().await;
    let callback = format!("{}?who=a%20b&c=%2C", receiver.url());
    for (asked, (given, granted)) in (1..).zip([("60", "3600"), ("99999999", "2592000")]) {
        ask(
            &app,
            &[
                ("mode", "subscribe"),
                ("topic", TOPIC),
                ("callback", &callback),
                ("lease_seconds", given),
            ],
        )
        .await
        .expect(202);
        // Written down before the next one is asked for: of two under way the later one alone need be.
        written(&app, asked).await;
        let (questions, _) = questions_and_feeds(&receiver);
        let query = &questions.last().unwrap().query;
        let own = "who=a%20b&c=%2C&hub.mode=subscribe&hub.topic=";
        assert!(query.starts_with(own), "{query}");
        let topic =
            url::form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "hub.topic");
        assert_eq!(topic.unwrap().1, TOPIC);
        assert!(
            query.ends_with(&format!("&hub.lease_seconds={granted}")),
            "{query}"
        );
    }
    assert_eq!(subscriptions(&app).await, 1);
    ask(
        &app,
        &[
            ("mode", "unsubscribe"),
            ("topic", TOPIC),
            ("callback", &callback),
        ],
    )
    .await
    .expect(202);
    until("no subscription", async || {
        (subscriptions(&app).await == 0).then_some(())
    })
    .await;
    let query = questions_and_feeds(&receiver).0.pop().unwrap().query;
    assert!(
        query.contains("hub.mode=unsubscribe") && !query.contains("lease"),
        "{query}"
    );
}

async fn without_the_challenge_nothing_changes(db: TestDb) {
    let (app, _) = start(db).await;
    let receiver = subscriber().await;
    subscribed(&app, TOPIC, &receiver.url(), &[("secret", "first")]).await;
    let refusals = [
        Reply::Status(404),
        Reply::Status(204),
        Reply::Text(200, "something else".to_owned()),
        Reply::Header(302, "location", receiver.url()),
    ];
    for (count, refusal) in (1..).zip(refusals) {
        receiver.script([refusal]);
        let mode = if count % 2 == 0 {
            "unsubscribe"
        } else {
            "subscribe"
        };
        let secret = ("secret", "second");
        let url = receiver.url();
        ask(
            &app,
            &[("mode", mode), ("topic", TOPIC), ("callback", &url), secret],
        )
        .await
        .expect(202);
        until(&format!("{count} refusals"), async || {
            let metrics = app.get("/metrics").await.text();
            let line = format!("yueli_hub_unconfirmed_total {count}\n");
            metrics.contains(&line).then_some(())
        })
        .await;
    }
    app.announced(json!({})).await;
    let feeds = told(&receiver, 1).await;
    assert!(super::is_signed(&feeds[0], "first"));
}

async fn what_cannot_be_is_refused_by_name(db: TestDb) {
    let (app, _) = start(db).await;
    let canary = Receiver::on([127, 0, 0, 1]).await;
    let receiver = subscriber().await;
    let own = receiver.url();
    let fine = [
        ("mode", "subscribe"),
        ("topic", TOPIC),
        ("callback", own.as_str()),
    ];
    let inside = format!("http://127.0.0.1:{}/", canary.port());
    let long = "x".repeat(200);
    let fragment = format!("{own}#a");
    let nowhere = "https://nowhere.invalid/#a";
    let at = |path: &str| format!("https://yueli.example/feeds/{path}");
    let topics = [
        "https://elsewhere.example/feeds/zh/all.rss".to_owned(),
        at("zh/all.ics"),
        at("zh/feeds.opml"),
        at("zh/archive/2021-06.rss"),
        at("zh/nothing.rss"),
        at("zh/series/nobody.rss"),
        at("zh/all.rss?district=pudong"),
        at("zh/all.rss?notice=cancelled,rescheduled"),
        at("zh/all.rss?district=haidian%2Cyanqing"),
    ];
    let mut cases = vec![
        ("mode", "publish", "hub.mode"),
        ("mode", "", "hub.mode"),
        ("topic", "", "hub.topic"),
        ("callback", "", "hub.callback"),
        ("callback", "ftp://a.example/", "hub.callback"),
        ("callback", "somewhere", "hub.callback"),
        ("callback", &inside, "hub.callback"),
        ("callback", &fragment, "hub.callback"),
        ("callback", nowhere, "hub.callback"),
        ("secret", &long, "hub.secret"),
        ("lease_seconds", "abc", "hub.lease_seconds"),
    ];
    cases.extend(
        topics
            .iter()
            .map(|topic| ("topic", topic.as_str(), "hub.topic")),
    );
    for (name, value, pointer) in cases {
        let mut pairs: Vec<_> = fine.iter().copied().filter(|(it, _)| *it != name).collect();
        pairs.push((name, value));
        let refused = ask(&app, &pairs).await;
        let problem = refused.problem(400, "invalid-parameter");
        assert_eq!(pointers(&problem), [pointer], "{name}={value}");
    }
    let canonical = ask(&app, &[fine[0], ("topic", &topics[7]), fine[2]]).await;
    assert!(
        canonical.text().contains("?notice=rescheduled,cancelled"),
        "{}",
        canonical.text()
    );
    app.call(hyper::Method::POST, "/feeds/hub")
        .json(&json!({"hub.mode": "subscribe"}))
        .send()
        .await
        .expect(415);
    app.get("/feeds/hub").await.expect(405);
    let empty = form(&[]);
    assert_eq!(empty, "");
    assert_eq!(receiver.all().len() + canary.all().len(), 0);
}

async fn a_subscription_is_no_webhook(db: TestDb) {
    let (app, _) = start(db).await;
    let receiver = subscriber().await;
    subscribed(&app, TOPIC, &receiver.url(), &[]).await;
    let listed = app
        .call(hyper::Method::GET, "/api/v1/webhooks")
        .token(&app.tokens.admin)
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!(listed["webhooks"], json!([]));
    use sea_orm::EntityTrait;
    let row = entity::endpoint::Entity::find()
        .one(app.services.db.reader())
        .await
        .unwrap()
        .unwrap();
    for end in ["", "/deliveries", "/stats"] {
        app.call(
            hyper::Method::GET,
            format!("/api/v1/webhooks/{}{end}", row.id),
        )
        .token(&app.tokens.admin)
        .send()
        .await
        .expect(404);
    }
    app.call(
        hyper::Method::DELETE,
        format!("/api/v1/webhooks/{}", row.id),
    )
    .token(&app.tokens.admin)
    .send()
    .await
    .expect(404);
    assert_eq!(subscriptions(&app).await, 1);
}

async fn who_asks_while_too_many_are_asked_back_is_told_to_come_again(db: TestDb) {
    let (app, _) = start(db).await;
    let receiver = Receiver::start().await;
    receiver.otherwise(Reply::Hang);
    let pairs = [
        ("mode", "subscribe"),
        ("topic", TOPIC),
        ("callback", &receiver.url()),
    ];
    for _ in 0..64 {
        ask(&app, &pairs).await.expect(202);
    }
    let busy = ask(&app, &pairs).await;
    assert_eq!(busy.header("retry-after"), "5");
    assert!(busy.expect(503).text().contains("busy"));
}
