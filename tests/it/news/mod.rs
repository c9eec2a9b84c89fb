//! News over HTTP: what stands in which feed of which format, and where it stands for good.

mod archives;
mod faults;
mod selecting;

use serde_json::{Value, json};

use crate::support::{
    app::{Draft, TestApp},
    db::{TestDb, on_both},
};

on_both!(
    each_notice_is_one_entry_that_never_changes_in_every_format,
    one_activitys_news_are_whole,
    the_list_names_feeds_that_are_there,
);

/// A JSON Feed.
async fn feed(app: &TestApp, path: &str) -> Value {
    app.get(format!("/feeds/{path}")).await.expect(200).json()
}

fn items(feed: &Value) -> &Vec<Value> {
    feed["items"].as_array().unwrap()
}

/// The positions of a feed's entries, in its order.
async fn positions(app: &TestApp, path: &str) -> Vec<i64> {
    let feed = feed(app, path).await;
    let positions = items(&feed).iter();
    positions
        .map(|item| item["_yueli"]["position"].as_i64().unwrap())
        .collect()
}

pub(crate) async fn act(app: &TestApp, seen: &Draft, action: &str, body: Value) -> Draft {
    Draft::of(&app.act(seen, action, body).await.expect(200))
}

pub(crate) fn moved(day: &str) -> Value {
    json!({"when": {"precision": "day", "starts_on": day}, "reason": {"code": "venue", "zh": "场馆检修"}})
}

async fn each_notice_is_one_entry_that_never_changes_in_every_format(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let mut seen = app.announced(json!({})).await;
    let mut told: Vec<Value> = Vec::new();
    let steps = [
        (
            "reschedule",
            moved("2021-07-15"),
            "[改期] 中英生命健康跨境路演:7月8日 → 7月15日",
        ),
        (
            "cancel",
            json!({}),
            "[取消] 中英生命健康跨境路演(原定7月15日)",
        ),
    ];
    for (action, body, title) in steps {
        told = items(&feed(&app, "zh/all.json").await).clone();
        seen = act(&app, &seen, action, body).await;
        let now = feed(&app, "zh/all.json").await;
        let (newest, earlier) = items(&now).split_first().unwrap();
        assert_eq!(newest["title"], title);
        assert_eq!(newest["_yueli"]["revision"], seen.activity["revision"]);
        assert_eq!(newest["_yueli"]["replaces"], told[0]["id"]);
        assert_eq!(earlier, told);
    }
    assert_eq!(told.len(), 2);
    let of = |feed: &Value| -> Vec<String> {
        let ids = items(feed).iter();
        ids.map(|item| item["id"].as_str().unwrap().to_owned())
            .collect()
    };
    let [zh, en] = [
        of(&feed(&app, "zh/all.json").await),
        of(&feed(&app, "en/all.json").await),
    ];
    assert_eq!(zh.len(), 3);
    for (language, ids) in [("zh", &zh), ("en", &en)] {
        let [rss, atom] = [
            app.get(format!("/feeds/{language}/all.rss")).await.text(),
            app.get(format!("/feeds/{language}/all.atom")).await.text(),
        ];
        for id in ids {
            assert!(id.ends_with(language), "{id}");
            let guid = format!("<guid isPermaLink=\"false\">{id}</guid>");
            assert_eq!(rss.matches(&guid).count(), 1, "{guid} in {rss}");
            let id = format!("<id>{id}/atom</id>");
            assert_eq!(atom.matches(&id).count(), 1, "{id} in {atom}");
        }
    }
    for (path, kind) in [
        ("zh/all.rss", "application/rss+xml; charset=utf-8"),
        ("zh/all.atom", "application/atom+xml; charset=utf-8"),
        ("zh/all.json", "application/feed+json; charset=utf-8"),
        ("zh/feeds.opml", "text/x-opml; charset=utf-8"),
    ] {
        let answer = app.get(format!("/feeds/{path}")).await.expect(200);
        assert_eq!(answer.header("content-type"), kind);
        let tag = answer.etag();
        let again = app
            .call(hyper::Method::GET, format!("/feeds/{path}"))
            .header("if-none-match", tag);
        let again = again.send().await.expect(304);
        assert_eq!(again.header("link"), answer.header("link"));
    }
}

async fn one_activitys_news_are_whole(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let mut seen = app.announced(json!({})).await;
    app.announced(json!({})).await;
    for day in 1..=101 {
        let patch = app
            .call(hyper::Method::PATCH, seen.path())
            .token(&app.tokens.office)
            .if_match(&seen.etag)
            .json(&json!({"summary": {"zh": format!("第{day}版")}}));
        seen = Draft::of(&patch.send().await.expect(200));
    }
    let path = format!("zh/activity/{}.json", seen.id);
    let whole = feed(&app, &path).await;
    assert_eq!(items(&whole).len(), 102);
    assert_eq!(whole["_yueli"]["complete"], true);
    assert_eq!(whole["next_url"], Value::Null);
    let newest = feed(&app, "zh/all.json").await;
    assert_eq!(items(&newest).len(), 100);
    assert_eq!(newest["_yueli"].get("complete"), None);
    let archive = format!("/feeds/zh/activity/{}/archive/2021-06.json", seen.id);
    app.get(archive).await.expect(404);
}

async fn the_list_names_feeds_that_are_there(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    app.announced(json!({})).await;
    let list = app.get("/feeds/en/feeds.opml").await.expect(200).text();
    let addresses: Vec<String> = list
        .split("xmlUrl=\"https://yueli.example")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap().replace("&amp;", "&"))
        .collect();
    // Everything, highlights, changes; districts, kinds, sections.
    assert_eq!(addresses.len(), 3 + 16 + 11 + 2, "{list}");
    for address in &addresses {
        let feed = app.get(address.clone()).await.expect(200);
        let text = feed.text();
        let title = text.split("<title>").nth(1).unwrap();
        let title = title.split("</title>").next().unwrap();
        let listed = format!("text=\"{title}\"");
        assert!(list.contains(&listed), "{address} is not called {title}");
    }
    assert!(addresses.contains(&"/feeds/en/section/2021/forum.rss".to_owned()));
    assert!(!list.contains("<docs"));
}
