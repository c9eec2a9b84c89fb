//! Districts, editions, sections and series over HTTP, on both databases.

use hyper::Method;
use serde_json::{Value, json};

use crate::support::{
    app::TestApp,
    db::{TestDb, on_both},
    http::{Answer, pointers},
};

on_both!(
    the_sixteen_districts_stand_in_the_order_of_their_codes,
    an_edition_is_made_read_changed_and_deleted,
    a_series_is_made_read_changed_and_deleted,
    a_repeated_post_gets_the_first_answer,
    lists_come_in_pages_by_key,
);

mod refused;

const EDITIONS: &str = "/api/v1/editions";
const SERIES: &str = "/api/v1/series";

fn edition(year: i32) -> Value {
    json!({
        "year": year, "theme": {"zh": "主题"}, "promise_from": format!("{year}-03"),
        "sections": [{"slug": "forum", "title": {"zh": "论坛"}}, {"slug": "expo", "title": {"zh": "展览"}}],
        "stated": [{"what": "held_so_far", "value": 17, "on": format!("{year}-09-15")}],
    })
}

impl TestApp {
    async fn make(&self, path: &str, body: &Value) -> Answer {
        self.post(&self.tokens.office, path, body).send().await
    }

    async fn patch(&self, path: &str, etag: &str, body: &Value) -> Answer {
        self.call(Method::PATCH, path)
            .token(&self.tokens.admin)
            .if_match(etag)
            .json(body)
            .send()
            .await
    }

    async fn delete(&self, path: &str, etag: &str) -> Answer {
        self.call(Method::DELETE, path)
            .token(&self.tokens.office)
            .if_match(etag)
            .send()
            .await
    }
}

async fn the_sixteen_districts_stand_in_the_order_of_their_codes(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let answer = app.get("/api/v1/districts").await.expect(200).json();
    let districts = answer["districts"].as_array().unwrap();
    assert_eq!(districts.len(), 16);
    assert_eq!(answer["next_cursor"], Value::Null);
    assert_eq!(
        districts[5],
        json!({"slug": "haidian", "adcode": "110108", "name": {"zh": "海淀", "en": "Haidian"}})
    );
    let codes: Vec<_> = districts.iter().map(|it| it["adcode"].as_str()).collect();
    assert!(codes.is_sorted());
}

async fn an_edition_is_made_read_changed_and_deleted(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let made = app.make(EDITIONS, &edition(2030)).await.expect(201);
    let path = format!("{EDITIONS}/2030");
    assert_eq!(made.header("location"), path);
    assert_eq!(made.json()["sections"][1]["slug"], "expo");
    assert_eq!(made.json()["ordinal"], Value::Null);
    assert!(
        made.text().contains("\"value\":17,"),
        "a whole number stays one"
    );

    let read = app.get(&path).await.expect(200);
    assert_eq!((read.json(), read.etag()), (made.json(), made.etag()));
    let again = app
        .call(Method::GET, &path)
        .header("if-none-match", read.etag());
    assert_eq!(again.send().await.expect(304).body.len(), 0);

    let change = json!({"theme": {"en": "Theme"}, "promise_from": null, "ordinal": 3});
    let changed = app.patch(&path, &read.etag(), &change).await.expect(200);
    assert_ne!(changed.etag(), read.etag());
    let body = changed.json();
    assert_eq!(body["theme"], json!({"zh": "主题", "en": "Theme"}));
    assert_eq!(
        (&body["promise_from"], &body["ordinal"]),
        (&Value::Null, &json!(3))
    );
    assert_eq!(body["sections"], made.json()["sections"]);
    assert_eq!(app.get(&path).await.json(), body);
    let same = app
        .patch(&path, &changed.etag(), &json!({"ordinal": 3}))
        .await
        .expect(200);
    assert_eq!(
        same.etag(),
        changed.etag(),
        "nothing changed, nothing is saved"
    );

    app.delete(&path, &read.etag())
        .await
        .problem(412, "stale-version");
    assert_eq!(
        app.delete(&path, &changed.etag())
            .await
            .expect(204)
            .body
            .len(),
        0
    );
    app.get(&path).await.problem(404, "not-found");
    app.delete(&path, &changed.etag())
        .await
        .problem(404, "not-found");
    assert_eq!(app.head().await, 0, "editions are not in the log");
}

async fn a_series_is_made_read_changed_and_deleted(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let input = json!({"slug": "talks", "title": {"zh": "讲座"}});
    let made = app.make(SERIES, &input).await.expect(201);
    let path = format!("{SERIES}/talks");
    assert_eq!(made.header("location"), path);
    assert_eq!(
        made.json(),
        json!({"slug": "talks", "title": {"zh": "讲座"}, "description": {}})
    );
    let change = json!({"title": {"en": "Talks"}, "description": {"zh": "每月一次"}});
    let changed = app.patch(&path, &made.etag(), &change).await.expect(200);
    assert_eq!(
        app.get(&path).await.expect(200).json(),
        json!({"slug": "talks", "title": {"zh": "讲座", "en": "Talks"}, "description": {"zh": "每月一次"}})
    );
    app.delete(&path, &changed.etag()).await.expect(204);
    app.get(&path).await.problem(404, "not-found");
    app.get(format!("{SERIES}/No_Slug"))
        .await
        .problem(404, "not-found");
}

async fn a_repeated_post_gets_the_first_answer(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let send = async |body: &Value| {
        let call = app.post(&app.tokens.office, EDITIONS, body);
        call.key("k-1").send().await
    };
    let first = send(&edition(2030)).await.expect(201);
    let again = send(&edition(2030)).await.expect(201);
    assert_eq!(
        (first.body.clone(), first.etag()),
        (again.body.clone(), again.etag())
    );
    send(&edition(2031))
        .await
        .problem(422, "idempotency-key-reused");
    app.make(EDITIONS, &edition(2030))
        .await
        .problem(409, "conflict");
    app.get(format!("{EDITIONS}/2031"))
        .await
        .problem(404, "not-found");

    // What was refused is not remembered.
    let send = async |body: &Value| {
        let call = app.post(&app.tokens.office, SERIES, body);
        call.key("k-2").send().await
    };
    send(&json!({"slug": "a"}))
        .await
        .problem(422, "invalid-input");
    send(&json!({"slug": "a", "title": {"zh": "甲"}}))
        .await
        .expect(201);
}

async fn lists_come_in_pages_by_key(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    for year in [2030, 2025] {
        app.make(EDITIONS, &edition(year)).await.expect(201);
    }
    for (path, name, key, expected) in [
        (
            EDITIONS,
            "editions",
            "year",
            vec![json!(2021), json!(2022), json!(2025), json!(2030)],
        ),
        (SERIES, "series", "slug", vec![json!("global-roadshows")]),
        (
            "/api/v1/sections",
            "sections",
            "slug",
            ["forum", "exhibition", "forum", "expo", "forum", "expo"]
                .map(Value::from)
                .to_vec(),
        ),
    ] {
        for limit in [1, 2, 3, 500] {
            let mut found = Vec::new();
            let mut query = format!("?limit={limit}");
            loop {
                let page = app.get(format!("{path}{query}")).await.expect(200).json();
                let lines = page[name].as_array().unwrap();
                assert!(!lines.is_empty() && lines.len() <= limit, "{page}");
                found.extend(lines.iter().map(|line| line[key].clone()));
                match page["next_cursor"].as_str() {
                    Some(cursor) => query = format!("?limit={limit}&cursor={cursor}"),
                    None => break,
                }
            }
            assert_eq!(found, expected, "{name} by {limit}");
        }
    }
    let one = app
        .get("/api/v1/sections?edition=2025,1999")
        .await
        .expect(200)
        .json();
    assert_eq!(one["sections"].as_array().unwrap().len(), 2);
    assert_eq!(
        one["sections"][0],
        json!({"edition": 2025, "slug": "forum", "title": {"zh": "论坛"}})
    );
    let problem = app
        .get("/api/v1/sections?edition=x&limit=501&cursor=%FF&colour=red")
        .await
        .problem(400, "invalid-parameter");
    let mut names = pointers(&problem);
    names.sort_unstable();
    assert_eq!(names, ["colour", "cursor", "edition", "limit"]);
}
