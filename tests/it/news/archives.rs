//! Archives by month (RFC 5005), and history that is written down late.

use std::collections::{BTreeMap, BTreeSet};

use bytes::Bytes;
use chrono::TimeDelta;
use hyper::Method;
use serde_json::{Value, json};

use super::{act, feed, items, moved, positions};
use crate::support::{
    app::TestApp,
    db::{TestDb, on_both},
};

on_both!(
    a_walk_through_the_archives_finds_every_notice_and_closed_months_stay,
    late_history_stands_in_its_archives_and_is_no_news,
    history_that_begins_the_log_is_told,
);

/// An activity that was announced on a day.
fn told_on(day: &str, district: &str) -> Value {
    json!({
        "edition": 2021, "strand": "year_round", "kind": "roadshow", "title": {"zh": format!("活动{day}")},
        "when": {"precision": "day", "starts_on": "2021-09-01"}, "districts": [district],
        "history": [{"action": "announce", "at": day}],
    })
}

async fn import(app: &TestApp, activities: Vec<Value>) {
    let file = json!({"format": "yueli/1", "activities": activities});
    app.call(Method::POST, "/api/v1/imports?as=history")
        .token(&app.tokens.office)
        .json(&file)
        .send()
        .await
        .expect(200);
}

/// A path from an address.
fn path(url: &Value) -> Option<String> {
    let path = url.as_str()?.strip_prefix("https://yueli.example/feeds/")?;
    Some(path.to_owned())
}

/// Every document from the newest back: its path, and the positions in it.
async fn walk(app: &TestApp, start: &str) -> Vec<(String, Vec<i64>)> {
    let mut documents = Vec::new();
    let mut next = Some(start.to_owned());
    while let Some(at) = next {
        documents.push((at.clone(), positions(app, &at).await));
        next = path(&feed(app, &at).await["next_url"]);
    }
    documents
}

/// The bytes of the archives of some months, in all formats.
async fn archives(app: &TestApp, months: &[&str]) -> BTreeMap<String, (Bytes, String)> {
    let mut archives = BTreeMap::new();
    for month in months {
        for extension in ["rss", "atom", "json"] {
            for scope in ["", "district/haidian/"] {
                let path = format!("/feeds/zh/{scope}archive/{month}.{extension}");
                let answer = app.get(path.clone()).await.expect(200);
                archives.insert(path, (answer.body.clone(), answer.etag()));
            }
        }
    }
    archives
}

async fn a_walk_through_the_archives_finds_every_notice_and_closed_months_stay(db: TestDb) {
    let (app, clock) = TestApp::start(db).await;
    import(
        &app,
        vec![
            told_on("2021-01-10", "haidian"),
            told_on("2021-01-20", "chaoyang"),
            told_on("2021-03-31", "haidian"),
        ],
    )
    .await;
    let seen = app.announced(json!({})).await;
    let newest = feed(&app, "zh/all.json").await;
    assert_eq!(
        path(&newest["next_url"]).unwrap(),
        "zh/archive/2021-06.json"
    );
    let months = ["2021-01", "2021-02", "2021-03", "2021-04", "2021-05"];
    let closed = archives(&app, &months).await;

    let june = archives(&app, &["2021-06"]).await;
    act(&app, &seen, "reschedule", moved("2021-07-15")).await;
    assert_ne!(archives(&app, &["2021-06"]).await, june);
    clock.advance(TimeDelta::days(30));
    let june = archives(&app, &["2021-06"]).await;
    app.announced(json!({})).await;
    assert_eq!(archives(&app, &months).await, closed);
    assert_eq!(archives(&app, &["2021-06"]).await, june);

    let documents = walk(&app, "zh/all.json").await;
    let expected = [
        ("zh/all.json", vec![6, 5, 4, 3, 2, 1]),
        ("zh/archive/2021-07.json", vec![6]),
        ("zh/archive/2021-06.json", vec![5, 4]),
        ("zh/archive/2021-05.json", vec![]),
        ("zh/archive/2021-04.json", vec![]),
        ("zh/archive/2021-03.json", vec![3]),
        ("zh/archive/2021-02.json", vec![]),
        ("zh/archive/2021-01.json", vec![2, 1]),
    ];
    let expected = expected.map(|(path, told)| (path.to_owned(), told));
    assert_eq!(documents, expected);
    let selected = walk(&app, "zh/district/chaoyang.json?kind=roadshow").await;
    let last = selected.last().unwrap();
    assert_eq!(
        *last,
        (
            "zh/district/chaoyang/archive/2021-01.json?kind=roadshow".to_owned(),
            vec![2]
        )
    );

    // Months without a notice have an archive too, between their neighbours.
    let empty = feed(&app, "zh/archive/2021-02.json").await;
    assert_eq!(items(&empty).len(), 0);
    let links: BTreeMap<&str, &Value> = empty["_yueli"]["links"]
        .as_array()
        .unwrap()
        .iter()
        .map(|link| (link["rel"].as_str().unwrap(), &link["href"]))
        .collect();
    assert_eq!(
        path(links["prev-archive"]).unwrap(),
        "zh/archive/2021-01.json"
    );
    assert_eq!(
        path(links["next-archive"]).unwrap(),
        "zh/archive/2021-03.json"
    );
    assert_eq!(path(links["current"]).unwrap(), "zh/all.json");
    let to_come = app.get("/feeds/zh/archive/2021-08.rss").await.expect(302);
    assert_eq!(
        to_come.header("location"),
        "https://yueli.example/feeds/zh/all.rss"
    );
    for nowhere in [
        "archive/2021-09",
        "archive/2020-12",
        "series/nobody/archive/2021-08",
    ] {
        app.get(format!("/feeds/zh/{nowhere}.rss"))
            .await
            .expect(404);
    }
}

async fn late_history_stands_in_its_archives_and_is_no_news(db: TestDb) {
    let (app, clock) = TestApp::start(db).await;
    app.announced(json!({})).await;
    clock.advance(TimeDelta::days(30));
    app.announced(json!({})).await;
    let follow = ["zh/all.json", "zh/district/haidian.json"];
    let mut before = Vec::new();
    for path in follow {
        before.push(items(&feed(&app, path).await).clone());
    }
    let july = archives(&app, &["2021-07"]).await;
    let june = archives(&app, &["2021-06"]).await;

    import(
        &app,
        vec![
            told_on("2021-06-20", "haidian"),
            told_on("2021-04-02", "haidian"),
            told_on("2021-06-10", "haidian"),
        ],
    )
    .await;
    for (path, before) in follow.iter().zip(&before) {
        assert_eq!(items(&feed(&app, path).await), before, "{path}");
    }
    assert_eq!(archives(&app, &["2021-07"]).await, july);
    assert_ne!(archives(&app, &["2021-06"]).await, june);
    let documents = walk(&app, "zh/district/haidian.json").await;
    let expected = [
        ("zh/district/haidian.json", vec![2, 1]),
        ("zh/district/haidian/archive/2021-07.json", vec![2]),
        // By their dates, whatever their order in the file and in the log.
        ("zh/district/haidian/archive/2021-06.json", vec![5, 4, 1]),
        ("zh/district/haidian/archive/2021-05.json", vec![]),
        ("zh/district/haidian/archive/2021-04.json", vec![3]),
    ];
    let expected = expected.map(|(path, told)| (path.to_owned(), told));
    assert_eq!(documents, expected);
    // What is told later of a month without notices changes that month alone.
    let others = archives(&app, &["2021-04", "2021-06", "2021-07"]).await;
    // Who follows a district of which nothing was told finds what was.
    import(&app, vec![told_on("2021-05-05", "yanqing")]).await;
    let all: BTreeSet<i64> = walk(&app, "zh/district/yanqing.json")
        .await
        .into_iter()
        .flat_map(|(_, told)| told)
        .collect();
    assert_eq!(all, BTreeSet::from([6]));
    assert_eq!(
        archives(&app, &["2021-04", "2021-06", "2021-07"]).await,
        others
    );
    // What is told of a time before the first month makes that one more.
    let first = "zh/district/haidian/archive/2021-04.json";
    assert_eq!(feed(&app, first).await["next_url"], Value::Null);
    import(&app, vec![told_on("2021-02-02", "yanqing")]).await;
    let before = path(&feed(&app, first).await["next_url"]).unwrap();
    assert_eq!(before, "zh/district/haidian/archive/2021-03.json");
    let id = app.notices_after(5).await[0]["activity_id"].clone();
    let own = format!("zh/activity/{}.json", id.as_str().unwrap());
    assert_eq!(positions(&app, &own).await, [6]);
}

async fn history_that_begins_the_log_is_told(db: TestDb) {
    let (app, clock) = TestApp::start(db).await;
    let first = vec![
        told_on("2021-03-03", "haidian"),
        told_on("2021-02-02", "haidian"),
    ];
    import(&app, first).await;
    assert_eq!(positions(&app, "zh/all.json").await, [2, 1]);
    clock.advance(TimeDelta::hours(1));
    import(&app, vec![told_on("2021-05-05", "haidian")]).await;
    assert_eq!(positions(&app, "zh/all.json").await, [2, 1]);
    assert_eq!(positions(&app, "zh/archive/2021-05.json").await, [3]);
}
