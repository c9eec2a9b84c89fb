//! One change is told alike on every page and in every feed.

use serde_json::{Value, json};

use super::{
    day,
    html::{between, text},
    notice_page, page_of, unfolded,
};
use crate::support::{
    app::{Draft, TestApp},
    db::{TestDb, on_both},
};

on_both!(one_move_is_told_alike_everywhere);

async fn read(app: &TestApp, path: &str) -> String {
    app.get(path).await.expect(200).text()
}

/// What every channel says of an activity's last change.
struct Told {
    revision: i64,
    /// A month in which it stands.
    month: &'static str,
    /// As people read it, struck through where they do.
    was: &'static str,
    reason: &'static str,
    /// schema.org's words.
    status: &'static str,
    before: &'static str,
    /// In the calendar.
    line: &'static str,
}

async fn is_told(app: &TestApp, draft: &Draft, told: &Told) {
    let Told {
        revision,
        month,
        was,
        reason,
        status,
        before,
        line,
    } = told;
    let numbered = format!("第 {revision} 版");
    let page = page_of("zh", draft);
    let struck = format!(">{was}</time></del>");

    // Where the notice itself is told: the old date struck through, and why.
    let start = read(app, "/zh/").await;
    let latest = between(&start, "id=\"latest\"", "</section>");
    let history = read(app, &format!("{page}/history")).await;
    let notices = read(app, "/zh/notices").await;
    let this = notice_page("zh", &draft.notice);
    let permanent = read(app, &this).await;
    let activity = read(app, &page).await;
    for (place, html) in [
        ("the start page", latest),
        ("the history", between(&history, "<main", "</main>")),
        ("the notices", between(&notices, "<main", "</main>")),
        ("the notice", between(&permanent, "<main", "</main>")),
        ("the activity", between(&activity, "<main", "</main>")),
    ] {
        assert!(html.contains(&numbered), "{numbered} on {place}: {html}");
        assert!(html.contains(&struck), "{struck} on {place}: {html}");
        assert!(text(html).contains(&format!("原因 {reason}")), "{place}");
        let newer = format!("第 {} 版", revision + 1);
        assert!(!html.contains(&newer), "{newer} on {place}");
    }
    for (place, html) in [("the start page", &start), ("the notices", &notices)] {
        assert!(html.contains(&format!("href=\"{this}\"")), "{place}");
    }
    // The newest stands first.
    for html in [latest, &history, &notices, &activity] {
        let first = html.split("<li class=\"told\">").nth(1).unwrap();
        assert!(
            first.contains(&this) && first.contains(&numbered),
            "{first}"
        );
    }

    // Where the activity stands in a list: which revision it is.
    let link = format!("<a href=\"{page}\">");
    for path in [
        "/zh/".to_owned(),
        format!("/zh/calendar/{month}"),
        "/zh/calendar/2021".to_owned(),
        "/zh/agenda".to_owned(),
        "/zh/districts/haidian".to_owned(),
        "/zh/subscribe".to_owned(),
        "/embed/agenda?lang=zh".to_owned(),
    ] {
        let html = read(app, &path).await;
        // The builder shows what comes, and what has no date does not.
        if !html.contains(&link) && *status == "EventPostponed" {
            assert!(
                path == "/zh/subscribe" || path.starts_with("/embed"),
                "{path}"
            );
            continue;
        }
        let item = between(&html, &link, "</li>");
        assert!(item.contains(&numbered), "{numbered} on {path}: {item}");
    }

    let script = "<script type=\"application/ld+json\">";
    let event: Value = serde_json::from_str(between(&activity, script, "</script>")).unwrap();
    assert_eq!(event["eventStatus"], format!("https://schema.org/{status}"));
    assert_eq!(event["previousStartDate"], *before);
    let picture = format!("https://yueli.example/og/{}-{revision}.png", draft.id);
    assert_eq!(event["image"], picture);
    assert!(activity.contains(&format!("og:image\" content=\"{picture}\"")));

    for scope in [format!("activity/{}", draft.id), "all".to_owned()] {
        let calendar = read(app, &format!("/feeds/zh/{scope}.ics")).await;
        let calendar = unfolded(&calendar);
        let sequence = format!("\r\nSEQUENCE:{}\r\n", revision - 1);
        for line in [&sequence, *line] {
            assert_eq!(calendar.matches(line).count(), 1, "{line} in {calendar}");
        }
        let news = read(app, &format!("/feeds/zh/{scope}.rss")).await;
        let newest = between(&news, "<item>", "</item>");
        let element = format!("<yueli:revision>{revision}</yueli:revision>");
        assert!(newest.contains(&element), "{element} in {newest}");
        let words = reason.trim_end_matches('。');
        assert!(newest.contains(words), "{words} in {newest}");
        assert!(newest.contains(&this), "{this} in {newest}");
    }

    let api = app.get(draft.path()).await.expect(200).json();
    assert_eq!(api["revision"], *revision, "{api}");
    let last = app.notices_after(0).await.pop().unwrap();
    assert_eq!(last["revision"], *revision);
    assert_eq!(last["id"], draft.notice["id"]);
}

async fn one_move_is_told_alike_everywhere(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let draft = app.announced(json!({})).await;
    let old = read(&app, "/zh/calendar/2021-07").await;
    assert!(!old.contains("<del>"), "{old}");
    let reason = json!({"code": "venue", "zh": "场馆检修。"});
    let body = json!({"when": day("2021-08-15"), "reason": reason});
    let moved = app.act(&draft, "reschedule", body).await.expect(200);
    let moved = Draft::of(&moved);
    let told = Told {
        revision: 2,
        month: "2021-08",
        was: "2021年7月8日 周四 14:00—17:00",
        reason: "场馆检修。",
        status: "EventRescheduled",
        before: "2021-07-08T14:00:00+08:00",
        line: "\r\nDTSTART;VALUE=DATE:20210815\r\n",
    };
    is_told(&app, &moved, &told).await;
    let july = read(&app, "/zh/calendar/2021-07").await;
    let table = between(&july, "<table class=\"month\">", "</table>");
    let struck = "<del>中英生命健康跨境路演</del>";
    assert_eq!(table.matches(struck).count(), 1, "{table}");
    assert!(text(table).contains("改期至 2021年8月15日 周日"), "{table}");

    let reason = json!({"code": "speaker", "zh": "嘉宾行程。"});
    let body = json!({"reason": reason});
    let put_off = app.act(&moved, "postpone", body).await.expect(200);
    let told = Told {
        revision: 3,
        month: "2021-08",
        was: "2021年8月15日 周日",
        reason: "嘉宾行程。",
        status: "EventPostponed",
        before: "2021-08-15",
        line: "\r\nSTATUS:TENTATIVE\r\n",
    };
    is_told(&app, &Draft::of(&put_off), &told).await;
}
