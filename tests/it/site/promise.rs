//! The promise's page and its files: the same words and numbers as the API's.

use chrono::TimeDelta;
use hyper::Method;
use serde_json::{Value, json};

use super::{
    day,
    html::{between, text},
};
use crate::support::{
    app::TestApp,
    db::{TestDb, on_both},
};

on_both!(
    the_page_says_what_the_api_says,
    the_files_say_what_the_api_says,
    what_sources_state_stands_beside_what_is_recorded,
    a_promise_that_nobody_made_has_no_page,
);

/// A programme in which every state occurs; what the API says of its promise.
async fn furnished(app: &TestApp, clock: &yueli::clock::ManualClock) -> Value {
    let held =
        json!({"when": day("2021-05-08"), "districts": ["haidian", "pinggu"], "highlight": true});
    let held = app.announced(held).await;
    app.act(&held, "hold", json!({})).await.expect(200);
    for over in [
        json!({"when": day("2021-04-08"), "districts": ["chaoyang"]}),
        json!({"when": day("2021-07-08"), "districts": ["haidian", "daxing"]}),
        json!({"when": day("2021-07-20"), "districts": []}),
        json!({"when": {"precision": "month", "month": "2021-09"}, "districts": ["xicheng"], "highlight": true}),
        json!({"when": {"precision": "unknown"}, "districts": ["yanqing"]}),
    ] {
        app.announced(over).await;
    }
    let off = json!({"when": day("2021-10-01"), "districts": ["miyun"], "highlight": true});
    let off = app.announced(off).await;
    app.act(&off, "cancel", json!({})).await.expect(200);
    clock.advance(TimeDelta::days(1));
    app.get("/api/v1/promise/2021").await.expect(200).json()
}

fn word(state: &Value, english: bool) -> &'static str {
    let (zh, en) = match state.as_str().unwrap() {
        "kept" => ("已兑现", "kept"),
        "planned" => ("已安排", "planned"),
        "unconfirmed" => ("待确认", "unconfirmed"),
        "at_risk" => ("有风险", "at risk"),
        "broken" => ("未兑现", "broken"),
        "out_of_scope" => ("不在承诺范围内", "out of scope"),
        other => panic!("{other} is no state"),
    };
    if english { en } else { zh }
}

/// The words of some lines' states.
fn words(lines: &Value, english: bool) -> Vec<&'static str> {
    let lines = lines.as_array().unwrap().iter();
    lines.map(|line| word(&line["state"], english)).collect()
}

/// The states that stand in a list of the page.
fn stated(list: &str) -> Vec<&str> {
    let strong = list.split("<strong>").skip(1);
    strong
        .map(|rest| rest.split_once("</strong>").unwrap().0)
        .collect()
}

/// How many lines count, and how many of these are kept.
fn kept(lines: &Value) -> (usize, usize) {
    let lines = lines.as_array().unwrap();
    let of = |state: &str| lines.iter().filter(|line| line["state"] == state).count();
    (lines.len() - of("out_of_scope"), of("kept"))
}

async fn the_page_says_what_the_api_says(db: TestDb) {
    let (app, clock) = TestApp::start(db).await;
    let promise = furnished(&app, &clock).await;
    let states = words(&promise["months"], true);
    for state in [
        "kept",
        "planned",
        "unconfirmed",
        "at risk",
        "broken",
        "out of scope",
    ] {
        assert!(states.contains(&state), "{state} is not tried");
    }
    for language in ["zh", "en"] {
        let english = language == "en";
        let page = format!("/{language}/promise/2021");
        let start = app.get(format!("/{language}/")).await.expect(200).text();
        let html = app.get(page).await.expect(200).text();
        for html in [&html, &start] {
            let months = between(html, "<ol class=\"strip months\">", "</ol>");
            assert_eq!(stated(months), words(&promise["months"], english));
            let quarters = between(html, "<ol class=\"strip quarters\">", "</ol>");
            assert_eq!(stated(quarters), words(&promise["quarters"], english));
            let tiles = between(html, "<figure class=\"tiles\">", "</figure>");
            assert_eq!(stated(tiles), words(&promise["districts"], english));
        }
        let html = &html;
        let counted = |list: &str| -> Vec<String> {
            let lines = list.split("<small>").skip(1);
            lines
                .map(|rest| rest.split_once("</small>").unwrap().0.to_owned())
                .collect()
        };
        for (list, lines) in [
            (
                between(html, "<ol class=\"strip months\">", "</ol>"),
                &promise["months"],
            ),
            (
                between(html, "<figure class=\"tiles\">", "</figure>"),
                &promise["districts"],
            ),
        ] {
            let lines = lines.as_array().unwrap();
            let told = counted(list);
            assert_eq!(told.len(), lines.len());
            for (told, line) in told.iter().zip(lines) {
                let (held, planned) = (&line["held"], &line["planned"]);
                let (held_told, planned_told) = match english {
                    true => (format!("{held} held"), format!("{planned} planned")),
                    false => (format!("已举办 {held}"), format!("已安排 {planned}")),
                };
                assert_eq!(told.contains(&held_told), *held != 0, "{told}: {line}");
                assert_eq!(
                    told.contains(&planned_told),
                    *planned != 0,
                    "{told}: {line}"
                );
            }
        }
        for (lines, zh, en) in [
            ("months", "个月中已兑现", "months kept"),
            ("quarters", "个季度中已兑现", "quarters kept"),
            ("districts", "个区中已走进", "districts visited"),
        ] {
            let (of, kept) = kept(&promise[lines]);
            let told = match english {
                true => format!("{kept} of {of} {en}"),
                false => format!("{of} {zh} {kept} 个"),
            };
            assert!(text(html).contains(&told), "{told} in {html}");
            let meter = format!("<meter min=\"0\" max=\"{of}\" value=\"{kept}\"");
            assert!(html.contains(&meter), "{meter} in {html}");
        }
    }
    let zh = app.get("/zh/promise/2021").await.expect(200).text();
    assert!(zh.contains("没有活动的月份：3月</p>"), "{zh}");
    assert!(zh.contains("2021年的承诺从2021年3月开始。"), "{zh}");
}

/// The cells of the CSV, line by line.
fn cells(csv: &str) -> Vec<Vec<&str>> {
    let lines = csv.split_terminator("\r\n");
    lines.map(|line| line.split(',').collect()).collect()
}

/// The numbers of a row of the page's table: its months, and their sum.
fn numbers(row: &str) -> Vec<u64> {
    let cells = row.split("<td").skip(1).take(13);
    cells
        .map(|cell| {
            let cell = cell.split_once('>').unwrap().1;
            let number = cell.trim_start_matches("<span aria-hidden=\"true\">");
            let number = number.split('<').next().unwrap();
            match number {
                "" => 0,
                number => number.parse().unwrap(),
            }
        })
        .collect()
}

async fn the_files_say_what_the_api_says(db: TestDb) {
    let (app, clock) = TestApp::start(db).await;
    let mut promise = furnished(&app, &clock).await;
    let json = app.get("/zh/promise/2021.json").await.expect(200);
    assert_eq!(json.header("content-type"), "application/json");
    let mut twin = json.json();
    let matrix = twin["matrix"].take();
    promise["matrix"] = Value::Null;
    assert_eq!(twin, promise);
    let rows = matrix.as_array().unwrap();
    assert_eq!(rows.len(), 17);

    for language in ["zh", "en"] {
        let english = language == "en";
        let path = format!("/{language}/promise/2021.csv");
        let csv = app.get(&path).await.expect(200);
        assert!(
            csv.header("content-type")
                .starts_with("text/csv; charset=utf-8")
        );
        let again = app.call(Method::GET, &path);
        let again = again.header("if-none-match", csv.etag());
        again.send().await.expect(304);
        assert!(csv.body.starts_with(b"\xEF\xBB\xBF"), "{}", csv.text());
        let document = csv.text();
        let lines = cells(document.strip_prefix('\u{FEFF}').unwrap());
        // The head, sixteen districts, what lies in none, and the states of the months.
        assert_eq!(lines.len(), 19, "{document}");
        assert!(lines.iter().all(|line| line.len() == 16), "{document}");
        assert_eq!(lines[0][0], "district");
        assert_eq!((lines[0][2], lines[0][13]), ("2021-01", "2021-12"));
        let html = app.get(format!("/{language}/promise/2021")).await;
        let html = html.expect(200).text();
        let table = between(&html, "<table class=\"matrix\">", "</table>");
        let body = between(table, "<tbody>", "</tbody>");
        let shown: Vec<&str> = body.split("<tr>").skip(1).collect();
        assert_eq!(shown.len(), 17);
        let districts = promise["districts"].as_array().unwrap();
        let mut whole = 0;
        for (n, (line, row)) in lines[1..18].iter().zip(rows).enumerate() {
            assert_eq!(line[0], row["district"].as_str().unwrap_or_default());
            let months = row["months"].as_array().unwrap();
            let mut expected: Vec<u64> = months
                .iter()
                .map(|cell| {
                    let count = |name: &str| cell[name].as_u64().unwrap();
                    count("held") + count("planned") + count("unconfirmed")
                })
                .collect();
            expected.push(expected.iter().sum());
            let written: Vec<u64> = line[2..15].iter().map(|it| it.parse().unwrap()).collect();
            assert_eq!(written, expected, "{}", line[1]);
            assert_eq!(numbers(shown[n]), expected, "{}", shown[n]);
            whole += expected[12];
            match districts.get(n) {
                Some(district) => {
                    assert_eq!(district["district"], line[0]);
                    assert_eq!(line[15], word(&district["state"], english));
                    let sum = |name: &str| -> u64 {
                        let counts = months.iter().map(|cell| cell[name].as_u64().unwrap());
                        counts.sum()
                    };
                    assert_eq!(district["held"], sum("held"), "{district}");
                    assert_eq!(district["planned"], sum("planned"), "{district}");
                }
                None => assert_eq!((line[0], line[15]), ("", "")),
            }
        }
        // Haidian and Pinggu, Chaoyang, Haidian and Daxing, nowhere, Xicheng.
        assert_eq!(whole, 7, "{document}");
        assert_eq!(lines[18][2..14], words(&promise["months"], english));
        let foot = between(table, "<tfoot>", "</tfoot>");
        let told = text(foot);
        assert!(
            told.ends_with(&words(&promise["months"], english).join(" ")),
            "{told}"
        );
    }
    for absent in [
        "2021.xml", "2021.CSV", "2020.csv", "21.json", ".csv", "2021.",
    ] {
        app.get(format!("/zh/promise/{absent}")).await.expect(404);
    }
}

async fn what_sources_state_stands_beside_what_is_recorded(db: TestDb) {
    let (app, clock) = TestApp::start(db).await;
    let page = "/zh/promise/2021";
    assert!(
        !app.get(page)
            .await
            .expect(200)
            .text()
            .contains("id=\"stated\"")
    );
    let path = "/api/v1/editions/2021";
    let stated = json!({"stated": [
        {"what": "held_so_far", "value": 17, "on": "2021-06-20"},
        {"what": "<b>guests</b>", "value": 12.5, "on": "2021-06-20"},
    ]});
    app.call(Method::PATCH, path)
        .token(&app.tokens.office)
        .if_match(&app.get(path).await.etag())
        .json(&stated)
        .send()
        .await
        .expect(200);
    let it = app.announced(json!({"when": day("2021-06-10")})).await;
    clock.advance(TimeDelta::days(20));
    let said = async |path: &str| {
        let html = app.get(path).await.expect(200).text();
        text(between(&html, "id=\"stated\"", "</section>"))
    };
    let none = "截至2021年6月20日已举办场次：来源称 17，本站记录 0。";
    assert!(said(page).await.contains(none));
    app.act(&it, "hold", json!({})).await.expect(200);
    let one = "截至2021年6月20日已举办场次：来源称 17，本站记录 1。";
    assert!(said(page).await.contains(one));
    let one = "Held by 20 Jun 2021: a source states 17, recorded here 1.";
    assert!(said("/en/promise/2021").await.contains(one));
    let other = "<b>guests</b>（2021年6月20日）：来源称 12.5，本站无对应统计。";
    assert!(said(page).await.contains(other));
    let html = app.get(page).await.expect(200).text();
    assert!(!html.contains("<b>guests"), "{html}");
}

async fn a_promise_that_nobody_made_has_no_page(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    for there in ["2021", "2022"] {
        let html = app.get(format!("/zh/promise/{there}")).await.expect(200);
        assert!(html.text().contains(&format!("{there}年的承诺")));
    }
    for absent in [
        "2020", "2023", "21", "+021", "0000", "9999", "02021", "soon",
    ] {
        app.get(format!("/zh/promise/{absent}")).await.expect(404);
    }
    // The one of 2022 leads to the one of 2021, and back.
    for (page, other) in [("2022", "2021"), ("2021", "2022")] {
        let html = app.get(format!("/zh/promise/{page}")).await.expect(200);
        let link = format!("<li><a href=\"/zh/promise/{other}\">{other}</a></li>");
        assert!(html.text().contains(&link), "{page}");
    }
}
