//! Months and years: on which days an activity stands, and how what changed is shown there.

use serde_json::{Value, json};

use super::{
    day,
    html::{between, text},
    ids, linked, linked_once, page_of,
};
use crate::support::{
    app::{Draft, TestApp},
    db::{TestDb, on_both},
};

on_both!(
    an_activity_stands_on_its_days,
    what_moved_is_struck_through_on_its_old_day,
    what_moved_twice_is_struck_through_on_both_old_days,
    what_was_put_off_before_it_moved_is_struck_through_on_its_old_day,
    what_lasts_long_stands_on_its_first_and_last_day,
    what_is_known_to_the_month_stands_in_the_list_alone,
    what_is_off_is_struck_through,
    a_table_is_a_table_of_weeks,
    a_year_has_its_twelve_months,
    there_is_no_calendar_where_there_is_no_programme,
);

const JULY: &str = "/zh/calendar/2021-07";

async fn html(app: &TestApp, path: &str) -> String {
    app.get(path).await.expect(200).text()
}

/// The cell of a day, after its number.
#[track_caller]
fn cell<'h>(html: &'h str, day: &str) -> &'h str {
    let table = between(html, "<table class=\"month\">", "</table>");
    let number = day[8..].trim_start_matches('0');
    let number = format!("<time datetime=\"{day}\">{number}</time>");
    between(table, &number, "</td>")
}

/// The list beside the table.
fn list(html: &str) -> &str {
    between(html, "<section class=\"agenda\"", "</section>")
}

/// The days of a month on which an activity stands in the table.
fn days_of(html: &str, draft: &Draft) -> Vec<String> {
    let table = between(html, "<table class=\"month\">", "</table>");
    let cells = table.split("<td").skip(1);
    cells
        .filter(|cell| cell.contains(&draft.id))
        .map(|cell| between(cell, "<time datetime=\"", "\"").to_owned())
        .collect()
}

async fn an_activity_stands_on_its_days(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let one = app.announced(json!({})).await;
    let when = json!({"precision": "day", "starts_on": "2021-06-29", "ends_on": "2021-07-02"});
    let two = json!({"title": {"zh": "跨月的"}, "when": when});
    let two = app.announced(two).await;
    let july = html(&app, JULY).await;
    assert_eq!(days_of(&july, &one), ["2021-07-08"]);
    assert_eq!(days_of(&july, &two), ["2021-07-01", "2021-07-02"]);
    let june = html(&app, "/zh/calendar/2021-06").await;
    assert_eq!(days_of(&june, &two), ["2021-06-29", "2021-06-30"]);

    // The link's name holds the date.
    let on = cell(&july, "2021-07-08");
    let link = between(on, "<a ", "</a>");
    assert!(link.contains(&format!("href=\"{}\"", page_of("zh", &one))));
    let name = link.split_once('>').unwrap().1;
    assert_eq!(text(name), "2021年7月8日 周四 14:00 中英生命健康跨境路演");
    assert!(!on.contains("<del>"), "{on}");
    let english = html(&app, "/en/calendar/2021-07").await;
    let said = text(cell(&english, "2021-07-08"));
    let expected = "Thu 8 Jul 2021 14:00 UK-China life and health cross-border roadshow";
    assert!(said.contains(expected), "{said}");
    let said = text(cell(&july, "2021-07-02"));
    assert!(
        said.contains("2021年7月2日 周五 跨月的 2021年6月29日—7月2日"),
        "{said}"
    );
    assert_eq!(text(cell(&july, "2021-07-09")), "");
    // Both stand in the list, once each and in order.
    assert_eq!(linked(list(&july)), [two.id.clone(), one.id]);
    assert_eq!(linked(list(&june)), [two.id]);
}

async fn what_moved_is_struck_through_on_its_old_day(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let near = app.announced(json!({"title": {"zh": "近的"}})).await;
    let far = app.announced(json!({"title": {"zh": "远的"}})).await;
    for (draft, to) in [(&near, "2021-07-15"), (&far, "2021-08-02")] {
        let body = json!({"when": day(to)});
        app.act(draft, "reschedule", body).await.expect(200);
    }
    let july = html(&app, JULY).await;
    let august = html(&app, "/zh/calendar/2021-08").await;
    let old = cell(&july, "2021-07-08");
    for (name, to) in [
        ("近的", "2021年7月15日 周四"),
        ("远的", "2021年8月2日 周一"),
    ] {
        assert!(
            old.contains(&format!("<del>{name}</del>")),
            "{name} in {old}"
        );
        assert!(text(old).contains(&format!("{name} 改期至 {to}")), "{old}");
    }
    assert_eq!(linked_once(old), ids([&near, &far]));
    assert_eq!(days_of(&july, &near), ["2021-07-08", "2021-07-15"]);
    assert_eq!(days_of(&july, &far), ["2021-07-08"]);
    assert_eq!(days_of(&august, &far), ["2021-08-02"]);
    for (new, name) in [
        (cell(&july, "2021-07-15"), "近的"),
        (cell(&august, "2021-08-02"), "远的"),
    ] {
        assert!(!new.contains("<del>"), "{new}");
        assert!(text(new).contains(&format!("{name} 已改期")), "{new}");
    }
    // The list goes by the date that holds.
    assert_eq!(linked(list(&july)), [near.id]);
    assert_eq!(linked(list(&august)), [far.id]);
}

async fn what_moved_twice_is_struck_through_on_both_old_days(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let mut draft = app.announced(json!({"when": day("2021-07-06")})).await;
    for new in ["2021-07-13", "2021-07-20"] {
        let moved = app
            .act(&draft, "reschedule", json!({"when": day(new)}))
            .await;
        draft = Draft::of(&moved.expect(200));
    }
    let july = html(&app, JULY).await;
    let days = ["2021-07-06", "2021-07-13", "2021-07-20"];
    assert_eq!(days_of(&july, &draft), days);
    for old in &days[..2] {
        let told = cell(&july, old);
        assert!(told.contains("<del>"), "{told}");
        assert!(text(told).contains("改期至 2021年7月20日"), "{told}");
    }
    assert!(!cell(&july, days[2]).contains("<del>"));
}

async fn what_was_put_off_before_it_moved_is_struck_through_on_its_old_day(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    for action in ["reschedule", "reinstate"] {
        let draft = app.announced(json!({"when": day("2021-07-06")})).await;
        let put_off = app.act(&draft, "postpone", json!({})).await.expect(200);
        let new = json!({"when": day("2021-07-20")});
        let moved = app.act(&Draft::of(&put_off), action, new).await;
        let moved = Draft::of(&moved.expect(200));
        let july = html(&app, JULY).await;
        assert_eq!(
            days_of(&july, &moved),
            ["2021-07-06", "2021-07-20"],
            "{action}"
        );
        assert!(cell(&july, "2021-07-06").contains("<del>"), "{action}");
    }
}

async fn what_lasts_long_stands_on_its_first_and_last_day(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let on = async |from: &str, to: &str| {
        let when = json!({"precision": "day", "starts_on": from, "ends_on": to});
        app.announced(json!({"when": when, "kind": "exhibition"}))
            .await
    };
    let week = on("2021-07-01", "2021-07-07").await;
    let long = on("2021-07-10", "2021-07-17").await;
    let season = on("2021-06-10", "2021-08-20").await;
    let july = html(&app, JULY).await;
    let seven: Vec<String> = (1..=7).map(|n| format!("2021-07-0{n}")).collect();
    assert_eq!(days_of(&july, &week), seven);
    assert_eq!(days_of(&july, &long), ["2021-07-10", "2021-07-17"]);
    assert!(text(cell(&july, "2021-07-17")).contains("2021年7月10日—17日"));
    // What goes on stands on the first, and in the list.
    assert_eq!(days_of(&july, &season), ["2021-07-01"]);
    assert_eq!(linked_once(list(&july)), ids([&week, &long, &season]));
    for (month, days) in [
        ("2021-06", &["2021-06-10"][..]),
        ("2021-08", &["2021-08-01", "2021-08-20"]),
    ] {
        let page = html(&app, &format!("/zh/calendar/{month}")).await;
        assert_eq!(days_of(&page, &season), days);
    }
    let year = html(&app, "/zh/calendar/2021").await;
    assert_eq!(
        linked(&year).iter().filter(|id| **id == season.id).count(),
        3
    );
}

async fn what_is_known_to_the_month_stands_in_the_list_alone(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let when = json!({"precision": "month", "month": "2021-07"});
    let draft = app.announced(json!({"when": when})).await;
    let july = html(&app, JULY).await;
    let beside = between(
        &july,
        "<h3 id=\"to-come\">本月，具体日期待定</h3>",
        "</section>",
    );
    assert_eq!(linked(beside), std::slice::from_ref(&draft.id));
    assert!(days_of(&july, &draft).is_empty());
    assert!(!july.contains("这个月没有已公布的活动"));
    let august = html(&app, "/zh/calendar/2021-08").await;
    assert!(!august.contains(&draft.id));
    assert!(august.contains("这个月没有已公布的活动"));
}

async fn what_is_off_is_struck_through(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    for (action, name, status) in [
        ("cancel", "取消的", "已取消"),
        ("postpone", "延期的", "延期待定"),
    ] {
        let draft = app.announced(json!({"title": {"zh": name}})).await;
        app.act(&draft, action, json!({})).await.expect(200);
        let july = html(&app, JULY).await;
        assert_eq!(days_of(&july, &draft), ["2021-07-08"]);
        let on = cell(&july, "2021-07-08");
        let struck = format!("<del>{name}</del> <small>{status}</small>");
        assert!(on.contains(&struck), "{struck} in {on}");
        let list = list(&july);
        assert!(list.contains("<del>2021年7月8日 周四 14:00—17:00</del>"));
        assert!(text(list).contains(status), "{list}");
    }
}

async fn a_table_is_a_table_of_weeks(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    app.announced(json!({})).await;
    for (month, weeks, days) in [
        ("2021-02", 4, 28),
        ("2021-06", 5, 30),
        ("2021-07", 5, 31),
        ("2021-08", 6, 31),
        ("2022-12", 5, 31),
    ] {
        let page = html(&app, &format!("/zh/calendar/{month}")).await;
        let table = between(&page, "<table class=\"month\">", "</table>");
        assert_eq!(table.matches("<caption>").count(), 1);
        assert_eq!(table.matches("<th scope=\"col\">").count(), 7, "{month}");
        let body = between(table, "<tbody>", "</tbody>");
        assert_eq!(body.matches("<tr>").count(), weeks, "{month}");
        for week in body.split("<tr>").skip(1) {
            assert_eq!(week.matches("<td").count(), 7, "{month}: {week}");
        }
        let numbers = format!("<time datetime=\"{month}-");
        let of_items = format!("<time datetime=\"{month}-08T");
        let shown = body.matches(&numbers).count() - body.matches(&of_items).count();
        assert_eq!(shown, days, "{month}");
        // The clock stands on 1 June 2021.
        let today = "<td class=\"today\" aria-current=\"date\"><time datetime=\"2021-06-01\">";
        assert_eq!(body.contains(today), month == "2021-06", "{month}");
    }
}

async fn a_year_has_its_twelve_months(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let one = app.announced(json!({})).await;
    let month = json!({"when": {"precision": "month", "month": "2021-12"}});
    let month = app.announced(month).await;
    let undated = json!({"when": {"precision": "unknown"}});
    let undated = app.announced(undated).await;
    for n in 1..=9 {
        let when = day(&format!("2021-10-0{n}"));
        app.announced(json!({"when": when})).await;
    }
    let year = html(&app, "/zh/calendar/2021").await;
    let cards: Vec<&str> = year.split("<section class=\"card\">").skip(1).collect();
    assert_eq!(cards.len(), 12);
    for (card, n) in cards.iter().zip(1..) {
        let heading = format!("<a href=\"/zh/calendar/2021-{n:02}\">2021年{n}月</a>");
        assert!(card.contains(&heading), "{heading} in {card}");
    }
    let within = |n: usize| between(cards[n - 1], "</h2>", "</section>");
    assert_eq!(linked(within(7)), [one.id]);
    assert_eq!(linked(within(12)), [month.id]);
    assert!(within(6).contains("这个月没有已公布的活动"));
    assert_eq!(linked(within(10)).len(), 8);
    assert!(text(within(10)).contains("另有 1 项"));
    let without = between(
        &year,
        "<h2 id=\"undated\">没有日期的活动</h2>",
        "</section>",
    );
    assert_eq!(linked(without), [undated.id]);
    // The promise begins in March.
    let state = |n: usize| between(cards[n - 1], "<span class=\"badge", "/span>");
    for (n, word) in [
        (1, "不在承诺范围内"),
        (3, "未兑现"),
        (7, "已安排"),
        (8, "有风险"),
    ] {
        assert!(state(n).contains(word), "{n}: {}", cards[n - 1]);
    }
}

async fn there_is_no_calendar_where_there_is_no_programme(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    for there in ["2021", "2022", "2021-01", "2022-12"] {
        html(&app, &format!("/zh/calendar/{there}")).await;
    }
    for absent in [
        "2020",
        "2023",
        "2020-12",
        "2023-01",
        "2021-13",
        "2021-00",
        "2021-7",
        "21",
        "02021",
        "+021",
        "-021",
        "0000",
        "9999",
        "2021-07-08",
        "%EF%BC%92021",
        "",
    ] {
        for language in ["zh", "en"] {
            let answer = app.get(format!("/{language}/calendar/{absent}")).await;
            assert_eq!(answer.status.as_u16(), 404, "{absent}");
            assert!(answer.text().contains("noindex"), "{absent}");
        }
    }
    let at = |name: &str| format!("rel=\"{name}\" href=\"/zh/calendar/");
    for (month, earlier, later) in [
        ("2021-01", false, true),
        ("2021-12", true, true),
        ("2022-12", true, false),
    ] {
        let page = html(&app, &format!("/zh/calendar/{month}")).await;
        assert_eq!(page.contains(&at("prev")), earlier, "{month}");
        assert_eq!(page.contains(&at("next")), later, "{month}");
    }
    // What is announced for another year makes it one of the programme's.
    let far: Value = json!({"when": day("2024-02-29")});
    let far = app.announced(far).await;
    let page = html(&app, "/zh/calendar/2024-02").await;
    assert_eq!(days_of(&page, &far), ["2024-02-29"]);
    html(&app, "/zh/calendar/2023").await;
    app.get("/zh/calendar/2025").await.expect(404);
}
