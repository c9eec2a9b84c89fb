//! Drafts: made, changed silently, handed in and given back, deleted.

use hyper::Method;
use serde_json::json;

use crate::support::{
    app::{Draft, TestApp, draft},
    db::{TestDb, on_both},
    http::pointers,
};

on_both!(
    a_draft_is_made_and_read_by_its_office_alone,
    a_draft_without_what_it_needs_is_refused_with_all_faults,
    a_draft_refers_to_what_is_there,
    a_slug_is_made_of_the_title_and_is_nobody_elses,
    many_at_once_with_one_title_each_get_a_slug,
    patching_a_draft_is_silent_and_keeps_revision_0,
    a_merge_patch_removes_by_null_and_refuses_what_actions_set,
    a_draft_is_handed_in_and_given_back,
    a_draft_is_deleted_and_a_public_activity_is_not,
);

async fn a_draft_is_made_and_read_by_its_office_alone(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let made = app
        .post(&app.tokens.haidian, "/api/v1/activities", &draft(json!({})))
        .send()
        .await
        .expect(201);
    let seen = Draft::of(&made);
    assert_eq!(made.header("location"), seen.path());
    assert_eq!(seen.etag, "\"v1\"");
    assert_eq!(seen.notice, json!(null));
    assert_eq!(seen.activity["status"], "draft");
    assert_eq!(seen.activity["revision"], 0);
    assert_eq!(seen.activity["office"], "haidian");
    assert_eq!(seen.activity["uid"], format!("{}@yueli.example", seen.id));
    assert_eq!(made.json()["warnings"], json!([]));

    for token in [&app.tokens.haidian, &app.tokens.office, &app.tokens.admin] {
        let read = app.call(Method::GET, seen.path()).token(token).send().await;
        let read = read.expect(200);
        assert_eq!(read.etag(), seen.etag);
        assert_eq!(read.json(), seen.activity);
    }
    for token in [&app.tokens.chaoyang, &app.tokens.partner] {
        let refused = app.call(Method::GET, seen.path()).token(token).send().await;
        refused.problem(404, "not-found");
    }
    app.get(seen.path()).await.problem(404, "not-found");
    assert_eq!(app.head().await, 0);
}

async fn a_draft_without_what_it_needs_is_refused_with_all_faults(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let input = json!({"title": {"en": "no Chinese"}, "kind": "party", "districts": ["haidian", "shanghai"]});
    let refused = app
        .post(&app.tokens.office, "/api/v1/activities", &input)
        .send()
        .await
        .problem(422, "invalid-input");
    assert_eq!(
        pointers(&refused),
        ["/edition", "/strand", "/title/zh", "/kind", "/districts/1"]
    );
    for value in ["party", "shanghai"] {
        assert!(refused["errors"].to_string().contains(value), "{refused}");
    }
}

async fn a_draft_refers_to_what_is_there(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let input = draft(json!({
        "edition": 2019, "series": "nothing", "parent": "act_01ARZ3NDEKTSV4RRFFQ69G5FAV",
    }));
    let refused = app
        .post(&app.tokens.office, "/api/v1/activities", &input)
        .send()
        .await
        .problem(422, "invalid-input");
    assert_eq!(pointers(&refused), ["/edition", "/series", "/parent"]);
    let input = draft(json!({"strand": "main_session", "section": "roadshows"}));
    let refused = app
        .post(&app.tokens.office, "/api/v1/activities", &input)
        .send()
        .await
        .problem(422, "invalid-input");
    assert_eq!(pointers(&refused), ["/section"]);
    let input = draft(json!({
        "strand": "main_session", "section": "forum", "series": "global-roadshows",
    }));
    app.post(&app.tokens.office, "/api/v1/activities", &input)
        .send()
        .await
        .expect(201);
}

async fn a_slug_is_made_of_the_title_and_is_nobody_elses(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let first = app.drafted(json!({})).await;
    assert_eq!(
        first.activity["slug"],
        "uk-china-life-and-health-cross-border-roadshow"
    );
    let second = app.drafted(json!({})).await;
    assert_ne!(second.activity["slug"], first.activity["slug"]);
    let taken = draft(json!({"slug": first.activity["slug"]}));
    let refused = app
        .post(&app.tokens.office, "/api/v1/activities", &taken)
        .send()
        .await
        .problem(422, "invalid-input");
    assert_eq!(pointers(&refused), ["/slug"]);
}

async fn many_at_once_with_one_title_each_get_a_slug(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let calls: Vec<_> = (0..12)
        .map(|_| {
            tokio::spawn(
                app.post(&app.tokens.office, "/api/v1/activities", &draft(json!({})))
                    .send(),
            )
        })
        .collect();
    let mut slugs = std::collections::BTreeSet::new();
    for call in calls {
        let answer = call.await.unwrap().expect(201);
        slugs.insert(Draft::of(&answer).activity["slug"].to_string());
    }
    assert_eq!(slugs.len(), 12);

    let same = draft(json!({"slug": "wanted-by-all"}));
    let calls: Vec<_> = (0..8)
        .map(|_| {
            tokio::spawn(
                app.post(&app.tokens.office, "/api/v1/activities", &same)
                    .send(),
            )
        })
        .collect();
    let mut made = 0;
    for call in calls {
        let answer = call.await.unwrap();
        match answer.status.as_u16() {
            201 => made += 1,
            _ => assert_eq!(pointers(&answer.problem(422, "invalid-input")), ["/slug"]),
        }
    }
    assert_eq!(made, 1);
}

async fn patching_a_draft_is_silent_and_keeps_revision_0(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let made = app.drafted(json!({})).await;
    let patch = json!({
        "title": {"zh": "新的标题"}, "mode": "mixed", "districts": ["xicheng", "dongcheng", "xicheng"],
        "when": {"starts_at": "2021-07-09T09:00:00+08:00", "ends_at": null},
    });
    let patched = app
        .call(Method::PATCH, made.path())
        .token(&app.tokens.office)
        .if_match(&made.etag)
        .bytes("application/merge-patch+json", patch.to_string())
        .send()
        .await
        .expect(200);
    let seen = Draft::of(&patched);
    assert_eq!(seen.etag, "\"v2\"");
    assert_eq!(seen.notice, json!(null));
    assert_eq!(seen.activity["revision"], 0);
    assert_eq!(seen.activity["title"]["zh"], "新的标题");
    // RFC 7396: what a patch does not name stays.
    assert_eq!(seen.activity["title"]["en"], made.activity["title"]["en"]);
    assert_eq!(
        seen.activity["when"],
        json!({"precision": "minute", "starts_at": "2021-07-09T09:00:00+08:00"})
    );
    assert_eq!(seen.activity["districts"], json!(["dongcheng", "xicheng"]));
    assert_eq!(seen.activity["slug"], made.activity["slug"]);
    assert_eq!(app.head().await, 0);
}

async fn a_merge_patch_removes_by_null_and_refuses_what_actions_set(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let made = app.drafted(json!({"summary": {"zh": "摘要"}})).await;
    let patch = async |etag: &str, body: serde_json::Value| {
        app.call(Method::PATCH, made.path())
            .token(&app.tokens.office)
            .if_match(etag)
            .json(&body)
            .send()
            .await
    };
    let seen = Draft::of(
        &patch(&made.etag, json!({"venue": null, "summary": null}))
            .await
            .expect(200),
    );
    assert_eq!(seen.activity["venue"], json!(null));
    assert_eq!(seen.activity["summary"], json!({}));

    let refused = patch(
        &seen.etag,
        json!({"status": "held", "revision": 9, "id": "act_1", "edition": null, "slug": "another"}),
    )
    .await
    .problem(422, "invalid-input");
    let mut faulty = pointers(&refused);
    faulty.sort_unstable();
    assert_eq!(faulty, ["/edition", "/id", "/revision", "/status"]);
    let refused = patch(&seen.etag, json!({"slug": "another"}))
        .await
        .problem(422, "invalid-input");
    assert_eq!(pointers(&refused), ["/slug"]);
    patch(&seen.etag, json!([1]))
        .await
        .problem(422, "invalid-input");
    patch(&seen.etag, json!({}))
        .await
        .problem(422, "invalid-input");
}

async fn a_draft_is_handed_in_and_given_back(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let made = app.drafted(json!({})).await;
    let handed = app.act(&made, "submit", json!({})).await.expect(200);
    let handed = Draft::of(&handed);
    assert_eq!(handed.activity["status"], "in_review");
    assert_eq!(handed.notice, json!(null));
    app.act(&handed, "submit", json!({}))
        .await
        .problem(409, "not-allowed-now");
    let back = Draft::of(&app.act(&handed, "return", json!({})).await.expect(200));
    assert_eq!(back.activity["status"], "draft");
    app.act(&back, "return", json!({}))
        .await
        .problem(409, "not-allowed-now");
    assert_eq!(app.head().await, 0);
}

async fn a_draft_is_deleted_and_a_public_activity_is_not(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let made = app.drafted(json!({})).await;
    let delete = async |seen: &Draft, token: &str| {
        app.call(Method::DELETE, seen.path())
            .token(token)
            .if_match(&seen.etag)
            .send()
            .await
    };
    let stale = Draft {
        etag: "\"v7\"".to_owned(),
        ..made.clone()
    };
    delete(&stale, &app.tokens.office)
        .await
        .problem(412, "stale-version");
    delete(&made, &app.tokens.haidian)
        .await
        .problem(404, "not-found");
    let gone = delete(&made, &app.tokens.office).await.expect(204);
    assert!(gone.body.is_empty());
    delete(&made, &app.tokens.office)
        .await
        .problem(404, "not-found");

    let public = app.announced(json!({})).await;
    let refused = delete(&public, &app.tokens.office)
        .await
        .problem(409, "conflict");
    assert!(refused["detail"].as_str().unwrap().contains("cancel"));
    app.get(public.path()).await.expect(200);
}
