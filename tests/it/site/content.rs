//! What pages say of an activity's life, and that no text can break them.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{
    html::{between, text},
    notice_page, page_of,
};
use crate::support::{
    app::{Draft, TestApp},
    db::{TestDb, on_both},
};

on_both!(
    each_change_stands_on_the_page_with_what_was_before,
    a_revisions_page_says_what_stood_then,
    a_notice_says_what_was_said_then,
    no_text_breaks_out_of_the_page,
    no_hour_is_invented,
    the_start_page_tells_what_comes_next_and_else_what_was,
    english_pages_mark_what_is_chinese,
    what_is_over_and_unconfirmed_is_not_said_to_be_scheduled,
);

fn json_ld(html: &str) -> Value {
    let script = between(html, "<script type=\"application/ld+json\">", "</script>");
    serde_json::from_str(script).unwrap()
}

async fn acted(app: &TestApp, seen: &Draft, action: &str, body: Value) -> Draft {
    Draft::of(&app.act(seen, action, body).await.expect(200))
}

async fn each_change_stands_on_the_page_with_what_was_before(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let draft = app.announced(json!({})).await;
    let page = page_of("zh", &draft);

    let html = app.get(&page).await.expect(200).text();
    let event = json_ld(&html);
    assert_eq!(event["@type"], "Event");
    assert_eq!(event["eventStatus"], "https://schema.org/EventScheduled");
    assert_eq!(event["startDate"], "2021-07-08T14:00:00+08:00");
    assert_eq!(event["endDate"], "2021-07-08T17:00:00+08:00");
    assert_eq!(
        event["eventAttendanceMode"],
        "https://schema.org/OfflineEventAttendanceMode"
    );
    assert_eq!(event["location"]["name"], "清华科技园");
    assert_eq!(event["url"], format!("https://yueli.example{page}"));
    assert_eq!(event.get("previousStartDate"), None);
    assert!(
        text(&html).contains("时间 2021年7月8日 周四 14:00—17:00"),
        "{html}"
    );

    let when = json!({"precision": "minute", "starts_at": "2021-07-15T09:00:00+08:00"});
    let reason = json!({"code": "venue", "zh": "场馆检修。"});
    let draft = acted(
        &app,
        &draft,
        "reschedule",
        json!({"when": when, "reason": reason}),
    )
    .await;
    let html = app.get(&page).await.expect(200).text();
    let event = json_ld(&html);
    assert_eq!(event["eventStatus"], "https://schema.org/EventRescheduled");
    assert_eq!(event["startDate"], "2021-07-15T09:00:00+08:00");
    assert_eq!(event.get("endDate"), None);
    assert_eq!(event["previousStartDate"], "2021-07-08T14:00:00+08:00");
    let said = text(&html);
    assert!(said.contains("已改期"), "{said}");
    assert!(
        said.contains("此前 2021年7月8日 周四 14:00—17:00 → 现为 2021年7月15日 周四 09:00"),
        "{said}"
    );
    assert!(said.contains("原因 场馆检修。"), "{said}");

    let draft = acted(
        &app,
        &draft,
        "change-format",
        json!({"mode": "online", "live_url": "https://live.example/1"}),
    )
    .await;
    let event = json_ld(&app.get(&page).await.expect(200).text());
    assert_eq!(
        event["eventAttendanceMode"],
        "https://schema.org/OnlineEventAttendanceMode"
    );
    assert_eq!(event["location"]["@type"], "VirtualLocation");
    assert_eq!(event["location"]["url"], "https://live.example/1");

    let draft = acted(&app, &draft, "postpone", json!({})).await;
    let html = app.get(&page).await.expect(200).text();
    let event = json_ld(&html);
    assert_eq!(event["eventStatus"], "https://schema.org/EventPostponed");
    assert_eq!(event["previousStartDate"], "2021-07-15T09:00:00+08:00");
    assert!(between(&html, "<dl class=\"facts main\">", "</dl>").contains("时间待定"));

    let draft = acted(
        &app,
        &draft,
        "cancel",
        json!({"reason": {"code": "policy"}}),
    )
    .await;
    let html = app.get(&page).await.expect(200).text();
    assert_eq!(
        json_ld(&html)["eventStatus"],
        "https://schema.org/EventCancelled"
    );
    let said = text(&html);
    assert!(
        said.contains("已取消") && said.contains("政策原因"),
        "{said}"
    );

    // One revision everywhere: the newest stands first in the history, with all five of them.
    let history = app.get(format!("{page}/history")).await.expect(200).text();
    let said = text(&history);
    let places: Vec<_> = (1..=5)
        .map(|n| said.find(&format!("第 {n} 版")).unwrap())
        .collect();
    assert!(
        places.is_sorted_by(|earlier, later| earlier > later),
        "{places:?}"
    );
    assert_eq!(draft.activity["revision"], 5);
}

async fn a_revisions_page_says_what_stood_then(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let draft = app.announced(json!({})).await;
    let page = page_of("en", &draft);
    let draft = acted(
        &app,
        &draft,
        "relocate",
        json!({"venue": {"name": {"zh": "新馆", "en": "The new hall"}}, "districts": ["chaoyang"]}),
    )
    .await;
    acted(&app, &draft, "cancel", json!({})).await;

    let first = app.get(format!("{page}/r/1")).await.expect(200).text();
    let said = text(between(&first, "<main", "</main>"));
    assert!(said.contains("This is revision 1"), "{said}");
    assert!(said.contains("It has changed since."), "{said}");
    assert!(
        said.contains("Haidian") && !said.contains("Chaoyang"),
        "{said}"
    );
    assert!(!said.contains("Cancelled"), "{said}");
    assert!(first.contains("noindex"));
    assert!(first.contains(&format!(
        "<link rel=\"canonical\" href=\"https://yueli.example{page}\">"
    )));
    assert!(!first.contains("ld+json"));

    let last = app.get(format!("{page}/r/3")).await.expect(200).text();
    let said = text(between(&last, "<main", "</main>"));
    assert!(said.contains("This is revision 3"), "{said}");
    assert!(!said.contains("It has changed since."), "{said}");
    assert!(said.contains("The new hall"), "{said}");
}

async fn a_notice_says_what_was_said_then(db: TestDb) {
    let (app, clock) = TestApp::start(db).await;
    let announced = app.announced(json!({})).await;
    clock.advance(TimeDelta::hours(1));
    let when = json!({"precision": "day", "starts_on": "2021-07-15"});
    let moved = acted(
        &app,
        &announced,
        "reschedule",
        json!({"when": when, "reason": {"code": "other", "zh": "嘉宾行程", "en": "The guests' itinerary"}}),
    )
    .await;
    clock.advance(TimeDelta::hours(1));
    let cancelled = acted(&app, &moved, "cancel", json!({})).await;

    let html = app
        .get(notice_page("en", &moved.notice))
        .await
        .expect(200)
        .text();
    let said = text(between(&html, "<main", "</main>"));
    assert!(
        said.contains("When Thu 8 Jul 2021 14:00–17:00 → Thu 15 Jul 2021"),
        "{said}"
    );
    assert!(said.contains("Reason The guests' itinerary"), "{said}");
    assert!(said.contains("Tue 1 Jun 2021 10:00"), "{said}");
    assert!(!said.contains("This is revision"), "{said}");
    for (rel, notice) in [("prev", &announced.notice), ("next", &cancelled.notice)] {
        let link = format!("rel=\"{rel}\" href=\"{}\"", notice_page("en", notice));
        assert!(html.contains(&link), "{link} in {html}");
    }
    assert!(html.contains(&format!("href=\"{}\"", page_of("en", &announced))));

    // The log for people and the start page tell the three of them, the newest first.
    for page in ["/en/notices", "/en/"] {
        let html = app.get(page).await.expect(200).text();
        let places: Vec<_> = [&cancelled, &moved, &announced]
            .map(|draft| html.find(&notice_page("en", &draft.notice)).unwrap())
            .into();
        assert!(places.is_sorted(), "{page}: {places:?}");
    }
}

async fn no_text_breaks_out_of_the_page(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let evil =
        "</script></title><script>alert(1)</script><img src=x onerror=alert(2)>\"' & <!-- ]]>";
    let both = json!({"zh": evil, "en": format!("en {evil}")});
    let draft = app
        .announced(json!({
            "title": both, "summary": both, "description": both,
            "venue": {"name": both, "address": both},
            "organizers": [{"role": evil, "name": both, "url": "https://a.example/?\"><script>x"}],
            "outcomes": [both],
            "figures": [{"what": evil, "value": 3}],
            "contact": {"name": evil, "phone": evil},
            "sources": [{"title": evil, "basis": evil, "url": "https://b.example/'><script>y"}],
            "registration_url": "https://c.example/?<script>z",
        }))
        .await;
    let draft = acted(
        &app,
        &draft,
        "postpone",
        json!({"reason": {"code": "other", "zh": evil, "en": evil}}),
    )
    .await;
    for language in ["zh", "en"] {
        let page = page_of(language, &draft);
        for path in [
            page.clone(),
            format!("{page}/history"),
            format!("{page}/r/1"),
            notice_page(language, &draft.notice),
            format!("/{language}/"),
            format!("/{language}/notices"),
            "/sitemap.xml".to_owned(),
        ] {
            let html = app.get(&path).await.expect(200).text();
            let told = html.replace("<script type=\"application/ld+json\">", "");
            let told = told.replace("<script src=\"/assets/site-", "");
            assert!(!told.contains("<script"), "{path}: {html}");
            assert!(
                !html.contains("<img") && !html.contains("<!-- "),
                "{path}: {html}"
            );
            assert_eq!(
                html.matches("</title>").count(),
                usize::from(path != "/sitemap.xml")
            );
        }
        let html = app.get(&page).await.expect(200).text();
        let event = json_ld(&html);
        assert!(event["name"].as_str().unwrap().ends_with(evil));
        assert_eq!(html.matches("</script>").count(), 2, "{html}");
    }
}

async fn no_hour_is_invented(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    for (when, start, end) in [
        (
            json!({"precision": "day", "starts_on": "2021-07-08", "ends_on": "2021-07-09"}),
            json!("2021-07-08"),
            json!("2021-07-09"),
        ),
        (
            json!({"precision": "month", "month": "2021-09"}),
            json!("2021-09"),
            Value::Null,
        ),
        (json!({"precision": "unknown"}), Value::Null, Value::Null),
    ] {
        let draft = app.announced(json!({"when": when})).await;
        for language in ["zh", "en"] {
            let html = app.get(page_of(language, &draft)).await.expect(200).text();
            let event = json_ld(&html);
            assert_eq!(event["startDate"], start, "{when}");
            assert_eq!(event["endDate"], end, "{when}");
            let facts = between(&html, "<dl class=\"facts main\">", "</dl>");
            assert!(!facts.contains("00:00"), "{facts}");
        }
        let cancelled = acted(&app, &draft, "cancel", json!({})).await;
        let html = app.get(page_of("zh", &cancelled)).await.expect(200).text();
        let facts = between(&html, "<dl class=\"facts main\">", "</dl>");
        assert!(!facts.contains("00:00"), "{facts}");
    }
}

async fn the_start_page_tells_what_comes_next_and_else_what_was(db: TestDb) {
    let (app, clock) = TestApp::start(db).await;
    let nothing = app.get("/zh/").await.expect(200).text();
    assert!(nothing.contains("还没有公布任何活动"));
    let title = |zh: &str| json!({"zh": zh});
    let on = |day: &str| json!({"precision": "day", "starts_on": day});
    let later = json!({"title": title("后一场"), "when": on("2021-08-01")});
    app.announced(later).await;
    let sooner = json!({"title": title("先一场"), "when": on("2021-07-01")});
    app.announced(sooner).await;
    let past = json!({"title": title("过去一场"), "when": on("2021-05-01")});
    app.announced(past).await;
    let off = app
        .announced(json!({"title": title("取消一场"), "when": on("2021-07-20")}))
        .await;
    acted(&app, &off, "cancel", json!({})).await;
    let unknown = json!({"title": title("待定一场"), "when": {"precision": "unknown"}});
    app.announced(unknown).await;

    let html = app.get("/zh/").await.expect(200).text();
    let next = between(&html, "id=\"next\"", "</section>");
    let at = |name: &str| {
        next.find(name)
            .unwrap_or_else(|| panic!("{name} in {next}"))
    };
    assert!(next.contains("即将举行"));
    assert!(
        at("先一场") < at("取消一场")
            && at("取消一场") < at("后一场")
            && at("后一场") < at("待定一场")
    );
    assert!(next.contains("已取消"));
    assert!(!next.contains("过去一场"));

    clock.advance(TimeDelta::days(400));
    let html = app.get("/zh/").await.expect(200).text();
    let next = between(&html, "id=\"next\"", "</section>");
    let at = |name: &str| {
        next.find(name)
            .unwrap_or_else(|| panic!("{name} in {next}"))
    };
    assert!(next.contains("近期活动"));
    assert!(at("后一场") < at("先一场") && at("先一场") < at("过去一场"));
}

async fn english_pages_mark_what_is_chinese(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let draft = app
        .announced(json!({"title": {"zh": "只有中文"}, "summary": {"zh": "简介", "en": "Summary"}}))
        .await;
    let html = app.get(page_of("en", &draft)).await.expect(200).text();
    assert!(html.contains("<h1><span lang=\"zh-CN\">只有中文</span></h1>"));
    assert!(html.contains("<p class=\"text\">Summary</p>"));
    let html = app.get(page_of("zh", &draft)).await.expect(200).text();
    assert!(html.contains("<h1>只有中文</h1>"));
}

async fn what_is_over_and_unconfirmed_is_not_said_to_be_scheduled(db: TestDb) {
    let (app, clock) = TestApp::start(db).await;
    let draft = app
        .announced(json!({
            "when": {"precision": "minute", "starts_at": "2021-06-02T14:00:00+08:00", "ends_at": null},
            "partner_regions": ["GB", "XX"],
        }))
        .await;
    let page = page_of("zh", &draft);
    let said = async || text(&app.get(&page).await.expect(200).text());
    let before = said().await;
    assert!(before.contains("已安排"), "{before}");
    assert!(before.contains("英国 、 XX"), "{before}");
    // It has begun; when it ends nobody stated.
    clock.advance(TimeDelta::hours(30));
    assert!(said().await.contains("已安排"));
    clock.advance(TimeDelta::hours(10));
    let after = said().await;
    assert!(
        after.contains("已结束，待确认") && !after.contains("已安排"),
        "{after}"
    );
    let list = text(&app.get("/zh/agenda").await.expect(200).text());
    assert!(list.contains("已结束，待确认"), "{list}");
    app.act(&draft, "hold", json!({})).await.expect(200);
    assert!(said().await.contains("已举办"));
    // As it stood at its first revision it was scheduled.
    let first = app.get(format!("{page}/r/1")).await.expect(200).text();
    assert!(text(&first).contains("已安排"), "{first}");
}
