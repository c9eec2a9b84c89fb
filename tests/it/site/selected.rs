//! What a page selects is what its feed holds.

use serde_json::{Value, json};

use super::{
    BASE, day,
    html::{between, unescaped},
    linked, linked_once, local, unfolded,
};
use crate::support::{
    app::TestApp,
    db::{TestDb, on_both},
};

on_both!(
    what_a_page_selects_is_what_its_feed_holds,
    a_parts_page_shows_what_its_feed_holds,
    what_was_withdrawn_is_selected_by_nothing,
);

/// Activities of many kinds and in every public state, each with a day that is known.
async fn furnish(app: &TestApp) {
    let main = json!({"strand": "main_session", "section": "forum", "kind": "forum"});
    let all: [(Value, &str, Option<&str>); 10] = [
        (json!({}), "2021-07-01", None),
        (json!({"districts": ["chaoyang"]}), "2021-07-02", None),
        (
            json!({"districts": ["haidian", "chaoyang"], "kind": "signing", "highlight": true}),
            "2021-07-03",
            Some("cancel"),
        ),
        (
            json!({"mode": "online", "live_url": "https://live.example/1", "districts": []}),
            "2021-07-04",
            Some("postpone"),
        ),
        (
            json!({"audiences": ["public", "scientists"], "highlight": true}),
            "2021-05-05",
            Some("hold"),
        ),
        (main.clone(), "2021-09-24", None),
        (main, "2021-09-25", Some("cancel")),
        (
            json!({"series": "global-roadshows", "mode": "mixed"}),
            "2021-05-06",
            None,
        ),
        (json!({"edition": 2022}), "2022-03-01", None),
        (
            json!({"districts": ["xicheng"]}),
            "2021-07-08",
            Some("withdraw"),
        ),
    ];
    for (mut over, on, action) in all {
        over["when"] = day(on);
        let draft = app.announced(over).await;
        let Some(action) = action else { continue };
        let body = match action {
            "withdraw" => json!({"reason": {"code": "correction"}}),
            _ => json!({}),
        };
        app.act(&draft, action, body).await.expect(200);
    }
}

/// The calendar that the bar under a page's list subscribes to.
fn calendar(html: &str) -> String {
    let address = between(
        html,
        "<input id=\"bar-address\" type=\"text\" readonly",
        ">",
    );
    unescaped(between(address, "value=\"", "\""))
}

async fn what_a_page_selects_is_what_its_feed_holds(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    furnish(&app).await;
    let mut sizes = Vec::new();
    for query in [
        "",
        "district=haidian",
        "district=xicheng",
        "district=chaoyang,haidian",
        "kind=roadshow",
        "kind=signing,forum",
        "district=haidian&kind=roadshow",
        "audience=public",
        "mode=online",
        "mode=offline,mixed",
        "series=global-roadshows",
        "section=forum",
        "section=forum&edition=2021",
        "edition=2021",
        "edition=2022",
        "strand=year_round",
        "strand=main_session",
        "highlight=true",
        "highlight=false",
        "district=haidian&kind=signing&highlight=true",
    ] {
        for language in ["zh", "en"] {
            let page = format!("/{language}/agenda?{query}");
            let html = app.get(&page).await.expect(200).text();
            let address = calendar(&html);
            let begun = format!("{BASE}/feeds/{language}/");
            assert!(address.starts_with(&begun), "{address}");
            let feed = app.get(local(&address)).await.expect(200).text();
            let selected = linked_once(&html);
            assert_eq!(linked_once(&unfolded(&feed)), selected, "{page}: {address}");
            assert_eq!(feed.matches("BEGIN:VEVENT").count(), selected.len());
            assert_eq!(linked(&html).len(), selected.len(), "{page}");
            sizes.push(selected.len());
        }
    }
    // Otherwise it would have compared nothing with nothing.
    assert_eq!(sizes[0], 9);
    assert_eq!(sizes.iter().filter(|size| **size == 0).count(), 2);
    assert!(sizes.iter().filter(|size| **size > 1).count() > 20);
}

async fn a_parts_page_shows_what_its_feed_holds(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    furnish(&app).await;
    for (page, scope, count) in [
        ("/districts/haidian", "district/haidian", 7),
        ("/districts/xicheng", "district/xicheng", 0),
        ("/kinds/roadshow", "kind/roadshow", 6),
        ("/audiences/public", "audience/public", 1),
        ("/series/global-roadshows", "series/global-roadshows", 1),
        ("/sections/2021/forum", "section/2021/forum", 2),
        ("/sections/2021/exhibition", "section/2021/exhibition", 0),
    ] {
        let html = app.get(format!("/zh{page}")).await.expect(200).text();
        assert_eq!(calendar(&html), format!("{BASE}/feeds/zh/{scope}.ics"));
        let feed = app.get(format!("/feeds/zh/{scope}.ics")).await.expect(200);
        let shown = linked_once(&html);
        assert_eq!(linked_once(&unfolded(&feed.text())), shown, "{page}");
        assert_eq!(shown.len(), count, "{page}");
        // The list of such parts counts the same.
        let list = page.rsplit_once('/').unwrap().0;
        if list.starts_with("/sections") {
            continue;
        }
        let html = app.get(format!("/zh{list}")).await.expect(200).text();
        let line = format!("<a href=\"/zh{page}\">");
        let parts = between(&html, "<ul class=\"parts\">", "</ul>");
        let told = between(between(parts, &line, "</li>"), "<span class=\"hint\">", "<");
        let expected = match count {
            0 => "还没有活动".to_owned(),
            n => format!("{n} 项活动"),
        };
        assert_eq!(told, expected, "{page}");
    }
    for absent in [
        "/districts/pudong",
        "/kinds/ball",
        "/audiences/nobody",
        "/series/none",
        "/sections/2021/none",
        "/sections/2022/forum",
        "/sections/21/forum",
        "/venues/none",
    ] {
        app.get(format!("/zh{absent}")).await.expect(404);
    }
}

async fn what_was_withdrawn_is_selected_by_nothing(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let over = json!({"districts": ["yanqing"], "venue": {"name": {"zh": "不该提的馆"}}});
    let draft = app.announced(over).await;
    let venue = format!("/zh/venues/{}", super::encoded("不该提的馆"));
    let pages = [
        "/zh/",
        "/zh/agenda",
        "/zh/agenda?district=yanqing",
        "/zh/districts/yanqing",
        "/zh/calendar/2021",
        "/zh/calendar/2021-07",
        "/zh/subscribe?district=yanqing",
        "/embed/agenda?lang=zh",
        &venue,
    ];
    for page in pages {
        let html = app.get(page).await.expect(200).text();
        assert!(html.contains(&draft.id), "{page}");
    }
    let body = json!({"reason": {"code": "correction"}});
    app.act(&draft, "withdraw", body).await.expect(200);
    for page in pages.iter().filter(|page| **page != venue) {
        let html = app.get(*page).await.expect(200).text();
        assert!(!html.contains(&draft.id), "{page}");
        assert!(!html.contains("不该提的馆"), "{page}");
    }
    app.get(&venue).await.expect(404);
    let venues = app.get("/zh/venues").await.expect(200).text();
    assert!(!venues.contains("不该提的馆"), "{venues}");
    let html = app.get("/zh/districts").await.expect(200).text();
    let parts = between(&html, "<ul class=\"parts\">", "</ul>");
    assert!(!parts.contains("项活动"), "{parts}");
}
