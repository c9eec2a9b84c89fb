//! How pages are answered: statuses, headers, redirects, conditions.

use std::io::Read as _;

use hyper::Method;
use serde_json::json;

use super::{notice_page, page_of};
use crate::support::{
    app::TestApp,
    db::{TestDb, on_both},
    http::Answer,
};

on_both!(
    the_start_goes_to_the_language_that_the_reader_prefers,
    an_activity_has_one_address_and_the_others_lead_there,
    what_is_not_there_is_a_page_in_the_language_of_its_address,
    a_page_is_sent_again_only_when_it_changed,
    every_page_keeps_browsers_from_doing_anything_else,
    pages_take_any_query_and_no_other_method,
    robots_may_read_everything_and_find_the_sitemap,
);

async fn the_start_goes_to_the_language_that_the_reader_prefers(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    for (accept, expected) in [
        (None, "/zh/"),
        (Some("en-GB,en;q=0.9,zh;q=0.8"), "/en/"),
        (Some("en;q=0.5,zh-CN"), "/zh/"),
        (Some("fr"), "/zh/"),
    ] {
        let call = app.call(Method::GET, "/");
        let call = match accept {
            Some(accept) => call.header("accept-language", accept),
            None => call,
        };
        let answer = call.send().await.expect(302);
        assert_eq!(answer.header("location"), expected, "{accept:?}");
        assert_eq!(answer.header("vary"), "Accept-Language");
    }
    for path in ["/zh", "/en"] {
        let answer = app.get(path).await.expect(301);
        assert_eq!(answer.header("location"), format!("{path}/"));
        for (short, whole) in [
            ("/calendar", "/calendar/2021-06"),
            ("/promise", "/promise/2021"),
        ] {
            let answer = app.get(format!("{path}{short}")).await.expect(302);
            assert_eq!(answer.header("location"), format!("{path}{whole}"));
            assert_eq!(answer.header("cache-control"), "no-cache");
        }
    }
}

async fn an_activity_has_one_address_and_the_others_lead_there(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let draft = app.announced(json!({})).await;
    for language in ["zh", "en"] {
        let canonical = page_of(language, &draft);
        app.get(&canonical).await.expect(200);
        for (wrong, below) in [
            (format!("/{language}/e/{}", draft.id), ""),
            (format!("/{language}/e/{}-an-old-slug", draft.id), ""),
            (format!("/{language}/e/{}-", draft.id), ""),
            (format!("/{language}/e/{}", draft.id), "/history"),
            (format!("/{language}/e/{}-x", draft.id), "/r/1"),
        ] {
            let answer = app.get(format!("{wrong}{below}")).await.expect(301);
            assert_eq!(answer.header("location"), format!("{canonical}{below}"));
        }
    }
}

/// What browsers ask for.
const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8";

fn is_html(answer: &Answer, language: &str) {
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(answer.header("content-language"), language);
    assert!(
        answer
            .text()
            .contains(&format!("<html lang=\"{language}\">")),
        "{}",
        answer.text()
    );
}

async fn what_is_not_there_is_a_page_in_the_language_of_its_address(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let draft = app.announced(json!({})).await;
    for (prefix, language) in [("/zh", "zh-CN"), ("/en", "en")] {
        let page = page_of(&prefix[1..], &draft);
        for path in [
            format!("{prefix}/nothing"),
            format!("{prefix}/notices/"),
            format!("{prefix}/e/"),
            format!("{prefix}/e/act_"),
            format!("{prefix}/e/act_01J0000000000000000000000"),
            format!("{prefix}/e/%FF"),
            format!("{prefix}/notices/ntc_01J0000000000000000000000"),
            format!("{prefix}/notices/act_1"),
            format!("{page}/r/0"),
            format!("{page}/r/2"),
            format!("{page}/r/01"),
            format!("{page}/r/+1"),
            format!("{page}/r/99999999999999999999"),
            format!("{page}/x"),
        ] {
            let answer = app.get(&path).await;
            assert_eq!(answer.status.as_u16(), 404, "{path}");
            is_html(&answer, language);
            assert!(answer.text().contains("noindex"), "{path}");
        }
    }
    // Where no language is in the address a browser gets a page in the reader's, and a program a problem.
    for path in ["/fr/", "/fr/e/act_1", "/favicon.ico/x", "/%FF"] {
        app.get(path).await.problem(404, "not-found");
        for (preferred, language) in [("en-GB,en", "en"), ("zh-CN", "zh-CN")] {
            let call = app.call(Method::GET, path).header("accept", BROWSER);
            let call = call.header("accept-language", preferred);
            let answer = call.send().await.expect(404);
            is_html(&answer, language);
            assert!(answer.text().contains("noindex"), "{path}");
            assert_eq!(answer.header("vary"), "Accept, Accept-Language");
            assert_ne!(answer.header("content-security-policy"), "", "{path}");
        }
    }
    // In the API everything is a problem.
    for path in ["/api/v1/activities/act_1", "/api/v1/nothing", "/api/v2/"] {
        let call = app.call(Method::GET, path).header("accept", BROWSER);
        call.send().await.problem(404, "not-found");
    }
}

async fn a_page_is_sent_again_only_when_it_changed(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let draft = app.announced(json!({})).await;
    let pages = [
        "/zh/".to_owned(),
        "/en/notices".to_owned(),
        page_of("zh", &draft),
        "/sitemap.xml".to_owned(),
    ];
    let mut tags = Vec::new();
    for page in &pages {
        let answer = app.get(page).await.expect(200);
        assert_eq!(answer.header("cache-control"), "no-cache", "{page}");
        assert_eq!(answer.header("vary"), "Accept-Encoding", "{page}");
        let tag = answer.etag();
        assert!(tag.starts_with('"'), "{tag}");
        let again = app.call(Method::GET, page).header("if-none-match", &tag);
        let again = again.send().await.expect(304);
        assert_eq!(again.etag(), tag);
        assert!(again.body.is_empty());

        let head = app.call(Method::HEAD, page).send().await.expect(200);
        assert_eq!(head.etag(), tag);
        assert_eq!(
            head.header("content-length"),
            answer.body.len().to_string(),
            "{page}"
        );
        assert!(head.body.is_empty());

        let packed = app
            .call(Method::GET, page)
            .header("accept-encoding", "gzip");
        let packed = packed.send().await.expect(200);
        assert_eq!(packed.header("content-encoding"), "gzip");
        assert_ne!(packed.etag(), tag);
        let mut text = String::new();
        flate2::read::GzDecoder::new(&*packed.body)
            .read_to_string(&mut text)
            .unwrap();
        assert_eq!(text, answer.text());
        tags.push(tag);
    }
    let when = json!({"precision": "day", "starts_on": "2021-07-15"});
    app.act(&draft, "reschedule", json!({"when": when}))
        .await
        .expect(200);
    for (page, tag) in pages.iter().zip(&tags) {
        let again = app.call(Method::GET, page).header("if-none-match", tag);
        assert_ne!(again.send().await.expect(200).etag(), *tag, "{page}");
    }
}

async fn every_page_keeps_browsers_from_doing_anything_else(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let draft = app.announced(json!({})).await;
    for path in [
        "/".to_owned(),
        "/zh/".to_owned(),
        "/en/notices".to_owned(),
        page_of("zh", &draft),
        format!("{}/history", page_of("zh", &draft)),
        format!("{}/r/1", page_of("zh", &draft)),
        notice_page("en", &draft.notice),
        "/en/nothing".to_owned(),
        "/problems/not-found".to_owned(),
    ] {
        let answer = app.get(&path).await;
        assert_eq!(
            answer.header("content-security-policy"),
            "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
            "{path}"
        );
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        assert_eq!(
            answer.header("referrer-policy"),
            "strict-origin-when-cross-origin"
        );
        assert_eq!(answer.header("set-cookie"), "");
        let html = answer.text();
        assert!(
            !html.contains("style=\"") && !html.contains("<style"),
            "{path}"
        );
        assert!(!html.contains(" onclick="), "{path}");
    }
}

async fn pages_take_any_query_and_no_other_method(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let plain = app.get("/zh/").await.expect(200);
    for query in ["?utm_source=x&from=timeline", "?%FF=%00", "?a=1&a=2"] {
        let answer = app.get(format!("/zh/{query}")).await.expect(200);
        assert_eq!(answer.body, plain.body);
    }
    let answer = app.call(Method::POST, "/zh/").send().await;
    answer.problem(405, "method-not-allowed");
}

async fn robots_may_read_everything_and_find_the_sitemap(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let answer = app.get("/robots.txt").await.expect(200);
    assert_eq!(
        answer.text(),
        "User-agent: *\nAllow: /\n\nSitemap: https://yueli.example/sitemap.xml\n"
    );
    let problem = app.call(Method::GET, "/problems/stale-version");
    let problem = problem
        .header("accept-language", "en")
        .send()
        .await
        .expect(200);
    assert!(problem.text().contains("Somebody else changed it"));
    assert!(problem.text().contains("其间已被他人修改"));
    assert_eq!(problem.header("vary"), "Accept-Encoding, Accept-Language");
    app.get("/problems/none-such").await.expect(404);
}
