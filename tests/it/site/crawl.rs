//! Every link on every page leads somewhere.

use std::{
    collections::{BTreeSet, VecDeque},
    sync::Arc,
};

use serde_json::{Value, json};
use yueli::{
    app,
    clock::ManualClock,
    config::{Role, Settings},
    transfer::demo,
};

use super::{
    html::{attributes, unescaped},
    notice_page,
};
use crate::support::{
    app::{Draft, TestApp, at},
    db::{TestDb, on_both},
};

on_both!(
    every_link_of_every_page_resolves,
    every_link_of_the_demo_and_of_its_news_resolves,
);

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

/// Addresses of ours anywhere in a feed: in its links, and in the texts of its items.
fn addresses(feed: &str) -> Vec<String> {
    let ends = |c: char| c.is_whitespace() || "\"<>".contains(c);
    // Twice: an item's HTML is escaped in an element that XML escapes.
    let feed = unescaped(&unescaped(feed));
    feed.match_indices(BASE)
        // What an item is about has this name for ever, also when it was withdrawn and is 410.
        .filter(|(at, _)| !feed[..*at].ends_with("<dcterms:isVersionOf>"))
        .map(|(at, _)| feed[at..].split(ends).next().unwrap().to_owned())
        // A namespace and what is in it are names, not links.
        .filter(|address| !address.starts_with(feeds::news::NAMESPACE))
        // The hub takes POST alone.
        .filter(|address| *address != format!("{BASE}/feeds/hub"))
        .collect()
}

/// Where a crawl came.
struct Crawled {
    pages: usize,
    seen: BTreeSet<String>,
}

/// Follows every link from these addresses on; each leads to something that is there, at once or by a redirect.
async fn crawl(app: &TestApp, starts: &[&str]) -> Crawled {
    let mut queue: VecDeque<String> = starts.iter().map(|&start| start.to_owned()).collect();
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
        } else if path == "/sitemap.xml" || path.ends_with(".rss") || path.ends_with(".opml") {
            links.extend(addresses(&answer.text()));
        }
        for path in links.iter().filter_map(|link| inside(link)) {
            if seen.insert(path.clone()) {
                queue.push_back(path);
            }
        }
    }
    Crawled { pages, seen }
}

async fn every_link_of_every_page_resolves(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    lives(&app).await;
    let Crawled { pages, seen } = crawl(&app, &["/", "/sitemap.xml", "/problems/not-found"]).await;
    // Six activities in two languages with their histories, revisions and notices.
    assert!(pages > 60, "only {pages} pages were found: {seen:?}");
    for needed in [
        "/zh/",
        "/en/notices",
        "/feeds/zh/all.ics",
        "/feeds/en/district/haidian.rss",
        "/feeds/zh/edition/2021.ics",
        "/zh/calendar/2021-07",
        "/en/promise/2021.csv",
        "/zh/kinds/roadshow",
        "/api/openapi.json",
    ] {
        assert!(seen.contains(needed), "{needed} is linked nowhere");
    }
}

async fn every_link_of_the_demo_and_of_its_news_resolves(db: TestDb) {
    let clock = Arc::new(ManualClock::new(at("2026-06-01T09:00:00+08:00")));
    let settings = Settings {
        database_url: db.url().parse().unwrap(),
        ..Settings::default()
    };
    let services = app::services(&settings, clock.clone(), BASE).await.unwrap();
    let loaded = demo::load(&services).await.unwrap().unwrap();
    services.db.close().await;
    let app = TestApp::start_with(db, clock, |settings| settings.roles = vec![Role::Web]).await;

    let crawled = crawl(&app, &["/zh/", "/en/"]).await;
    let head = app.head().await;
    assert_eq!(usize::try_from(head).unwrap(), loaded.notices);
    for language in ["zh", "en"] {
        let news = format!("/feeds/{language}/all.rss");
        assert!(crawled.seen.contains(&news), "{news} is linked nowhere");
        for notice in app.notices_after(0).await {
            let page = notice_page(language, &notice);
            assert!(crawled.seen.contains(&page), "{page} is linked nowhere");
        }
        let activities = format!("/{language}/e/");
        let found: BTreeSet<&str> = crawled
            .seen
            .iter()
            .filter_map(|path| path.strip_prefix(&activities)?.split(['-', '/']).next())
            .collect();
        assert_eq!(found.len(), loaded.created());
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
