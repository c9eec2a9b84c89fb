//! Versions: ETag, If-Match, If-None-Match, HEAD; and what is answered where nothing is.

use hyper::Method;
use serde_json::json;

use crate::support::{
    app::{Draft, TestApp},
    db::{TestDb, on_both},
};

on_both!(
    a_change_without_if_match_is_refused_428,
    a_change_of_a_version_that_is_not_the_present_one_is_refused_412,
    of_two_changes_of_one_version_one_wins,
    an_unchanged_activity_is_answered_304,
    head_answers_as_get_without_a_body,
    unknown_addresses_and_methods_are_problems,
    unknown_parameters_are_named,
);

async fn a_change_without_if_match_is_refused_428(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let seen = app.announced(json!({})).await;
    for (method, path) in [
        (Method::POST, format!("{}/cancel", seen.path())),
        (Method::PATCH, seen.path()),
        (Method::DELETE, seen.path()),
    ] {
        let refused = app
            .call(method, path)
            .token(&app.tokens.office)
            .json(&json!({}))
            .send()
            .await
            .problem(428, "precondition-required");
        assert!(refused["detail"].as_str().unwrap().contains("If-Match"));
    }
    assert_eq!(app.head().await, 1);
}

async fn a_change_of_a_version_that_is_not_the_present_one_is_refused_412(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let seen = app.announced(json!({})).await;
    for stale in [
        "\"v1\"",
        "\"v3\"",
        "*",
        "v2",
        "2",
        "\"v2\", \"v3\"",
        "\"v99999999999999999999\"",
        "\"v-2\"",
        "\"\"",
    ] {
        let stale = Draft {
            etag: stale.to_owned(),
            ..seen.clone()
        };
        app.act(&stale, "cancel", json!({}))
            .await
            .problem(412, "stale-version");
        app.call(Method::PATCH, seen.path())
            .token(&app.tokens.office)
            .if_match(&stale.etag)
            .json(&json!({"title": {"zh": "改"}}))
            .send()
            .await
            .problem(412, "stale-version");
    }
    // A proxy that compresses weakens tags; the version is the same.
    let weak = Draft {
        etag: format!("W/{}", seen.etag),
        ..seen.clone()
    };
    app.act(&weak, "cancel", json!({})).await.expect(200);
}

async fn of_two_changes_of_one_version_one_wins(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    for round in 0..5 {
        let seen = app.announced(json!({})).await;
        let head = app.head().await;
        let calls: Vec<_> = (0..8)
            .map(|n| {
                let when =
                    json!({"precision": "day", "starts_on": format!("2021-08-{:02}", n + 1)});
                let call = app
                    .post(
                        &app.tokens.office,
                        format!("{}/reschedule", seen.path()),
                        &json!({"when": when}),
                    )
                    .if_match(&seen.etag);
                tokio::spawn(call.send())
            })
            .collect();
        let mut won = 0;
        for call in calls {
            let answer = call.await.unwrap();
            match answer.status.as_u16() {
                200 => won += 1,
                _ => drop(answer.problem(412, "stale-version")),
            }
        }
        assert_eq!(won, 1, "round {round}");
        assert_eq!(app.head().await, head + 1, "round {round}");
    }
}

async fn an_unchanged_activity_is_answered_304(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let seen = app.announced(json!({})).await;
    let notice = format!("/api/v1/notices/{}", seen.notice["id"].as_str().unwrap());
    for path in [seen.path(), notice] {
        let etag = app.get(path.as_str()).await.expect(200).etag();
        for known in [
            etag.clone(),
            format!("W/{etag}"),
            format!("\"other\", {etag}"),
            "*".to_owned(),
        ] {
            let answer = app
                .call(Method::GET, path.as_str())
                .header("if-none-match", &known)
                .send()
                .await
                .expect(304);
            assert!(answer.body.is_empty());
            assert_eq!(answer.etag(), etag);
        }
        app.call(Method::GET, path.as_str())
            .header("if-none-match", "\"other\"")
            .send()
            .await
            .expect(200);
    }
    let etag = seen.etag.clone();
    app.act(&seen, "cancel", json!({})).await.expect(200);
    app.call(Method::GET, seen.path())
        .header("if-none-match", &etag)
        .send()
        .await
        .expect(200);
}

async fn head_answers_as_get_without_a_body(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let seen = app.announced(json!({})).await;
    for path in [
        seen.path(),
        "/api/v1/activities".to_owned(),
        "/api/v1/notices".to_owned(),
        "/api/openapi.json".to_owned(),
        "/api/v1/activities/act_nothing".to_owned(),
        "/api/v1/nothing".to_owned(),
    ] {
        let get = app.get(path.as_str()).await;
        let head = app.call(Method::HEAD, path.as_str()).send().await;
        assert!(head.body.is_empty(), "{path}");
        assert_eq!(head.status, get.status, "{path}");
        for name in ["content-type", "etag", "cache-control", "content-length"] {
            assert_eq!(head.header(name), get.header(name), "{path}: {name}");
        }
    }
}

async fn unknown_addresses_and_methods_are_problems(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let seen = app.announced(json!({})).await;
    for path in [
        "/api/v1/nothing".to_owned(),
        "/api/v1/activities/".to_owned(),
        "/api/v2/activities".to_owned(),
        "/api/v1/activities/act_01ARZ3NDEKTSV4RRFFQ69G5FAV".to_owned(),
        "/api/v1/activities/1".to_owned(),
        "/api/v1/activities/act_%00".to_owned(),
        "/api/v1/activities/act_%0D%0ASet-Cookie:%20a=b".to_owned(),
        "/api/v1/activities/%2e%2e%2fnotices".to_owned(),
        "/api/v1/notices/ntc_01ARZ3NDEKTSV4RRFFQ69G5FAV".to_owned(),
        format!("{}/history", seen.path()),
    ] {
        let answer = app.get(path.as_str()).await;
        assert_eq!(answer.header("set-cookie"), "");
        assert_eq!(answer.status, 404, "{path}: {}", answer.text());
        answer.problem(404, "not-found");
    }
    for path in ["/api/v1/nothing", "/api/v2/activities", "/nothing"] {
        let problem = app.get(path).await.problem(404, "not-found");
        assert_eq!(problem["detail"], format!("there is nothing at {path}"));
    }
    for path in [
        "/api/v1/activities/act_%FF",
        "/api/v1/notices/%C0%80",
        "/api/v1/editions/%FF",
        "/api/v1/promise/%FF",
        "/api/v1/series/%FF",
    ] {
        let problem = app.get(path).await.problem(404, "not-found");
        let detail = problem["detail"].as_str().unwrap();
        let told = format!("there is nothing at {path}: ");
        assert!(detail.starts_with(&told), "{detail}");
    }
    for (method, path, allowed) in [
        (
            Method::PUT,
            "/api/v1/activities".to_owned(),
            "GET,HEAD,POST",
        ),
        (Method::PUT, seen.path(), "DELETE,GET,HEAD,PATCH"),
        (Method::GET, format!("{}/cancel", seen.path()), "POST"),
        (Method::POST, "/api/v1/notices".to_owned(), "GET,HEAD"),
        (Method::DELETE, "/api/v1/notices".to_owned(), "GET,HEAD"),
        (Method::TRACE, "/api/v1/notices".to_owned(), "GET,HEAD"),
    ] {
        let told = format!("{path} does not take {method}");
        let answer = app.call(method, path.as_str()).send().await;
        let mut allow: Vec<_> = answer.header("allow").split(',').collect();
        allow.sort_unstable();
        assert_eq!(allow.join(","), allowed, "{path}");
        let problem = answer.problem(405, "method-not-allowed");
        assert_eq!(problem["detail"], told);
    }
}

async fn unknown_parameters_are_named(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let seen = app.announced(json!({})).await;
    for (path, wrong) in [
        ("/api/v1/activities?colour=red".to_owned(), "colour"),
        ("/api/v1/activities?limit=0".to_owned(), "limit"),
        ("/api/v1/activities?limit=501".to_owned(), "limit"),
        ("/api/v1/activities?limit=1e2".to_owned(), "limit"),
        ("/api/v1/activities?cursor=nonsense".to_owned(), "cursor"),
        ("/api/v1/activities?district=tianjin".to_owned(), "district"),
        (
            "/api/v1/activities?district=haidian&district=xicheng".to_owned(),
            "district",
        ),
        (
            "/api/v1/activities?district=haidian,".to_owned(),
            "district",
        ),
        ("/api/v1/activities?status=done".to_owned(), "status"),
        ("/api/v1/activities?from=2021-02-30".to_owned(), "from"),
        ("/api/v1/activities?to=10000-01-01".to_owned(), "to"),
        ("/api/v1/activities?highlight=1".to_owned(), "highlight"),
        ("/api/v1/activities?edition=21".to_owned(), "edition"),
        ("/api/v1/notices?after=-1".to_owned(), "after"),
        ("/api/v1/notices?after=x".to_owned(), "after"),
        (
            "/api/v1/notices?after=99999999999999999999".to_owned(),
            "after",
        ),
        ("/api/v1/notices?cursor=1".to_owned(), "cursor"),
        (format!("{}?as_of=yesterday", seen.path()), "as_of"),
        (format!("{}?as_of=10000-01-01", seen.path()), "as_of"),
        (format!("{}?as_of=2021-06-02", seen.path()), "as_of"),
        (format!("{}?quiet=true", seen.path()), "quiet"),
    ] {
        let problem = app
            .get(path.as_str())
            .await
            .problem(400, "invalid-parameter");
        let fault = &problem["errors"][0];
        assert_eq!(fault["pointer"], wrong, "{path}");
        assert_eq!(problem["errors"].as_array().unwrap().len(), 1, "{path}");
    }
    let both = app
        .get("/api/v1/activities?colour=red&limit=x&kind=party,roadshow,ball")
        .await
        .problem(400, "invalid-parameter");
    assert_eq!(both["errors"].as_array().unwrap().len(), 4, "{both}");
    // Writes take no parameters but their own.
    let refused = app
        .post(
            &app.tokens.office,
            format!("{}/cancel?children=true", seen.path()),
            &json!({}),
        )
        .if_match(&seen.etag)
        .send()
        .await
        .problem(400, "invalid-parameter");
    assert_eq!(refused["errors"][0]["pointer"], "children");
    assert_eq!(app.head().await, 1);
}
