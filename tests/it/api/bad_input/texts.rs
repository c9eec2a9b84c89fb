//! Texts and lists: what is cleaned out of them, and how long they may be.

use serde_json::json;

use super::{post, refused};
use crate::support::{
    app::{Draft, TestApp, draft},
    db::{TestDb, on_both},
    http::pointers,
};

on_both!(
    control_characters_are_cleaned_out_of_texts,
    texts_and_lists_that_are_too_long_are_refused,
);

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
            "title": {"zh": long(10_000), "en": long(4_097)}, "summary": {"zh": long(20_001)},
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
        "title": {"zh": long(4_096)}, "summary": {"zh": long(20_000)}, "outcomes": many(200),
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
