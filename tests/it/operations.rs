//! What operators ask: alive, ready, figures.

use serde_json::json;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::support::{
    app::{TestApp, draft},
    db::{TestDb, on_both},
    http::until,
};

on_both!(
    it_is_alive_ready_and_tells_its_figures,
    a_request_under_way_at_the_stop_is_answered,
);

async fn it_is_alive_ready_and_tells_its_figures(db: TestDb) {
    let (app, _clock) = TestApp::start(db).await;
    app.get("/healthz").await.expect(200);
    let ready = until("ready", async || {
        let answer = app.get("/readyz").await;
        if answer.status == 503 {
            assert!(
                answer.json()["detail"]
                    .as_str()
                    .unwrap()
                    .starts_with("starting")
            );
            return None;
        }
        Some(answer.expect(200))
    })
    .await;
    assert_eq!(ready.json(), json!({"status": "ready", "position": 0}));
    assert_eq!(ready.header("cache-control"), "no-store");

    app.announced(json!({})).await;
    let ready = app.get("/readyz").await.expect(200);
    assert_eq!(ready.json()["position"], 1);
    until("the figure", async || {
        let figures = app.get("/metrics").await.expect(200);
        assert!(
            figures
                .header("content-type")
                .starts_with("application/openmetrics-text")
        );
        figures
            .text()
            .lines()
            .any(|line| line == "yueli_catalogue_position 1")
            .then_some(())
    })
    .await;
    let unknown = app.get("/readyz?x=1").await;
    assert_eq!(unknown.status, 200, "whoever checks may add what they like");
}

async fn a_request_under_way_at_the_stop_is_answered(db: TestDb) {
    let (app, _clock) = TestApp::start(db).await;
    let body = draft(json!({})).to_string();
    let head = format!(
        "POST /api/v1/activities HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nAuthorization: Bearer {}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        app.tokens.office,
        body.len(),
    );
    let mut stream = TcpStream::connect(app.address).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    // It is said when a handler wants the body.
    let mut go_on = [0; b"HTTP/1.1 100 Continue\r\n\r\n".len()];
    stream.read_exact(&mut go_on).await.unwrap();
    assert_eq!(&go_on, b"HTTP/1.1 100 Continue\r\n\r\n");

    let address = app.address;
    let finish = async {
        until("closed to others", async || {
            TcpStream::connect(address).await.err()
        })
        .await;
        stream.write_all(body.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    };
    let (db, answer) = tokio::join!(app.stop(), finish);
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
    // What it was told is true.
    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
    let made: serde_json::Value = serde_json::from_str(body).unwrap();
    let (app, _clock) = TestApp::start(db).await;
    let path = made["activity"]["id"].as_str().unwrap();
    let token = &app.tokens.office;
    let call = app.call(hyper::Method::GET, format!("/api/v1/activities/{path}"));
    call.token(token).send().await.expect(200);
}
