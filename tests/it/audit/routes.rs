//! Every route that writes, as the API's own description names them, leaves an entry: when it does it, and when it refuses.

use std::collections::BTreeSet;

use hyper::Method;
use serde_json::{Value, json};
use yueli::http::openapi;

use crate::support::{
    app::{Draft, TestApp, draft},
    db::{TestDb, on_both},
    http::{Answer, Call},
    receiver::Receiver,
};
use crate::tracking::upstream::{Upstream, calendar, event};
use crate::webhooks::start;

on_both!(
    every_route_that_writes_leaves_an_entry_when_it_refuses,
    every_route_that_writes_leaves_an_entry_when_it_is_done,
);

/// `post /api/v1/activities` and so on: everything but what reads.
fn routes() -> BTreeSet<String> {
    let document: Value =
        serde_json::from_str(&openapi::text(&openapi::api().into_openapi())).unwrap();
    let paths = document["paths"].as_object().unwrap();
    let routes = paths.iter().flat_map(|(path, methods)| {
        let methods = methods.as_object().unwrap().keys();
        let writing =
            methods.filter(|method| ["post", "put", "patch", "delete"].contains(&method.as_str()));
        writing.map(move |method| format!("{method} {path}"))
    });
    routes.collect()
}

/// The names of all fields that a schema has, at any depth.
fn fields_of(
    document: &Value,
    schema: &Value,
    seen: &mut BTreeSet<String>,
    found: &mut BTreeSet<String>,
) {
    if let Some(name) = schema["$ref"].as_str() {
        if seen.insert(name.to_owned()) {
            let target = document.pointer(name.trim_start_matches('#')).unwrap();
            fields_of(document, target, seen, found);
        }
        return;
    }
    for (name, value) in schema["properties"].as_object().into_iter().flatten() {
        found.insert(name.clone());
        fields_of(document, value, seen, found);
    }
    for part in ["items", "allOf", "oneOf", "anyOf"] {
        match &schema[part] {
            Value::Array(parts) => {
                for part in parts {
                    fields_of(document, part, seen, found);
                }
            }
            Value::Null => {}
            part => fields_of(document, part, seen, found),
        }
    }
}

#[test]
fn every_field_that_the_api_takes_has_its_name_in_the_audit() {
    let document: Value =
        serde_json::from_str(&openapi::text(&openapi::api().into_openapi())).unwrap();
    let (mut seen, mut found) = (BTreeSet::new(), BTreeSet::new());
    for methods in document["paths"].as_object().unwrap().values() {
        for operation in methods.as_object().unwrap().values() {
            let content = operation["requestBody"]["content"].as_object();
            for body in content.into_iter().flatten().map(|(_, body)| body) {
                fields_of(&document, &body["schema"], &mut seen, &mut found);
            }
        }
    }
    assert!(found.len() > 60, "{found:?}");
    for name in found {
        let pointer = format!("/{name}");
        assert_eq!(yueli::domain::audit::pointers([&pointer]), pointer);
    }
}

async fn every_route_that_writes_leaves_an_entry_when_it_refuses(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let routes = routes();
    assert!(routes.len() > 30, "{routes:?}");
    for route in routes {
        let (method, path) = route.split_once(' ').unwrap();
        let path = path
            .replace("{id}", "act_01J8Z6W9K3M5N7P9R1T3V5X7Z9")
            .replace("{year}", "2021")
            .replace("{office}", "haidian")
            .replace("{slug}", "global-roadshows");
        // Who may do nothing of the kind.
        let of_a_partner = path.contains("webhooks") || path.contains("deliveries");
        let token = match of_a_partner {
            true => &app.tokens.haidian,
            false => &app.tokens.partner,
        };
        let before = app.entries().await;
        let call = app.call(method.to_uppercase().parse().unwrap(), path);
        let answer = call
            .token(token)
            .if_match("\"v1\"")
            .json(&json!({}))
            .send()
            .await;
        assert!(
            answer.status.is_client_error(),
            "{route}: {}",
            answer.text()
        );
        let entry = app.new_since(&before).await;
        let kind = answer.json()["type"].as_str().unwrap().to_owned();
        assert_eq!(
            (
                entry.outcome.as_str(),
                entry.reason.map(|kind| format!("/problems/{kind}"))
            ),
            ("refused", Some(kind)),
            "{route}"
        );
    }
}

/// What was walked so far.
struct Walk<'a> {
    app: &'a TestApp,
    left: BTreeSet<String>,
}

impl Walk<'_> {
    /// Sends what a route is for, and looks for the entry.
    async fn step(&mut self, route: &str, action: &str, call: Call) -> Answer {
        assert!(
            self.left.remove(route),
            "{route} is not there, or was walked"
        );
        let before = self.app.entries().await;
        let answer = call.send().await;
        assert!(answer.status.is_success(), "{route}: {}", answer.text());
        let mut new = self.app.entries().await;
        new.retain(|entry| before.iter().all(|known| known.id != entry.id));
        assert!(new.iter().all(|entry| entry.outcome == "done"), "{route}");
        // What is accepted is done to an activity too, and that has an entry of its own.
        let of_it = new.iter().filter(|entry| entry.action == action).count();
        let entries = match action {
            "proposal.accept" => 2 * of_it,
            _ => 1,
        };
        assert!(of_it > 0 && new.len() == entries, "{route}: {new:?}");
        answer
    }

    fn call(&self, method: Method, path: impl Into<String>) -> Call {
        self.app.call(method, path).token(&self.app.tokens.admin)
    }

    fn post(&self, path: impl Into<String>, body: &Value) -> Call {
        self.call(Method::POST, path).json(body)
    }
}

async fn every_route_that_writes_leaves_an_entry_when_it_is_done(db: TestDb) {
    let (app, clock) = start(db).await;
    let left = routes();
    let mut walk = Walk { app: &app, left };
    activities(&mut walk, &clock).await;
    reference(&mut walk).await;
    webhooks(&mut walk).await;
    sources(&mut walk).await;
    let table = "标题,开始,区\n路演一,2021年7月8日,海淀\n";
    let call = walk
        .call(Method::POST, "/api/v1/imports")
        .bytes("text/csv", table);
    walk.step("post /api/v1/imports", "import", call).await;
    mappings(&mut walk).await;
    assert_eq!(walk.left, BTreeSet::new(), "nobody walked these");
}

async fn activities(walk: &mut Walk<'_>, clock: &yueli::clock::ManualClock) {
    const ALL: &str = "/api/v1/activities";
    let call = walk.post(ALL, &draft(json!({})));
    let answer = walk
        .step("post /api/v1/activities", "activity.create", call)
        .await;
    let mut seen = Draft::of(&answer);
    let patch = walk
        .call(Method::PATCH, seen.path())
        .json(&json!({"mode": "online"}));
    let call = patch.if_match(&seen.etag);
    let answer = walk
        .step("patch /api/v1/activities/{id}", "activity.update", call)
        .await;
    seen = Draft::of(&answer);
    let when = json!({"precision": "day", "starts_on": "2021-07-01"});
    for (action, body) in [
        ("submit", json!({})),
        ("return", json!({})),
        ("announce", json!({})),
        ("reschedule", json!({"when": when})),
        ("relocate", json!({"venue": {"name": {"zh": "首钢园"}}})),
        ("change-format", json!({"mode": "mixed"})),
        ("postpone", json!({})),
        ("cancel", json!({})),
        ("reinstate", json!({"when": when})),
        ("hold", json!({})),
        ("withdraw", json!({"reason": {"zh": "误发"}})),
    ] {
        if action == "hold" {
            clock.advance(chrono::TimeDelta::days(60));
        }
        let call = walk
            .post(format!("{}/{action}", seen.path()), &body)
            .if_match(&seen.etag);
        let route = format!("post {ALL}/{{id}}/{action}");
        let answer = walk.step(&route, &format!("activity.{action}"), call).await;
        seen = Draft::of(&answer);
    }
    let other = walk.app.drafted(json!({})).await;
    let call = walk
        .call(Method::DELETE, other.path())
        .if_match(&other.etag);
    walk.step("delete /api/v1/activities/{id}", "activity.delete", call)
        .await;
}

async fn reference(walk: &mut Walk<'_>) {
    for (what, name, body, patch) in [
        (
            "editions",
            "2030",
            json!({"year": 2030, "theme": {"zh": "三"}}),
            json!({"theme": {"zh": "三零"}}),
        ),
        (
            "series",
            "x",
            json!({"slug": "x", "title": {"zh": "系列"}}),
            json!({"title": {"zh": "系"}}),
        ),
    ] {
        let parameter = if what == "series" { "{slug}" } else { "{year}" };
        let kind = if what == "series" {
            "series"
        } else {
            "edition"
        };
        let all = format!("/api/v1/{what}");
        let call = walk.post(&all, &body);
        let made = walk
            .step(&format!("post {all}"), &format!("{kind}.create"), call)
            .await;
        let one = format!("{all}/{name}");
        let call = walk
            .call(Method::PATCH, &one)
            .json(&patch)
            .if_match(&made.etag());
        let route = format!("{all}/{parameter}");
        let changed = walk
            .step(&format!("patch {route}"), &format!("{kind}.update"), call)
            .await;
        if what == "editions" {
            let call = walk.post(format!("{one}/roll-over"), &json!({}));
            walk.step(
                &format!("post {route}/roll-over"),
                "edition.roll-over",
                call,
            )
            .await;
            let call = walk.call(Method::PUT, format!("{one}/contacts/haidian"));
            let call = call.json(&json!({"name": "a desk"}));
            walk.step(
                &format!("put {route}/contacts/{{office}}"),
                "contact.set",
                call,
            )
            .await;
        }
        let call = walk.call(Method::DELETE, &one).if_match(&changed.etag());
        walk.step(&format!("delete {route}"), &format!("{kind}.delete"), call)
            .await;
    }
}

async fn mappings(walk: &mut Walk<'_>) {
    const ALL: &str = "/api/v1/mappings";
    let call = walk.post(
        ALL,
        &json!({"name": "月报", "columns": {"主题": "title_zh"}}),
    );
    let made = walk
        .step("post /api/v1/mappings", "mapping.create", call)
        .await;
    let one = format!("{ALL}/{}", made.json()["id"].as_str().unwrap());
    let call = walk.call(Method::PUT, &one).json(&json!({"name": "季报"}));
    let call = call.if_match(&made.etag());
    let changed = walk
        .step("put /api/v1/mappings/{id}", "mapping.update", call)
        .await;
    let call = walk.call(Method::DELETE, &one).if_match(&changed.etag());
    walk.step("delete /api/v1/mappings/{id}", "mapping.delete", call)
        .await;
}

async fn webhooks(walk: &mut Walk<'_>) {
    const ALL: &str = "/api/v1/webhooks";
    let receiver = Receiver::start().await;
    let call = walk.post(ALL, &json!({"url": receiver.url()}));
    let made = walk
        .step("post /api/v1/webhooks", "webhook.create", call)
        .await
        .json();
    let one = format!("{ALL}/{}", made["id"].as_str().unwrap());
    walk.app.announced(json!({})).await;
    receiver.wait_for(1).await;
    let route = |end: &str| format!("post {ALL}/{{id}}{end}");
    for (end, action, body) in [
        ("/ping", "webhook.ping", json!({})),
        ("/rotate", "webhook.rotate", json!({})),
        ("/pause", "webhook.pause", json!({})),
        ("/replay", "webhook.replay", json!({"after": 0})),
    ] {
        let call = walk.post(format!("{one}{end}"), &body);
        walk.step(&route(end), action, call).await;
    }
    let call = walk.call(Method::DELETE, format!("{one}/replay"));
    walk.step(
        "delete /api/v1/webhooks/{id}/replay",
        "webhook.end-replay",
        call,
    )
    .await;
    let call = walk.post(format!("{one}/resume"), &json!({}));
    walk.step(&route("/resume"), "webhook.resume", call).await;
    let log = walk
        .call(Method::GET, format!("{one}/deliveries?limit=500"))
        .send()
        .await
        .json();
    let sent = log["deliveries"].as_array().unwrap().iter();
    let sent = sent.clone().find(|one| !one["position"].is_null()).cloned();
    let id = sent.unwrap()["id"].as_str().unwrap().to_owned();
    let call = walk.post(format!("/api/v1/deliveries/{id}/redeliver"), &json!({}));
    walk.step(
        "post /api/v1/deliveries/{id}/redeliver",
        "webhook.redeliver",
        call,
    )
    .await;
    let call = walk
        .call(Method::PATCH, &one)
        .json(&json!({"language": "en"}));
    walk.step("patch /api/v1/webhooks/{id}", "webhook.update", call)
        .await;
    let call = walk.call(Method::DELETE, &one);
    walk.step("delete /api/v1/webhooks/{id}", "webhook.delete", call)
        .await;
}

async fn sources(walk: &mut Walk<'_>) {
    const ALL: &str = "/api/v1/sources";
    let upstream = Upstream::start().await;
    // It is asked when the walk says so.
    let input =
        json!({"name": "上游", "format": "ics", "url": upstream.url("/a.ics"), "active": false});
    let call = walk.post(ALL, &input);
    let made = walk
        .step("post /api/v1/sources", "source.create", call)
        .await;
    let one = format!("{ALL}/{}", made.json()["id"].as_str().unwrap());
    let events = |names: &[u8]| {
        let events = names.iter().map(|n| {
            let title = format!("SUMMARY:第{n}场");
            event(&format!("{n}@a"), &[&title, "DTSTART;VALUE=DATE:20211201"])
        });
        calendar(&events.collect::<Vec<_>>())
    };
    upstream.say("/a.ics", events(&[1, 2]));
    let call = walk.post(format!("{one}/poll"), &json!({}));
    let polled = walk
        .step("post /api/v1/sources/{id}/poll", "source.poll", call)
        .await
        .json();
    let all = format!("/api/v1/proposals?fetch={}", polled["id"].as_str().unwrap());
    let all = walk.call(Method::GET, all).send().await.json();
    let id = |at: usize| all["proposals"][at]["id"].as_str().unwrap().to_owned();
    let call = walk.post(format!("/api/v1/proposals/{}/accept", id(0)), &json!({}));
    let route = "post /api/v1/proposals/{id}/accept";
    walk.step(route, "proposal.accept", call).await;
    let why = json!({"reason": "不属于本计划"});
    let call = walk.post(format!("/api/v1/proposals/{}/reject", id(1)), &why);
    let route = "post /api/v1/proposals/{id}/reject";
    walk.step(route, "proposal.reject", call).await;
    let call = walk.post(format!("/api/v1/proposals/{}/reopen", id(1)), &json!({}));
    let route = "post /api/v1/proposals/{id}/reopen";
    walk.step(route, "proposal.reopen", call).await;
    let call = walk.call(Method::POST, format!("{one}/file"));
    let call = call.bytes("text/calendar", events(&[1, 2, 5]));
    let route = "post /api/v1/sources/{id}/file";
    let polled = walk.step(route, "source.poll", call).await.json();
    walk.left.insert(route.to_owned());
    let fetch = polled["id"].as_str().unwrap();
    let path = format!("/api/v1/proposals?fetch={fetch}");
    let new = walk.call(Method::GET, path).send().await.json();
    let other = json!({"activity": all["proposals"][0]["activity"]});
    let id = new["proposals"][0]["id"].as_str().unwrap();
    let call = walk.post(format!("/api/v1/proposals/{id}/link"), &other);
    let route = "post /api/v1/proposals/{id}/link";
    walk.left.remove(route);
    let before = walk.app.entries().await.len();
    call.send().await.expect(200);
    assert_eq!(walk.app.entries().await.len(), before + 1, "{route}");
    for (end, names, action, body) in [
        ("accept", &[1, 2, 5, 3][..], "proposal.accept", json!({})),
        ("reject", &[1, 2, 5, 3, 4], "proposal.reject", why),
    ] {
        let call = walk.call(Method::POST, format!("{one}/file"));
        let call = call.bytes("text/calendar", events(names));
        let route = "post /api/v1/sources/{id}/file";
        walk.left.insert(route.to_owned());
        let polled = walk.step(route, "source.poll", call).await.json();
        let fetch = polled["id"].as_str().unwrap();
        let call = walk.post(format!("/api/v1/fetches/{fetch}/{end}"), &body);
        let route = format!("post /api/v1/fetches/{{id}}/{end}");
        walk.step(&route, action, call).await;
    }
    let patch = walk
        .call(Method::PATCH, &one)
        .json(&json!({"name": "下游"}));
    let call = patch.if_match(&made.etag());
    let route = "patch /api/v1/sources/{id}";
    let changed = walk.step(route, "source.update", call).await;
    let call = walk.call(Method::DELETE, &one).if_match(&changed.etag());
    let route = "delete /api/v1/sources/{id}";
    walk.step(route, "source.delete", call).await;
}
