//! Nothing of a draft, an embargoed or a returned activity is on any page.

use chrono::TimeDelta;
use serde_json::json;

use super::page_of;
use crate::support::{
    app::TestApp,
    db::{TestDb, on_both},
};

on_both!(
    drafts_embargoed_and_returned_activities_leave_no_trace,
    an_embargoed_activity_appears_at_its_hour,
);

async fn drafts_embargoed_and_returned_activities_leave_no_trace(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let public = app.announced(json!({"title": {"zh": "公开的"}})).await;
    let pages = ["/zh/", "/en/", "/zh/notices", "/sitemap.xml", "/robots.txt"];
    let mut before = Vec::new();
    for page in pages {
        before.push(app.get(page).await.expect(200));
    }
    let page = page_of("zh", &public);
    let alone = app.get(&page).await.expect(200).body;

    let secret = json!({"title": {"zh": "机密", "en": "Secret"}, "parent": public.id});
    let draft = app.drafted(secret.clone()).await;
    let embargoed = app.drafted(secret.clone()).await;
    app.act(
        &embargoed,
        "announce",
        json!({"publish_at": "2021-06-20T10:00:00+08:00"}),
    )
    .await
    .expect(200);
    let returned = app.drafted(secret.clone()).await;
    let submitted = app.act(&returned, "submit", json!({})).await.expect(200);
    let submitted = crate::support::app::Draft::of(&submitted);
    app.act(&submitted, "return", json!({})).await.expect(200);

    for hidden in [&draft, &embargoed, &returned] {
        for language in ["zh", "en"] {
            let unknown = format!("/{language}/e/act_01J0000000000000000000000");
            let unknown = app.get(&unknown).await.expect(404);
            for path in [
                page_of(language, hidden),
                format!("/{language}/e/{}", hidden.id),
                format!("{}/history", page_of(language, hidden)),
                format!("{}/r/1", page_of(language, hidden)),
                format!("{}/r/0", page_of(language, hidden)),
            ] {
                let answer = app.get(&path).await.expect(404);
                assert_eq!(answer.body, unknown.body, "{path} tells something");
            }
        }
    }
    for (page, before) in pages.iter().zip(&before) {
        let after = app.get(*page).await.expect(200);
        assert_eq!(after.body, before.body, "{page} tells something");
        assert_eq!(after.headers.get("etag"), before.headers.get("etag"));
    }
    assert_eq!(app.get(&page).await.expect(200).body, alone);
}

async fn an_embargoed_activity_appears_at_its_hour(db: TestDb) {
    let (app, clock) = TestApp::start(db).await;
    let draft = app.drafted(json!({"title": {"zh": "届时公布"}})).await;
    app.act(
        &draft,
        "announce",
        json!({"publish_at": "2021-06-01T10:00:00+08:00"}),
    )
    .await
    .expect(200);
    let page = page_of("zh", &draft);
    app.get(&page).await.expect(404);
    clock.advance(TimeDelta::hours(2));
    yueli::commands::announce_due::announce_due(&app.services, &Default::default())
        .await
        .unwrap();
    app.get(&page).await.expect(200);
    assert!(
        app.get("/sitemap.xml")
            .await
            .expect(200)
            .text()
            .contains(&page)
    );
}
