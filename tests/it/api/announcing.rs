//! Announcing, at once and under an embargo, of which nothing shows before its hour.

use std::{collections::HashSet, sync::Arc};

use chrono::TimeDelta;
use hyper::Method;
use serde_json::{Value, json};
use yueli::{clock::ManualClock, commands::announce_due::announce_due};

use crate::support::{
    app::{Draft, NOW, TestApp, at, draft},
    db::{TestDb, on_both},
    http::{pointers, until},
};

on_both!(
    announcing_publishes_revision_1_everywhere,
    announcing_needs_a_kind_and_a_when,
    an_unknown_date_may_be_announced,
    what_is_public_is_not_announced_again,
    nothing_of_an_embargoed_activity_shows_before_its_hour,
    returning_takes_an_embargo_back,
    an_embargoed_one_that_is_mended_keeps_what_announcing_needs,
    an_embargo_ends_by_itself_where_the_worker_runs,
    a_public_activity_does_not_name_a_parent_that_is_not,
);

async fn announcing_publishes_revision_1_everywhere(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let made = app.drafted(json!({})).await;
    let seen = Draft::of(&app.act(&made, "announce", json!({})).await.expect(200));
    assert_eq!(seen.etag, "\"v2\"");
    assert_eq!(seen.activity["status"], "scheduled");
    assert_eq!(seen.activity["revision"], 1);
    assert_eq!(seen.activity["announced_at"], NOW);
    let notice = &seen.notice;
    assert_eq!(notice["kind"], "announced");
    assert_eq!(notice["position"], 1);
    assert_eq!(notice["revision"], 1);
    assert_eq!(notice["activity_id"], seen.id.as_str());
    assert_eq!(notice["activity"], seen.activity);
    assert_eq!(notice["published_at"], NOW);
    assert_eq!(notice["recorded_at"], NOW);

    let public = app.get(seen.path()).await.expect(200);
    assert_eq!(public.json(), seen.activity);
    assert_eq!(public.etag(), seen.etag);
    assert_eq!(app.notices_after(0).await, std::slice::from_ref(notice));
    let one = app
        .get(format!(
            "/api/v1/notices/{}",
            notice["id"].as_str().unwrap()
        ))
        .await
        .expect(200);
    assert_eq!(one.json(), *notice);
    let listed = app.get("/api/v1/activities").await.expect(200).json();
    assert_eq!(listed["activities"], json!([seen.activity]));
}

async fn announcing_needs_a_kind_and_a_when(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let made = app.drafted(json!({"kind": null, "when": null})).await;
    assert_eq!(made.activity["when"], json!(null));
    let refused = app
        .act(&made, "announce", json!({}))
        .await
        .problem(422, "invalid-input");
    assert_eq!(pointers(&refused), ["/kind", "/when"]);
    assert_eq!(app.head().await, 0);
}

async fn an_unknown_date_may_be_announced(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let seen = app
        .announced(json!({"when": {"precision": "unknown"}}))
        .await;
    assert_eq!(seen.activity["when"], json!({"precision": "unknown"}));
    app.act(&seen, "hold", json!({}))
        .await
        .problem(409, "not-allowed-now");
}

async fn what_is_public_is_not_announced_again(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let seen = app.announced(json!({})).await;
    for action in ["announce", "submit", "return"] {
        app.act(&seen, action, json!({}))
            .await
            .problem(409, "not-allowed-now");
    }
    assert_eq!(app.head().await, 1);
}

/// Announces what is due; how many that were.
async fn due(app: &TestApp) -> usize {
    let announced = announce_due(&app.services, &HashSet::new()).await.unwrap();
    assert!(announced.refused.is_empty());
    announced.count
}

const HOUR: &str = "2021-06-02T10:00:00+08:00";

/// What anybody, or a partner, or another district can see of the whole API.
async fn everything_public(app: &TestApp, hidden: &Draft) -> String {
    let mut seen = String::new();
    let notices = app.notices_after(0).await;
    let ids = notices
        .iter()
        .map(|notice| format!("/api/v1/notices/{}", notice["id"].as_str().unwrap()));
    let paths = [
        hidden.path(),
        format!("{}?as_of=2021-06-01", hidden.path()),
        "/api/v1/activities?limit=500".to_owned(),
        "/api/v1/activities?status=draft,in_review,scheduled&limit=500".to_owned(),
        "/api/v1/activities?q=cross-border".to_owned(),
        "/api/v1/activities?district=haidian&from=2021-07-01&to=2021-07-31".to_owned(),
        "/api/v1/notices?limit=500".to_owned(),
        "/api/v1/notices?district=haidian".to_owned(),
    ];
    for path in paths.into_iter().chain(ids) {
        for token in [None, Some(&app.tokens.partner), Some(&app.tokens.chaoyang)] {
            let call = app.call(Method::GET, path.as_str());
            let call = match token {
                Some(token) => call.token(token),
                None => call,
            };
            let answer = call.send().await;
            // The problem of the activity's own address names what was asked for.
            if path.starts_with(&hidden.path()) {
                answer.problem(404, "not-found");
                continue;
            }
            seen.push_str(&answer.expect(200).text());
        }
    }
    seen
}

async fn nothing_of_an_embargoed_activity_shows_before_its_hour(db: TestDb) {
    let (app, clock) = TestApp::start(db).await;
    let other = app
        .announced(
            json!({"title": {"zh": "别的活动"}, "districts": ["chaoyang"], "office": "chaoyang"}),
        )
        .await;
    let made = app.drafted(json!({})).await;
    let answer = app
        .act(&made, "announce", json!({"publish_at": HOUR}))
        .await
        .expect(200);
    let seen = Draft::of(&answer);
    assert_eq!(seen.notice, json!(null));
    assert_eq!(seen.activity["status"], "in_review");
    assert_eq!(seen.activity["publish_at"], HOUR);
    assert_eq!(seen.activity["revision"], 0);

    let before = everything_public(&app, &seen).await;
    assert!(before.contains(&other.id));
    for hidden in [&seen.id, "cross-border", "中英生命健康"] {
        assert!(!before.contains(hidden), "{hidden} leaked: {before}");
    }
    // Another office cannot act on it, or learn that it is there.
    app.act_as(&app.tokens.chaoyang, &seen, "return", json!({}))
        .await
        .problem(404, "not-found");

    clock.advance(TimeDelta::hours(25) - TimeDelta::microseconds(1));
    assert_eq!(due(&app).await, 0);
    assert_eq!(app.head().await, 1);
    clock.advance(TimeDelta::microseconds(1));
    assert_eq!(due(&app).await, 1);
    assert_eq!(due(&app).await, 0);

    let public = app.get(seen.path()).await.expect(200);
    let activity = public.json();
    assert_eq!(activity["status"], "scheduled");
    assert_eq!(activity["announced_at"], HOUR);
    assert_eq!(activity.get("publish_at"), None);
    assert_eq!(public.etag(), "\"v3\"");
    let told = app.notices_after(1).await;
    assert_eq!(told.len(), 1);
    assert_eq!(told[0]["kind"], "announced");
    assert_eq!(told[0]["published_at"], HOUR);
}

async fn returning_takes_an_embargo_back(db: TestDb) {
    let (app, clock) = TestApp::start(db).await;
    let made = app.drafted(json!({})).await;
    let embargoed = app
        .act(&made, "announce", json!({"publish_at": HOUR}))
        .await
        .expect(200);
    let back = app
        .act(&Draft::of(&embargoed), "return", json!({}))
        .await
        .expect(200);
    let back = Draft::of(&back);
    assert_eq!(back.activity["status"], "draft");
    assert_eq!(back.activity.get("publish_at"), None);
    clock.advance(TimeDelta::days(2));
    assert_eq!(due(&app).await, 0);
    app.get(back.path()).await.problem(404, "not-found");
    assert_eq!(app.head().await, 0);

    // An hour that is past is no embargo.
    let told = app
        .act(&back, "announce", json!({"publish_at": HOUR}))
        .await
        .expect(200);
    assert_eq!(Draft::of(&told).activity["status"], "scheduled");
}

async fn an_embargoed_one_that_is_mended_keeps_what_announcing_needs(db: TestDb) {
    let (app, clock) = TestApp::start(db).await;
    let made = app.drafted(json!({})).await;
    let embargoed = app
        .act(&made, "announce", json!({"publish_at": HOUR}))
        .await
        .expect(200);
    let seen = Draft::of(&embargoed);
    let patch = async |seen: &Draft, body: Value| {
        app.call(Method::PATCH, seen.path())
            .token(&app.tokens.office)
            .if_match(&seen.etag)
            .json(&body)
            .send()
            .await
    };
    let refused = patch(&seen, json!({"kind": null}))
        .await
        .problem(422, "invalid-input");
    assert_eq!(pointers(&refused), ["/kind"]);
    patch(&seen, json!({"title": {"zh": "改过的标题"}}))
        .await
        .expect(200);
    clock.advance(TimeDelta::hours(25));
    assert_eq!(due(&app).await, 1);
    let public = app.get(seen.path()).await.expect(200).json();
    assert_eq!(public["title"]["zh"], "改过的标题");
    assert_eq!(public["revision"], 1);
}

async fn a_public_activity_does_not_name_a_parent_that_is_not(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let parent = app.drafted(json!({"title": {"zh": "主论坛"}})).await;
    let child = app
        .post(
            &app.tokens.office,
            "/api/v1/activities",
            &draft(json!({"parent": parent.id})),
        )
        .send()
        .await
        .expect(201);
    let child = Draft::of(&child);
    for body in [json!({}), json!({"publish_at": HOUR})] {
        let refused = app
            .act(&child, "announce", body)
            .await
            .problem(422, "invalid-input");
        assert_eq!(pointers(&refused), ["/parent"]);
    }
    assert!(!app.get("/api/v1/notices").await.text().contains(&parent.id));

    app.act(&parent, "announce", json!({})).await.expect(200);
    app.act(&child, "announce", json!({})).await.expect(200);
    // Nor does a later change bring one in.
    let hidden = app.drafted(json!({"title": {"zh": "还没有公布"}})).await;
    let seen = app.announced(json!({"title": {"zh": "分论坛"}})).await;
    let refused = app
        .call(Method::PATCH, format!("{}?quiet=true", seen.path()))
        .token(&app.tokens.office)
        .if_match(&seen.etag)
        .json(&json!({"parent": hidden.id}))
        .send()
        .await
        .problem(422, "invalid-input");
    assert_eq!(pointers(&refused), ["/parent"]);
}

async fn an_embargo_ends_by_itself_where_the_worker_runs(db: TestDb) {
    let clock = Arc::new(ManualClock::new(at(NOW)));
    let app = TestApp::start_with(db, clock.clone(), |_| {}).await;
    let made = app.drafted(json!({})).await;
    let body = json!({"publish_at": HOUR});
    app.act(&made, "announce", body).await.expect(200);
    assert_eq!(app.head().await, 0);
    clock.advance(TimeDelta::hours(25));
    let public = until("the embargoed activity is public", async || {
        let answer = app.get(made.path()).await;
        (answer.status == 200).then(|| answer.json())
    });
    assert_eq!(public.await["announced_at"], HOUR);
    assert_eq!(app.head().await, 1);
}
