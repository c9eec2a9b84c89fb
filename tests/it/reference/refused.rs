//! What is refused of editions and series, and what happens when several ask at once.

use hyper::Method;
use serde_json::json;

use super::{EDITIONS, SERIES, edition};
use crate::support::{
    app::TestApp,
    db::{TestDb, on_both},
    http::pointers,
};

on_both!(
    all_faults_of_an_edition_are_told_at_once,
    all_faults_of_a_series_are_told_at_once,
    what_activities_refer_to_stays,
    only_the_organising_office_writes,
    a_change_needs_the_version_that_was_seen,
    two_changes_at_once_do_not_both_win,
    one_year_gets_one_edition_however_many_ask,
);

async fn all_faults_of_an_edition_are_told_at_once(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let bad = json!({
        "year": 2030, "ordinal": "three", "main_from": "2030-09-28", "main_to": "2030-09-24",
        "promise_from": "2029-03", "colour": "red", "theme": {"fr": "thème"},
        "sections": [{"slug": "a b", "title": {"zh": "论坛"}}, {"slug": "b"}],
        "stated": [{"what": "held_so_far", "value": "17", "on": "15.9.2030"}],
    });
    let problem = app.make(EDITIONS, &bad).await.problem(422, "invalid-input");
    let mut named = pointers(&problem);
    named.sort_unstable();
    assert_eq!(
        named,
        [
            "/colour",
            "/main_to",
            "/ordinal",
            "/promise_from",
            "/sections/0/slug",
            "/sections/1/title",
            "/stated/0/on",
            "/stated/0/value",
            "/theme/fr",
        ]
    );
    app.get(format!("{EDITIONS}/2030"))
        .await
        .problem(404, "not-found");
    let empty = app
        .make(EDITIONS, &json!({}))
        .await
        .problem(422, "invalid-input");
    assert_eq!(pointers(&empty), ["/year", "/theme"]);
    let twice = json!({"year": 2200, "theme": {}, "sections": [
        {"slug": "a", "title": {"zh": "甲"}}, {"slug": "a", "title": {"zh": "乙"}}]});
    let problem = app
        .make(EDITIONS, &twice)
        .await
        .problem(422, "invalid-input");
    assert_eq!(pointers(&problem), ["/year", "/sections"]);

    let etag = app.get(format!("{EDITIONS}/2021")).await.etag();
    let path = format!("{EDITIONS}/2021");
    let patch = json!({"year": 2023, "theme": null, "status": "final"});
    let problem = app
        .patch(&path, &etag, &patch)
        .await
        .problem(422, "invalid-input");
    assert_eq!(
        pointers(&problem),
        ["/year", "/theme", "/promise_from", "/status"]
    );
    let problem = app
        .patch(&path, &etag, &json!({"year": 2023}))
        .await
        .problem(422, "invalid-input");
    assert_eq!(pointers(&problem), ["/year", "/promise_from"]);
    let problem = app
        .patch(&path, &etag, &json!([1]))
        .await
        .problem(422, "invalid-input");
    assert_eq!(pointers(&problem), [""]);
    assert_eq!(
        app.get(&path).await.etag(),
        etag,
        "nothing was half-written"
    );
}

async fn all_faults_of_a_series_are_told_at_once(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let bad =
        json!({"slug": "Übung", "title": {"zh": " \u{7} "}, "description": "x", "year": 2021});
    let problem = app.make(SERIES, &bad).await.problem(422, "invalid-input");
    assert_eq!(
        pointers(&problem),
        ["/slug", "/title/zh", "/description", "/year"]
    );
    let path = format!("{SERIES}/global-roadshows");
    let etag = app.get(&path).await.etag();
    let other = json!({"slug": "other", "title": {"en": 5}});
    let problem = app
        .patch(&path, &etag, &other)
        .await
        .problem(422, "invalid-input");
    assert_eq!(pointers(&problem), ["/slug", "/title/en"]);
    app.make(
        SERIES,
        &json!({"slug": "global-roadshows", "title": {"zh": "又"}}),
    )
    .await
    .problem(409, "conflict");
}

async fn what_activities_refer_to_stays(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let draft = app
        .drafted(
            json!({"strand": "main_session", "section": "forum", "series": "global-roadshows"}),
        )
        .await;
    let (edition, series) = (
        format!("{EDITIONS}/2021"),
        format!("{SERIES}/global-roadshows"),
    );
    let (edition_tag, series_tag) = (
        app.get(&edition).await.etag(),
        app.get(&series).await.etag(),
    );
    let problem = app
        .delete(&edition, &edition_tag)
        .await
        .problem(409, "conflict");
    assert!(
        problem["detail"].as_str().unwrap().contains("2021"),
        "{problem}"
    );
    let problem = app
        .delete(&series, &series_tag)
        .await
        .problem(409, "conflict");
    assert!(
        problem["detail"]
            .as_str()
            .unwrap()
            .contains("global-roadshows"),
        "{problem}"
    );

    let without = |kept: &[&str]| {
        let section = |slug: &&str| json!({"slug": slug, "title": {"zh": "板块"}});
        json!({"sections": kept.iter().map(section).collect::<Vec<_>>()})
    };
    let problem = app
        .patch(&edition, &edition_tag, &without(&["exhibition"]))
        .await
        .problem(422, "invalid-input");
    assert_eq!(pointers(&problem), ["/sections"]);
    assert!(
        problem["detail"].as_str().unwrap().contains("forum"),
        "{problem}"
    );
    let kept = app
        .patch(&edition, &edition_tag, &without(&["new", "forum"]))
        .await
        .expect(200);

    // A draft that is gone holds nothing.
    app.delete(&draft.path(), &draft.etag).await.expect(204);
    let bare = app
        .patch(&edition, &kept.etag(), &json!({"sections": []}))
        .await
        .expect(200);
    app.delete(&edition, &bare.etag()).await.expect(204);
    app.delete(&series, &series_tag).await.expect(204);
}

async fn only_the_organising_office_writes(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let tag = app.get(format!("{EDITIONS}/2021")).await.etag();
    let calls = |path: &str| {
        [
            app.call(Method::POST, path).json(&json!({})),
            app.call(Method::PATCH, format!("{path}/2021"))
                .if_match(&tag)
                .json(&json!({})),
            app.call(Method::DELETE, format!("{path}/2021"))
                .if_match(&tag),
        ]
    };
    for path in [EDITIONS, SERIES] {
        for call in calls(path) {
            let answer = call.clone().send().await;
            assert_eq!(answer.header("www-authenticate"), "Bearer");
            answer.problem(401, "unauthorised");
            call.clone()
                .token("yl_wrong")
                .send()
                .await
                .problem(401, "unauthorised");
            for token in [&app.tokens.haidian, &app.tokens.partner] {
                call.clone()
                    .token(token)
                    .send()
                    .await
                    .problem(403, "forbidden");
            }
        }
    }
    assert_eq!(app.get(format!("{EDITIONS}/2021")).await.etag(), tag);
}

async fn a_change_needs_the_version_that_was_seen(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    for path in [
        format!("{EDITIONS}/2021"),
        format!("{SERIES}/global-roadshows"),
    ] {
        for method in [Method::PATCH, Method::DELETE] {
            let call = || app.call(method.clone(), &path).token(&app.tokens.admin);
            let bare = call().json(&json!({})).send().await;
            bare.problem(428, "precondition-required");
            for stale in ["\"v99\"", "*", "\"v1\", \"v2\"", "nonsense"] {
                let answer = call().if_match(stale).json(&json!({})).send().await;
                answer.problem(412, "stale-version");
            }
        }
        app.get(&path).await.expect(200);
    }
}

async fn two_changes_at_once_do_not_both_win(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let path = format!("{EDITIONS}/2021");
    let tag = app.get(&path).await.etag();
    let (one, two) = (json!({"ordinal": 11}), json!({"ordinal": 22}));
    let (one, two) = tokio::join!(app.patch(&path, &tag, &one), app.patch(&path, &tag, &two));
    let mut answers = [one.status.as_u16(), two.status.as_u16()];
    answers.sort_unstable();
    assert_eq!(answers, [200, 412]);
}

async fn one_year_gets_one_edition_however_many_ask(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let asked = (0..8).map(|_| async { app.make(EDITIONS, &edition(2040)).await.status.as_u16() });
    let mut answers = futures_util::future::join_all(asked).await;
    answers.sort_unstable();
    assert_eq!(answers, [vec![201], vec![409; 7]].concat());
}
