//! What a selection names: what nobody knows is refused alike wherever a selection is asked with, and an address that
//! once held something outlives what it names.

use hyper::Method;
use serde_json::json;

use super::house::identity;
use crate::support::{
    app::{Draft, TestApp},
    db::{TestDb, on_both},
    http::pointers,
};

on_both!(
    values_that_nobody_knows_are_named_by_feeds_and_lists_alike,
    a_value_is_known_from_when_it_is_made_until_it_is_deleted_unused,
    an_address_outlives_the_series_the_section_and_the_edition_in_it,
);

/// Whatever is asked with a selection.
const ASKED: [&str; 6] = [
    "/feeds/zh/all.ics",
    "/feeds/en/all.rss",
    "/feeds/bi/district/haidian.ics",
    "/feeds/zh/edition/2021.rss",
    "/api/v1/activities",
    "/api/v1/notices",
];

async fn delete(app: &TestApp, path: &str) {
    let etag = app.get(path).await.etag();
    let call = app.call(Method::DELETE, path).token(&app.tokens.office);
    call.if_match(&etag).send().await.expect(204);
}

async fn values_that_nobody_knows_are_named_by_feeds_and_lists_alike(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let wrong = "district=pudong&section=forum,froum&series=golbal-roadshows,global-roadshows&edition=2022,2031";
    let right = "section=exhibition,forum&series=global-roadshows&edition=2021,2022";
    for path in ASKED {
        app.get(format!("{path}?{right}")).await.expect(200);
        let refused = app.get(format!("{path}?{wrong}")).await;
        let problem = refused.problem(400, "invalid-parameter");
        let mut told: Vec<(&str, &str)> = problem["errors"]
            .as_array()
            .unwrap()
            .iter()
            .map(|fault| {
                let text = |name: &str| fault[name].as_str().unwrap();
                (text("pointer"), text("detail"))
            })
            .collect();
        told.sort_unstable();
        assert_eq!(told.len(), 4, "{path}: {problem}");
        assert_eq!(told[0].0, "district");
        assert_eq!(told[1], ("edition", "there is no edition 2031"));
        assert_eq!(told[2], ("section", "no edition has a section \"froum\""));
        assert_eq!(
            told[3],
            ("series", "there is no series \"golbal-roadshows\"")
        );
    }
    // Not moved to its canonical form first, to be refused there.
    let refused = app.get("/feeds/zh/all.ics?utm_source=x&edition=2031").await;
    let problem = refused.problem(400, "invalid-parameter");
    assert_eq!(pointers(&problem), ["edition"]);
    let drafts = app.call(Method::GET, "/api/v1/activities?status=draft&series=nobody");
    let problem = drafts.token(&app.tokens.office).send().await;
    let problem = problem.problem(400, "invalid-parameter");
    assert_eq!(problem["detail"], "series: there is no series \"nobody\"");
}

async fn a_value_is_known_from_when_it_is_made_until_it_is_deleted_unused(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let all = async |query: &str, status: u16| {
        for path in ASKED {
            // The second answer of a feed is the first one sent again.
            for _ in 0..2 {
                app.get(format!("{path}?{query}")).await.expect(status);
            }
        }
    };
    all("series=talks", 400).await;
    let talks = json!({"slug": "talks", "title": {"zh": "讲座"}});
    let call = app.post(&app.tokens.office, "/api/v1/series", &talks);
    call.send().await.expect(201);
    all("series=talks", 200).await;
    delete(&app, "/api/v1/series/talks").await;
    all("series=talks", 400).await;

    all("section=expo", 400).await;
    let edition = json!({
        "year": 2031, "theme": {"zh": "主题"}, "sections": [{"slug": "expo", "title": {"zh": "展览"}}],
    });
    let call = app.post(&app.tokens.office, "/api/v1/editions", &edition);
    call.send().await.expect(201);
    all("section=expo&edition=2031", 200).await;
    delete(&app, "/api/v1/editions/2031").await;
    all("section=expo", 400).await;
    all("edition=2031", 400).await;
}

async fn an_address_outlives_the_series_the_section_and_the_edition_in_it(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let over = json!({"strand": "main_session", "section": "forum", "series": "global-roadshows"});
    let seen = app.announced(over).await;
    let queries = [
        "series=global-roadshows",
        "section=forum",
        "edition=2021",
        "section=forum&series=global-roadshows&edition=2021",
    ];
    let selected = queries.map(|query| format!("/feeds/zh/district/haidian.ics?{query}"));
    let scopes = [
        "series/global-roadshows",
        "section/2021/forum",
        "edition/2021",
    ];
    let scoped = scopes.map(|scope| format!("/feeds/zh/{scope}.ics"));
    let calendars: Vec<String> = selected.into_iter().chain(scoped).collect();
    for path in &calendars {
        let feed = app.get(path).await.expect(200).text();
        assert!(feed.contains("BEGIN:VEVENT"), "{path}");
    }
    let change = json!({"edition": 2022, "strand": "year_round", "section": null, "series": null});
    let patch = app
        .call(Method::PATCH, seen.path())
        .token(&app.tokens.office);
    let patch = patch.if_match(&seen.etag).json(&change);
    let elsewhere = Draft::of(&patch.send().await.expect(200));
    delete(&app, "/api/v1/series/global-roadshows").await;
    delete(&app, "/api/v1/editions/2021").await;
    app.get("/feeds/zh/section/2022/forum.ics")
        .await
        .expect(404);
    let mut left = Vec::new();
    for path in &calendars {
        let feed = app.get(path).await;
        assert!(!feed.text().contains("BEGIN:VEVENT"), "{path}");
        left.push(identity(&feed));
    }
    for query in queries {
        app.get(format!("/api/v1/activities?{query}"))
            .await
            .expect(200);
        let told = app.get(format!("/api/v1/notices?{query}")).await;
        let told = told.expect(200).json();
        assert_eq!(told["notices"].as_array().unwrap().len(), 2, "{query}");
    }

    let withdraw = json!({"reason": {"code": "correction"}});
    app.act(&elsewhere, "withdraw", withdraw).await.expect(200);
    // The same names are known to a program that reads the redacted log from its start.
    let (app, _) = TestApp::start(app.stop().await).await;
    for (path, left) in calendars.iter().zip(left) {
        assert_eq!(identity(&app.get(path).await), left, "{path}");
    }
    app.get("/feeds/zh/all.ics?series=golbal-roadshows")
        .await
        .expect(400);
}
