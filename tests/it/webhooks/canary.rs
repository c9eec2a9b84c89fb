//! Nobody is made to knock at a private address, however it is spelled, led to or passed on.
//!
//! The real program as a process, since proxies are variables of one. Whoever connects to the canary, and sends nothing
//! at all, is counted.

use std::{
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use hyper::Method;
use serde_json::{Value, json};
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

use super::house::House;
use crate::support::{
    app::until,
    db::{TestDb, on_both},
    http::pointers,
    names::Names,
    receiver::{Receiver, Reply},
};

on_both!(nobody_knocks_at_a_private_address);

const INSIDE: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 1);
const ALLOWED: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);

/// Ways to write 127.0.0.1, or what leads to it.
const SPELLINGS: [&str; 22] = [
    "127.0.0.1",
    "127.1",
    "127.0.1",
    "2130706433",
    "0x7f000001",
    "0x7f.1",
    "0177.0.0.1",
    "017700000001",
    "127.0.0.1.",
    "%31%32%37.0.0.1",
    "１２７.０.０.１",
    "127。0。0。1",
    "0",
    "0.0.0.0",
    "[::1]",
    "[::]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[2002:7f00:1::]",
    "localhost",
];

/// A listener that only counts.
struct Canary {
    port: u16,
    knocks: Arc<AtomicUsize>,
    listening: JoinHandle<()>,
}

impl Canary {
    async fn start() -> Self {
        let listener = TcpListener::bind((INSIDE, 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let knocks = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&knocks);
        let listening = tokio::spawn(async move {
            while listener.accept().await.is_ok() {
                counted.fetch_add(1, Ordering::SeqCst);
            }
        });
        Self {
            port,
            knocks,
            listening,
        }
    }
}

impl Drop for Canary {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

/// The program behind proxies that lead to the canary.
fn start(db: &TestDb, name: &str, names: &Names, canary: &Canary, allowed: &str) -> House {
    let proxy = format!("http://127.0.0.1:{}", canary.port);
    let names = names.address.to_string();
    let mut env = vec![
        ("YUELI_WEBHOOKS__ALLOW_CIDRS", allowed),
        ("YUELI_WEBHOOKS__NAMESERVERS", &names),
    ];
    let variables = [
        "HTTP_PROXY",
        "http_proxy",
        "HTTPS_PROXY",
        "https_proxy",
        "ALL_PROXY",
        "all_proxy",
    ];
    env.extend(variables.map(|name| (name, proxy.as_str())));
    House::start(db, name, &env)
}

/// The codes of an endpoint's deliveries, once there are so many and none is under way.
async fn outcomes(house: &House, hook: &str, count: usize) -> Vec<String> {
    until("deliveries that are over", async || {
        let told = house.deliveries(hook).await;
        let over = told.iter().all(|one| one["state"] != "retrying");
        let outcome = |one: &Value| one["outcome"].as_str().unwrap().to_owned();
        (over && told.len() == count).then(|| told.iter().map(outcome).collect())
    })
    .await
}

async fn nobody_knocks_at_a_private_address(db: TestDb) {
    let canary = Canary::start().await;
    let names = Names::start(ALLOWED).await;
    let (good, named) = (Receiver::start().await, Receiver::start().await);
    // It is allowed at first, and no longer after a restart.
    let closed = Receiver::on([127, 0, 0, 3]).await;
    named.otherwise(Reply::Header(204, "connection", "close".to_owned()));
    let house = start(&db, "one", &names, &canary, "127.0.0.2/32,127.0.0.3/32");
    house.found().await;
    let fine = house.hook(&good.url()).await;
    spelled(&house, &canary, &fine).await;

    let mut passed_on = Vec::new();
    let mut senders = Vec::new();
    for status in [301, 302, 303, 307, 308] {
        for host in ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]"] {
            let sender = Receiver::start().await;
            passed_on.push(house.hook(&sender.url()).await);
            let to = format!("http://{host}:{}/", canary.port);
            sender.otherwise(Reply::Header(status, "location", to));
            senders.push(sender);
        }
    }
    let was_allowed = house.hook(&closed.url()).await;
    let renamed = house
        .hook(&format!("http://partner.example:{}/hook", named.port()))
        .await;
    // Each look-up has another answer than the one before.
    names.lead_in_turn_to(&[INSIDE, ALLOWED]);
    for _ in 0..3 {
        house.announce().await;
    }
    assert_eq!(outcomes(&house, &fine, 3).await, ["success"; 3]);
    assert_eq!(outcomes(&house, &was_allowed, 3).await, ["success"; 3]);
    for hook in &passed_on {
        assert_eq!(outcomes(&house, hook, 3).await, ["redirect"; 3]);
    }
    for outcome in outcomes(&house, &renamed, 3).await {
        assert!(
            ["success", "blocked_address"].contains(&outcome.as_str()),
            "{outcome}"
        );
    }
    names.lead_to(INSIDE);
    house.announce().await;
    assert_eq!(outcomes(&house, &renamed, 4).await[0], "blocked_address");

    // What stands in the database is checked again at each connection, by the settings as they are now.
    assert_eq!(outcomes(&house, &was_allowed, 4).await, ["success"; 4]);
    let told_before = closed.all().len();
    house.process.kill();
    let house = start(&db, "two", &names, &canary, "127.0.0.2/32");
    house.announce().await;
    assert_eq!(
        outcomes(&house, &was_allowed, 5).await[0],
        "blocked_address"
    );
    assert_eq!(closed.all().len(), told_before);
    assert_eq!(
        outcomes(&house, &fine, 5).await,
        ["success"; 5],
        "no proxy was asked"
    );

    assert_eq!(canary.knocks.load(Ordering::SeqCst), 0);
    let inside = SocketAddr::from((INSIDE, canary.port));
    TcpStream::connect(inside).await.unwrap();
    until("the canary to count", async || {
        (canary.knocks.load(Ordering::SeqCst) == 1).then_some(())
    })
    .await;
}

/// Every spelling, for a new endpoint, for one that stands and for a subscriber of the hub.
async fn spelled(house: &House, canary: &Canary, hook: &str) {
    for host in SPELLINGS {
        let url = json!({"url": format!("http://{host}:{}/hook", canary.port)});
        let made = house.post("/api/v1/webhooks", &url).await;
        assert_eq!(
            pointers(&made.problem(422, "invalid-input")),
            ["/url"],
            "{host}"
        );
        let call = house.process.call(Method::PATCH, hook).token(&house.token);
        let moved = call.json(&url).send().await;
        assert_eq!(
            pointers(&moved.problem(422, "invalid-input")),
            ["/url"],
            "{host}"
        );
        let form = crate::hub::form(&[
            ("mode", "subscribe"),
            ("topic", crate::hub::TOPIC),
            ("callback", url["url"].as_str().unwrap()),
        ]);
        let call = house.process.call(Method::POST, "/feeds/hub");
        let asked = call
            .bytes("application/x-www-form-urlencoded", form)
            .send()
            .await;
        assert_eq!(asked.status, 400, "{host}: {}", asked.text());
        assert!(
            asked.text().contains("hub.callback"),
            "{host}: {}",
            asked.text()
        );
    }
}
