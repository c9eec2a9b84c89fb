//! Whose a source is, and whose word a proposal needs.

use hyper::Method;
use serde_json::json;

use super::{
    Watch, app_at, seen, text,
    upstream::{Upstream, calendar, event},
};
use crate::support::{
    app::NOW,
    db::{TestDb, on_both},
};

on_both!(
    an_office_has_its_own_sources_and_decides_its_own_proposals,
    nothing_of_a_source_is_public,
);

fn one() -> String {
    calendar(&[event(
        "1@a",
        &["SUMMARY:人工智能专场", "DTSTART;VALUE=DATE:20210801"],
    )])
}

async fn an_office_has_its_own_sources_and_decides_its_own_proposals(db: TestDb) {
    let (app, _) = app_at(db, NOW).await;
    let upstream = Upstream::start().await;
    upstream.say("/a.ics", one());
    let source = Watch::new(&app, &upstream, json!({"office": "haidian"})).await;
    source.poll().await;
    let proposal = text(&source.open().await[0], "id").to_owned();
    let (haidian, chaoyang, partner) = (
        &app.tokens.haidian,
        &app.tokens.chaoyang,
        &app.tokens.partner,
    );
    let get = async |token: &str, path: &str| {
        app.call(Method::GET, path)
            .token(token)
            .send()
            .await
            .status
            .as_u16()
    };
    for (path, own, other) in [
        (format!("/api/v1/sources/{}", source.id), 200, 404),
        (format!("/api/v1/sources/{}/fetches", source.id), 200, 404),
        (format!("/api/v1/sources/{}/entries", source.id), 200, 404),
        (format!("/api/v1/proposals/{proposal}"), 200, 404),
    ] {
        assert_eq!(get(haidian, &path).await, own, "{path}");
        assert_eq!(get(chaoyang, &path).await, other, "{path}");
        assert!(get(partner, &path).await >= 403, "{path}");
        assert_eq!(app.get(&path).await.status.as_u16(), 401, "{path}");
    }
    let call = app.call(Method::GET, "/api/v1/proposals").token(chaoyang);
    assert_eq!(call.send().await.expect(200).json()["proposals"], json!([]));
    let call = app.call(Method::GET, "/api/v1/sources").token(chaoyang);
    assert_eq!(call.send().await.expect(200).json()["sources"], json!([]));
    for path in ["/api/v1/proposals", "/api/v1/sources"] {
        app.call(Method::GET, path)
            .token(partner)
            .send()
            .await
            .problem(403, "forbidden");
    }
    let accept = format!("/api/v1/proposals/{proposal}/accept");
    app.post(chaoyang, &accept, &json!({}))
        .send()
        .await
        .problem(404, "not-found");
    let input = json!({"name": "a", "format": "ics", "office": "haidian"});
    app.post(chaoyang, "/api/v1/sources", &input)
        .send()
        .await
        .problem(403, "forbidden");
    let accepted = app
        .post(haidian, &accept, &json!({}))
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!(accepted["activity"]["office"], "haidian");

    let path = format!("/api/v1/sources/{}", source.id);
    let etag = app
        .call(Method::GET, &path)
        .token(haidian)
        .send()
        .await
        .etag();
    let patch = || {
        app.call(Method::PATCH, &path)
            .json(&json!({"active": false}))
    };
    patch()
        .token(haidian)
        .send()
        .await
        .problem(428, "precondition-required");
    patch()
        .token(chaoyang)
        .if_match(&etag)
        .send()
        .await
        .problem(404, "not-found");
    let changed = patch()
        .token(haidian)
        .if_match(&etag)
        .send()
        .await
        .expect(200);
    assert_eq!(changed.json()["next_poll_at"], json!(null));
    let delete = |etag: &str| {
        app.call(Method::DELETE, &path)
            .token(haidian)
            .if_match(etag)
            .send()
    };
    delete(&etag).await.problem(412, "stale-version");
    delete(&changed.etag()).await.expect(204);
    assert_eq!(get(haidian, &path).await, 404);
    let activity = text(&accepted["activity"], "id").to_owned();
    assert_eq!(
        seen(&app, &activity).await.activity["status"],
        "scheduled",
        "what came of it stays"
    );
}

async fn nothing_of_a_source_is_public(db: TestDb) {
    let (app, _) = app_at(db, NOW).await;
    let upstream = Upstream::start().await;
    upstream.say("/a.ics", one());
    let source = Watch::new(&app, &upstream, json!({})).await;
    let feed = app.get("/feeds/zh/all.ics").await.expect(200);
    source.poll().await;
    let again = app.get("/feeds/zh/all.ics").await.expect(200);
    assert_eq!((feed.etag(), feed.text()), (again.etag(), again.text()));
    let list = app.get("/api/v1/activities").await.expect(200).json();
    assert_eq!(list["activities"], json!([]));
    assert_eq!(app.head().await, 0);
}
