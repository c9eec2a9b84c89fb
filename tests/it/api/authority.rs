//! Who may do what: tokens, roles, offices and highlights.

use hyper::Method;
use serde_json::{Value, json};

use crate::support::{
    app::{Draft, TestApp, draft},
    db::{TestDb, on_both},
};

on_both!(
    writing_needs_a_token_that_is_known,
    a_wrong_token_is_refused_even_where_none_is_needed,
    a_partner_writes_no_activity,
    a_district_acts_for_itself_alone,
    a_district_neither_gives_away_nor_takes_an_activity,
    highlights_are_the_organising_offices,
    drafts_are_listed_for_those_who_may_change_them,
);

/// An action, and a body that it takes.
type Asked = (&'static str, fn() -> Value);

const ACTIONS: [Asked; 11] = [
    ("submit", || json!({})),
    ("return", || json!({})),
    ("announce", || json!({})),
    (
        "reschedule",
        || json!({"when": {"precision": "day", "starts_on": "2021-12-01"}}),
    ),
    ("relocate", || json!({"districts": ["yanqing"]})),
    ("change-format", || json!({"mode": "online"})),
    ("postpone", || json!({})),
    ("cancel", || json!({})),
    ("reinstate", || json!({})),
    ("hold", || json!({})),
    ("withdraw", || json!({"reason": {"code": "other"}})),
];

async fn writing_needs_a_token_that_is_known(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let seen = app.announced(json!({})).await;
    let mut writes = vec![
        (
            Method::POST,
            "/api/v1/activities".to_owned(),
            draft(json!({})),
        ),
        (Method::PATCH, seen.path(), json!({"title": {"zh": "改"}})),
        (Method::DELETE, seen.path(), json!({})),
    ];
    for (action, body) in ACTIONS {
        writes.push((Method::POST, format!("{}/{action}", seen.path()), body()));
    }
    for (method, path, body) in writes {
        let call = || {
            app.call(method.clone(), path.as_str())
                .if_match(&seen.etag)
                .json(&body)
        };
        let refused = call().send().await;
        assert_eq!(refused.header("www-authenticate"), "Bearer");
        refused.problem(401, "unauthorised");
        for wrong in [
            "Bearer yl_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".to_owned(),
            "Bearer".to_owned(),
            "Bearer ".to_owned(),
            format!("Basic {}", app.tokens.admin),
            app.tokens.admin.clone(),
            format!("Bearer {} x", app.tokens.admin),
            "\u{ff}".to_owned(),
        ] {
            let refused = call().header("authorization", &wrong).send().await;
            let refused = refused.problem(401, "unauthorised");
            assert!(!refused.to_string().contains(&app.tokens.admin));
        }
    }
    assert_eq!(app.head().await, 1);
}

async fn a_wrong_token_is_refused_even_where_none_is_needed(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let seen = app.announced(json!({})).await;
    for path in [seen.path(), "/api/v1/activities".to_owned()] {
        let refused = app.call(Method::GET, path).token("yl_wrong").send().await;
        refused.problem(401, "unauthorised");
    }
}

async fn a_partner_writes_no_activity(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let seen = app.announced(json!({})).await;
    let refused = app
        .post(&app.tokens.partner, "/api/v1/activities", &draft(json!({})))
        .send()
        .await
        .problem(403, "forbidden");
    assert!(refused["detail"].as_str().unwrap().contains("partner"));
    for (action, body) in ACTIONS {
        app.act_as(&app.tokens.partner, &seen, action, body())
            .await
            .problem(403, "forbidden");
    }
}

async fn a_district_acts_for_itself_alone(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let own = app
        .post(&app.tokens.haidian, "/api/v1/activities", &draft(json!({})))
        .send()
        .await
        .expect(201);
    let own = Draft::of(&own);
    let own = app
        .act_as(&app.tokens.haidian, &own, "announce", json!({}))
        .await
        .expect(200);
    let own = Draft::of(&own);
    for (action, body) in ACTIONS {
        let refused = app
            .act_as(&app.tokens.chaoyang, &own, action, body())
            .await
            .problem(403, "forbidden");
        let detail = refused["detail"].as_str().unwrap();
        assert!(
            detail.contains("haidian") && detail.contains("chaoyang"),
            "{detail}"
        );
    }
    let refused = app
        .call(Method::PATCH, own.path())
        .token(&app.tokens.chaoyang)
        .if_match(&own.etag)
        .json(&json!({"title": {"zh": "改"}}))
        .send()
        .await;
    refused.problem(403, "forbidden");
    let refused = app
        .call(Method::DELETE, own.path())
        .token(&app.tokens.chaoyang)
        .if_match(&own.etag)
        .send()
        .await;
    refused.problem(403, "forbidden");
    assert_eq!(app.head().await, 1);
    // The organising office acts for everybody.
    app.act(&own, "cancel", json!({})).await.expect(200);
}

async fn a_district_neither_gives_away_nor_takes_an_activity(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let theirs = draft(json!({"office": "chaoyang"}));
    app.post(&app.tokens.haidian, "/api/v1/activities", &theirs)
        .send()
        .await
        .problem(403, "forbidden");
    let seen = app.announced(json!({"office": "haidian"})).await;
    for token in [&app.tokens.haidian, &app.tokens.chaoyang] {
        app.call(Method::PATCH, seen.path())
            .token(token)
            .if_match(&seen.etag)
            .json(&json!({"office": "chaoyang"}))
            .send()
            .await
            .problem(403, "forbidden");
    }
    app.call(Method::PATCH, seen.path())
        .token(&app.tokens.office)
        .if_match(&seen.etag)
        .json(&json!({"office": "chaoyang"}))
        .send()
        .await
        .expect(200);
}

async fn highlights_are_the_organising_offices(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let wanted = draft(json!({"highlight": true}));
    let refused = app
        .post(&app.tokens.haidian, "/api/v1/activities", &wanted)
        .send()
        .await
        .problem(403, "forbidden");
    assert!(refused["detail"].as_str().unwrap().contains("highlight"));
    let seen = app
        .announced(json!({"office": "haidian", "highlight": true}))
        .await;
    let patch = async |token: &str, etag: &str, body: Value| {
        app.call(Method::PATCH, seen.path())
            .token(token)
            .if_match(etag)
            .json(&body)
            .send()
            .await
    };
    patch(&app.tokens.haidian, &seen.etag, json!({"highlight": false}))
        .await
        .problem(403, "forbidden");
    // What stays highlighted may be changed otherwise by its office.
    let patched = patch(
        &app.tokens.haidian,
        &seen.etag,
        json!({"summary": {"zh": "摘要"}}),
    )
    .await
    .expect(200);
    let patched = patch(
        &app.tokens.office,
        &patched.etag(),
        json!({"highlight": false}),
    )
    .await
    .expect(200);
    assert_eq!(Draft::of(&patched).activity["highlight"], false);
}

async fn drafts_are_listed_for_those_who_may_change_them(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let city = app.drafted(json!({})).await;
    let haidian = app.drafted(json!({"office": "haidian"})).await;
    let public = app.announced(json!({})).await;
    let listed = async |token: Option<&str>, query: &str| -> Vec<String> {
        let call = app.call(Method::GET, format!("/api/v1/activities{query}"));
        let call = token
            .into_iter()
            .fold(call, |call, token| call.token(token));
        let page = call.send().await.expect(200).json();
        let activities = page["activities"].as_array().unwrap();
        let mut ids: Vec<_> = activities
            .iter()
            .map(|activity| activity["id"].as_str().unwrap().to_owned())
            .collect();
        ids.sort();
        ids
    };
    let sorted = |mut ids: Vec<&Draft>| -> Vec<String> {
        ids.sort_by_key(|draft| draft.id.clone());
        ids.into_iter().map(|draft| draft.id.clone()).collect()
    };
    assert_eq!(listed(None, "").await, sorted(vec![&public]));
    assert_eq!(
        listed(Some(&app.tokens.partner), "").await,
        sorted(vec![&public])
    );
    assert_eq!(
        listed(Some(&app.tokens.haidian), "").await,
        sorted(vec![&haidian, &public])
    );
    assert_eq!(
        listed(Some(&app.tokens.office), "").await,
        sorted(vec![&city, &haidian, &public])
    );
    assert_eq!(
        listed(Some(&app.tokens.office), "?status=draft").await,
        sorted(vec![&city, &haidian])
    );
    assert_eq!(
        listed(None, "?status=draft,in_review").await,
        Vec::<String>::new()
    );
}
