//! The log as server-sent events, read from a bare socket.

mod slow;

use std::{collections::BTreeSet, net::SocketAddr};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines},
    net::TcpStream,
    time::timeout,
};

use crate::news::act;
use crate::support::{
    app::{Draft, TestApp},
    db::{TestDb, on_both},
    http::PATIENCE,
};

on_both!(
    what_is_announced_is_read_and_nothing_else,
    a_reader_that_is_killed_again_and_again_misses_nothing,
    who_is_cut_before_the_first_event_misses_nothing,
    who_has_seen_more_than_there_is_since_a_restore_is_told_all_that_comes,
    who_is_ahead_while_the_log_cannot_be_looked_at_is_sent_away_and_keeps_its_place,
    selections_and_kinds_are_kept,
    what_cannot_be_is_refused_by_name,
    the_stop_ends_it,
);

/// A reader of the stream.
pub(crate) struct Reader {
    lines: Lines<BufReader<TcpStream>>,
    /// The last id of this connection, as HTML §9.2.6 has it: none at its beginning, whatever was known before, and
    /// taken over where an empty line ends an event.
    pub(crate) id: Option<i64>,
    next_id: Option<i64>,
}

impl Reader {
    /// Asks, and reads up to the first event.
    pub(crate) async fn open(address: SocketAddr, query: &str, last: Option<i64>) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        Self::on(stream, query, last).await
    }

    async fn on(mut stream: TcpStream, query: &str, last: Option<i64>) -> Self {
        let last = last.map_or(String::new(), |id| format!("Last-Event-ID: {id}\r\n"));
        let head = format!("GET /feeds/stream{query} HTTP/1.1\r\nHost: a\r\n{last}\r\n");
        stream.write_all(head.as_bytes()).await.unwrap();
        let lines = BufReader::new(stream).lines();
        let mut reader = Self {
            lines,
            id: None,
            next_id: None,
        };
        let status = reader.line().await.unwrap();
        assert_eq!(status, "HTTP/1.1 200 OK");
        while reader.line().await.unwrap() != "retry: 3000" {}
        assert_eq!(reader.line().await.unwrap(), "");
        reader
    }

    /// A line; none at the end.
    async fn line(&mut self) -> Option<String> {
        let line = timeout(PATIENCE, self.lines.next_line()).await;
        let line = line.expect("a line in time").ok().flatten()?;
        if let Some(id) = line.strip_prefix("id: ") {
            self.next_id = id.parse().ok();
        }
        if line.is_empty() {
            self.id = self.next_id;
        }
        Some(line)
    }

    /// The next event: its id and what it says; none at the end, be it in the middle of one.
    pub(crate) async fn event(&mut self) -> Option<(i64, Value)> {
        let mut data = None;
        loop {
            let line = self.line().await?;
            if let Some(text) = line.strip_prefix("data: ") {
                data = Some(text.to_owned());
            }
            if let (true, Some(data)) = (line.is_empty(), &data) {
                return Some((self.id.unwrap(), serde_json::from_str(data).unwrap()));
            }
        }
    }

    /// The positions of so many events.
    pub(crate) async fn positions(&mut self, count: usize) -> Vec<i64> {
        let mut positions = Vec::new();
        while positions.len() < count {
            positions.push(self.event().await.unwrap().0);
        }
        positions
    }
}

async fn what_is_announced_is_read_and_nothing_else(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    app.announced(json!({})).await;
    let mut reader = Reader::open(app.address, "", None).await;
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
    let seen = app
        .announced(json!({"title": {"zh": "第一行\u{2028}第二行"}}))
        .await;
    let told = app.notices_after(0).await;
    assert_eq!(reader.event().await.unwrap(), (3, told[2].clone()));
    let reason = json!({"reason": {"code": "correction"}});
    act(&app, &seen, "withdraw", reason).await;
    let (id, event) = reader.event().await.unwrap();
    assert_eq!((id, &event["kind"]), (4, &json!("withdrawn")));
    // Who comes later is not told of what was taken back, and what redacted says is not what was kept.
    let mut later = Reader::open(app.address, "", Some(0)).await;
    let mut events = Vec::new();
    for _ in 0..2 {
        events.push(later.event().await.unwrap());
    }
    assert_eq!((events[0].0, events[1].0), (1, 4));
    assert!(!events[1].1.to_string().contains("第一行"));
    let head = app
        .call(hyper::Method::HEAD, "/feeds/stream")
        .send()
        .await
        .expect(200);
    for (name, value) in [
        ("content-type", "text/event-stream"),
        ("cache-control", "no-store"),
        ("access-control-allow-origin", "*"),
    ] {
        assert_eq!(head.header(name), value);
    }
}

async fn a_reader_that_is_killed_again_and_again_misses_nothing(db: TestDb) {
    const NOTICES: i64 = 150;
    let (app, _) = TestApp::start(db).await;
    let reading = {
        let address = app.address;
        async move {
            let (mut seen, mut last, mut cuts) = (Vec::new(), 0, 0_usize);
            while last < NOTICES {
                let mut reader = Reader::open(address, "", Some(last)).await;
                // One event more or less each time; in the end whatever comes.
                for _ in 0..=usize::from(cuts % 3 == 0) {
                    if last < NOTICES {
                        last = reader.event().await.unwrap().0;
                        seen.push(last);
                    }
                }
                cuts += 1;
            }
            (seen, cuts)
        }
    };
    let writing = async {
        for _ in 0..NOTICES {
            app.announced(json!({})).await;
        }
    };
    let ((seen, cuts), ()) = tokio::join!(reading, writing);
    assert_eq!(seen, (1..=NOTICES).collect::<Vec<_>>());
    assert!(cuts >= 100, "{cuts}");
}

async fn who_is_cut_before_the_first_event_misses_nothing(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    app.announced(json!({})).await;
    // Cut twice in a row: a browser knows of the last connection alone what that one said.
    let first = Reader::open(app.address, "", None).await.id;
    app.announced(json!({})).await;
    let again = Reader::open(app.address, "?notice=cancelled", first).await;
    let mut last = Reader::open(app.address, "", again.id).await;
    assert_eq!(last.positions(1).await, [2]);
}

async fn who_has_seen_more_than_there_is_since_a_restore_is_told_all_that_comes(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    app.announced(json!({})).await;
    let mut ahead = Reader::open(app.address, "", Some(3)).await;
    assert_eq!(ahead.id, Some(1));
    for _ in 0..3 {
        app.announced(json!({})).await;
    }
    assert_eq!(ahead.positions(3).await, [2, 3, 4]);
}

async fn who_is_ahead_while_the_log_cannot_be_looked_at_is_sent_away_and_keeps_its_place(
    db: TestDb,
) {
    let (app, _) = TestApp::start(db).await;
    app.announced(json!({})).await;
    app.services.db.reader().close_by_ref().await.unwrap();
    let ahead = app
        .call(hyper::Method::GET, "/feeds/stream")
        .header("last-event-id", "3")
        .send()
        .await
        .expect(200)
        .text();
    assert!(ahead.ends_with("\nid: 3\nretry: 3000\n\n"), "{ahead}");
    // Whoever is not ahead needs no database.
    let mut behind = Reader::open(app.address, "", Some(0)).await;
    assert_eq!(behind.positions(1).await, [1]);
}

async fn selections_and_kinds_are_kept(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let mut haidian = Reader::open(app.address, "?district=haidian&utm_source=x", None).await;
    let mut cancelled = Reader::open(app.address, "?notice=cancelled", None).await;
    let mut corrected = Reader::open(app.address, "?notice=corrected", None).await;
    let mut everything = Reader::open(app.address, "", None).await;
    app.announced(json!({"districts": ["chaoyang"]})).await;
    let seen = app.announced(json!({})).await;
    let quietly = app
        .call(hyper::Method::PATCH, format!("{}?quiet=true", seen.path()))
        .token(&app.tokens.office)
        .if_match(&seen.etag)
        .json(&json!({"title": {"zh": "新的名字"}}));
    let seen = Draft::of(&quietly.send().await.expect(200));
    act(&app, &seen, "cancel", json!({})).await;
    assert_eq!(haidian.positions(2).await, [2, 4]);
    assert_eq!(cancelled.positions(1).await, [4]);
    assert_eq!(corrected.positions(1).await, [3]);
    assert_eq!(everything.positions(3).await, [1, 2, 4]);
}

async fn what_cannot_be_is_refused_by_name(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    for id in ["soon", "-1", "1.5", "99999999999999999999"] {
        let refused = app
            .call(hyper::Method::GET, "/feeds/stream")
            .header("last-event-id", id)
            .send()
            .await;
        assert_eq!(refused.header("access-control-allow-origin"), "*");
        let problem = refused.expect(400).text();
        assert!(problem.contains(id), "{problem}");
    }
    for query in [
        "colour=red",
        "district=pudong",
        "notice=sold_out",
        "series=nobody",
    ] {
        let refused = app.get(format!("/feeds/stream?{query}")).await;
        let value = query.split('=').next_back().unwrap();
        let problem = refused.expect(400).text();
        assert!(
            problem.contains(value) || problem.contains("colour"),
            "{problem}"
        );
    }
}

async fn the_stop_ends_it(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let mut readers = Vec::new();
    for _ in 0..20 {
        readers.push(Reader::open(app.address, "", None).await);
    }
    let metrics = app.get("/metrics").await.text();
    assert!(metrics.contains("yueli_stream_readers 20\n"), "{metrics}");
    app.stop().await;
    let mut ends = BTreeSet::new();
    for mut reader in readers {
        ends.insert(reader.event().await.is_none());
    }
    assert_eq!(ends, BTreeSet::from([true]));
}

/// Beside the others, since it waits and does nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sign_of_life_comes_while_nothing_is_announced() {
    let (app, _) = TestApp::start(TestDb::sqlite()).await;
    let mut reader = Reader::open(app.address, "", None).await;
    while reader.line().await.unwrap() != ":" {}
}
