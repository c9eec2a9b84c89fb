//! The hub, with a subscriber on this machine, on both databases.

mod asking;
mod hindered;
mod telling;

use yueli::deliver::sign::hub_signature;

use crate::support::{
    app::{TestApp, until},
    http::Answer,
    receiver::{Received, Receiver, Reply},
};

pub(crate) const TOPIC: &str = "https://yueli.example/feeds/zh/all.rss";

pub(crate) fn form(pairs: &[(&str, &str)]) -> String {
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in pairs {
        form.append_pair(&format!("hub.{name}"), value);
    }
    form.finish()
}

/// Asks the hub.
async fn ask(app: &TestApp, pairs: &[(&str, &str)]) -> Answer {
    app.call(hyper::Method::POST, "/feeds/hub")
        .bytes("application/x-www-form-urlencoded", form(pairs))
        .send()
        .await
}

/// A subscriber that confirms whatever it is asked.
pub(crate) async fn subscriber() -> Receiver {
    let receiver = Receiver::start().await;
    receiver.otherwise(Reply::Echo);
    receiver
}

/// What came to a subscriber: the hub's questions, and feeds.
pub(crate) fn questions_and_feeds(receiver: &Receiver) -> (Vec<Received>, Vec<Received>) {
    let all = receiver.all().into_iter();
    all.partition(|received| received.query.contains("hub.mode="))
}

/// Waits for so many confirmed requests in all.
async fn confirmed(app: &TestApp, count: usize) {
    until(&format!("{count} confirmed"), async || {
        let metrics = app.get("/metrics").await.expect(200).text();
        let line = format!("yueli_hub_confirmed_total {count}\n");
        metrics.contains(&line).then_some(())
    })
    .await;
}

/// Subscribes, and waits until it is done.
async fn subscribed(app: &TestApp, topic: &str, callback: &str, more: &[(&str, &str)]) {
    let before = subscriptions(app).await;
    let mut pairs = vec![
        ("mode", "subscribe"),
        ("topic", topic),
        ("callback", callback),
    ];
    pairs.extend(more);
    ask(app, &pairs).await.expect(202);
    until("a subscription", async || {
        (subscriptions(app).await > before).then_some(())
    })
    .await;
}

/// Waits until the one subscription was written so often.
async fn written(app: &TestApp, times: i64) {
    use sea_orm::EntityTrait;
    until(
        &format!("the subscription to be written {times} times"),
        async || {
            let found = entity::endpoint::Entity::find().one(app.services.db.reader());
            (found.await.unwrap()?.version == times).then_some(())
        },
    )
    .await;
}

async fn subscriptions(app: &TestApp) -> u64 {
    let db = app.services.db.reader();
    yueli::store::subscriptions::count(db, app.services.now())
        .await
        .unwrap()
}

/// Waits for so many feeds.
async fn told(receiver: &Receiver, count: usize) -> Vec<Received> {
    until(&format!("{count} feeds at the subscriber"), async || {
        let (_, feeds) = questions_and_feeds(receiver);
        (feeds.len() >= count).then_some(feeds)
    })
    .await
}

fn is_signed(received: &Received, secret: &str) -> bool {
    let signature = hub_signature(secret, &received.body).unwrap_or_default();
    received.header("x-hub-signature") == signature
}

/// Waits until the engine has nothing left to look at: every subscription stands at the log's head.
async fn settled(app: &TestApp) {
    use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
    let head = app.head().await;
    until("all subscriptions at the head", async || {
        let behind = entity::endpoint::Entity::find()
            .filter(entity::endpoint::Column::Topic.is_not_null())
            .filter(entity::endpoint::Column::Cursor.lt(head))
            .one(app.services.db.reader());
        behind.await.unwrap().is_none().then_some(())
    })
    .await;
}
