//! Activities that belong to activities, on both databases.

use hyper::Method;
use serde_json::{Value, json};

use crate::support::{
    app::{Draft, TestApp},
    db::{TestDb, on_both},
    http::{Answer, pointers},
};

on_both!(
    nothing_belongs_to_itself_however_far_round,
    a_child_is_announced_after_its_parent,
    a_draft_that_others_belong_to_is_not_deleted,
);

async fn belongs(app: &TestApp, child: &Draft, parent: &str) -> Answer {
    let now = app
        .call(Method::GET, child.path())
        .token(&app.tokens.office);
    let etag = now.send().await.expect(200).etag();
    app.call(Method::PATCH, child.path())
        .token(&app.tokens.office)
        .if_match(&etag)
        .json(&json!({"parent": parent}))
        .send()
        .await
}

async fn nothing_belongs_to_itself_however_far_round(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let one = app.drafted(json!({})).await;
    let two = app.drafted(json!({"parent": one.id})).await;
    let three = app.drafted(json!({"parent": two.id})).await;
    for parent in [&one, &two, &three] {
        let problem = belongs(&app, &one, &parent.id)
            .await
            .problem(422, "invalid-input");
        assert_eq!(pointers(&problem), ["/parent"]);
        let detail = problem["detail"].as_str().unwrap();
        assert!(detail.contains(&parent.id), "{detail}");
    }
    belongs(&app, &three, &one.id).await.expect(200);
    let mut last = three.id;
    let mut depth = 2;
    loop {
        let next = crate::support::app::draft(json!({"parent": last}));
        let made = app
            .post(&app.tokens.office, "/api/v1/activities", &next)
            .send()
            .await;
        if made.status == 422 {
            break;
        }
        last = Draft::of(&made.expect(201)).id;
        depth += 1;
    }
    assert_eq!(depth, 8, "no tree is deeper than anybody needs");
}

async fn a_child_is_announced_after_its_parent(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let parent = app.drafted(json!({})).await;
    let child = app.drafted(json!({"parent": parent.id})).await;
    let problem = app
        .act(&child, "announce", json!({}))
        .await
        .problem(422, "invalid-input");
    assert_eq!(pointers(&problem), ["/parent"]);
    let alone = app.announced(json!({})).await;
    belongs(&app, &alone, &parent.id)
        .await
        .problem(422, "invalid-input");
    assert_eq!(app.head().await, 1);

    app.act(&parent, "announce", json!({})).await.expect(200);
    let told = app
        .act(&child, "announce", json!({}))
        .await
        .expect(200)
        .json();
    assert_eq!(told["activity"]["parent"], Value::String(parent.id.clone()));
    belongs(&app, &alone, &parent.id).await.expect(200);
}

async fn a_draft_that_others_belong_to_is_not_deleted(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let parent = app.drafted(json!({})).await;
    let child = app.drafted(json!({"parent": parent.id})).await;
    let delete = async |draft: &Draft| {
        app.call(Method::DELETE, draft.path())
            .token(&app.tokens.office)
            .if_match(&draft.etag)
            .send()
            .await
    };
    delete(&parent).await.problem(409, "conflict");
    delete(&child).await.expect(204);
    delete(&parent).await.expect(204);
}
