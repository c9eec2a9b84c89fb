//! Nothing of a draft, an embargoed or a returned activity is on any page.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{day, encoded, page_of, saved::keep};
use crate::support::{
    app::{Draft, TestApp},
    db::{TestDb, on_both},
};

on_both!(
    drafts_embargoed_and_returned_activities_leave_no_trace,
    what_is_hidden_is_found_counted_and_selected_by_nothing,
    an_embargoed_activity_appears_at_its_hour,
);

/// A draft, an embargoed activity and a returned one of the same content.
async fn hidden(app: &TestApp, over: &Value) -> [Draft; 3] {
    let draft = app.drafted(over.clone()).await;
    let embargoed = app.drafted(over.clone()).await;
    let later = json!({"publish_at": "2021-06-20T10:00:00+08:00"});
    app.act(&embargoed, "announce", later).await.expect(200);
    let returned = app.drafted(over.clone()).await;
    let submitted = app.act(&returned, "submit", json!({})).await.expect(200);
    let submitted = Draft::of(&submitted);
    app.act(&submitted, "return", json!({})).await.expect(200);
    [draft, embargoed, returned]
}

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
    for hidden in &hidden(&app, &secret).await {
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

async fn what_is_hidden_is_found_counted_and_selected_by_nothing(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let public = app.announced(json!({"title": {"zh": "公开的"}})).await;
    let secret = json!({
        "title": {"zh": "机密路演", "en": "Secret roadshow"},
        "venue": {"name": {"zh": "密室"}}, "districts": ["haidian", "yanqing"], "highlight": true,
        "kind": "signing", "audiences": ["scientists"], "series": "global-roadshows",
        "strand": "main_session", "section": "exhibition", "when": day("2021-09-24"),
    });
    let all = keep(&app, "").await;
    let kept = keep(&app, "district=yanqing").await;
    let found = app.get(format!("/zh/search?q={}", encoded("公开"))).await;
    assert!(found.text().contains(&public.id));
    let words = encoded("机密");
    let mut pages: Vec<String> = [
        "/zh/calendar/2021",
        "/zh/calendar/2021-09",
        "/zh/agenda",
        "/zh/agenda?district=yanqing",
        "/zh/agenda?from=2021-09-01&to=2021-09-30",
        "/zh/agenda?status=scheduled",
        "/zh/promise/2021",
        "/zh/promise/2021.csv",
        "/en/promise/2021.json",
        "/zh/districts",
        "/zh/districts/yanqing",
        "/zh/sections/2021/exhibition",
        "/zh/series",
        "/zh/series/global-roadshows",
        "/zh/kinds",
        "/zh/kinds/signing",
        "/zh/audiences",
        "/zh/audiences/scientists",
        "/zh/venues",
        "/zh/notices?kind=signing",
        "/zh/subscribe?district=yanqing",
        "/zh/editions",
        "/embed/agenda?lang=zh&district=yanqing",
        "/embed/agenda?lang=en",
    ]
    .map(str::to_owned)
    .into();
    pages.push(format!("/zh/search?q={words}"));
    pages.push("/en/search?q=secret".to_owned());
    for saved in [&all, &kept] {
        pages.push(saved.page.clone());
        pages.extend(["ics", "rss", "atom", "json"].map(|extension| saved.feed(extension)));
    }
    let mut before = Vec::new();
    for page in &pages {
        before.push(app.get(page).await.expect(200));
    }
    let venue = format!("/zh/venues/{}", encoded("密室"));
    let nowhere = app.get(&venue).await.expect(404);

    let secrets = hidden(&app, &secret).await;
    for (page, before) in pages.iter().zip(&before) {
        let after = app.get(page).await.expect(200);
        assert_eq!(after.body, before.body, "{page} tells something");
        assert_eq!(after.headers.get("etag"), before.headers.get("etag"));
    }
    assert_eq!(app.get(&venue).await.expect(404).body, nowhere.body);
    for secret in &secrets {
        for revision in ["0", "1"] {
            let path = format!("/og/{}-{revision}.png", secret.id);
            let answer = app.get(&path).await.expect(404);
            assert_eq!(answer.body, nowhere.body, "{path} tells something");
        }
    }

    // Announced, it is on each of them.
    let [draft, ..] = secrets;
    app.act(&draft, "announce", json!({})).await.expect(200);
    for (page, before) in pages.iter().zip(&before) {
        let after = app.get(page).await.expect(200);
        assert_ne!(after.body, before.body, "{page} does not tell it");
    }
    app.get(&venue).await.expect(200);
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
