//! The OpenAPI document says what the API does: its routes, and the fields that it takes and answers.

use std::collections::{BTreeMap, BTreeSet};

use hyper::Method;
use serde_json::{Value, json};
use yueli::http::openapi;

use crate::support::{
    app::{Draft, TestApp},
    db::TestDb,
};

/// Fields by the name of the schema that lists them.
type Fields = BTreeMap<String, BTreeSet<String>>;

fn document() -> Value {
    serde_json::from_str(&openapi::document()).unwrap()
}

#[test]
fn the_file_at_the_root_is_what_the_program_says() {
    let file = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/openapi.json"));
    assert!(
        file.unwrap() == openapi::document(),
        "openapi.json is old: cargo run -- openapi > openapi.json"
    );
}

#[test]
fn every_reference_leads_somewhere() {
    fn walk(value: &Value, document: &Value) {
        match value {
            Value::Object(fields) => {
                if let Some(Value::String(reference)) = fields.get("$ref") {
                    let pointer = reference.strip_prefix('#').unwrap();
                    assert!(document.pointer(pointer).is_some(), "{reference}");
                }
                fields.values().for_each(|value| walk(value, document));
            }
            Value::Array(items) => items.iter().for_each(|value| walk(value, document)),
            _ => {}
        }
    }
    let document = document();
    assert_eq!(document["openapi"].as_str().unwrap()[..3], *"3.1");
    walk(&document, &document);
}

/// Routes get into the API by `routes!` alone, which describes them; `.route(` would leave one out.
#[test]
fn no_route_of_the_api_goes_round_its_description() {
    let mut folders = vec![std::path::PathBuf::from(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/src/http/api"
    ))];
    let mut files = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            for round in [".route(", ".nest(", ".merge(", ".fallback("] {
                assert!(!text.contains(round), "{} has {round}", path.display());
            }
            files += 1;
        }
    }
    assert!(files > 5);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_described_is_routed_and_nothing_else() {
    let (app, _) = TestApp::start(TestDb::sqlite()).await;
    let seen = app.announced(json!({})).await;
    let methods = ["get", "post", "put", "patch", "delete"];
    for (path, item) in document()["paths"].as_object().unwrap() {
        let filled = path
            .replace("{id}", &seen.id)
            .replace("{year}", "2021")
            .replace("{office}", "haidian")
            .replace("{slug}", "global-roadshows");
        assert!(!filled.contains('{'), "a placeholder of {path} is new here");
        for method in methods {
            let upper = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
            let answer = app.call(upper, filled.as_str()).send().await;
            let described = item.get(method).is_some();
            assert_eq!(answer.status != 405, described, "{method} {path}");
            assert!(
                !answer.text().contains("there is nothing at"),
                "{method} {path}"
            );
        }
    }
    let served = app.get("/api/openapi.json").await.expect(200);
    assert_eq!(served.text(), openapi::document());
}

#[test]
fn every_operation_has_an_id_of_its_own_and_every_answer_a_description() {
    let mut ids = BTreeSet::new();
    for (path, item) in document()["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let id = operation["operationId"].as_str().unwrap().to_owned();
            assert!(ids.insert(id), "{method} {path}");
            for (status, response) in operation["responses"].as_object().unwrap() {
                let description = response["description"].as_str().unwrap();
                assert!(!description.is_empty(), "{method} {path} {status}");
            }
        }
    }
}

#[test]
fn every_operation_says_what_it_takes_and_how_it_fails() {
    for (path, item) in document()["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let told = format!("{method} {path}");
            let responses = operation["responses"].as_object().unwrap();
            assert!(responses.keys().any(|code| code.starts_with('2')), "{told}");
            assert!(responses.contains_key("4XX"), "{told}");
            let listed = operation["parameters"].as_array();
            for placeholder in path.split('{').skip(1) {
                let name = placeholder.split('}').next().unwrap();
                let has = listed.is_some_and(|listed| {
                    listed
                        .iter()
                        .any(|parameter| parameter["name"] == name && parameter["in"] == "path")
                });
                assert!(has, "{told}: {name}");
            }
        }
    }
}

/// What an object's schema lists, following references.
fn properties(document: &Value, schema: &Value) -> Option<(String, BTreeSet<String>, Value)> {
    if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
        let name = reference.rsplit('/').next().unwrap().to_owned();
        let target = &document["components"]["schemas"][&name];
        let (_, listed, target) = properties(document, target)?;
        return Some((name, listed, target));
    }
    let listed = schema.get("properties")?.as_object()?;
    Some((
        String::new(),
        listed.keys().cloned().collect(),
        schema.clone(),
    ))
}

/// Compares a value with its schema; notes which fields of each named schema were seen.
fn compare(document: &Value, schema: &Value, value: &Value, at: &str, seen: &mut Fields) {
    if let Some(choices) = schema.get("oneOf").or_else(|| schema.get("anyOf")) {
        let fits: Vec<_> = choices
            .as_array()
            .unwrap()
            .iter()
            .filter(|choice| match value {
                Value::Null => choice["type"] == "null",
                _ if choice["type"] == "null" => false,
                Value::Object(fields) => {
                    properties(document, choice).is_none_or(|(_, listed, target)| {
                        let tag = target["properties"]["precision"]["enum"][0].as_str();
                        tag.is_none_or(|tag| value["precision"] == tag)
                            && fields.keys().all(|name| listed.contains(name))
                    })
                }
                _ => true,
            })
            .collect();
        assert_eq!(
            fits.len(),
            1,
            "{at}: {value} fits {} of {schema}",
            fits.len()
        );
        return compare(document, fits[0], value, at, seen);
    }
    match value {
        Value::Object(fields) => {
            let Some((name, listed, target)) = properties(document, schema) else {
                // Maps whose keys are not fixed: before and after of a notice.
                return;
            };
            for (field, inner) in fields {
                assert!(listed.contains(field), "{at}/{field} is not described");
                let described = &target["properties"][field];
                compare(document, described, inner, &format!("{at}/{field}"), seen);
            }
            let required = target["required"].as_array().cloned().unwrap_or_default();
            for field in required {
                let field = field.as_str().unwrap();
                assert!(
                    fields.contains_key(field),
                    "{at}/{field} is described as always there"
                );
            }
            let known = seen.entry(name).or_default();
            known.extend(fields.keys().cloned());
        }
        Value::Array(items) => {
            for (i, item) in items.iter().enumerate() {
                compare(document, &schema["items"], item, &format!("{at}/{i}"), seen);
            }
        }
        Value::Null => {
            let types = &schema["type"];
            let may = types == "null"
                || types
                    .as_array()
                    .is_some_and(|types| types.contains(&json!("null")));
            assert!(
                may || schema == &json!({}),
                "{at} is null, which is not described: {schema}"
            );
        }
        _ => {}
    }
}

/// The schema of an operation's answer.
fn answer_of(document: &Value, method: &str, path: &str, status: &str) -> Value {
    let response = &document["paths"][path][method]["responses"][status];
    response["content"]["application/json"]["schema"].clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_have_the_fields_that_are_described_and_no_others() {
    let (app, clock) = TestApp::start(TestDb::sqlite()).await;
    let document = document();
    let mut seen = Fields::new();
    let mut check = |method: &str, path: &str, status: &str, value: &Value| {
        let schema = answer_of(&document, method, path, status);
        assert_ne!(schema, json!(null), "{method} {path} {status}");
        compare(
            &document,
            &schema,
            value,
            &format!("{method} {path}"),
            &mut seen,
        );
    };
    let full = json!({
        "strand": "main_session", "section": "forum", "series": "global-roadshows",
        "summary": {"zh": "摘要", "en": "summary"}, "description": {"zh": "正文"},
        "venue": {"name": {"zh": "馆"}, "address": {"zh": "路"}, "latitude": 39.9, "longitude": 116.3},
        "live_url": "https://live.example/", "registration_url": "https://register.example/",
        "partner_regions": ["GB"],
        "organizers": [{"role": "host", "name": {"zh": "主办"}, "url": "https://host.example/"}],
        "figures": [{"what": "views", "value": 1, "qualifier": "about"}], "outcomes": [{"zh": "成果"}],
        "contact": {"name": "办公室", "email": "a@example.org", "phone": "010"},
        "sources": [{"url": "https://source.example/", "title": "来源", "stated_on": "2021-09-15", "basis": "原文", "uid": "upstream-1"}],
    });
    let (list, one) = ("/api/v1/activities", "/api/v1/activities/{id}");
    let act = |action: &str| format!("{one}/{action}");
    let made = app
        .post(
            &app.tokens.office,
            list,
            &crate::support::app::draft(full.clone()),
        )
        .send()
        .await
        .expect(201);
    check("post", list, "201", &made.json());
    let body = json!({"publish_at": "2021-06-02T10:00:00+08:00"});
    let embargoed = app
        .act(&Draft::of(&made), "announce", body)
        .await
        .expect(200);
    check("post", &act("announce"), "200", &embargoed.json());
    let told = app
        .act(&Draft::of(&embargoed), "announce", json!({}))
        .await
        .expect(200);
    check("post", &act("announce"), "200", &told.json());
    let child =
        json!({"parent": Draft::of(&told).id, "when": {"precision": "month", "month": "2021-09"}});
    let child = app.announced(child).await;
    let body = json!({
        "when": {"precision": "day", "starts_on": "2021-06-03", "ends_on": "2021-06-04"},
        "reason": {"code": "venue", "zh": "场地", "en": "venue"}, "children": true,
    });
    let moved = app
        .act(&Draft::of(&told), "reschedule", body)
        .await
        .expect(200);
    check("post", &act("reschedule"), "200", &moved.json());
    clock.advance(chrono::TimeDelta::days(3));
    let held = app
        .act(&Draft::of(&moved), "hold", json!({}))
        .await
        .expect(200);
    check("post", &act("hold"), "200", &held.json());
    let body = json!({"reason": {"code": "merge"}, "replaced_by": Draft::of(&held).id});
    let gone = app.act(&child, "withdraw", body).await.expect(200);
    check("post", &act("withdraw"), "200", &gone.json());
    for path in [child.path(), Draft::of(&held).path()] {
        check("get", one, "200", &app.get(path).await.expect(200).json());
    }
    let page = app
        .get("/api/v1/activities?limit=1&status=held,withdrawn")
        .await
        .expect(200);
    check("get", list, "200", &page.json());
    let notices = app.get("/api/v1/notices").await.expect(200).json();
    check("get", "/api/v1/notices", "200", &notices);
    for notice in notices["notices"].as_array().unwrap() {
        let id = notice["id"].as_str().unwrap();
        let one = app.get(format!("/api/v1/notices/{id}")).await.expect(200);
        check("get", "/api/v1/notices/{id}", "200", &one.json());
    }
    for (name, fields) in &seen {
        let Some((_, listed, _)) = properties(&document, &document["components"]["schemas"][name])
        else {
            continue;
        };
        let unseen: Vec<_> = listed
            .difference(fields)
            .filter(|field| {
                // History has sources; reminders and digests are the jobs'.
                name != "NoticeOutput" || !["source", "digest"].contains(&field.as_str())
            })
            .collect();
        assert!(
            unseen.is_empty(),
            "{name} is described with {unseen:?}, which no answer had"
        );
    }
    for name in [
        "ActivityOutput",
        "NoticeOutput",
        "ActivityAnswer",
        "Venue",
        "Links",
        "Reason",
    ] {
        assert!(
            seen.contains_key(name),
            "{name} was not met: {:?}",
            seen.keys()
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn requests_take_the_fields_that_are_described_and_no_others() {
    let (app, _) = TestApp::start(TestDb::sqlite()).await;
    let document = document();
    let seen = app.announced(json!({})).await;
    let mut compared = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        let Some(of_activities) = path.strip_prefix("/api/v1/activities") else {
            continue;
        };
        for method in ["post", "patch"] {
            let body = &item[method]["requestBody"]["content"];
            let Some(described) = ["application/json", "application/merge-patch+json"]
                .iter()
                .find_map(|content_type| body.get(content_type))
            else {
                continue;
            };
            let listed = match properties(&document, &described["schema"]) {
                Some((_, listed, _)) => listed,
                None => BTreeSet::new(),
            };
            let upper = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
            let refused = app
                .call(
                    upper,
                    format!(
                        "/api/v1/activities{}",
                        of_activities.replace("{id}", &seen.id)
                    ),
                )
                .token(&app.tokens.office)
                .if_match(&seen.etag)
                .json(&json!({"nonsense": 1}))
                .send()
                .await
                .problem(422, "invalid-input");
            let detail = refused["errors"]
                .as_array()
                .unwrap()
                .iter()
                .find(|fault| fault["pointer"] == "/nonsense")
                .unwrap()["detail"]
                .as_str()
                .unwrap();
            let taken: BTreeSet<String> = detail
                .split("expected one of ")
                .nth(1)
                .unwrap()
                .split(", ")
                .filter(|name| !name.is_empty())
                .map(str::to_owned)
                .collect();
            assert_eq!(taken, listed, "{method} {path}");
            compared += 1;
        }
    }
    assert_eq!(compared, 13);
}
