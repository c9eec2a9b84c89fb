//! `POST /imports`.

use encoding_rs::GB18030;
use hyper::Method;
use serde_json::{Value, json};

use crate::support::{
    app::TestApp,
    db::{TestDb, on_both},
    http::Call,
};

on_both!(
    a_table_becomes_drafts_and_the_answer_says_which,
    a_repeated_request_has_the_first_answer_and_one_effect,
    what_cannot_be_taken_is_a_clear_problem_and_nothing_is_written,
);

const TABLE: &str = "标题,开始,区\n中英路演,2021年7月8日,海淀\n";

fn post(
    app: &TestApp,
    token: &str,
    query: &str,
    content_type: &str,
    body: impl Into<bytes::Bytes>,
) -> Call {
    app.call(Method::POST, format!("/api/v1/imports{query}"))
        .token(token)
        .bytes(content_type, body)
}

async fn public(app: &TestApp) -> usize {
    let answer = app.get("/api/v1/activities").await.expect(200).json();
    answer["activities"].as_array().unwrap().len()
}

async fn a_table_becomes_drafts_and_the_answer_says_which(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let (gb18030, _, _) = GB18030.encode(TABLE);
    let gb18030 = gb18030.into_owned();
    let token = &app.tokens.haidian;
    let dry = post(&app, token, "?dry_run=true", "text/csv", gb18030.clone())
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!(
        (&dry["dry_run"], &dry["as"], &dry["encoding"]),
        (&json!(true), &json!("drafts"), &json!("gb18030"))
    );
    assert_eq!(
        dry["activities"],
        json!([{"pointer": "/lines/2", "id": null, "slug": "2021", "title": {"zh": "中英路演"}, "change": "create", "notices": 0,
            "when": {"precision": "day", "starts_on": "2021-07-08"}, "location": "海淀"}])
    );
    let wet = post(&app, token, "", "text/csv; charset=GBK", gb18030)
        .send()
        .await
        .expect(200)
        .json();
    let id = wet["activities"][0]["id"].as_str().unwrap().to_owned();
    assert_eq!(public(&app).await, 0);
    let mine = app
        .call(Method::GET, format!("/api/v1/activities/{id}"))
        .token(token)
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!(
        (&mine["status"], &mine["office"], &mine["edition"]),
        (&json!("draft"), &json!("haidian"), &json!(2021))
    );
    let announced = post(
        &app,
        token,
        "?as=announced&kind=roadshow&district=daxing",
        "text/csv",
        "title_zh,edition\n甲,2022\n",
    );
    assert_eq!(announced.send().await.expect(200).json()["notices"], 1);
    let shown = app
        .get("/api/v1/activities?district=daxing&kind=roadshow&edition=2022")
        .await
        .expect(200)
        .json();
    assert_eq!(shown["activities"][0]["title"]["zh"], "甲");
}

async fn a_repeated_request_has_the_first_answer_and_one_effect(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let ask = |body: &'static str| {
        post(&app, &app.tokens.office, "?as=announced", "text/csv", body)
            .key("k1")
            .send()
    };
    let first = ask("title_zh,edition\n甲,2021\n").await.expect(200);
    let second = ask("title_zh,edition\n甲,2021\n").await.expect(200);
    assert_eq!(first.body, second.body);
    assert_eq!(app.head().await, 1);
    ask("title_zh,edition\n乙,2021\n").await.expect(422);
}

async fn what_cannot_be_taken_is_a_clear_problem_and_nothing_is_written(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    let office = app.tokens.office.clone();
    let nested = format!("BEGIN:VCALENDAR\r\n{}", "BEGIN:VEVENT\r\n".repeat(100_000));
    let cases: Vec<(u16, &str, Call)> = vec![
        (
            401,
            "token",
            app.call(Method::POST, "/api/v1/imports")
                .bytes("text/csv", TABLE),
        ),
        (
            403,
            "partner",
            post(&app, &app.tokens.partner, "", "text/csv", TABLE),
        ),
        (
            403,
            "chaoyang",
            post(
                &app,
                &app.tokens.haidian,
                "",
                "text/csv",
                "title_zh,edition,office\n甲,2021,朝阳\n",
            ),
        ),
        (
            415,
            "text/html",
            post(&app, &office, "", "text/html", TABLE),
        ),
        (
            415,
            "latin1",
            post(&app, &office, "", "text/csv; charset=latin1", TABLE),
        ),
        (
            400,
            "published",
            post(&app, &office, "?as=published", "text/csv", TABLE),
        ),
        (
            400,
            "dryrun",
            post(&app, &office, "?dryrun=true", "text/csv", TABLE),
        ),
        (
            400,
            "pudong",
            post(&app, &office, "?district=pudong", "text/csv", TABLE),
        ),
        (
            422,
            "nested",
            post(&app, &office, "", "text/calendar", nested),
        ),
        (
            422,
            "not JSON",
            post(&app, &office, "", "application/json", "{"),
        ),
        (
            422,
            "yueli/1",
            post(&app, &office, "", "application/json", "{}"),
        ),
        (
            422,
            "titel",
            post(&app, &office, "", "text/csv", "titel\n甲\n"),
        ),
        (
            422,
            "UTF-16",
            post(&app, &office, "", "text/csv", b"\xFF\xFEt\0i".to_vec()),
        ),
        (
            413,
            "bytes",
            post(&app, &office, "", "text/csv", vec![b'a'; 16_777_217]),
        ),
    ];
    for (status, says, call) in cases {
        let answer = call.send().await.expect(status);
        assert_eq!(
            answer.header("content-type"),
            "application/problem+json",
            "{says}"
        );
        assert!(answer.text().contains(says), "{says}: {}", answer.text());
    }
    // Three faulty rows at once, each at its line and column.
    let table = "title_zh,edition,starts,live_url\n甲,2021,7/8/2021,\n乙,1999,,\n丙,2021,,javascript:alert(1)\n丁,2021,,\n";
    let problem = post(&app, &office, "", "text/csv", table)
        .send()
        .await
        .expect(422)
        .json();
    let pointers: Vec<&Value> = problem["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| &error["pointer"])
        .collect();
    assert_eq!(
        pointers,
        ["/lines/2/starts", "/lines/3/edition", "/lines/4/live_url"]
    );
    assert_eq!((public(&app).await, app.head().await), (0, 0));
    let drafts = app
        .call(Method::GET, "/api/v1/activities?status=draft")
        .token(&office)
        .send()
        .await
        .expect(200)
        .json();
    assert_eq!(drafts["activities"], json!([]));
}
