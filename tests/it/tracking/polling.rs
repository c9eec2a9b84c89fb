//! How a source is asked: conditionally, through the guard, within limits, and later where it fails.

use std::io::Write;

use chrono::{DateTime, TimeDelta, Utc};
use flate2::{Compression, write::GzEncoder};
use hyper::Method;
use serde_json::json;

use super::{
    Watch, app_at, text,
    upstream::{Said, Upstream, calendar, event},
};
use crate::support::{
    app::{NOW, at},
    db::{TestDb, on_both},
};

on_both!(
    what_is_not_modified_is_not_read_again,
    a_source_that_fails_is_asked_later_and_later,
    redirects_are_followed_through_the_guard,
    what_another_address_answers_is_not_taken_for_what_is_known,
    a_document_is_read_within_its_limits_or_refused,
    a_file_is_brought_like_an_answer,
    an_address_that_must_not_be_asked_is_refused,
);

fn one() -> String {
    calendar(&[event(
        "1@a",
        &["SUMMARY:人工智能专场", "DTSTART;VALUE=DATE:20210801"],
    )])
}

fn said(status: u16, headers: &[(&'static str, &str)], body: impl Into<Vec<u8>>) -> Said {
    Said {
        status,
        headers: headers
            .iter()
            .map(|(name, value)| (*name, (*value).to_owned()))
            .collect(),
        body: body.into(),
        tagged: false,
    }
}

async fn what_is_not_modified_is_not_read_again(db: TestDb) {
    let (app, clock) = app_at(db, NOW).await;
    let upstream = Upstream::start().await;
    upstream.say("/a.ics", one());
    let source = Watch::new(&app, &upstream, json!({})).await;
    assert_eq!(source.poll().await["status"], 200);
    let polled = source.poll().await;
    assert_eq!(
        (text(&polled, "outcome"), &polled["status"]),
        ("unchanged", &json!(304))
    );
    // A server without tags: the same bytes are not read again either.
    upstream.set("/a.ics", said(200, &[], one()));
    assert_eq!(source.poll().await["outcome"], "unchanged");
    // Once a week it is read as a whole.
    upstream.say("/a.ics", one());
    clock.advance(TimeDelta::days(8));
    assert_eq!(source.poll().await["outcome"], "read");
    assert_eq!(upstream.statuses(), [200, 304, 200, 200]);
}

async fn a_source_that_fails_is_asked_later_and_later(db: TestDb) {
    let (app, clock) = app_at(db, NOW).await;
    let upstream = Upstream::start().await;
    let source = Watch::new(&app, &upstream, json!({"interval_minutes": 60})).await;
    let mut pauses = Vec::new();
    for _ in 0..4 {
        clock.advance(TimeDelta::seconds(1));
        let polled = source.poll().await;
        assert_eq!(
            (text(&polled, "outcome"), &polled["status"]),
            ("failed", &json!(404))
        );
        let said = source.source().await;
        let next: DateTime<Utc> = at(text(&said, "next_poll_at"));
        pauses.push((next - app.services.now()).num_minutes());
    }
    for (pause, least) in pauses.iter().zip([120, 240, 480, 960]) {
        assert!((least..=least + least / 10).contains(pause), "{pauses:?}");
    }
    assert_eq!(source.source().await["failures"], 4);
    upstream.set("/a.ics", said(503, &[("retry-after", "72000")], ""));
    clock.advance(TimeDelta::seconds(1));
    source.poll().await;
    let next = at(text(&source.source().await, "next_poll_at"));
    assert!(next - app.services.now() >= TimeDelta::hours(20));
    upstream.say("/a.ics", one());
    clock.advance(TimeDelta::seconds(1));
    source.poll().await;
    let said = source.source().await;
    assert_eq!(
        (&said["failures"], &said["warning"]),
        (&json!(0), &json!(null))
    );
    let path = format!("/api/v1/sources/{}/fetches", source.id);
    let log = super::list(&app, &path, "fetches").await;
    let outcomes: Vec<&str> = log.iter().map(|line| text(line, "outcome")).collect();
    assert_eq!(
        outcomes,
        ["read", "failed", "failed", "failed", "failed", "failed"]
    );
}

async fn redirects_are_followed_through_the_guard(db: TestDb) {
    let (app, _) = app_at(db, NOW).await;
    let upstream = Upstream::start().await;
    let source = Watch::new(&app, &upstream, json!({})).await;
    upstream.say("/b.ics", one());
    upstream.set("/a.ics", said(301, &[("location", "/b.ics")], ""));
    let polled = source.poll().await;
    assert_eq!(polled["outcome"], "read", "{polled}");
    assert!(polled["notes"][0].as_str().unwrap().contains("/b.ics"));
    for status in [302, 303, 307] {
        upstream.set("/a.ics", said(status, &[("location", "/b.ics")], ""));
        upstream.say("/b.ics", one().replace("专场", &format!("专场{status}")));
        let polled = source.poll().await;
        assert_eq!(polled["outcome"], "read", "{polled}");
        assert_eq!(polled["notes"], json!([]), "it may be elsewhere tomorrow");
    }
    for (to, why) in [
        ("http://127.0.0.1:1/x", "127.0.0.1"),
        ("http://169.254.169.254/latest", "169.254.169.254"),
        ("file:///etc/passwd", "file"),
        ("/a.ics", "redirects more than 5 times"),
    ] {
        upstream.set("/a.ics", said(301, &[("location", to)], ""));
        let polled = source.poll().await;
        assert_eq!(polled["outcome"], "refused", "{to}: {polled}");
        assert!(
            polled["notes"][0].as_str().unwrap().contains(why),
            "{polled}"
        );
    }
}

async fn what_another_address_answers_is_not_taken_for_what_is_known(db: TestDb) {
    let (app, _) = app_at(db, NOW).await;
    let upstream = Upstream::start().await;
    let source = Watch::new(&app, &upstream, json!({})).await;
    upstream.say("/a.ics", one());
    source.poll().await;
    // What stands at the source's address is known; what stands elsewhere is asked for as a whole.
    upstream.set("/a.ics", said(307, &[("location", "/b.ics")], ""));
    upstream.say("/b.ics", one());
    assert_eq!(source.poll().await["status"], 200);
    let asked = upstream.asked();
    assert!(asked[1].2.contains_key("if-none-match"));
    assert!(!asked[2].2.contains_key("if-none-match"), "{asked:?}");
    // Nor is what it was known by kept.
    upstream.set("/a.ics", said(302, &[("location", "/b.ics")], ""));
    upstream.say("/b.ics", one().replace("专场", "论坛"));
    assert_eq!(source.poll().await["outcome"], "read");
    source.poll().await;
    let asked = upstream.asked();
    let tagged = asked.iter().filter(|it| it.2.contains_key("if-none-match"));
    assert_eq!(
        tagged.count(),
        2,
        "the first tag was asked with, until a document took its place"
    );
    // A 304 that nobody asked for is no document.
    upstream.set("/b.ics", said(304, &[], ""));
    let polled = source.poll().await;
    assert_eq!(
        (text(&polled, "outcome"), &polled["status"]),
        ("failed", &json!(304))
    );
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

async fn a_document_is_read_within_its_limits_or_refused(db: TestDb) {
    let (app, _) = app_at(db, NOW).await;
    let upstream = Upstream::start().await;
    let source = Watch::new(&app, &upstream, json!({})).await;
    let gzip = [("content-encoding", "gzip")];
    let nested = "BEGIN:VCALENDAR\r\n".to_owned() + &"BEGIN:VEVENT\r\n".repeat(100_000);
    let mut cut = packed(one().as_bytes());
    cut.truncate(cut.len() - 4);
    for (answer, why) in [
        (
            said(200, &[], vec![b'a'; 6 * 1024 * 1024]),
            "more than 5242880 bytes",
        ),
        (
            said(200, &gzip, packed(&vec![b'a'; 64 * 1024 * 1024])),
            "when it is unpacked",
        ),
        (said(200, &gzip, cut), "cannot be unpacked"),
        (said(200, &gzip, one()), "cannot be unpacked"),
        (said(200, &[("content-encoding", "br")], one()), "\"br\""),
        (said(200, &[], nested), "nested more than 8 deep"),
    ] {
        upstream.set("/a.ics", answer);
        let polled = source.poll().await;
        assert_eq!(polled["outcome"], "refused", "{why}: {polled}");
        assert!(
            polled["notes"][0].as_str().unwrap().contains(why),
            "{why}: {polled}"
        );
    }
    upstream.set("/a.ics", said(200, &gzip, packed(one().as_bytes())));
    assert_eq!(source.poll().await["outcome"], "read");
    let asked = upstream.asked();
    assert_eq!(asked[0].2["accept-encoding"], "gzip");
}

async fn a_file_is_brought_like_an_answer(db: TestDb) {
    let (app, _) = app_at(db, NOW).await;
    let input = json!({"name": "海淀的表", "format": "csv", "district": "haidian", "url": null});
    let made = app
        .post(&app.tokens.office, "/api/v1/sources", &input)
        .send()
        .await
        .expect(201)
        .json();
    let id = text(&made, "id");
    assert_eq!(made["next_poll_at"], json!(null));
    let bring = async |text: &str| {
        let call = app.call(Method::POST, format!("/api/v1/sources/{id}/file"));
        let call = call
            .token(&app.tokens.office)
            .bytes("text/csv", text.to_owned());
        call.send().await.expect(200).json()
    };
    let rows = "标题,开始,地点\n人工智能专场,2021-08-01,清华科技园\n集成电路专场,2021-08-02,\n生物医药专场,2021-08-03,\n";
    assert_eq!(bring(rows).await["proposals"], 3);
    assert_eq!(bring(rows).await["proposals"], 0);
    // A table has no ids: a row is known by its title.
    let polled = bring(&rows.replace("2021-08-02", "2021-08-20")).await;
    assert_eq!(
        (&polled["proposals"], &polled["carried_out"]),
        (&json!(1), &json!(1)),
        "{polled}"
    );
    let call = app.post(
        &app.tokens.office,
        format!("/api/v1/sources/{id}/poll"),
        &json!({}),
    );
    let refused = call.send().await.problem(409, "conflict");
    assert!(
        text(&refused, "detail").contains("bring its file"),
        "{refused}"
    );
}

async fn an_address_that_must_not_be_asked_is_refused(db: TestDb) {
    let (app, _) = app_at(db, NOW).await;
    for url in [
        "http://127.0.0.1/a.ics",
        "http://[::1]/a",
        "http://10.0.0.1/a",
        "ftp://a.example/a",
        "x",
    ] {
        let input = json!({"name": "a", "format": "ics", "url": url});
        let made = app
            .post(&app.tokens.office, "/api/v1/sources", &input)
            .send()
            .await;
        let problem = made.problem(422, "invalid-input");
        assert_eq!(problem["errors"][0]["pointer"], "/url", "{url}: {problem}");
    }
}
