//! How pages are answered: all alike, at once, and light.

use chrono::TimeDelta;
use hyper::Method;
use serde_json::json;

use super::{
    BASE, day, encoded,
    html::{attributes, between, unescaped},
    linked_once, local, notice_page, page_of,
};
use crate::support::{
    app::{NOW, TestApp, at},
    db::{TestDb, on_both},
    http::Answer,
};

on_both!(
    every_public_page_is_answered_alike,
    a_page_is_answered_at_once_as_the_long_way_answers_it,
    a_pages_own_feeds_stand_first,
    nothing_weighs_more_than_it_should,
);

/// What a browser may do on a page, up to who may show it in a frame.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors ";

/// Pages below the language that search engines keep.
fn listed() -> Vec<String> {
    let mut pages: Vec<String> = [
        "/",
        "/calendar/2021",
        "/calendar/2021-07",
        "/agenda",
        "/promise/2021",
        "/districts",
        "/districts/haidian",
        "/sections/2021/forum",
        "/series",
        "/series/global-roadshows",
        "/kinds",
        "/kinds/roadshow",
        "/audiences",
        "/audiences/investors",
        "/venues",
        "/notices",
        "/subscribe",
        "/editions",
        "/about",
        "/developers",
        "/accessibility",
    ]
    .map(str::to_owned)
    .into();
    pages.push(format!("/venues/{}", encoded("清华科技园")));
    pages
}

/// Asks for a page and checks what holds of each.
async fn is_answered_alike(app: &TestApp, path: &str, english: bool, ancestors: &str) -> String {
    let answer = app.get(path).await.expect(200);
    let policy = format!("{POLICY}{ancestors}");
    let tag = if english { "en" } else { "zh-CN" };
    for (name, value) in [
        ("content-type", "text/html; charset=utf-8"),
        ("content-language", tag),
        ("vary", "Accept-Encoding"),
        ("cache-control", "no-cache"),
        ("content-security-policy", policy.as_str()),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "strict-origin-when-cross-origin"),
        ("set-cookie", ""),
        ("content-length", &answer.body.len().to_string()),
    ] {
        assert_eq!(answer.header(name), value, "{name} of {path}");
        assert!(
            answer.headers.get_all(name).iter().count() <= 1,
            "{name} stands twice on {path}"
        );
    }
    let html = answer.text();
    assert!(html.contains(&format!("<html lang=\"{tag}\">")), "{path}");
    assert_eq!(html.matches("<h1").count(), 1, "{path}: {html}");
    let time = if english {
        "Beijing time"
    } else {
        "北京时间"
    };
    assert!(html.contains(time), "{path} does not say whose time it is");
    for forbidden in [" style=", "<style", " onclick=", " onload=", "javascript:"] {
        assert!(!html.contains(forbidden), "{forbidden} on {path}");
    }
    let tag = answer.etag();
    assert!(tag.starts_with('"') && tag.len() > 20, "{tag}");
    let again = app
        .call(Method::GET, path)
        .header("if-none-match", tag.as_str());
    let again = again.send().await.expect(304);
    assert_eq!((again.etag(), again.body.len()), (tag, 0), "{path}");
    html
}

async fn every_public_page_is_answered_alike(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let draft = app.announced(json!({})).await;
    let mut pages = listed();
    pages.push(page_of("zh", &draft)["/zh".len()..].to_owned());
    pages.push(format!("{}/history", pages.last().unwrap()));
    pages.push(notice_page("zh", &draft.notice)["/zh".len()..].to_owned());
    for language in ["zh", "en"] {
        let english = language == "en";
        for page in &pages {
            let path = format!("/{language}{page}");
            let html = is_answered_alike(&app, &path, english, "'none'").await;
            assert!(!html.contains("content=\"noindex\""), "{path}");
            let anybody = match page.as_str() {
                "/" => format!("{BASE}/"),
                page => format!("{BASE}/zh{page}"),
            };
            for link in [
                format!("rel=\"canonical\" href=\"{BASE}{path}\""),
                format!("rel=\"alternate\" hreflang=\"zh-CN\" href=\"{BASE}/zh{page}\""),
                format!("rel=\"alternate\" hreflang=\"en\" href=\"{BASE}/en{page}\""),
                format!("rel=\"alternate\" hreflang=\"x-default\" href=\"{anybody}\""),
            ] {
                let link = format!("<link {link}>");
                assert_eq!(html.matches(&link).count(), 1, "{link} on {path}: {html}");
            }
            let other = if english { "zh" } else { "en" };
            let switch = format!("<a href=\"/{other}{page}\" hreflang=");
            assert!(html.contains(&switch), "{switch} on {path}");
        }
        // Questions have no end: search engines find each activity by itself.
        let question = format!("/search?q={}", encoded("海淀路演"));
        for page in ["/agenda?district=haidian", &question] {
            let path = format!("/{language}{page}");
            let html = is_answered_alike(&app, &path, english, "'none'").await;
            assert!(html.contains("content=\"noindex\""), "{path}");
            assert!(!html.contains("x-default"), "{path}");
            assert_eq!(linked_once(&html).len(), 1, "{path}: {html}");
        }
        let path = format!("/embed/agenda?lang={language}");
        let html = is_answered_alike(&app, &path, english, "*").await;
        assert!(html.contains("content=\"noindex\""), "{path}");
        assert_eq!(linked_once(&html).len(), 1, "{path}: {html}");
    }
}

/// The headers that hold of a document whoever asks and when.
fn said(answer: &Answer) -> Vec<(String, String)> {
    let mut said: Vec<_> = answer
        .headers
        .iter()
        .filter(|(name, _)| !["date", "x-request-id"].contains(&name.as_str()))
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
        .collect();
    said.sort();
    said
}

async fn a_page_is_answered_at_once_as_the_long_way_answers_it(db: TestDb) {
    let (app, clock) = TestApp::start(db).await;
    let draft = app.announced(json!({})).await;
    let page = "/zh/districts/haidian";
    let tag = app.get(page).await.expect(200).etag();
    type Asked<'a> = (Method, &'a [(&'static str, &'a str)], u16);
    let variants: [Asked<'_>; 5] = [
        (Method::GET, &[], 200),
        (Method::HEAD, &[], 200),
        (Method::GET, &[("accept-encoding", "gzip")], 200),
        (Method::GET, &[("if-none-match", tag.as_str())], 304),
        (
            Method::GET,
            &[("if-none-match", tag.as_str()), ("accept-encoding", "gzip")],
            304,
        ),
    ];
    for (method, headers, status) in variants {
        let ask = async |path: String| {
            let mut call = app.call(method.clone(), path);
            for &(name, value) in headers {
                call = call.header(name, value);
            }
            call.send().await
        };
        // What stands behind the page's one address has it made each time.
        let long = ask(format!("{page}?utm_source=x")).await.expect(status);
        let mut requests = vec![long.header("x-request-id").to_owned()];
        for _ in 0..3 {
            let again = ask(page.to_owned()).await;
            assert_eq!(again.status, long.status, "{method} {headers:?}");
            assert_eq!(said(&again), said(&long), "{method} {headers:?}");
            assert_eq!(again.body, long.body, "{method} {headers:?}");
            requests.push(again.header("x-request-id").to_owned());
        }
        requests.sort();
        requests.dedup();
        assert_eq!(requests.len(), 4, "each request has a name of its own");
    }

    let moved = json!({"when": day("2021-07-15")});
    app.act(&draft, "reschedule", moved).await.expect(200);
    let answer = app.get(page).await.expect(200);
    assert_ne!(answer.etag(), tag);
    let html = answer.text();
    assert!(
        between(&html, "id=\"coming\"", "</section>").contains("2021年7月15日"),
        "{html}"
    );

    // Without a word in the log it is over when its day is.
    let head = app.head().await;
    clock.advance(at("2021-07-15T23:59:59+08:00") - at(NOW));
    let html = app.get(page).await.expect(200).text();
    assert!(between(&html, "id=\"coming\"", "</section>").contains(&draft.id));
    assert!(!html.contains("id=\"past\""), "{html}");
    clock.advance(TimeDelta::seconds(1));
    for _ in 0..2 {
        let html = app.get(page).await.expect(200).text();
        assert!(between(&html, "id=\"past\"", "</section>").contains(&draft.id));
        assert!(!html.contains("id=\"coming\""), "{html}");
    }
    assert_eq!(app.head().await, head);
}

/// The feeds that a page's head names, in order: their types and addresses.
fn feeds(html: &str) -> Vec<(String, String)> {
    let links = html.split("<link rel=\"alternate\" type=\"").skip(1);
    links
        .map(|rest| {
            let (media_type, rest) = rest.split_once('"').unwrap();
            let address = unescaped(between(rest, "href=\"", "\""));
            (media_type.to_owned(), address)
        })
        .collect()
}

async fn a_pages_own_feeds_stand_first(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    app.announced(json!({})).await;
    for (page, own) in [
        ("/zh/districts/haidian", "zh/district/haidian.ics"),
        ("/en/kinds/roadshow", "en/kind/roadshow.ics"),
        ("/zh/audiences/investors", "zh/audience/investors.ics"),
        (
            "/zh/series/global-roadshows",
            "zh/series/global-roadshows.ics",
        ),
        ("/zh/sections/2021/forum", "zh/section/2021/forum.ics"),
        ("/zh/calendar/2021", "zh/edition/2021.ics"),
        (
            "/zh/agenda?district=haidian&kind=roadshow",
            "zh/all.ics?district=haidian&kind=roadshow",
        ),
        ("/zh/agenda?district=haidian", "zh/district/haidian.ics"),
        ("/zh/agenda?highlight=true", "zh/highlights.ics"),
        ("/zh/agenda?highlight=false", "zh/all.ics?highlight=false"),
        (
            "/zh/agenda?section=forum&edition=2021",
            "zh/section/2021/forum.ics",
        ),
        (
            "/zh/subscribe?kind=roadshow&lang=bi",
            "bi/kind/roadshow.ics",
        ),
    ] {
        let html = app.get(page).await.expect(200).text();
        let feeds = feeds(&html);
        let first = ("text/calendar".to_owned(), format!("{BASE}/feeds/{own}"));
        assert_eq!(feeds[0], first, "{page}");
        // Its own calendar and news, then those of the whole programme.
        assert_eq!(feeds.len(), 8, "{page}: {feeds:?}");
        for (media_type, address) in &feeds {
            let feed = app.get(local(address)).await.expect(200);
            let sent = feed.header("content-type");
            assert!(sent.starts_with(media_type), "{sent} at {address}");
        }
    }
    let whole = feeds(&app.get("/zh/agenda").await.expect(200).text());
    assert_eq!(whole.len(), 4, "{whole:?}");
}

async fn nothing_weighs_more_than_it_should(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    for n in 1..=30 {
        let title = json!({
            "zh": format!("第{n}场中英生命健康跨境路演"),
            "en": format!("UK-China life and health cross-border roadshow {n}"),
        });
        let when = day(&format!("2021-07-{n:02}"));
        let highlight = n % 10 == 0;
        app.announced(json!({"title": title, "when": when, "highlight": highlight}))
            .await;
    }
    let html = app.get("/zh/").await.expect(200).text();
    assert!(linked_once(&html).len() >= 8, "{html}");
    let asset = |attribute: &str, extension: &str| {
        let mut names = attributes(&html, attribute).into_iter();
        let is_it = |name: &String| name.starts_with("/assets/site-") && name.ends_with(extension);
        names.find(is_it).unwrap()
    };
    let mut sizes = Vec::new();
    for path in [
        asset("src", ".js"),
        asset("href", ".css"),
        "/embed.js".to_owned(),
    ] {
        let answer = app.get(&path).await.expect(200);
        assert!(answer.body.len() > 500, "{path}");
        sizes.push(answer.body.len());
    }
    let [script, style, loader] = sizes[..] else {
        panic!("three were asked for");
    };
    assert!(loader <= 2_048, "the loader has {loader} bytes");
    let scripts = script + loader;
    assert!(scripts <= 8_192, "the scripts have {scripts} bytes");
    let packed = app
        .call(Method::GET, "/zh/")
        .header("accept-encoding", "gzip");
    let packed = packed.send().await.expect(200);
    assert_eq!(packed.header("content-encoding"), "gzip");
    let all = packed.body.len() + style + script;
    assert!(all <= 60_000, "the start page takes {all} bytes");
}
