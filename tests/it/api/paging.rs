//! Lists by pages: everything once, while things change.

use std::collections::BTreeMap;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hyper::Method;
use serde_json::{Value, json};

use crate::support::{
    app::{Draft, TestApp},
    db::{TestDb, on_both},
};

on_both!(
    pages_visit_everything_once_while_things_change,
    a_list_is_by_date_and_unknown_dates_come_last,
    a_list_takes_what_is_asked_for,
    drafts_are_listed_as_public_ones_are,
    a_cursor_that_was_made_up_is_refused,
);

fn day(day: u32) -> Value {
    json!({"precision": "day", "starts_on": format!("2021-07-{day:02}")})
}

async fn pages_visit_everything_once_while_things_change(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let mut standing = Vec::new();
    for n in 0..20 {
        // Five a day: the id decides among equals. Some are drafts, in between.
        let over = json!({"when": day(n / 5 + 1)});
        let made = match n % 4 {
            0 => app.drafted(over).await,
            _ => app.announced(over).await,
        };
        standing.push(made.id);
    }
    let moving = app.announced(json!({"when": day(1)})).await;
    let leaving = app.announced(json!({"when": day(4)})).await;
    let (mut cursor, mut visited, mut page_number) = (String::new(), BTreeMap::new(), 0);
    loop {
        let page = app
            .call(Method::GET, format!("/api/v1/activities?limit=3{cursor}"))
            .token(&app.tokens.office)
            .send()
            .await
            .expect(200)
            .json();
        let activities = page["activities"].as_array().unwrap();
        assert!(activities.len() <= 3);
        for activity in activities {
            let id = activity["id"].as_str().unwrap().to_owned();
            *visited.entry(id).or_insert(0) += 1;
        }
        page_number += 1;
        // New ones on both sides of the reader, one that moves, one that leaves.
        app.announced(json!({"when": day(1)})).await;
        app.announced(json!({"when": day(9)})).await;
        if page_number == 2 {
            let body = json!({"when": day(20)});
            app.act(&moving, "reschedule", body).await.expect(200);
            let body = json!({"reason": {"code": "other"}});
            app.act(&leaving, "withdraw", body).await.expect(200);
        }
        match page["next_cursor"].as_str() {
            Some(next) if page_number < 40 => cursor = format!("&cursor={next}"),
            Some(_) => break, // what is added at the end could be followed for ever
            None => break,
        }
    }
    for id in &standing {
        assert_eq!(visited.get(id), Some(&1), "{id}");
    }
    assert_eq!(visited.get(&leaving.id), None);
}

async fn a_list_is_by_date_and_unknown_dates_come_last(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let mut expected = Vec::new();
    let unknown = app
        .announced(json!({"when": {"precision": "unknown"}}))
        .await;
    let late = app.announced(json!({"when": day(9)})).await;
    let noon = json!({"precision": "minute", "starts_at": "2021-07-03T12:00:00+08:00"});
    let noon = app.announced(json!({"when": noon})).await;
    let early = app.announced(json!({"when": day(3)})).await;
    let month = json!({"precision": "month", "month": "2021-07"});
    let month = app.announced(json!({"when": month})).await;
    for seen in [&month, &early, &noon, &late, &unknown] {
        expected.push(seen.id.clone());
    }
    let page = app.get("/api/v1/activities").await.expect(200).json();
    let ids: Vec<_> = page["activities"]
        .as_array()
        .unwrap()
        .iter()
        .map(|activity| activity["id"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(ids, expected);
    assert_eq!(page["next_cursor"], json!(null));
    let all = app.get("/api/v1/activities?limit=5").await.json();
    assert_eq!(
        all["next_cursor"],
        json!(null),
        "a page that is full to the brim is the last"
    );
}

async fn a_list_takes_what_is_asked_for(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let early = app
        .announced(json!({"when": day(1), "title": {"zh": "生命健康", "en": "Life and Health"}}))
        .await;
    let late = app
        .announced(json!({"when": day(9), "title": {"zh": "芯片"}, "kind": "forum", "districts": ["tongzhou", "daxing"], "mode": null}))
        .await;
    let late = Draft::of(&app.act(&late, "cancel", json!({})).await.expect(200));
    let ids = async |query: &str| -> Vec<String> {
        let page = app.get(format!("/api/v1/activities?{query}")).await;
        let page = page.expect(200).json();
        let activities = page["activities"].as_array().unwrap();
        activities
            .iter()
            .map(|activity| activity["id"].as_str().unwrap().to_owned())
            .collect()
    };
    let (one, two) = (vec![early.id.clone()], vec![late.id.clone()]);
    assert_eq!(ids("q=health").await, one);
    assert_eq!(ids("q=%E8%8A%AF%E7%89%87").await, two);
    assert_eq!(ids("q=nothing").await, Vec::<String>::new());
    assert_eq!(ids("status=cancelled").await, two);
    assert_eq!(ids("status=scheduled,cancelled").await.len(), 2);
    assert_eq!(ids("kind=forum").await, two);
    assert_eq!(ids("district=daxing").await, two);
    assert_eq!(ids("mode=offline").await, one);
    assert_eq!(ids("from=2021-07-02").await, two);
    assert_eq!(ids("to=2021-07-01").await, one);
    assert_eq!(ids("from=2021-07-01&to=2021-07-09").await.len(), 2);
    assert_eq!(ids("from=2021-07-02&to=2021-07-08").await.len(), 0);
}

/// The ids that a list holds, page by page.
async fn walked(app: &TestApp, token: &str, query: &str, limit: usize) -> Vec<String> {
    let (mut ids, mut cursor) = (Vec::new(), String::new());
    loop {
        let path = format!("/api/v1/activities?limit={limit}{query}{cursor}");
        let page = app.call(Method::GET, path).token(token).send().await;
        let page = page.expect(200).json();
        let activities = page["activities"].as_array().unwrap();
        assert!(activities.len() <= limit, "{query}");
        ids.extend(
            activities
                .iter()
                .map(|activity| activity["id"].as_str().unwrap().to_owned()),
        );
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return ids,
        }
    }
}

async fn drafts_are_listed_as_public_ones_are(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let split = json!({"precision": "minute", "starts_at": "2021-07-03T12:00:00.25+08:00"});
    let whole = json!({"precision": "minute", "starts_at": "2021-07-03T12:00:00+08:00"});
    let unknown = json!({"precision": "unknown"});
    let long = json!({"precision": "day", "starts_on": "2021-07-01", "ends_on": "2021-07-08"});
    let mut made = Vec::new();
    for over in [
        json!({"when": long, "title": {"zh": "长展"}, "kind": "exhibition"}),
        json!({"when": day(1), "districts": ["tongzhou", "daxing"]}),
        json!({"when": day(1), "series": "global-roadshows"}),
        json!({"when": {"precision": "month", "month": "2021-07"}, "mode": null}),
        json!({"when": whole, "audiences": ["public", "small_firms"]}),
        json!({"when": split, "strand": "main_session", "section": "forum"}),
        json!({"when": day(9), "edition": 2022, "title": {"zh": "芯片"}}),
        json!({"when": unknown, "highlight": true}),
        json!({"when": null, "kind": null}),
    ] {
        made.push(app.drafted(over).await);
    }
    app.act(&made[2], "submit", json!({})).await.expect(200);
    let public = app.announced(json!({"when": day(1)})).await;
    let dates = ["1", "1", "1", "1", "3a", "3b", "9", "none", "none", "1"];
    let mut order: Vec<(&str, &str, usize)> = made
        .iter()
        .chain([&public])
        .enumerate()
        .map(|(n, draft)| (dates[n], draft.id.as_str(), n))
        .collect();
    order.sort_unstable();
    let office = &app.tokens.office;
    for (query, wanted) in [
        ("", (0..10).collect()),
        ("&status=draft,in_review", (0..9).collect()),
        ("&status=in_review", vec![2]),
        ("&status=scheduled", vec![9]),
        ("&kind=exhibition", vec![0]),
        ("&district=daxing", vec![1]),
        ("&series=global-roadshows", vec![2]),
        (
            "&mode=offline&kind=exhibition,roadshow",
            vec![0, 1, 2, 4, 5, 6, 7, 9],
        ),
        ("&audience=small_firms,scientists", vec![4]),
        ("&section=forum", vec![5]),
        ("&edition=2022", vec![6]),
        ("&strand=main_session", vec![5]),
        ("&highlight=true", vec![7]),
        ("&to=2021-07-02", vec![0, 1, 2, 3, 9]),
        ("&from=2021-07-02", vec![0, 3, 4, 5, 6]),
        ("&from=2021-07-02&to=2021-07-02", vec![0, 3]),
        ("&q=%E8%8A%AF%E7%89%87", vec![6]),
        ("&q=%E8%8A%AF%E7%89%87&edition=2021", vec![]),
    ] {
        let wanted: Vec<usize> = wanted;
        let expected: Vec<&str> = order
            .iter()
            .filter(|(_, _, n)| wanted.contains(n))
            .map(|(_, id, _)| *id)
            .collect();
        for limit in [1, 3, 500] {
            let found = walked(&app, office, query, limit).await;
            assert_eq!(found, expected, "{query} by {limit}");
        }
    }
    // Another office's drafts stay unseen, whatever is asked for.
    let haidian = walked(&app, &app.tokens.haidian, "&district=haidian,daxing", 2).await;
    assert_eq!(haidian, [public.id.as_str()]);
}

async fn a_cursor_that_was_made_up_is_refused(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    app.drafted(json!({})).await;
    let good = "act_01J0000000000000000000000";
    for text in [
        format!("1625673600000000:{good}"),
        format!("{}:{good}", i64::MAX),
    ] {
        let path = format!("/api/v1/activities?cursor={}", URL_SAFE_NO_PAD.encode(text));
        app.call(Method::GET, path)
            .token(&app.tokens.office)
            .send()
            .await
            .expect(200);
    }
    for text in [
        format!("{}:{good}", i64::MIN),
        format!("-200000000000000000:{good}"),
        format!("{}:{good}", i64::MAX - 1),
        "1625673600000000:act_\0".to_owned(),
        "1625673600000000:".to_owned(),
    ] {
        let path = format!(
            "/api/v1/activities?cursor={}",
            URL_SAFE_NO_PAD.encode(&text)
        );
        app.call(Method::GET, path)
            .token(&app.tokens.office)
            .send()
            .await
            .problem(400, "invalid-parameter");
    }
}
