//! Receivers that answer as none should: each gets its code in the partner's log, is asked no more often than the
//! schedule says, and costs no memory.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use chrono::{DateTime, TimeDelta};
use flate2::{Compression, write::GzEncoder};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

use super::house::House;
use crate::support::{
    app::until,
    db::{TestDb, on_both},
    receiver::{Receiver, Reply},
};

on_both!(a_bad_receiver_gets_its_code_and_costs_little);

/// What a receiver does with a notice; a ping it answers well.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Manner {
    Hang,
    DripHead,
    DripBody,
    Interim,
    Huge,
    EndlessBody,
    GzipBomb,
    ControlCharacters,
    EndlessHeaders,
    Garbage,
    Close,
    Short,
    TwoLengths,
    RetryAfter(&'static str),
    Itself,
    Gone,
}

/// Each with its code and status.
const MANNERS: [(Manner, &str, Option<u16>); 19] = [
    (Manner::Hang, "timeout", None),
    (Manner::DripHead, "timeout", None),
    (Manner::DripBody, "timeout", Some(200)),
    (Manner::Interim, "timeout", None),
    (Manner::Huge, "success", Some(200)),
    (Manner::EndlessBody, "http_5xx", Some(500)),
    (Manner::GzipBomb, "success", Some(200)),
    (Manner::ControlCharacters, "http_5xx", Some(500)),
    (Manner::EndlessHeaders, "reset", None),
    (Manner::Garbage, "reset", None),
    (Manner::Close, "reset", None),
    (Manner::Short, "reset", Some(200)),
    (Manner::TwoLengths, "reset", None),
    (Manner::RetryAfter("inf"), "http_5xx", Some(503)),
    (Manner::RetryAfter("1e300"), "http_5xx", Some(503)),
    (Manner::RetryAfter("-5"), "http_5xx", Some(503)),
    (Manner::RetryAfter(FOR_EVER), "http_5xx", Some(503)),
    (Manner::Itself, "redirect", Some(302)),
    (Manner::Gone, "gone", Some(410)),
];

const FOR_EVER: &str = "99999999999999999999999";
/// Notices, and tries of each that is not taken.
const NOTICES: usize = 3;
const TRIES: usize = 2;
/// Bytes of a body that is too long.
const HUGE: usize = 10 * 1024 * 1024;
/// Of them so many at the same time, 240 MB in all.
const OF_THEM: usize = 8;
/// What all of it may take: far less than what one round of huge bodies would.
const KILOBYTES: u64 = 48 * 1024;

/// A receiver of a manner.
struct Bad {
    url: String,
    asked: Arc<AtomicUsize>,
    serving: JoinHandle<()>,
}

impl Bad {
    async fn start(manner: Manner, bomb: Arc<Vec<u8>>) -> Self {
        let listener = TcpListener::bind("127.0.0.2:0").await.unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let (asked, own) = (Arc::new(AtomicUsize::new(0)), url.clone());
        let counted = Arc::clone(&asked);
        let serving = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (counted, bomb, own) = (Arc::clone(&counted), Arc::clone(&bomb), own.clone());
                tokio::spawn(async move {
                    // It errs where the other side has had enough.
                    let _ = serve(stream, manner, &counted, &bomb, &own).await;
                });
            }
        });
        Self {
            url,
            asked,
            serving,
        }
    }
}

impl Drop for Bad {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// One request, whole; nothing when there is none any more.
async fn request(stream: &mut TcpStream) -> std::io::Result<Option<Vec<u8>>> {
    let mut read = Vec::new();
    loop {
        if let Some(head) = read.windows(4).position(|end| end == b"\r\n\r\n") {
            let text = String::from_utf8_lossy(&read[..head]).to_lowercase();
            let length = text
                .lines()
                .find_map(|line| line.strip_prefix("content-length:"));
            let length: usize = length.map_or(0, |length| length.trim().parse().unwrap());
            if read.len() >= head + 4 + length {
                return Ok(Some(read));
            }
        }
        if stream.read_buf(&mut read).await? == 0 {
            return Ok(None);
        }
    }
}

async fn serve(
    mut stream: TcpStream,
    manner: Manner,
    asked: &AtomicUsize,
    bomb: &[u8],
    own: &str,
) -> std::io::Result<()> {
    while let Some(sent) = request(&mut stream).await? {
        let sent = String::from_utf8_lossy(&sent);
        if sent.contains("\"endpoint.ping\"") {
            stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n").await?;
            continue;
        }
        asked.fetch_add(1, Ordering::SeqCst);
        answer(&mut stream, manner, bomb, own).await?;
        if manner == Manner::Hang {
            // Until the other side hangs up.
            while stream.read(&mut [0; 64]).await? > 0 {}
        }
        if manner != Manner::Huge {
            return stream.shutdown().await;
        }
    }
    Ok(())
}

async fn answer(
    stream: &mut TcpStream,
    manner: Manner,
    bomb: &[u8],
    own: &str,
) -> std::io::Result<()> {
    let drip = async |stream: &mut TcpStream, drop: &str| -> std::io::Result<()> {
        loop {
            stream.write_all(drop.as_bytes()).await?;
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let pour = async |stream: &mut TcpStream, drop: &[u8]| -> std::io::Result<()> {
        loop {
            stream.write_all(drop).await?;
        }
    };
    match manner {
        Manner::Hang | Manner::Close => Ok(()),
        Manner::DripHead => {
            stream.write_all(b"HTTP/1.1 200 OK\r\nx-slow: ").await?;
            drip(stream, "z").await
        }
        Manner::DripBody => {
            stream
                .write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
                .await?;
            drip(stream, "1\r\nz\r\n").await
        }
        Manner::Interim => drip(stream, "HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n").await,
        Manner::Huge => {
            let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {HUGE}\r\n\r\n");
            stream.write_all(head.as_bytes()).await?;
            stream.write_all(&vec![b'z'; HUGE]).await
        }
        Manner::EndlessBody => {
            let head = b"HTTP/1.1 500 Internal Server Error\r\ntransfer-encoding: chunked\r\n\r\n";
            stream.write_all(head).await?;
            let chunk = format!("10000\r\n{}\r\n", "z".repeat(0x10000));
            pour(stream, chunk.as_bytes()).await
        }
        Manner::GzipBomb => {
            let length = bomb.len();
            let head = format!(
                "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {length}\r\n\r\n"
            );
            stream.write_all(head.as_bytes()).await?;
            stream.write_all(bomb).await
        }
        Manner::ControlCharacters => {
            let text = "HTTP/1.1 500 No\r\ncontent-length: 13\r\n\r\na\0b\x1b[31m\u{85}\r\nc";
            stream.write_all(text.as_bytes()).await
        }
        Manner::EndlessHeaders => {
            stream.write_all(b"HTTP/1.1 200 OK\r\n").await?;
            pour(
                stream,
                "x-more: zzzzzzzzzzzzzzzz\r\n".repeat(1_000).as_bytes(),
            )
            .await
        }
        Manner::Garbage => {
            stream
                .write_all(b"SSH-2.0-OpenSSH_9.2p1\r\n\0\0\x01\xff")
                .await
        }
        Manner::Short => {
            stream
                .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nshort")
                .await
        }
        Manner::TwoLengths => {
            let text = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 5\r\n\r\nokHTT";
            stream.write_all(text.as_bytes()).await
        }
        Manner::RetryAfter(wait) => {
            let text = format!(
                "HTTP/1.1 503 Service Unavailable\r\nretry-after: {wait}\r\ncontent-length: 0\r\n\r\n"
            );
            stream.write_all(text.as_bytes()).await
        }
        Manner::Itself => {
            let text =
                format!("HTTP/1.1 302 Found\r\nlocation: {own}\r\ncontent-length: 0\r\n\r\n");
            stream.write_all(text.as_bytes()).await
        }
        Manner::Gone => {
            stream
                .write_all(b"HTTP/1.1 410 Gone\r\ncontent-length: 0\r\n\r\n")
                .await
        }
    }
}

async fn a_bad_receiver_gets_its_code_and_costs_little(db: TestDb) {
    let settings = [
        ("YUELI_WEBHOOKS__ALLOW_CIDRS", "127.0.0.2/32"),
        ("YUELI_WEBHOOKS__TIMEOUT", "2s"),
    ];
    let house = House::start(&db, "serving", &settings);
    house.found().await;
    let good = Receiver::start().await;
    house.hook(&good.url()).await;
    let bomb = Arc::new(bomb());
    let mut bad = BTreeMap::new();
    for (manner, ..) in MANNERS {
        let count = if manner == Manner::Huge { OF_THEM } else { 1 };
        for number in 0..count {
            let receiver = Bad::start(manner, Arc::clone(&bomb)).await;
            let hook = house.hook(&receiver.url).await;
            bad.insert((manner, number), (hook, receiver));
        }
    }
    let no_tls = good.url().replace("http:", "https:");
    let made = house
        .post("/api/v1/webhooks", &json!({"url": no_tls}))
        .await;
    let made = made.expect(201).json();
    assert_eq!(
        (&made["state"], &made["ping"]),
        (&json!("pending"), &json!("tls_error"))
    );

    // One that fails until its breaker opens, and is well again.
    let hiccup = Receiver::start().await;
    let recovers = house.hook(&hiccup.url()).await;
    hiccup.script([const { Reply::Status(500) }; 5]);

    let before = house.process.kilobytes("VmRSS");
    for _ in 0..NOTICES {
        house.announce().await;
    }
    good.wait_for(NOTICES).await;
    for (manner, outcome, status) in MANNERS {
        let (hook, _) = &bad[&(manner, 0)];
        let told = over(&house, manner, hook).await;
        for delivery in &told {
            let found = (&delivery["outcome"], &delivery["status"]);
            assert_eq!(
                found,
                (&json!(outcome), &json!(status)),
                "{manner:?}: {delivery}"
            );
        }
        let delivery = format!("/api/v1/deliveries/{}", told[0]["id"].as_str().unwrap());
        let whole = house.get(&delivery).await;
        assert_eq!(whole["tried"][0]["address"], "127.0.0.2", "{manner:?}");
        let excerpt = whole["tried"][0]["response_excerpt"]
            .as_str()
            .unwrap_or_default();
        assert!(
            excerpt.len() <= 8 * 1024,
            "{manner:?} leaves {} bytes",
            excerpt.len()
        );
        if manner == Manner::ControlCharacters {
            assert_eq!(excerpt, "ab[31m\nc");
        }
    }
    for number in 1..OF_THEM {
        let (hook, _) = &bad[&(Manner::Huge, number)];
        over(&house, Manner::Huge, hook).await;
    }
    // Everybody else has come to an end; a loop would have had all that time.
    house.announce().await;
    good.wait_for(NOTICES + 1).await;
    for ((manner, _), (hook, receiver)) in &bad {
        let asked = receiver.asked.load(Ordering::SeqCst);
        let most = match manner {
            Manner::Huge | Manner::GzipBomb => NOTICES + 1,
            Manner::Gone | Manner::RetryAfter(FOR_EVER) => 1,
            _ => (NOTICES + 1) * TRIES,
        };
        assert!(
            (1..=most).contains(&asked),
            "{manner:?} was asked {asked} times"
        );
        let state = house.get(hook).await["state"].clone();
        assert_eq!(
            state == "gone",
            *manner == Manner::Gone,
            "{manner:?} is {state}"
        );
    }
    // The operator is told of each change once.
    hiccup.wait_for(6).await;
    let said = |hook: &str, words: &str| {
        let (_, id) = hook.rsplit_once('/').unwrap();
        let words = format!("the endpoint {id} {words}");
        house.process.log().matches(&words).count()
    };
    until("the recovery to be told", async || {
        (said(&recovers, "has recovered") == 1).then_some(())
    })
    .await;
    assert_eq!(said(&recovers, "is failing"), 1);
    let (hangs, gone) = (&bad[&(Manner::Hang, 0)].0, &bad[&(Manner::Gone, 0)].0);
    assert_eq!(said(hangs, "is failing"), 1);
    assert_eq!(said(gone, "said that it is gone"), 1);

    let grown = house.process.kilobytes("VmHWM").saturating_sub(before);
    assert!(
        grown < KILOBYTES,
        "{grown} kB more than the {before} before"
    );
}

/// An endpoint's deliveries once nothing is left to do with them for now.
async fn over(house: &House, manner: Manner, hook: &str) -> Vec<Value> {
    let count = match manner {
        // The others are owed, and wait.
        Manner::Gone | Manner::RetryAfter(FOR_EVER) => 1,
        _ => NOTICES,
    };
    until(
        &format!("the end of what {manner:?} was told"),
        async || {
            let told = house.deliveries(hook).await;
            let is_over = |one: &Value| match manner {
                Manner::RetryAfter(FOR_EVER) => one["next_attempt_at"].is_string(),
                Manner::Gone => one["outcome"] == "gone",
                _ => one["state"] != "retrying",
            };
            if manner == Manner::RetryAfter(FOR_EVER) {
                let wait = told.first().map(wait);
                // A day, from the answer on.
                let a_day = TimeDelta::hours(24)..TimeDelta::hours(24) + TimeDelta::seconds(5);
                assert!(wait.is_none_or(|wait| a_day.contains(&wait)), "{wait:?}");
            }
            (told.len() == count && told.iter().all(is_over)).then_some(told)
        },
    )
    .await
}

/// From an attempt to the next.
fn wait(delivery: &Value) -> TimeDelta {
    let at = |name: &str| DateTime::parse_from_rfc3339(delivery[name].as_str().unwrap()).unwrap();
    at("next_attempt_at") - at("last_attempt_at")
}

/// 200 MB of zeros in 200 kB: gzip's members one after the other (RFC 1952 §2.2).
fn bomb() -> Vec<u8> {
    use std::io::Write as _;
    let mut packing = GzEncoder::new(Vec::new(), Compression::best());
    packing.write_all(&vec![0; 1024 * 1024]).unwrap();
    packing.finish().unwrap().repeat(200)
}
