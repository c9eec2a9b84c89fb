//! What should not be sent: each is a clear 4xx that names the value, or is cleaned where that is harmless;
//! and nothing of it is half-written.

mod bodies;
mod texts;

use hyper::Method;
use serde_json::{Value, json};

use crate::support::{
    app::{TestApp, draft},
    db::{TestDb, on_both},
    http::{Answer, pointers},
};

on_both!(
    unknown_fields_are_named_wherever_they_stand,
    wrong_types_are_all_named_at_once,
    dates_that_are_none_are_refused,
    numbers_out_of_range_are_refused,
    addresses_that_are_none_are_refused,
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
