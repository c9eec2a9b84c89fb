//! What should not be sent: each is a clear 4xx that names the value, or is cleaned where that is harmless;
//! and nothing of it is half-written.

use hyper::Method;
use serde_json::{Value, json};

use crate::support::{
    app::{Draft, TestApp, draft},
    db::{TestDb, on_both},
    http::{Answer, pointers, raw},
};

on_both!(
    what_is_not_json_is_refused,
    unknown_fields_are_named_wherever_they_stand,
    wrong_types_are_all_named_at_once,
    dates_that_are_none_are_refused,
    numbers_out_of_range_are_refused,
    addresses_that_are_none_are_refused,
    control_characters_are_cleaned_out_of_texts,
    texts_and_lists_that_are_too_long_are_refused,
    a_body_that_is_too_large_is_refused,
    a_body_that_is_not_json_by_its_type_is_refused,
    no_body_counts_as_an_empty_one,
    what_is_no_http_does_no_harm,
);

async fn post(app: &TestApp, body: impl Into<bytes::Bytes>) -> Answer {
    app.call(Method::POST, "/api/v1/activities")
        .token(&app.tokens.office)
        .bytes("application/json", body)
        .key("a key that must stay free")
        .send()
        .await
}

async fn refused(app: &TestApp, over: Value) -> Value {
    let answer = post(app, draft(over).to_string()).await;
    answer.problem(422, "invalid-input")
}

/// No draft, no notice, and the key can still be used.
async fn nothing_is_written(app: &TestApp) {
    let listed = app
        .call(Method::GET, "/api/v1/activities?limit=500")
        .token(&app.tokens.admin)
        .send()
        .await
        .expect(200);
    assert_eq!(listed.json()["activities"], json!([]));
    assert_eq!(app.head().await, 0);
    post(app, draft(json!({})).to_string()).await.expect(201);
}

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

async fn unknown_fields_are_named_wherever_they_stand(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let problem = refused(
        &app,
        json!({
            "colour": "red", "a/b~c": 1, "": 2, "\u{0}": 3, "Title": {},
            "title": {"zh": "路演", "fr": "x"},
            "when": {"precision": "day", "starts_on": "2021-07-08", "starts_at": "2021-07-08T14:00:00+08:00"},
            "venue": {"name": {"de": "x"}, "lat": 1},
            "organizers": [{"name": {"zh": "主办"}}, {"name": {"zh": "协办"}, "logo": "x"}],
        }),
    )
    .await;
    let mut named = pointers(&problem);
    named.sort_unstable();
    assert_eq!(
        named,
        [
            "/",
            "/\0",
            "/Title",
            "/a~1b~0c",
            "/colour",
            "/organizers/1/logo",
            "/title/fr",
            "/venue/lat",
            "/venue/name/de",
            "/when/starts_at",
        ]
    );
    nothing_is_written(&app).await;
}

async fn wrong_types_are_all_named_at_once(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let wrong = json!({
        "edition": "2021", "strand": 1, "section": [], "series": {}, "parent": 7, "kind": ["roadshow"],
        "title": "路演", "summary": [], "description": "text", "when": "2021-07-08", "time_zone": "UTC",
        "districts": "haidian", "venue": "清华科技园", "mode": null, "live_url": 1, "registration_url": {},
        "audiences": ["everybody"], "partner_regions": ["gb"], "organizers": [{"role": 1}], "highlight": "yes",
        "figures": [{"what": "views", "value": "many", "qualifier": "roughly"}], "outcomes": ["text"],
        "contact": {"email": "nobody"}, "office": "shanghai", "sources": [{"stated_on": "yesterday"}], "slug": "A B",
        "id": "act_1", "uid": "x", "status": "held", "revision": 3, "previous_when": null,
        "announced_at": null, "updated_at": "now", "publish_at": 1, "replaced_by": null, "links": {},
    });
    let problem = post(&app, wrong.to_string())
        .await
        .problem(422, "invalid-input");
    let mut named = pointers(&problem);
    named.sort_unstable();
    assert_eq!(
        named,
        [
            "/announced_at",
            "/audiences/0",
            "/contact/email",
            "/description",
            "/districts",
            "/edition",
            "/figures/0/qualifier",
            "/figures/0/value",
            "/highlight",
            "/id",
            "/kind",
            "/links",
            "/live_url",
            "/office",
            "/organizers/0/name",
            "/organizers/0/role",
            "/outcomes/0",
            "/parent",
            "/partner_regions/0",
            "/previous_when",
            "/publish_at",
            "/registration_url",
            "/replaced_by",
            "/revision",
            "/section",
            "/series",
            "/slug",
            "/sources/0/stated_on",
            "/status",
            "/strand",
            "/summary",
            "/time_zone",
            "/title",
            "/uid",
            "/updated_at",
            "/venue",
            "/when",
        ]
    );
    for fault in problem["errors"].as_array().unwrap() {
        assert!(!fault["detail"].as_str().unwrap().is_empty());
    }
    nothing_is_written(&app).await;
}

async fn dates_that_are_none_are_refused(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    for (when, pointer) in [
        (
            json!({"precision": "day", "starts_on": "2021-02-29"}),
            "/when/starts_on",
        ),
        (
            json!({"precision": "day", "starts_on": "2021-7-8"}),
            "/when/starts_on",
        ),
        (
            json!({"precision": "day", "starts_on": "10000-01-01"}),
            "/when/starts_on",
        ),
        (
            json!({"precision": "day", "starts_on": "+2021-01-01"}),
            "/when/starts_on",
        ),
        (
            json!({"precision": "day", "starts_on": "9999-12-31"}),
            "/when/starts_on",
        ),
        (
            json!({"precision": "day", "starts_on": "0000-01-01"}),
            "/when/starts_on",
        ),
        (
            json!({"precision": "day", "starts_on": "２０２１-07-08"}),
            "/when/starts_on",
        ),
        (
            json!({"precision": "day", "starts_on": "2021-07-08", "ends_on": "2021-07-07"}),
            "/when/ends_on",
        ),
        (
            json!({"precision": "month", "month": "2021-13"}),
            "/when/month",
        ),
        (
            json!({"precision": "month", "month": "21-06"}),
            "/when/month",
        ),
        (
            json!({"precision": "minute", "starts_at": "2021-07-08T14:00"}),
            "/when/starts_at",
        ),
        (
            json!({"precision": "minute", "starts_at": "2021-07-08T24:00:00+08:00"}),
            "/when/starts_at",
        ),
        (
            json!({"precision": "minute", "starts_at": "10000-07-08T14:00:00+08:00"}),
            "/when/starts_at",
        ),
        (
            json!({"precision": "minute", "starts_at": "2021-07-08T14:00:00+99:99"}),
            "/when/starts_at",
        ),
        (
            json!({"precision": "minute", "starts_at": "2021-07-08T14:00:00+08:00", "ends_at": "2021-07-08T13:00:00+08:00"}),
            "/when/ends_at",
        ),
        (
            json!({"precision": "minute", "starts_at": "2021-07-08T14:00:00+08:00", "ends_at": "2021-07-08T14:00:00+08:00"}),
            "/when/ends_at",
        ),
        (
            json!({"precision": "minute", "starts_at": 1_625_724_000}),
            "/when/starts_at",
        ),
        (
            json!({"precision": "unknown", "month": "2021-06"}),
            "/when/month",
        ),
        (json!({"month": "2021-06"}), "/when/precision"),
    ] {
        let problem = refused(&app, json!({"when": when})).await;
        assert!(pointers(&problem).contains(&pointer), "{when}: {problem}");
    }
    let problem = refused(
        &app,
        json!({"when": {"precision": "day", "starts_on": "2021-07-08", "ends_on": "2021-07-07"}}),
    )
    .await;
    let detail = problem["detail"].as_str().unwrap();
    assert!(
        detail.contains("2021-07-08") && detail.contains("2021-07-07"),
        "{detail}"
    );
    nothing_is_written(&app).await;
}

async fn numbers_out_of_range_are_refused(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    for edition in [
        "10000",
        "-1",
        "2021.5",
        "99999999999999999999",
        "1e300",
        "0",
    ] {
        let body = draft(json!({})).to_string();
        let body = body.replace("\"edition\":2021", &format!("\"edition\":{edition}"));
        let problem = post(&app, body).await.problem(422, "invalid-input");
        assert_eq!(pointers(&problem), ["/edition"], "{edition}");
    }
    for (latitude, longitude) in [(90.1, 116.0), (-1e300, 116.0), (39.9, 180.5)] {
        let venue = json!({"name": {}, "latitude": latitude, "longitude": longitude});
        refused(&app, json!({"venue": venue})).await;
    }
    refused(&app, json!({"venue": {"name": {}, "latitude": 39.9}})).await;
    nothing_is_written(&app).await;
}

async fn addresses_that_are_none_are_refused(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    for address in [
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        " javascript:alert(1)",
        "java\nscript:alert(1)",
        "data:text/html,x",
        "ftp://example.org/",
        "mailto:a@example.org",
        "//example.org/",
        "/path",
        "example.org",
        "",
        "http://",
        "https://a.example/\r\nX-Evil: 1",
        "https://a.example/\n",
        "https://a.example/ b",
        "https://a.example/\u{0}",
        "https://a.example/\u{2028}",
        &format!("https://a.example/{}", "x".repeat(2_000)),
    ] {
        let problem = refused(
            &app,
            json!({
                "live_url": address, "registration_url": address,
                "organizers": [{"name": {"zh": "主办"}, "url": address}], "sources": [{"url": address}],
            }),
        )
        .await;
        let mut named = pointers(&problem);
        named.sort_unstable();
        let expected = [
            "/live_url",
            "/organizers/0/url",
            "/registration_url",
            "/sources/0/url",
        ];
        assert_eq!(named, expected, "{address:?}");
    }
    nothing_is_written(&app).await;
}

async fn control_characters_are_cleaned_out_of_texts(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let dirty = "a\0b\u{8}c\u{1b}d\u{7f}e\u{85}f\u{fffe}g\u{feff}h\r\ni\u{2028}j\tk𠮷\u{1f600}";
    let (line, lines) = ("abcdefgh i j k𠮷😀", "abcdefgh\ni\nj k𠮷😀");
    let over = json!({
        "title": {"zh": dirty, "en": dirty}, "summary": {"zh": dirty}, "description": {"en": dirty},
        "venue": {"name": {"zh": dirty}, "address": {"en": dirty}},
        "organizers": [{"role": dirty, "name": {"zh": dirty}}],
        "figures": [{"what": dirty, "value": 1}], "outcomes": [{"zh": dirty}],
        "contact": {"name": dirty, "phone": dirty}, "sources": [{"title": dirty, "basis": dirty}],
    });
    let made = post(&app, draft(over).to_string()).await.expect(201);
    let seen = Draft::of(&made);
    let activity = &seen.activity;
    assert_eq!(activity["title"], json!({"zh": line, "en": line}));
    assert_eq!(activity["summary"], json!({"zh": lines}));
    assert_eq!(activity["description"], json!({"en": lines}));
    assert_eq!(activity["organizers"][0]["role"], line);
    assert_eq!(activity["figures"][0]["what"], line);
    assert_eq!(activity["contact"]["phone"], line);
    let body = json!({"reason": {"code": "other", "zh": dirty}});
    let told = Draft::of(&app.act(&seen, "announce", json!({})).await.expect(200));
    let told = Draft::of(&app.act(&told, "cancel", body).await.expect(200));
    assert_eq!(told.notice["reason"]["zh"], line);
    let read = app.get(seen.path()).await.expect(200);
    assert_eq!(read.json(), told.activity);

    // Where a name is meant, nothing is cleaned: it is refused, and the database is never asked.
    for path in [
        "/api/v1/activities?series=%00",
        "/api/v1/activities?district=haidian%00",
        "/api/v1/activities?%00=1",
        "/api/v1/activities?cursor=%00",
    ] {
        app.get(path).await.problem(400, "invalid-parameter");
    }
    app.get("/api/v1/activities?q=%00").await.expect(200);
    for only_controls in ["", " ", "\0", "\r\n", "\u{feff}"] {
        let refused = post(
            &app,
            draft(json!({"title": {"zh": only_controls}})).to_string(),
        )
        .await;
        // The key was used above; the input is read first, so both refusals are 422.
        let refused = refused.expect(422).json();
        assert!(refused["detail"].as_str().is_some());
        let refused = app
            .post(
                &app.tokens.office,
                "/api/v1/activities",
                &draft(json!({"title": {"zh": only_controls}})),
            )
            .send()
            .await
            .problem(422, "invalid-input");
        assert_eq!(pointers(&refused), ["/title/zh"]);
    }
}

async fn texts_and_lists_that_are_too_long_are_refused(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let long = |n| "会".repeat(n);
    let many = |n| vec![json!({"zh": "成果"}); n];
    let problem = refused(
        &app,
        json!({
            "title": {"zh": long(10_000), "en": long(301)}, "summary": {"zh": long(20_001)},
            "outcomes": many(201), "sources": [{"title": long(2_001)}], "slug": "a".repeat(81),
        }),
    )
    .await;
    let mut named = pointers(&problem);
    named.sort_unstable();
    assert_eq!(
        named,
        [
            "/outcomes",
            "/slug",
            "/sources/0/title",
            "/summary/zh",
            "/title/en",
            "/title/zh"
        ]
    );
    let told = problem.to_string();
    assert!(told.contains("10000 characters"), "{told}");
    assert!(
        told.len() < 2_000,
        "a problem does not repeat all of what was wrong: {told}"
    );
    let longest = json!({
        "title": {"zh": long(300)}, "summary": {"zh": long(20_000)}, "outcomes": many(200),
        "slug": "a".repeat(80),
    });
    let input = draft(longest);
    let made = app
        .post(&app.tokens.office, "/api/v1/activities", &input)
        .send()
        .await
        .expect(201);
    assert_eq!(Draft::of(&made).activity["title"], input["title"]);
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
