//! Odd questions and odd programmes are answered like any others.

use hyper::Method;
use serde_json::json;

use super::{
    BASE, day, encoded,
    html::{attributes, between, text},
    ids, linked, linked_once, local, page_of,
    saved::posted,
};
use crate::support::{
    app::TestApp,
    db::{TestDb, on_both},
};

on_both!(
    odd_questions_are_answered,
    odd_addresses_lead_nowhere,
    a_venue_of_any_name_has_a_page,
    a_filter_that_was_shared_in_a_messenger_keeps_its_first_day,
    a_section_that_an_edition_has_not_can_be_asked_for,
    where_all_dates_are_open_nobody_says_that_there_is_nothing,
    what_is_put_back_to_its_month_is_struck_through_on_its_old_day,
);

async fn odd_questions_are_answered(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let draft = app.announced(json!({})).await;
    let many = |word: &str, n: usize| vec![word; n].join(",");
    let slugs: Vec<String> = (0..300).map(|n| format!("s{n}")).collect();
    let questions = [
        "page=0".to_owned(),
        "page=-1".to_owned(),
        "page=18446744073709551615".to_owned(),
        "page=18446744073709551616".to_owned(),
        "q=%FF%00%0A%1B".to_owned(),
        format!("q={}", "%E6%B5%B7".repeat(3_000)),
        format!("q={}+b", "a".repeat(99)),
        "%".to_owned(),
        "%%%&=&&==&%zz=%z".to_owned(),
        "from=9999-99-99&to=0000-00-00".to_owned(),
        "from=2199-12-31&to=2199-12-31".to_owned(),
        "from=1900-01-01&to=1900-01-01".to_owned(),
        format!("district={}", many("", 200)),
        format!("district={}", many("haidian", 500)),
        format!("kind={}", many("ball", 500)),
        format!(
            "section={}&series={}",
            slugs.join(","),
            slugs[..100].join(",")
        ),
        "edition=2021,99999,-1,1e9,%2B021".to_owned(),
        "highlight=yes&highlight=true&highlight=".to_owned(),
        "limit=-1&limit=0&limit=99999999999999999999".to_owned(),
        "lang=zz&lang=".to_owned(),
        format!("alarm={}&cancelled=x", many("P1D", 50)),
        "notice=none,,cancelled,cancelled".to_owned(),
        "status=,held,,draft,scheduled".to_owned(),
    ];
    for page in [
        "/zh/agenda",
        "/en/search",
        "/zh/notices",
        "/en/subscribe",
        "/embed/agenda",
        "/zh/",
        "/zh/calendar/2021-07",
        "/en/promise/2021",
        "/zh/districts/haidian",
    ] {
        for question in &questions {
            let mut path = format!("{page}?{question}");
            let mut answer = app.get(&path).await;
            // An address may be mended once for its form, and once more for what was cut off.
            for _ in 0..2 {
                if answer.status.as_u16() == 301 {
                    answer.header("location").clone_into(&mut path);
                    answer = app.get(&path).await;
                }
            }
            let shown: String = path.chars().take(100).collect();
            assert_eq!(answer.status.as_u16(), 200, "{shown}: {}", answer.text());
            let html = answer.text();
            assert!(
                html.ends_with("</html>\n") || html.ends_with("</html>"),
                "{shown}"
            );
            assert_eq!(html.matches("<h1").count(), 1, "{shown}");
            assert!(html.len() < 200_000, "{shown}: {}", html.len());
        }
    }
    assert!(app.get("/zh/").await.text().contains(&draft.id));
}

async fn odd_addresses_lead_nowhere(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    app.announced(json!({})).await;
    let long = "a".repeat(5_000);
    for path in [
        "/zh/venues/%FF",
        "/zh/venues/%00",
        "/zh/venues/..%2F..%2Fagenda",
        &format!("/zh/venues/{long}"),
        "/zh/districts/HAIDIAN",
        "/zh/districts/%E6%B5%B7%E6%B7%80",
        "/zh/districts/haidian/",
        "/zh/kinds/road%20show",
        "/zh/series/%00",
        &format!("/zh/series/{long}"),
        "/zh/sections/99999999999/forum",
        "/zh/sections/-021/forum",
        "/zh/sections/2021/forum/x",
        "/zh/promise/%FF",
        "/zh/calendar/%FF",
        "/assets/site.css",
        "/assets/..%2Fsite.css",
        "/assets/%FF",
    ] {
        let answer = app.get(path).await;
        let shown: String = path.chars().take(100).collect();
        assert_eq!(answer.status.as_u16(), 404, "{shown}");
        assert!(answer.text().contains("noindex"), "{shown}");
        assert_eq!(answer.header("cache-control"), "no-cache", "{shown}");
    }
    for method in [Method::POST, Method::PUT, Method::DELETE] {
        for path in [
            "/zh/agenda",
            "/embed/agenda",
            "/og/x.png",
            "/zh/promise/2021",
        ] {
            let answer = app.call(method.clone(), path).send().await;
            answer.problem(405, "method-not-allowed");
        }
    }
}

async fn a_venue_of_any_name_has_a_page(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let names = [
        "清华/科技园 #1?",
        "100% 会场",
        "A+B & C",
        "<b>“会场”</b>",
        "馆;v=1",
    ];
    let mut drafts = Vec::new();
    for name in names {
        let over = json!({"venue": {"name": {"zh": name}}});
        drafts.push(app.announced(over).await);
    }
    for (name, draft) in names.iter().zip(&drafts) {
        let path = format!("/zh/venues/{}", encoded(name));
        let html = app.get(&path).await.expect(200).text();
        assert_eq!(linked_once(&html), ids([draft]), "{name}");
        assert_eq!(text(between(&html, "<h1>", "</h1>")), *name);
        assert!(!html.contains("<b>"), "{html}");
        let canonical = format!("<link rel=\"canonical\" href=\"{BASE}{path}\">");
        assert!(html.contains(&canonical), "{canonical} in {html}");
        let page = app.get(page_of("zh", draft)).await.expect(200).text();
        assert!(attributes(&page, "href").contains(&path), "{path}");
    }
    let html = app.get("/zh/venues").await.expect(200).text();
    let links = attributes(between(&html, "<ul class=\"parts\">", "</ul>"), "href");
    assert_eq!(links.len(), names.len());
    for link in links {
        app.get(&link).await.expect(200);
    }
}

/// WeChat appends a `from` of its own to whatever has one already.
async fn a_filter_that_was_shared_in_a_messenger_keeps_its_first_day(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    app.announced(json!({"when": day("2021-07-01")})).await;
    let august = app.announced(json!({"when": day("2021-08-01")})).await;
    let plain = app.get("/zh/agenda?from=2021-07-15").await.expect(200);
    assert_eq!(linked(&plain.text()), [august.id]);
    let shared = "/zh/agenda?from=2021-07-15&from=timeline&isappinstalled=0";
    let shared = app.get(shared).await.expect(200);
    assert_eq!(shared.body, plain.body);
}

async fn a_section_that_an_edition_has_not_can_be_asked_for(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    app.announced(json!({})).await;
    // The section is one of 2021's.
    let query = "section=forum&edition=2022";
    let html = app.get(format!("/zh/agenda?{query}")).await;
    let html = html.expect(200).text();
    assert!(html.contains("没有符合条件的活动"), "{html}");
    let feeds = format!("{BASE}/feeds/");
    let mut links = attributes(&html, "href");
    links.retain(|link| link.starts_with(&feeds));
    links.sort();
    links.dedup();
    assert_eq!(links.len(), 8, "{links:?}");
    for link in links {
        app.get(local(&link)).await.expect(200);
    }
    let kept = posted(&app, "/zh/saved", query).await.expect(303);
    let html = app.get(kept.header("location")).await.expect(200).text();
    let address = between(&html, "<output id=\"address\">", "</output>");
    app.get(local(address)).await.expect(200);
}

async fn where_all_dates_are_open_nobody_says_that_there_is_nothing(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let draft = app
        .announced(json!({"when": {"precision": "unknown"}}))
        .await;
    for page in ["/zh/", "/embed/agenda?lang=zh", "/zh/agenda"] {
        let html = app.get(page).await.expect(200).text();
        assert_eq!(linked_once(&html), ids([&draft]), "{page}: {html}");
        for untrue in ["还没有公布任何活动", "目前没有已公布的后续活动"] {
            assert!(!html.contains(untrue), "{untrue} on {page}");
        }
    }
}

async fn what_is_put_back_to_its_month_is_struck_through_on_its_old_day(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let draft = app.announced(json!({"when": day("2021-07-08")})).await;
    let body = json!({"when": {"precision": "month", "month": "2021-07"}});
    app.act(&draft, "reschedule", body).await.expect(200);
    let html = app.get("/zh/calendar/2021-07").await.expect(200).text();
    let beside = between(
        &html,
        "<h3 id=\"to-come\">本月，具体日期待定</h3>",
        "</section>",
    );
    assert_eq!(linked(beside), [draft.id]);
    let number = "<time datetime=\"2021-07-08\">8</time>";
    let cell = between(&html, number, "</td>");
    assert!(cell.contains("<del>中英生命健康跨境路演</del>"), "{cell}");
    assert!(text(cell).contains("改期至 2021年7月"), "{cell}");
}
