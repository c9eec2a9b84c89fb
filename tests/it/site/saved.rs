//! Subscriptions that are kept under an address of their own: who can do what with them.

use hyper::Method;
use serde_json::json;

use super::{
    BASE, day,
    html::{attributes, between, text, unescaped},
    ids, linked_once, local, unfolded,
};
use crate::support::{
    app::TestApp,
    db::{TestDb, on_both},
    http::Answer,
};

on_both!(
    what_is_kept_has_an_address_of_its_own,
    a_kept_feed_names_itself,
    nobody_else_can_change_it,
    what_messengers_append_leads_to_the_feed,
    where_nothing_is_kept_there_is_no_feed,
);

/// What the builder's form sends where a district alone is ticked.
pub(super) const HAIDIAN: &str = "district=haidian&lang=zh&cancelled=&alarm=&highlight=";
/// The same with another district.
pub(super) const CHAOYANG: &str = "district=chaoyang&lang=zh&cancelled=&alarm=&highlight=";

/// Sends a form.
pub(super) async fn posted(app: &TestApp, path: &str, form: &str) -> Answer {
    let call = app.call(Method::POST, path);
    let call = call.bytes("application/x-www-form-urlencoded", form.to_owned());
    call.send().await
}

/// A subscription that somebody keeps.
pub(super) struct Kept {
    /// The page that changes it: `/zh/saved/…`.
    pub(super) page: String,
    /// What follows the page's directory: the right to change it.
    pub(super) key: String,
    /// Its id: `sub_…`.
    pub(super) id: String,
}

impl Kept {
    /// Its feed of a format, as a path.
    pub(super) fn feed(&self, extension: &str) -> String {
        format!("/s/{}.{extension}", self.id)
    }
}

/// Keeps what a form says.
pub(super) async fn keep(app: &TestApp, form: &str) -> Kept {
    let kept = posted(app, "/zh/saved", form).await.expect(303);
    for (name, value) in [
        ("cache-control", "private, no-store"),
        ("referrer-policy", "no-referrer"),
        ("set-cookie", ""),
    ] {
        assert_eq!(kept.header(name), value, "{name}");
    }
    let page = kept.header("location").to_owned();
    let key = page.strip_prefix("/zh/saved/").unwrap().to_owned();
    let html = app.get(&page).await.expect(200).text();
    let address = between(&html, "<output id=\"address\">", "</output>");
    let id = local(address).strip_prefix("/s/").unwrap();
    let id = id.strip_suffix(".ics").unwrap().to_owned();
    Kept { page, key, id }
}

const FORMATS: [(&str, &str); 4] = [
    ("ics", "text/calendar; charset=utf-8; method=PUBLISH"),
    ("rss", "application/rss+xml; charset=utf-8"),
    ("atom", "application/atom+xml; charset=utf-8"),
    ("json", "application/feed+json; charset=utf-8"),
];

async fn what_is_kept_has_an_address_of_its_own(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let here = app.announced(json!({})).await;
    let there = app.announced(json!({"districts": ["chaoyang"]})).await;
    let kept = keep(&app, HAIDIAN).await;
    assert_eq!(kept.key.len(), 43, "256 bits in base64url");
    let answer = app.get(&kept.page).await.expect(200);
    for (name, value) in [
        ("content-type", "text/html; charset=utf-8"),
        ("cache-control", "private, no-store"),
        ("referrer-policy", "no-referrer"),
        ("set-cookie", ""),
    ] {
        assert_eq!(answer.header(name), value, "{name}");
    }
    assert!(!answer.etag().contains(&kept.key));
    let html = answer.text();
    assert!(html.contains("content=\"noindex\""), "{html}");
    assert!(!html.contains("rel=\"canonical\""), "{html}");
    assert!(!html.contains("og:url"), "{html}");
    assert!(!html.contains("修改已保存"), "{html}");
    assert!(html.contains("name=\"district\" value=\"haidian\" checked"));
    assert!(text(&html).contains("海淀区 · 现在符合的活动：1 项"));
    assert_eq!(linked_once(&html), ids([&here]));
    // Its address stands on it where it is needed, and goes nowhere else.
    let own = format!("/saved/{}", kept.key);
    let mut with_key: Vec<String> = ["href", "action", "src"]
        .iter()
        .flat_map(|name| attributes(&html, name))
        .filter(|address| address.contains(&kept.key))
        .collect();
    with_key.sort();
    let expected = [
        format!("/en{own}"),
        format!("/zh{own}"),
        format!("/zh{own}/end"),
    ];
    assert_eq!(with_key, expected);
    let english = app.get(format!("/en{own}")).await.expect(200).text();
    assert!(text(&english).contains("My subscription"), "{english}");

    let links = attributes(&html, "href");
    let calendar = format!("webcal://yueli.example{}", kept.feed("ics"));
    assert!(links.contains(&calendar), "{links:?}");
    for (extension, content_type) in FORMATS {
        let path = kept.feed(extension);
        assert!(links.contains(&format!("{BASE}{path}")), "{links:?}");
        let feed = app.get(&path).await.expect(200);
        assert_eq!(feed.header("content-type"), content_type);
        assert_eq!(feed.header("access-control-allow-origin"), "*");
        assert_eq!(feed.header("vary"), "Accept-Encoding");
        let document = unfolded(&feed.text());
        assert!(document.contains(&here.id), "{document}");
        assert!(!document.contains(&there.id), "{document}");
        let again = app.call(Method::GET, &path);
        let again = again.header("if-none-match", feed.etag());
        again.send().await.expect(304);
    }
}

async fn a_kept_feed_names_itself(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    app.announced(json!({})).await;
    let form = "district=haidian&lang=bi&cancelled=mark&alarm=PT1H&highlight=&notice=changes";
    let kept = keep(&app, form).await;
    let calendar = app.get(kept.feed("ics")).await.expect(200).text();
    let calendar = unfolded(&calendar);
    let source = format!("\r\nSOURCE;VALUE=URI:{BASE}{}\r\n", kept.feed("ics"));
    assert_eq!(calendar.matches(&source).count(), 1, "{calendar}");
    assert_eq!(calendar.matches("TRIGGER:-PT60M").count(), 1, "{calendar}");
    assert!(calendar.contains("/ UK-China"), "{calendar}");
    for extension in ["rss", "atom"] {
        let feed = app.get(kept.feed(extension)).await.expect(200);
        assert_eq!(feed.header("link"), "", "nobody is told of it by the hub");
        let document = feed.text();
        let own: Vec<&str> = document
            .split('<')
            .filter(|tag| tag.contains("rel=\"self\""))
            .collect();
        assert_eq!(own.len(), 1, "{document}");
        let href = unescaped(between(own[0], "href=\"", "\""));
        assert_eq!(href, format!("{BASE}{}", kept.feed(extension)));
        assert!(!document.contains("rel=\"hub\""), "{document}");
        // The same that anybody follows has one.
        let public = format!("/feeds/zh/district/haidian.{extension}");
        let public = app.get(public).await.expect(200);
        assert_ne!(public.header("link"), "");
        assert!(public.text().contains("rel=\"hub\""));
    }
    let feed = app.get(kept.feed("json")).await.expect(200).json();
    assert_eq!(feed["feed_url"], format!("{BASE}{}", kept.feed("json")));
    assert_eq!(feed.get("hubs"), None);
    // An announcement is no change; an activity's new date is.
    assert_eq!(feed["items"], json!([]));
    let html = app.get(&kept.page).await.expect(200).text();
    for checked in [
        "name=\"lang\" value=\"bi\" checked",
        "name=\"cancelled\" value=\"mark\" checked",
        "name=\"alarm\" value=\"PT1H\" checked",
        "name=\"notice\" value=\"changes\" checked",
    ] {
        assert!(html.contains(checked), "{checked} in {html}");
    }
    let moved = app.announced(json!({})).await;
    let body = json!({"when": day("2021-07-15")});
    app.act(&moved, "reschedule", body).await.expect(200);
    let feed = app.get(kept.feed("json")).await.expect(200).json();
    assert_eq!(feed["items"].as_array().unwrap().len(), 1, "{feed}");
}

async fn nobody_else_can_change_it(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    app.announced(json!({})).await;
    let there = app.announced(json!({"districts": ["chaoyang"]})).await;
    let kept = keep(&app, HAIDIAN).await;
    let other = keep(&app, HAIDIAN).await;
    assert_ne!((&kept.key, &kept.id), (&other.key, &other.id));
    let mut documents = Vec::new();
    for (extension, _) in FORMATS {
        let feed = app.get(kept.feed(extension)).await.expect(200);
        assert!(
            !feed.text().contains(&kept.key),
            "{extension} holds the key"
        );
        documents.push(feed.body);
    }
    let mistyped = format!("{}A", &kept.key[..42]);
    let mistyped = if mistyped == kept.key {
        format!("{}E", &kept.key[..42])
    } else {
        mistyped
    };
    for wrong in [
        kept.id.as_str(),
        &mistyped,
        &kept.key[..42],
        &kept.key.to_uppercase(),
        "none",
        "%00",
        "%FF",
        "%27%20OR%201=1",
        &"a".repeat(5_000),
    ] {
        for language in ["zh", "en"] {
            let page = format!("/{language}/saved/{wrong}");
            let answer = app.get(&page).await.expect(404);
            assert!(answer.text().contains("noindex"), "{page}");
            posted(&app, &page, CHAOYANG).await.expect(404);
            let end = format!("{page}/end");
            posted(&app, &end, "").await.expect(404);
        }
    }
    // Reading it changes nothing, and there are no other ways.
    app.get(format!("{}/end", kept.page))
        .await
        .problem(405, "method-not-allowed");
    for method in [Method::PUT, Method::DELETE, Method::PATCH] {
        let answer = app.call(method, kept.page.as_str()).send().await;
        answer.problem(405, "method-not-allowed");
    }
    posted(&app, &kept.feed("ics"), CHAOYANG)
        .await
        .problem(405, "method-not-allowed");
    posted(&app, &other.page, CHAOYANG).await.expect(303);
    for ((extension, _), before) in FORMATS.iter().zip(&documents) {
        let feed = app.get(kept.feed(extension)).await.expect(200);
        assert_eq!(feed.body, *before, "{extension}");
    }
    let changed = app.get(other.feed("ics")).await.expect(200);
    assert_eq!(linked_once(&unfolded(&changed.text())), ids([&there]));
    // What is written down does not tell the key.
    let row = yueli::store::saved::find(app.services.db.reader(), &kept.id).await;
    let row = format!("{:?}", row.unwrap().unwrap());
    assert!(row.contains(&kept.id) && !row.contains(&kept.key), "{row}");
}

async fn what_messengers_append_leads_to_the_feed(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    app.announced(json!({})).await;
    let kept = keep(&app, HAIDIAN).await;
    for (extension, _) in FORMATS {
        let path = kept.feed(extension);
        for appended in ["?from=timeline", "?utm_source=x", "?", "?district=chaoyang"] {
            let moved = app.get(format!("{path}{appended}")).await.expect(301);
            assert_eq!(moved.header("location"), format!("{BASE}{path}"));
            assert_eq!(moved.header("access-control-allow-origin"), "*");
        }
    }
    let preflight = app.call(Method::OPTIONS, kept.feed("ics")).send().await;
    let preflight = preflight.expect(204);
    assert_eq!(
        preflight.header("access-control-allow-methods"),
        "GET, HEAD"
    );
}

async fn where_nothing_is_kept_there_is_no_feed(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let kept = keep(&app, HAIDIAN).await;
    app.get(kept.feed("ics")).await.expect(200);
    for absent in [
        "sub_01J0000000000000000000000.ics".to_owned(),
        format!("{}.opml", kept.id),
        format!("{}.ICS", kept.id),
        format!("{}.pdf", kept.id),
        kept.id.clone(),
        format!("{}.ics", kept.id.to_lowercase()),
        format!("{}.ics", kept.key),
        ".ics".to_owned(),
        "%FF.ics".to_owned(),
    ] {
        let answer = app.get(format!("/s/{absent}")).await;
        assert_eq!(
            answer.header("access-control-allow-origin"),
            "*",
            "{absent}"
        );
        answer.problem(404, "not-found");
    }
    // Whatever a form holds, something is kept: what nobody knows is passed over.
    for form in ["", "district=pudong&colour=red&lang=fr", "%FF=%00&&&=", "x"] {
        let kept = keep(&app, form).await;
        let feed = app.get(kept.feed("ics")).await.expect(200);
        let all = app.get("/feeds/zh/all.ics").await.expect(200);
        let named = |feed: &Answer| {
            let document = unfolded(&feed.text());
            between(&document, "\r\nX-WR-CALNAME:", "\r\n").to_owned()
        };
        assert_eq!(named(&feed), named(&all), "{form}");
    }
}
