//! The life of a subscription that somebody keeps: it is changed, ended, forgotten.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta};
use hyper::Method;
use sea_orm::ConnectionTrait;
use serde_json::json;
use yueli::store;

use super::{
    html::{between, text},
    ids, linked_once,
    saved::{CHAOYANG, HAIDIAN, keep, posted},
    unfolded,
};
use crate::support::{
    app::TestApp,
    db::{TestDb, on_both},
    http::until,
};

on_both!(
    changing_it_keeps_the_address,
    ending_it_ends_its_feeds,
    with_the_database_away_it_is_what_it_was,
    what_nobody_fetched_is_forgotten,
    what_nobody_fetches_any_more_is_forgotten_after_a_year,
);

/// The ids of the items of news.
fn items(news: &str) -> BTreeSet<String> {
    let guids = news.split("<guid").skip(1);
    guids
        .map(|rest| between(rest, ">", "</guid>").to_owned())
        .collect()
}

async fn changing_it_keeps_the_address(db: TestDb) {
    let (app, clock) = TestApp::start(db).await;
    let haidian = app.announced(json!({})).await;
    let chaoyang = app.announced(json!({"districts": ["chaoyang"]})).await;
    let both = app
        .announced(json!({"districts": ["haidian", "chaoyang"]}))
        .await;
    let kept = keep(&app, HAIDIAN).await;
    clock.advance(TimeDelta::seconds(10));
    let (path, news) = (kept.feed("ics"), kept.feed("rss"));
    let before = app.get(&path).await.expect(200);
    assert_eq!(
        linked_once(&unfolded(&before.text())),
        ids([&haidian, &both])
    );
    let old_news = app.get(&news).await.expect(200).text();
    let old_atom = app.get(kept.feed("atom")).await.expect(200).text();
    let modified = before.header("last-modified").to_owned();
    assert_ne!(modified, "");
    let known = async |name: &'static str, value: &str| {
        let call = app.call(Method::GET, path.as_str()).header(name, value);
        call.send().await
    };
    known("if-none-match", &before.etag()).await.expect(304);
    known("if-modified-since", &modified).await.expect(304);

    clock.advance(TimeDelta::seconds(10));
    let changed = posted(&app, &kept.page, CHAOYANG).await.expect(303);
    assert_eq!(changed.header("location"), format!("{}?changed", kept.page));
    assert_eq!(changed.header("referrer-policy"), "no-referrer");
    let html = app.get(changed.header("location")).await.expect(200).text();
    assert!(text(&html).contains("修改已保存，地址不变。"), "{html}");
    assert!(html.contains("name=\"district\" value=\"chaoyang\" checked"));
    assert!(!html.contains("value=\"haidian\" checked"));

    clock.advance(TimeDelta::seconds(5));
    let after = known("if-none-match", &before.etag()).await.expect(200);
    let here = ids([&chaoyang, &both]);
    assert_eq!(linked_once(&unfolded(&after.text())), here);
    assert_ne!(after.etag(), before.etag());
    let since = known("if-modified-since", &modified).await.expect(200);
    assert_eq!(since.body, after.body);
    let stated = |text: &str| DateTime::parse_from_rfc2822(text).unwrap();
    let newer = stated(after.header("last-modified"));
    assert!(newer > stated(&modified), "{newer} {modified}");
    known("if-modified-since", after.header("last-modified"))
        .await
        .expect(304);

    // Who reads news meets no item twice: each keeps its id, and so does the feed.
    let new_news = app.get(&news).await.expect(200).text();
    assert_eq!(linked_once(&new_news), here);
    let (old, new) = (items(&old_news), items(&new_news));
    assert_eq!((old.len(), new.len()), (2, 2));
    assert_eq!(old.intersection(&new).count(), 1, "{old:?} {new:?}");
    let new_atom = app.get(kept.feed("atom")).await.expect(200).text();
    let feed_id = |atom: &str| between(atom, "<id>", "</id>").to_owned();
    assert_eq!(feed_id(&old_atom), feed_id(&new_atom));
    assert!(feed_id(&new_atom).contains(&kept.id));
    let json = app.get(kept.feed("json")).await.expect(200).json();
    assert_eq!(json["items"].as_array().unwrap().len(), 2, "{json}");

    // Back again it is what it was, and yet newer than what it was.
    posted(&app, &kept.page, HAIDIAN).await.expect(303);
    let back = app.get(&path).await.expect(200);
    assert_eq!(linked_once(&unfolded(&back.text())), ids([&haidian, &both]));
    known("if-modified-since", after.header("last-modified"))
        .await
        .expect(200);
}

async fn ending_it_ends_its_feeds(db: TestDb) {
    let (app, clock) = TestApp::start(db).await;
    app.announced(json!({})).await;
    let kept = keep(&app, HAIDIAN).await;
    let other = keep(&app, HAIDIAN).await;
    let extensions = ["ics", "rss", "atom", "json"];
    for extension in extensions {
        app.get(kept.feed(extension)).await.expect(200);
    }
    let end = format!("{}/end", kept.page);
    let ended = posted(&app, &end, "").await.expect(303);
    assert_eq!(ended.header("location"), kept.page);
    clock.advance(TimeDelta::seconds(10));
    let gone = async || {
        for extension in extensions {
            let answer = app.get(kept.feed(extension)).await;
            assert_eq!(answer.header("access-control-allow-origin"), "*");
            answer.problem(410, "gone");
        }
        let page = app.get(&kept.page).await.expect(410);
        let html = page.text();
        assert!(html.contains("订阅已停用"), "{html}");
        assert!(
            html.contains("noindex") && !html.contains(&kept.id),
            "{html}"
        );
    };
    gone().await;
    // For good: neither is it changed, nor ended at another time.
    let row = async || {
        let row = store::saved::find(app.services.db.reader(), &kept.id).await;
        row.unwrap().unwrap()
    };
    let before = row().await;
    assert!(before.ended_at.is_some());
    let tried = posted(&app, &kept.page, CHAOYANG).await.expect(303);
    assert_eq!(tried.header("location"), kept.page);
    posted(&app, &end, "").await.expect(303);
    let after = row().await;
    assert_eq!(
        (after.calendar, after.news, after.changed_at, after.ended_at),
        (
            before.calendar,
            before.news,
            before.changed_at,
            before.ended_at
        )
    );
    gone().await;
    app.get(other.feed("ics")).await.expect(200);
}

async fn with_the_database_away_it_is_what_it_was(db: TestDb) {
    let (app, clock) = TestApp::start(db).await;
    let haidian = app.announced(json!({})).await;
    let kept = keep(&app, HAIDIAN).await;
    let unknown = keep(&app, CHAOYANG).await;
    app.get(kept.feed("ics")).await.expect(200);
    noted(&app, &kept.id).await;
    // Read once more, since its fetch was written down.
    app.get(kept.feed("ics")).await.expect(200);
    let run = async |sql: &str| {
        let db = app.services.db.writer();
        db.execute_unprepared(sql).await.unwrap();
    };
    run("ALTER TABLE saved_subscriptions RENAME TO away").await;
    // Nothing is believed so long without asking.
    clock.advance(TimeDelta::hours(1));
    let calendar = app.get(kept.feed("ics")).await.expect(200).text();
    assert_eq!(linked_once(&unfolded(&calendar)), ids([&haidian]));
    app.get(unknown.feed("ics"))
        .await
        .problem(503, "database-unavailable");
    assert_eq!(app.get(&kept.page).await.status.as_u16(), 503);
    run("ALTER TABLE away RENAME TO saved_subscriptions").await;
    app.get(unknown.feed("ics")).await.expect(200);
}

/// Waits until a fetch of today is written down.
async fn noted(app: &TestApp, id: &str) {
    until("a fetch is written down", async || {
        let row = store::saved::find(app.services.db.reader(), id).await;
        let fetched = row.unwrap()?.fetched_at?;
        (app.services.now() - fetched < TimeDelta::days(1)).then_some(())
    })
    .await;
}

/// How many were forgotten.
async fn pruned(app: &TestApp) -> u64 {
    let now = app.services.now();
    store::saved::prune(app.services.db.writer(), now)
        .await
        .unwrap()
}

async fn what_nobody_fetched_is_forgotten(db: TestDb) {
    let (app, clock) = TestApp::start(db).await;
    app.announced(json!({})).await;
    let unused = keep(&app, HAIDIAN).await;
    let used = keep(&app, HAIDIAN).await;
    app.get(used.feed("rss")).await.expect(200);
    noted(&app, &used.id).await;
    clock.advance(TimeDelta::days(6));
    assert_eq!(pruned(&app).await, 0);
    app.get(&unused.page).await.expect(200);
    clock.advance(TimeDelta::days(2));
    assert_eq!(pruned(&app).await, 1);
    for extension in ["ics", "json"] {
        app.get(unused.feed(extension))
            .await
            .problem(404, "not-found");
        app.get(used.feed(extension)).await.expect(200);
    }
    app.get(&unused.page).await.expect(404);
    posted(&app, &unused.page, CHAOYANG).await.expect(404);
    app.get(&used.page).await.expect(200);
    assert_eq!(pruned(&app).await, 0);
}

async fn what_nobody_fetches_any_more_is_forgotten_after_a_year(db: TestDb) {
    let (app, clock) = TestApp::start(db).await;
    app.announced(json!({})).await;
    let forsaken = keep(&app, HAIDIAN).await;
    let ended = keep(&app, HAIDIAN).await;
    let used = keep(&app, HAIDIAN).await;
    for kept in [&forsaken, &ended, &used] {
        app.get(kept.feed("ics")).await.expect(200);
        noted(&app, &kept.id).await;
    }
    let end = format!("{}/end", ended.page);
    posted(&app, &end, "").await.expect(303);
    clock.advance(TimeDelta::days(398));
    assert_eq!(pruned(&app).await, 0);
    app.get(&ended.page).await.expect(410);
    // Each day's first fetch counts.
    app.get(used.feed("ics")).await.expect(200);
    noted(&app, &used.id).await;
    clock.advance(TimeDelta::days(4));
    assert_eq!(pruned(&app).await, 2);
    app.get(&forsaken.page).await.expect(404);
    app.get(&ended.page).await.expect(404);
    app.get(&used.page).await.expect(200);
}
