//! Searching and filtering: what is found, and the one address of each question.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{
    day, encoded,
    html::{between, text, unescaped},
    ids, linked, linked_once,
};
use crate::support::{
    app::{Draft, TestApp},
    db::{TestDb, on_both},
};

on_both!(
    chinese_is_found_without_spaces_and_letters_in_any_case_and_width,
    what_answers_best_stands_first,
    a_question_has_one_address,
    what_messengers_append_changes_nothing,
    what_nobody_knows_is_named_and_not_refused,
    an_agenda_is_filtered_by_day_and_state,
    every_activity_stands_on_one_page_of_many,
);

/// What the page says it found.
fn count(html: &str) -> &str {
    between(html, "<p class=\"found\" role=\"status\">", "</p>")
}

async fn chinese_is_found_without_spaces_and_letters_in_any_case_and_width(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let roadshow = app.announced(json!({})).await;
    let forum = app
        .announced(json!({
            "title": {"zh": "闭门会议"}, "kind": "forum", "districts": ["chaoyang"], "venue": null,
        }))
        .await;
    let both = [&roadshow, &forum];
    let (first, second) = (&both[..1], &both[1..]);
    let cases: [(&str, &[&Draft]); 10] = [
        ("海淀路演", first),
        ("路演 海淀", first),
        ("路演　海淀区", first),
        ("ＵＫ－ｃｈｉｎａ", first),
        ("HAIDIAN roadSHOW", first),
        ("朝阳论坛", second),
        ("2021", &both[..]),
        ("朝阳路演", &[]),
        ("haidian ballet", &[]),
        ("%%%", &[]),
    ];
    for (question, found) in cases {
        let path = format!("/zh/search?q={}", encoded(question));
        let html = app.get(&path).await.expect(200).text();
        assert_eq!(linked_once(&html), ids(found.iter().copied()), "{question}");
        let told = match found.len() {
            0 => "没有符合条件的活动。".to_owned(),
            n => format!("找到 {n} 项活动"),
        };
        assert_eq!(count(&html), told, "{question}");
        let heading = between(&html, "<h1>", "</h1>");
        assert_eq!(heading, format!("“{question}”的搜索结果"));
    }
    let html = app
        .get("/zh/search?q=%3Cscript%3E%22")
        .await
        .expect(200)
        .text();
    assert!(!html.contains("<script>"), "{html}");
    assert!(text(&html).contains("“<script>\"”的搜索结果"), "{html}");
    assert_eq!(text(count(&html)), "没有符合条件的活动。");
}

async fn what_answers_best_stands_first(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let titled = json!({"title": {"zh": "海淀路演日"}, "when": day("2021-07-01")});
    let titled = app.announced(titled).await;
    let mentioned = json!({
        "title": {"zh": "闭门会"}, "summary": {"zh": "海淀路演的续会"}, "when": day("2021-08-01"),
    });
    let mentioned = app.announced(mentioned).await;
    let later = json!({"title": {"zh": "海淀路演日"}, "when": day("2021-07-02")});
    let later = app.announced(later).await;
    let path = format!("/zh/search?q={}", encoded("海淀路演"));
    let html = app.get(path).await.expect(200).text();
    assert_eq!(linked(&html), [later.id, titled.id, mentioned.id]);
}

async fn a_question_has_one_address(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    app.announced(json!({})).await;
    for (asked, canonical) in [
        (
            "?district=haidian&district=xicheng&q=&kind=",
            "?district=xicheng,haidian",
        ),
        (
            "?kind=roadshow&district=haidian",
            "?district=haidian&kind=roadshow",
        ),
        ("?district=haidian,haidian", "?district=haidian"),
        ("?status=held&status=cancelled", "?status=cancelled,held"),
        ("?q=&from=&to=&highlight=", ""),
        ("?page=1&edition=2021", "?edition=2021"),
        ("?page=none", ""),
        ("?q=+%E8%B7%AF%E6%BC%94+", "?q=%E8%B7%AF%E6%BC%94"),
        (
            "?to=2021-07-31&from=2021-07-01",
            "?from=2021-07-01&to=2021-07-31",
        ),
        ("?utm_source=x&district=haidian&kind=", "?district=haidian"),
    ] {
        for page in ["/zh/agenda", "/en/search"] {
            let moved = app.get(format!("{page}{asked}")).await.expect(301);
            let to = format!("{page}{canonical}");
            assert_eq!(moved.header("location"), to, "{asked}");
            assert_eq!(moved.header("cache-control"), "no-cache");
            app.get(&to).await.expect(200);
        }
    }
    // How it is encoded is nobody's business.
    for same in ["?district=xicheng%2Chaidian", "?q=%e8%b7%af%e6%bc%94"] {
        app.get(format!("/zh/agenda{same}")).await.expect(200);
    }
}

async fn what_messengers_append_changes_nothing(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    app.announced(json!({})).await;
    app.announced(json!({"districts": ["chaoyang"]})).await;
    for page in [
        "/zh/agenda",
        "/zh/agenda?district=haidian",
        "/en/search?q=roadshow",
        "/zh/subscribe?district=haidian",
        "/zh/notices?district=haidian",
        "/embed/agenda?lang=zh&district=haidian",
        "/zh/calendar/2021-07",
    ] {
        let plain = app.get(page).await.expect(200);
        let separator = if page.contains('?') { '&' } else { '?' };
        for appended in [
            "from=timeline",
            "from=singlemessage&isappinstalled=0",
            "utm_source=mail&utm_medium=x&spm=1",
        ] {
            let path = format!("{page}{separator}{appended}");
            let answer = app.get(&path).await.expect(200);
            assert_eq!(answer.body, plain.body, "{path}");
            assert_eq!(answer.etag(), plain.etag(), "{path}");
        }
    }
}

async fn what_nobody_knows_is_named_and_not_refused(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let here = app.announced(json!({})).await;
    app.announced(json!({"kind": "forum"})).await;
    let query = "?district=pudong&series=none&edition=1999&kind=roadshow";
    for page in ["/zh/agenda", "/zh/search", "/zh/subscribe", "/zh/notices"] {
        let html = app.get(format!("{page}{query}")).await.expect(200).text();
        let note = "已忽略无法识别的条件：pudong, 1999, none";
        assert!(text(&html).contains(note), "{page}: {html}");
        let box_of = |value: &str| format!("value=\"{value}\" checked");
        assert!(html.contains(&box_of("roadshow")), "{page}");
        assert!(!html.contains(&box_of("forum")), "{page}");
    }
    let html = app
        .get(format!("/zh/agenda{query}"))
        .await
        .expect(200)
        .text();
    assert_eq!(linked(&html), [here.id]);
    for (page, known) in [("/zh/agenda", "?status=held"), ("/zh/subscribe", "")] {
        let html = app.get(format!("{page}{known}")).await.expect(200).text();
        assert!(!html.contains("已忽略"), "{page}{known}");
    }
    // What is no state for the outside is none that can be asked for.
    let html = app.get("/zh/agenda?status=draft,withdrawn,held").await;
    let html = html.expect(200).text();
    assert!(text(&html).contains("已忽略无法识别的条件：draft, withdrawn"));
    assert_eq!(count(&html), "没有符合条件的活动。");
}

async fn acted(app: &TestApp, draft: &Draft, action: &str) {
    app.act(draft, action, json!({})).await.expect(200);
}

async fn an_agenda_is_filtered_by_day_and_state(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let on = async |when: Value| app.announced(json!({"when": when})).await;
    let long = json!({"precision": "day", "starts_on": "2021-07-01", "ends_on": "2021-07-20"});
    let long = on(long).await;
    let short = on(day("2021-07-10")).await;
    let august = on(day("2021-08-05")).await;
    let month = on(json!({"precision": "month", "month": "2021-07"})).await;
    let off = on(day("2021-07-15")).await;
    acted(&app, &off, "cancel").await;
    let put_off = on(day("2021-07-25")).await;
    acted(&app, &put_off, "postpone").await;
    let held = on(day("2021-05-20")).await;
    acted(&app, &held, "hold").await;
    let all = vec![&long, &short, &august, &month, &off, &put_off, &held];
    for (query, found) in [
        ("", all),
        (
            "?from=2021-07-10&to=2021-07-31",
            vec![&long, &short, &month, &off],
        ),
        ("?from=2021-07-16&to=2021-07-16", vec![&long, &month]),
        ("?from=2021-08-01", vec![&august]),
        ("?to=2021-06-30", vec![&held]),
        ("?status=cancelled", vec![&off]),
        ("?status=postponed", vec![&put_off]),
        ("?status=cancelled,held", vec![&off, &held]),
        ("?status=cancelled&to=2021-07-14", vec![]),
        ("?from=2021-08-01&to=2021-07-01", vec![]),
    ] {
        let path = format!("/zh/agenda{query}");
        let html = app.get(&path).await.expect(200).text();
        assert_eq!(linked_once(&html), ids(found.iter().copied()), "{path}");
        assert_eq!(linked(&html).len(), found.len(), "{path}");
    }
    let html = app.get("/zh/agenda?from=2021-07-01").await.expect(200);
    let html = html.text();
    let headings: Vec<&str> = html
        .split("<section class=\"wide\">")
        .skip(1)
        .map(|group| between(group, "<h2>", "</h2>"))
        .collect();
    assert_eq!(headings, ["2021年7月", "2021年8月"]);
    let html = app.get("/zh/agenda").await.expect(200).text();
    for (heading, under) in [
        ("即将举行", vec![&long, &month, &short, &off, &august]),
        ("时间待定", vec![&put_off]),
        ("往期", vec![&held]),
    ] {
        let group = between(&html, &format!("<h2>{heading}</h2>"), "</section>");
        assert_eq!(linked_once(group), ids(under), "{heading}");
    }
}

async fn every_activity_stands_on_one_page_of_many(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let mut drafts = Vec::new();
    for n in 0..43 {
        let when = day(&format!("2021-{:02}-{:02}", 7 + n / 20, 1 + n % 20));
        drafts.push(app.announced(json!({"when": when})).await);
    }
    for (start, pages) in [
        ("/zh/agenda".to_owned(), "/zh/agenda?page=2"),
        (
            format!("/zh/agenda?q={}", encoded("路演")),
            "/zh/agenda?q=%E8%B7%AF%E6%BC%94&page=2",
        ),
        (
            "/zh/agenda?from=2021-01-01".to_owned(),
            "/zh/agenda?from=2021-01-01&page=2",
        ),
    ] {
        let first = app.get(&start).await.expect(200).text();
        assert_eq!(count(&first), "找到 43 项活动");
        assert!(!first.contains("rel=\"prev\""), "{start}");
        let next = unescaped(between(&first, "rel=\"next\" href=\"", "\""));
        assert_eq!(next, pages);
        let last = app.get(&next).await.expect(200).text();
        assert_eq!(count(&last), "找到 43 项活动");
        assert!(!last.contains("rel=\"next\""), "{start}");
        let back = unescaped(between(&last, "rel=\"prev\" href=\"", "\""));
        assert_eq!(back, start);
        let mut shown = linked(&first);
        assert_eq!(shown.len(), 40, "{start}");
        shown.extend(linked(&last));
        assert_eq!(shown.len(), 43, "{start}");
        let distinct: BTreeSet<_> = shown.into_iter().collect();
        assert_eq!(distinct, ids(&drafts), "{start}");
    }
    // Behind the last page there is none; its activities are shown.
    let last = app.get("/zh/agenda?page=2").await.expect(200).text();
    for page in ["3", "999999999", "18446744073709551615"] {
        let html = app.get(format!("/zh/agenda?page={page}")).await;
        assert_eq!(linked(&html.expect(200).text()), linked(&last), "{page}");
    }
    // All of a district's are a link away where its page has no room for them.
    let html = app.get("/zh/districts/haidian").await.expect(200).text();
    assert!(linked(&html).len() < 43);
    let all = "<a href=\"/zh/agenda?district=haidian\">查看全部 43 项</a>";
    assert!(html.contains(all), "{html}");
}
