//! Every link on every page leads somewhere.

use std::collections::{BTreeSet, VecDeque};

use serde_json::{Value, json};

use super::html::attributes;
use crate::support::{
    app::{Draft, TestApp},
    db::{TestDb, on_both},
};

on_both!(every_link_of_every_page_resolves);

const BASE: &str = "https://yueli.example";

/// A path inside the program, without its fragment; none for what leads elsewhere.
fn inside(link: &str) -> Option<String> {
    let link = link.strip_prefix(BASE).unwrap_or(link);
    let elsewhere = ["http://", "https://", "webcal://", "mailto:"];
    if link.starts_with('#') || elsewhere.iter().any(|scheme| link.starts_with(scheme)) {
        return None;
    }
    assert!(link.starts_with('/'), "{link:?} is not an address of ours");
    let path = link.split('#').next().unwrap();
    Some(if path.is_empty() { "/" } else { path }.to_owned())
}

async fn every_link_of_every_page_resolves(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    lives(&app).await;
    let mut queue: VecDeque<String> = ["/", "/sitemap.xml", "/problems/not-found"]
        .map(str::to_owned)
        .into();
    let mut seen: BTreeSet<String> = queue.iter().cloned().collect();
    let mut pages = 0;
    while let Some(path) = queue.pop_front() {
        let answer = app.get(&path).await;
        let status = answer.status.as_u16();
        assert!(
            matches!(status, 200 | 301 | 302),
            "{path} answers {status}: {}",
            answer.text()
        );
        let mut links = Vec::new();
        if status != 200 {
            links.push(answer.header("location").to_owned());
        } else if answer.header("content-type").starts_with("text/html") {
            pages += 1;
            let html = answer.text();
            links.extend(attributes(&html, "href"));
            links.extend(attributes(&html, "src"));
            for fragment in links.iter().filter_map(|link| link.strip_prefix('#')) {
                assert!(
                    html.contains(&format!("id=\"{fragment}\"")),
                    "#{fragment} on {path}"
                );
            }
        } else if path == "/sitemap.xml" {
            let xml = answer.text();
            let places = xml.split("<loc>").skip(1);
            links.extend(places.map(|rest| rest.split_once('<').unwrap().0.to_owned()));
            links.extend(attributes(&xml, "href"));
        }
        for path in links.iter().filter_map(|link| inside(link)) {
            if seen.insert(path.clone()) {
                queue.push_back(path);
            }
        }
    }
    // Six activities in two languages with their histories, revisions and notices.
    assert!(pages > 60, "only {pages} pages were found: {seen:?}");
    for needed in [
        "/zh/",
        "/en/notices",
        "/feeds/zh/all.ics",
        "/feeds/en/district/haidian.rss",
        "/feeds/zh/edition/2021.ics",
        "/api/openapi.json",
    ] {
        assert!(seen.contains(needed), "{needed} is linked nowhere");
    }
}

/// Activities in every state that is public.
async fn lives(app: &TestApp) {
    let act = async |draft: &Draft, action: &str, body: Value| {
        Draft::of(&app.act(draft, action, body).await.expect(200))
    };
    let when = json!({"precision": "day", "starts_on": "2021-09-01"});
    let parent = app
        .announced(json!({"strand": "main_session", "section": "forum"}))
        .await;
    let child = app
        .announced(
            json!({"parent": parent.id, "series": "global-roadshows", "title": {"zh": "子活动"}}),
        )
        .await;
    let child = act(&child, "reschedule", json!({"when": when})).await;
    act(
        &child,
        "relocate",
        json!({"venue": {"name": {"zh": "新馆"}}}),
    )
    .await;
    let postponed = app.announced(json!({})).await;
    act(&postponed, "postpone", json!({})).await;
    let cancelled = app.announced(json!({})).await;
    act(&cancelled, "cancel", json!({})).await;
    let held = app
        .announced(json!({"when": {"precision": "day", "starts_on": "2021-05-01"}}))
        .await;
    act(
        &held,
        "hold",
        json!({"figures": [{"what": "views", "value": 4_100_000, "qualifier": "about"}]}),
    )
    .await;
    let gone = app.announced(json!({})).await;
    act(&gone, "withdraw", json!({"reason": {"code": "correction"}})).await;
    let replaced = app.announced(json!({})).await;
    let body = json!({"reason": {"code": "correction"}, "replaced_by": parent.id});
    act(&replaced, "withdraw", body).await;
    app.drafted(json!({"title": {"zh": "草稿"}})).await;
}
