//! Who follows the news by the hub or the stream: told once, whichever instance is there.

use hyper::Method;

use super::{Pair, on_postgres};
use crate::{
    hub::{TOPIC, form, questions_and_feeds, subscriber},
    stream::Reader,
    support::{
        db::TestDb,
        http::until,
        process::Process,
        receiver::{Received, Receiver},
    },
};

on_postgres_alone!(subscribers_and_readers_go_on_at_the_other);

async fn subscribed(at: &Process, callback: &str) {
    let pairs = [
        ("mode", "subscribe"),
        ("topic", TOPIC),
        ("callback", callback),
    ];
    let call = at.call(Method::POST, "/feeds/hub");
    let call = call.bytes("application/x-www-form-urlencoded", form(&pairs));
    call.send().await.expect(202);
    until("a subscription", async || {
        let metrics = at.get("/metrics").await.text();
        metrics
            .contains("yueli_hub_confirmed_total 1\n")
            .then_some(())
    })
    .await;
}

async fn told(receiver: &Receiver, title: &str) -> Vec<Received> {
    until(title, async || {
        let (_, feeds) = questions_and_feeds(receiver);
        let last = String::from_utf8(feeds.last()?.body.to_vec()).unwrap();
        last.contains(title).then_some(feeds)
    })
    .await
}

async fn subscribers_and_readers_go_on_at_the_other(db: TestDb) {
    let pair = Pair::start(db).await;
    let receiver = subscriber().await;
    subscribed(&pair.two, &receiver.url()).await;
    let mut at_one = Reader::open(pair.one.address, "", None).await;
    let mut at_two = Reader::open(pair.two.address, "", None).await;
    for n in 1..=8 {
        let by = [&pair.one, &pair.two][n % 2];
        let title = format!("第{n}场路演");
        pair.announced(by, &title).await;
        let position = i64::try_from(n).unwrap();
        // Heard from one, and asked of the other before it may have heard of it.
        let other = [&pair.two, &pair.one][n % 2];
        let ahead = Reader::open(other.address, "", Some(position)).await;
        assert_eq!(ahead.id, Some(position));
        assert_eq!(at_one.positions(1).await, [position]);
        assert_eq!(at_two.positions(1).await, [position]);
        assert_eq!(told(&receiver, &title).await.len(), n, "told once each");
    }
    pair.one.kill();
    assert_eq!(at_one.event().await, None);
    let mut resumed = Reader::open(pair.two.address, "", at_one.id).await;
    for n in 9..=12 {
        let title = format!("第{n}场路演");
        pair.announced(&pair.two, &title).await;
        assert_eq!(resumed.positions(1).await, [n]);
        assert_eq!(at_two.positions(1).await, [n]);
    }
    let last = told(&receiver, "第12场路演").await.pop().unwrap();
    assert_eq!(last.body, pair.two.get("/feeds/zh/all.rss").await.body);
}
