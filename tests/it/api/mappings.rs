//! `/mappings`, and imports that use one.

use hyper::Method;
use serde_json::{Value, json};

use crate::support::{
    app::TestApp,
    db::{TestDb, on_both},
    http::Call,
};

on_both!(
    an_office_keeps_a_mapping_and_imports_by_it,
    a_mapping_is_changed_by_whoever_saw_it_and_is_nobody_elses,
    a_mapping_with_faults_is_refused_with_all_of_them,
);

const ALL: &str = "/api/v1/mappings";

fn mapping() -> Value {
    json!({
        "name": "月报",
        "columns": {"主题词": "title_zh", "片区": "districts", "预计人数": null},
        "defaults": {"edition": 2021, "kind": "roadshow"},
        "values": {"districts": {"亦庄": "大兴"}},
    })
}

fn call(app: &TestApp, token: &str, method: Method, path: &str) -> Call {
    app.call(method, path.to_owned()).token(token)
}

async fn made(app: &TestApp, token: &str, body: &Value) -> (String, String) {
    let answer = call(app, token, Method::POST, ALL).json(body).send().await;
    let answer = answer.expect(201);
    let id = answer.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(answer.header("location"), format!("{ALL}/{id}"));
    (id, answer.etag())
}

async fn an_office_keeps_a_mapping_and_imports_by_it(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let token = &app.tokens.haidian;
    let (id, _) = made(&app, token, &mapping()).await;
    let kept = call(&app, token, Method::GET, &format!("{ALL}/{id}"));
    let kept = kept.send().await.expect(200).json();
    assert_eq!(kept["office"], "haidian");
    assert_eq!(kept["columns"], mapping()["columns"]);

    let table = "主题词,片区,预计人数\n甲,亦庄;海淀,300\n";
    let import = |query: &str| {
        let path = format!("/api/v1/imports?{query}");
        call(&app, token, Method::POST, &path).bytes("text/csv", table)
    };
    import("dry_run=true").send().await.expect(422);
    let done = import(&format!("mapping={id}")).send().await.expect(200);
    let line = &done.json()["activities"][0];
    let path = format!("/api/v1/activities/{}", line["id"].as_str().unwrap());
    let draft = call(&app, token, Method::GET, &path).send().await;
    let draft = draft.expect(200).json();
    assert_eq!(
        json!([
            draft["title"]["zh"],
            draft["districts"],
            draft["edition"],
            draft["kind"]
        ]),
        json!(["甲", ["haidian", "daxing"], 2021, "roadshow"])
    );
    // The request's own word goes before the mapping's.
    let done = import(&format!("mapping={id}&kind=forum&edition=2022"));
    let done = done.send().await.expect(200).json();
    let path = format!(
        "/api/v1/activities/{}",
        done["activities"][0]["id"].as_str().unwrap()
    );
    let draft = call(&app, token, Method::GET, &path)
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!(
        json!([draft["edition"], draft["kind"]]),
        json!([2022, "forum"])
    );

    let calendar = call(
        &app,
        token,
        Method::POST,
        &format!("/api/v1/imports?mapping={id}"),
    );
    let refused = calendar.bytes("text/calendar", "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n");
    let refused = refused.send().await.expect(422);
    assert!(
        refused.text().contains("a mapping is for tables"),
        "{}",
        refused.text()
    );
    import("mapping=nonsense").send().await.expect(400);
    let absent = import("mapping=map_01J8Z6W9K3M5N7P9R1T3V5X7Z9");
    absent.send().await.expect(404);
}

async fn a_mapping_is_changed_by_whoever_saw_it_and_is_nobody_elses(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let (haidian, office) = (&app.tokens.haidian, &app.tokens.office);
    let (id, etag) = made(&app, haidian, &mapping()).await;
    let (of_the_city, _) = made(&app, office, &json!({"name": "市级"})).await;
    let one = format!("{ALL}/{id}");
    let put = |token: &str| {
        let body = json!({"name": "季报", "columns": {"主题词": "title_zh"}});
        call(&app, token, Method::PUT, &one).json(&body)
    };
    put(haidian).send().await.expect(428);
    put(haidian).if_match("\"v7\"").send().await.expect(412);
    let changed = put(haidian).if_match(&etag).send().await.expect(200);
    assert_eq!(
        json!([
            changed.json()["name"],
            changed.json()["office"],
            changed.json()["values"]
        ]),
        json!(["季报", "haidian", {}])
    );
    // The organising office does everything; a district sees nothing of the city's, and partners of nobody's.
    let again = put(office)
        .if_match(&changed.etag())
        .send()
        .await
        .expect(200);
    assert_eq!(again.etag(), changed.etag(), "nothing changed");
    let listed = |token: &str| call(&app, token, Method::GET, ALL).send();
    let ids = |answer: Value| {
        let mappings = answer["mappings"].as_array().unwrap().clone();
        mappings
            .iter()
            .map(|one| one["id"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(ids(listed(haidian).await.expect(200).json()), [id.as_str()]);
    assert_eq!(ids(listed(office).await.expect(200).json()).len(), 2);
    listed(&app.tokens.partner).await.expect(403);
    let others = format!("{ALL}/{of_the_city}");
    let seen = call(&app, haidian, Method::GET, &others).send().await;
    seen.expect(404);
    let taken = call(&app, haidian, Method::DELETE, &others)
        .if_match("\"v1\"")
        .send()
        .await;
    taken.expect(404);
    let foreign = json!({"name": "x", "office": "chaoyang"});
    let foreign = call(&app, haidian, Method::POST, ALL).json(&foreign);
    foreign.send().await.expect(403);

    let kept = || call(&app, haidian, Method::GET, &one).send();
    assert_eq!(kept().await.expect(200).etag(), changed.etag());
    let gone = call(&app, haidian, Method::DELETE, &one).if_match(&changed.etag());
    gone.send().await.expect(204);
    kept().await.expect(404);
}

async fn a_mapping_with_faults_is_refused_with_all_of_them(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let body = json!({"colums": {}, "columns": {"主题词": "titel"}, "defaults": {"kind": "party"}});
    let refused = call(&app, &app.tokens.haidian, Method::POST, ALL).json(&body);
    let refused = refused.send().await.expect(422).json();
    let pointers: Vec<&Value> = refused["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| &error["pointer"])
        .collect();
    assert_eq!(
        pointers,
        ["/name", "/columns/主题词", "/defaults/kind", "/colums"]
    );
    // The same key, the same mapping.
    let ask = || {
        call(&app, &app.tokens.haidian, Method::POST, ALL)
            .json(&mapping())
            .key("m1")
            .send()
    };
    let (first, second) = (ask().await.expect(201), ask().await.expect(201));
    assert_eq!(first.json()["id"], second.json()["id"]);
}
