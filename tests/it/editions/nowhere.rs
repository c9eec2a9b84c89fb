//! Whom to call in an office stands nowhere where the public or a partner reads, and in no log.

use std::{
    collections::{BTreeSet, VecDeque},
    path::Path,
};

use hyper::Method;
use serde_json::{Value, json};
use yueli::http::openapi;

use super::{CALLED, EDITIONS, called};
use crate::support::{
    app::TestApp,
    db::{TestDb, on_both},
    http::Answer,
    program::Program,
};

on_both!(
    no_page_feed_or_answer_of_the_api_tells_a_contact,
    saying_whom_to_call_changes_nothing_public,
    no_log_tells_a_contact,
);

const BASE: &str = "https://yueli.example";

#[track_caller]
fn tells_nobody(path: &str, answer: &Answer) {
    let told = format!("{:?}\n{}", answer.headers, answer.text());
    for called in CALLED {
        assert!(!told.contains(called), "{path} tells {called}");
    }
}

/// Addresses of ours in a document, without fragments; without the stream, which has no end and tells notices alone.
fn addresses(document: &str) -> BTreeSet<String> {
    let ends = |c: char| c.is_whitespace() || "\"'<>#\\".contains(c);
    let links = document.split("=\"").skip(1);
    let links = links.filter(|rest| rest.starts_with('/') && !rest.starts_with("//"));
    let whole = document.split(BASE).skip(1);
    links
        .chain(whole.filter(|rest| rest.starts_with('/')))
        .map(|rest| rest.split(ends).next().unwrap().replace("&amp;", "&"))
        .filter(|path| !path.starts_with("/feeds/stream"))
        .collect()
}

/// Contacts of two offices, and activities of theirs in several states.
async fn filled(app: &TestApp) {
    for office in ["city", "haidian"] {
        let said = app
            .call_in(&app.tokens.office, 2021, office, &called())
            .await;
        said.expect(200);
    }
    app.announced(json!({"office": "haidian", "series": "global-roadshows"}))
        .await;
    let cancelled = json!({"strand": "main_session", "section": "forum"});
    let cancelled = app.announced(cancelled).await;
    app.act(&cancelled, "cancel", json!({})).await.expect(200);
    app.drafted(json!({"office": "haidian"})).await;
}

async fn no_page_feed_or_answer_of_the_api_tells_a_contact(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    filled(&app).await;
    let starts = [
        "/",
        "/zh/",
        "/en/",
        "/sitemap.xml",
        "/robots.txt",
        "/zh/editions",
        "/zh/districts/haidian",
        "/zh/search?q=%E7%8E%8B",
        "/zh/search?q=liaison",
        "/zh/about",
        "/en/developers",
        "/api/openapi.json",
        "/metrics",
        "/healthz",
        "/readyz",
        "/feeds/zh/feeds.opml",
        "/feeds/bi/all.ics",
        "/feeds/zh/edition/2021.rss",
        "/feeds/en/district/haidian.json",
        "/feeds/zh/section/2021/forum.atom",
        "/zh/promise/2021.csv",
    ];
    let mut queue: VecDeque<String> = starts.map(str::to_owned).into();
    let mut seen: BTreeSet<String> = queue.iter().cloned().collect();
    let mut answered = 0;
    while let Some(path) = queue.pop_front() {
        let answer = app.get(&path).await;
        tells_nobody(&path, &answer);
        if !answer.status.is_success() && !answer.status.is_redirection() {
            continue;
        }
        answered += 1;
        let mut found = addresses(&answer.text());
        found.extend(addresses(&format!("=\"{}\"", answer.header("location"))));
        queue.extend(
            found
                .iter()
                .filter(|path| seen.insert((*path).clone()))
                .cloned(),
        );
    }
    assert!(answered > 100, "only {answered} of {seen:?}");
    for needed in [
        "/feeds/zh/all.ics",
        "/zh/calendar/2021-07",
        "/zh/districts/haidian",
    ] {
        assert!(seen.contains(needed), "{needed} was not asked for");
    }

    // All that the API reads, as anybody and as a partner.
    let document: Value = serde_json::from_str(&openapi::document()).unwrap();
    let activity = app.get("/api/v1/activities").await.expect(200).json();
    let id = activity["activities"][0]["id"].as_str().unwrap();
    let mut read = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        if item.get("get").is_none() {
            continue;
        }
        let path = path
            .replace("{id}", id)
            .replace("{year}", "2021")
            .replace("{slug}", "global-roadshows");
        for token in [None, Some(&app.tokens.partner)] {
            let call = app.call(Method::GET, &path);
            let call = token
                .into_iter()
                .fold(call, |call, token| call.token(token));
            tells_nobody(&path, &call.send().await);
        }
        read += 1;
    }
    assert!(read > 10, "only {read} paths");
    // It was there to be told all the time.
    assert_eq!(app.contacts_of(2021).await.len(), 2);
}

async fn saying_whom_to_call_changes_nothing_public(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    app.announced(json!({"office": "haidian"})).await;
    let public = [
        "/feeds/zh/all.ics",
        "/feeds/en/district/haidian.rss",
        "/feeds/zh/edition/2021.json",
        "/zh/",
        "/zh/editions",
        "/zh/districts/haidian",
        "/api/v1/editions/2021",
    ];
    let mut before = Vec::new();
    for path in public {
        let answer = app.get(path).await.expect(200);
        before.push((answer.etag(), answer.body));
    }
    let applied = app.services.catalogue.applied();
    for body in [called(), json!({"phone": CALLED[2]}), json!({})] {
        let said = app
            .call_in(&app.tokens.haidian, 2021, "haidian", &body)
            .await;
        assert!(said.status.is_success());
        for (path, before) in public.iter().zip(&before) {
            let answer = app.get(*path).await.expect(200);
            assert_eq!((answer.etag(), answer.body), *before, "{path}");
        }
    }
    assert_eq!(app.services.catalogue.applied(), applied);
}

async fn no_log_tells_a_contact(db: TestDb) {
    let folder = db.folder();
    std::fs::write(folder.join("yueli.toml"), "[log]\nfilter = \"debug\"\n").unwrap();
    let mut program = Program::new(Path::new(env!("CARGO_BIN_EXE_yueli")), folder, db.url());
    let token = program.prepare().await;
    program.start().await;
    let edition = json!({"year": 2021, "theme": {}});
    program.post(&token, EDITIONS, &edition).await.expect(201);
    let path = format!("{EDITIONS}/2021/contacts/haidian");
    let put = async |body: Value| {
        let call = program.call(Method::PUT, &path).token(&token).json(&body);
        call.send().await
    };
    put(called()).await.expect(200);
    // A fault tells the one who made it.
    let wrong = put(json!({"name": CALLED[0], "email": CALLED[2]})).await;
    let problem = wrong.problem(422, "invalid-input");
    assert!(problem.to_string().contains(CALLED[2]), "{problem}");
    let roll_over = format!("{EDITIONS}/2021/roll-over");
    program
        .post(&token, &roll_over, &json!({}))
        .await
        .expect(201);
    let read = program.call(Method::GET, &format!("{EDITIONS}/2022/contacts"));
    let read = read.token(&token).send().await.expect(200);
    assert_eq!(read.json()["contacts"][0]["name"], CALLED[0]);
    put(json!({})).await.expect(204);
    program.stop().await;
    let log = std::fs::read_to_string(folder.join("log")).unwrap();
    assert!(
        log.contains("the contact of haidian in the edition 2021 was set"),
        "{log}"
    );
    assert!(log.contains("DEBUG"), "{log}");
    for called in CALLED {
        assert!(!log.contains(called), "the log tells {called}");
    }
}
