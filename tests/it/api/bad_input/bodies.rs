//! Bodies that are none: broken, too large, of another type, or no HTTP at all.

use hyper::Method;
use serde_json::json;

use super::{nothing_is_written, post};
use crate::support::{
    app::{Draft, TestApp, draft},
    db::{TestDb, on_both},
    http::{pointers, raw},
};

on_both!(
    what_is_not_json_is_refused,
    a_body_that_is_too_large_is_refused,
    a_body_that_is_not_json_by_its_type_is_refused,
    no_body_counts_as_an_empty_one,
    what_is_no_http_does_no_harm,
);

async fn what_is_not_json_is_refused(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let good = draft(json!({})).to_string();
    let deep = |open: &str, close: &str| {
        format!(
            "{{\"edition\":{}1{}}}",
            open.repeat(100_000),
            close.repeat(100_000)
        )
        .into_bytes()
    };
    for body in [
        b"{".to_vec(),
        b"{\"edition\":2021,}".to_vec(),
        b"nul".to_vec(),
        b"{'edition': 2021}".to_vec(),
        format!("{good}{good}").into_bytes(),
        format!("\u{feff}{good}").into_bytes(),
        good.as_bytes()[..good.len() - 1].to_vec(),
        b"{\"title\":{\"zh\":\"\xff\xfe\"}}".to_vec(),
        b"{\"title\":{\"zh\":\"\xed\xa0\x80\"}}".to_vec(),
        b"{\"title\":{\"zh\":\"\\ud800\"}}".to_vec(),
        b"{\"title\":{\"zh\":\"\\udc00\\ud800\"}}".to_vec(),
        b"{\"title\":{\"zh\":\"a\0b\"}}".to_vec(),
        b"{\"title\":{\"zh\":\"a\nb\"}}".to_vec(),
        b"{\"edition\":1e400}".to_vec(),
        b"{\"edition\":-1e400}".to_vec(),
        b"{\"edition\":NaN}".to_vec(),
        b"{\"edition\":0x7e5}".to_vec(),
        deep("[", "]"),
        deep("{\"a\":", "}"),
        vec![b'['; 900_000],
    ] {
        let shown = String::from_utf8_lossy(&body[..body.len().min(60)]).into_owned();
        let answer = post(&app, body).await;
        assert_eq!(answer.status, 400, "{shown}: {}", answer.text());
        let problem = answer.problem(400, "malformed-request");
        assert!(problem["detail"].as_str().unwrap().contains("JSON"));
    }
    for body in ["1", "null", "[]", "\"text\"", "true"] {
        let problem = post(&app, body).await.problem(422, "invalid-input");
        assert_eq!(pointers(&problem), [""]);
    }
    nothing_is_written(&app).await;
}

async fn a_body_that_is_too_large_is_refused(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let padded = |size: usize| {
        let mut body = draft(json!({})).to_string().into_bytes();
        body.resize(size, b' ');
        body
    };
    let refused = post(&app, padded(3_000_000)).await;
    let problem = refused.problem(413, "too-large");
    assert!(problem["detail"].as_str().unwrap().contains("1048576"));
    post(&app, padded(1_048_577))
        .await
        .problem(413, "too-large");
    // Not told beforehand how much comes: chunks.
    let mut chunked = format!(
        "POST /api/v1/activities HTTP/1.1\r\nhost: x\r\nconnection: close\r\nauthorization: Bearer {}\r\n\
         content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n",
        app.tokens.office
    )
    .into_bytes();
    for _ in 0..3 {
        chunked.extend_from_slice(b"f4240\r\n");
        chunked.extend_from_slice(&padded(1_000_000));
        chunked.extend_from_slice(b"\r\n");
    }
    chunked.extend_from_slice(b"0\r\n\r\n");
    let answer = raw(app.address, &chunked).await;
    let answer = String::from_utf8_lossy(&answer);
    assert!(
        answer.is_empty() || answer.starts_with("HTTP/1.1 413 "),
        "{answer}"
    );
    nothing_is_written(&app).await;
    post(&app, padded(1_048_576))
        .await
        .problem(422, "idempotency-key-reused");
}

async fn a_body_that_is_not_json_by_its_type_is_refused(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    for content_type in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/jsonp",
        "text/json",
        "",
    ] {
        let problem = app
            .call(Method::POST, "/api/v1/activities")
            .token(&app.tokens.office)
            .bytes(content_type, draft(json!({})).to_string())
            .send()
            .await
            .problem(415, "unsupported-media-type");
        assert!(
            problem["detail"]
                .as_str()
                .unwrap()
                .contains("application/json")
        );
    }
    nothing_is_written(&app).await;
    for content_type in [
        "Application/JSON; charset=utf-8",
        "application/json;charset=UTF-8",
    ] {
        app.call(Method::POST, "/api/v1/activities")
            .token(&app.tokens.office)
            .bytes(content_type, draft(json!({})).to_string())
            .send()
            .await
            .expect(201);
    }
}

async fn no_body_counts_as_an_empty_one(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let made = app.drafted(json!({})).await;
    let told = app
        .call(Method::POST, format!("{}/announce", made.path()))
        .token(&app.tokens.office)
        .if_match(&made.etag)
        .send()
        .await
        .expect(200);
    assert_eq!(Draft::of(&told).activity["status"], "scheduled");
    let problem = app
        .call(Method::POST, format!("{}/reschedule", made.path()))
        .token(&app.tokens.office)
        .if_match(&told.etag())
        .send()
        .await
        .problem(422, "invalid-input");
    assert_eq!(pointers(&problem), ["/when"]);
}

async fn what_is_no_http_does_no_harm(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let long = "x".repeat(2_000_000);
    let many: String = (0..5_000).map(|n| format!("x-{n}: y\r\n")).collect();
    for (bytes, statuses) in [
        (format!("GET / HTTP/1.1\r\nhost: x\r\nx: {long}\r\n\r\n"), &["431", "400"][..]),
        (format!("GET / HTTP/1.1\r\nhost: x\r\n{many}\r\n"), &["431", "400"]),
        (format!("GET /{long} HTTP/1.1\r\nhost: x\r\n\r\n"), &["414", "431", "400"]),
        ("GET / HTTP/1.1\r\nhost: x\r\nx: a\0b\r\n\r\n".to_owned(), &["400"]),
        ("GET /\u{1} HTTP/1.1\r\nhost: x\r\n\r\n".to_owned(), &["400"]),
        ("nonsense\r\n\r\n".to_owned(), &["400"]),
        (
            "POST /api/v1/activities HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n".to_owned(),
            &["400"],
        ),
        (
            "POST /api/v1/activities HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nxx"
                .to_owned(),
            &["400"],
        ),
    ] {
        let answer = raw(app.address, bytes.as_bytes()).await;
        let answer = String::from_utf8_lossy(&answer[..answer.len().min(300)]).into_owned();
        // The other side may have closed on what it did not want to read; then nothing comes back.
        let status = answer.split(' ').nth(1).unwrap_or_default();
        assert!(
            answer.is_empty() || statuses.contains(&status),
            "{}…: {answer}",
            &bytes[..40.min(bytes.len())]
        );
    }
    app.get("/api/v1/notices").await.expect(200);
}
