//! A reader that does not read.

use std::{sync::Arc, time::Duration};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpSocket,
    time::{Instant, sleep},
};
use yueli::clock::ManualClock;

use super::Reader;
use crate::support::{
    app::{NOW, TestApp, at, until},
    db::{TestDb, on_both},
};

on_both!(
    a_reader_that_does_not_read_is_dropped_and_can_resume,
    a_reader_that_reads_slowly_is_not_dropped,
);

const NOTICES: usize = 1_500;

/// The program with little patience, and more in its log than the system keeps for one who does not read.
async fn impatient(db: TestDb, patience: Duration) -> TestApp {
    let clock = Arc::new(ManualClock::new(at(NOW)));
    let app = TestApp::start_with(db, clock, |settings| {
        settings.http.stall_timeout = patience;
    })
    .await;
    let activities: Vec<Value> = (0..NOTICES)
        .map(|number| {
            json!({
                "edition": 2021, "strand": "year_round", "kind": "forum", "title": {"zh": format!("第{number}场")},
                "description": {"zh": "长".repeat(2_500)}, "when": {"precision": "day", "starts_on": "2021-09-01"},
            })
        })
        .collect();
    let file = json!({"format": "yueli/1", "activities": activities});
    app.call(hyper::Method::POST, "/api/v1/imports?as=announced")
        .token(&app.tokens.office)
        .json(&file)
        .send()
        .await
        .expect(200);
    app
}

async fn a_reader_that_does_not_read_is_dropped_and_can_resume(db: TestDb) {
    let app = impatient(db, Duration::from_millis(200)).await;
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4_096).unwrap();
    let stream = socket.connect(app.address).await.unwrap();
    let mut reader = Reader::on(stream, "", Some(0)).await;
    until("the reader is given up", async || {
        let metrics = app.get("/metrics").await.text();
        metrics
            .contains("yueli_connections_stalled_total 1\n")
            .then_some(())
    })
    .await;
    let mut seen = Vec::new();
    while let Some((id, _)) = reader.event().await {
        seen.push(id);
    }
    assert!(seen.len() < NOTICES, "it was sent all the same");
    let last = seen.last().copied().unwrap_or(0);
    let mut reader = Reader::open(app.address, "", Some(last)).await;
    seen.extend(reader.positions(NOTICES - seen.len()).await);
    let all: Vec<i64> = (1..).take(NOTICES).collect();
    assert_eq!(seen, all);
}

/// Longer than one wait may last, shorter than all of them together: a system tells a writer of room only once about a
/// third of what it keeps was read, here less than a megabyte.
async fn a_reader_that_reads_slowly_is_not_dropped(db: TestDb) {
    let patience = Duration::from_secs(3);
    let app = impatient(db, patience).await;
    let socket = TcpSocket::new_v4().unwrap();
    // So that what is not read waits with the program.
    socket.set_recv_buffer_size(64 * 1024).unwrap();
    let mut stream = socket.connect(app.address).await.unwrap();
    let ask = "GET /feeds/stream HTTP/1.1\r\nHost: a\r\nLast-Event-ID: 0\r\n\r\n";
    stream.write_all(ask.as_bytes()).await.unwrap();
    let began = Instant::now();
    // Eight megabytes of some twelve.
    let mut buffer = vec![0; 64 * 1024];
    for _ in 0..128 {
        sleep(Duration::from_millis(48)).await;
        stream.read_exact(&mut buffer).await.unwrap();
    }
    assert!(began.elapsed() > patience * 2, "it was read too fast");
    let metrics = app.get("/metrics").await.text();
    let line = "yueli_connections_stalled_total 0\n";
    assert!(metrics.contains(line), "{metrics}");
}
