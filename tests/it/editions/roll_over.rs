//! An edition rolled over to a later year, and what stays as it was.

use hyper::Method;
use serde_json::{Value, json};

use super::{EDITIONS, edition};
use crate::support::{
    app::TestApp,
    db::{TestDb, on_both},
    http::pointers,
};

on_both!(
    the_next_edition_takes_over_what_stays_the_same,
    a_later_year_and_new_words_may_be_given,
    what_cannot_be_rolled_over_is_refused_by_name,
    only_the_organising_office_rolls_over,
    a_repeated_request_gets_the_first_answer,
    one_year_gets_one_edition_however_many_roll_over,
    feeds_stay_as_they_are_and_the_new_years_answer,
);

async fn the_next_edition_takes_over_what_stays_the_same(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    app.with_edition(2026).await;
    let old = app.get(format!("{EDITIONS}/2026")).await.expect(200);
    let made = app.roll_over(2026, json!({})).await.expect(201);
    let path = format!("{EDITIONS}/2027");
    assert_eq!(made.header("location"), path);
    let mut expected = old.json();
    expected["year"] = json!(2027);
    expected["ordinal"] = json!(17);
    for unknown in ["main_from", "main_to", "promise_from"] {
        expected[unknown] = Value::Null;
    }
    expected["stated"] = json!([]);
    assert_eq!(made.json(), expected);
    let read = app.get(&path).await.expect(200);
    assert_eq!(
        (read.body.clone(), read.etag()),
        (made.body.clone(), made.etag())
    );
    let left = app.get(format!("{EDITIONS}/2026")).await.expect(200);
    assert_eq!(
        (left.body.clone(), left.etag()),
        (old.body.clone(), old.etag())
    );
    // It is an edition like any other: it changes, is rolled over in its turn, and is deleted.
    let change = json!({"promise_from": "2027-02"});
    let patched = app
        .call(Method::PATCH, &path)
        .token(&app.tokens.office)
        .if_match(&made.etag())
        .json(&change);
    let patched = patched.send().await.expect(200);
    let third = app.roll_over(2027, json!({})).await.expect(201).json();
    assert_eq!(
        (&third["year"], &third["ordinal"]),
        (&json!(2028), &json!(18))
    );
    let delete = app.call(Method::DELETE, &path).token(&app.tokens.office);
    delete.if_match(&patched.etag()).send().await.expect(204);
    assert_eq!(app.head().await, 0, "editions are not in the log");
}

async fn a_later_year_and_new_words_may_be_given(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    app.with_edition(2026).await;
    let given = json!({
        "year": 2029, "theme": {"zh": "新主题"}, "main_from": "2029-03-25", "main_to": "2029-03-29",
    });
    let made = app.roll_over(2026, given.clone()).await.expect(201);
    assert_eq!(made.header("location"), format!("{EDITIONS}/2029"));
    for (field, value) in given.as_object().unwrap() {
        assert_eq!(made.json()[field], *value);
    }
    assert_eq!(made.json()["ordinal"], 17, "the next one, not three later");
    app.get(format!("{EDITIONS}/2027")).await.expect(404);
    // What nobody counted is not counted now.
    let uncounted = app.roll_over(2022, json!({})).await.expect(201).json();
    assert_eq!(
        (&uncounted["year"], &uncounted["ordinal"]),
        (&json!(2023), &Value::Null)
    );
}

async fn what_cannot_be_rolled_over_is_refused_by_name(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    app.with_edition(2026).await;
    let before = app.get(EDITIONS).await.expect(200).body;
    for unknown in ["2025", "x", "99999999999"] {
        let path = format!("{EDITIONS}/{unknown}/roll-over");
        let call = app.post(&app.tokens.office, path, &json!({}));
        let problem = call.send().await.problem(404, "not-found");
        assert!(
            problem["detail"].as_str().unwrap().contains(unknown),
            "{problem}"
        );
    }
    for (year, body, taken) in [
        (2021, json!({}), "2022"),
        (2021, json!({"year": 2026}), "2026"),
    ] {
        let problem = app.roll_over(year, body).await.problem(409, "conflict");
        assert!(
            problem["detail"].as_str().unwrap().contains(taken),
            "{problem}"
        );
    }
    let bad = json!({
        "year": 2025, "theme": {"fr": "thème"}, "main_from": "2027-03-29", "main_to": "2027-03-25",
        "ordinal": 20, "promise_from": "2027-03",
    });
    let problem = app.roll_over(2026, bad).await.problem(422, "invalid-input");
    assert_eq!(
        pointers(&problem),
        [
            "/ordinal",
            "/promise_from",
            "/year",
            "/theme/fr",
            "/main_to"
        ]
    );
    for year in [json!(2026), json!(1899), json!(2200), json!("2027")] {
        let problem = app.roll_over(2026, json!({"year": year})).await;
        let problem = problem.problem(422, "invalid-input");
        assert_eq!(pointers(&problem), ["/year"]);
        let shown = year.to_string();
        assert!(
            problem["detail"].as_str().unwrap().contains(&shown),
            "{problem}"
        );
    }
    let problem = app.roll_over(2026, json!([])).await;
    assert_eq!(pointers(&problem.problem(422, "invalid-input")), [""]);
    let path = format!("{EDITIONS}/2026/roll-over?dry_run=true");
    let call = app.post(&app.tokens.office, path, &json!({}));
    call.send().await.problem(400, "invalid-parameter");
    assert_eq!(app.get(EDITIONS).await.expect(200).body, before);
}

async fn only_the_organising_office_rolls_over(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    app.with_edition(2026).await;
    let path = format!("{EDITIONS}/2026/roll-over");
    let bare = app.call(Method::POST, &path).json(&json!({}));
    bare.clone().send().await.problem(401, "unauthorised");
    bare.token("yl_wrong")
        .send()
        .await
        .problem(401, "unauthorised");
    for token in [
        &app.tokens.haidian,
        &app.tokens.chaoyang,
        &app.tokens.partner,
    ] {
        // An edition that is not there is none of their business either.
        for path in [&path, &format!("{EDITIONS}/2050/roll-over")] {
            let call = app.post(token, path, &json!({}));
            call.send().await.problem(403, "forbidden");
        }
    }
    app.get(format!("{EDITIONS}/2027")).await.expect(404);
    for (token, year) in [(&app.tokens.office, 2027), (&app.tokens.admin, 2028)] {
        let call = app.post(token, &path, &json!({"year": year}));
        call.send().await.expect(201);
    }
}

async fn a_repeated_request_gets_the_first_answer(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    app.with_edition(2026).await;
    let send = async |body: Value| {
        let path = format!("{EDITIONS}/2026/roll-over");
        let call = app.post(&app.tokens.office, path, &body);
        call.key("k-1").send().await
    };
    // What was refused is not remembered.
    send(json!({"colour": 1}))
        .await
        .problem(422, "invalid-input");
    let first = send(json!({})).await.expect(201);
    let again = send(json!({})).await.expect(201);
    for header in ["location", "etag"] {
        assert_eq!(again.header(header), first.header(header));
    }
    assert_eq!(again.body, first.body);
    let other = send(json!({"year": 2030})).await;
    other.problem(422, "idempotency-key-reused");
    app.roll_over(2026, json!({}))
        .await
        .problem(409, "conflict");
    app.get(format!("{EDITIONS}/2030")).await.expect(404);
}

async fn one_year_gets_one_edition_however_many_roll_over(db: TestDb) {
    let (app, _) = TestApp::start(db).await;
    app.with_edition(2026).await;
    let asked = (0..8).map(|i| {
        let app = &app;
        async move {
            // Some make it out of nothing meanwhile.
            let answer = match i % 2 {
                0 => app.roll_over(2026, json!({})).await,
                _ => {
                    let call = app.post(&app.tokens.admin, EDITIONS, &edition(2027));
                    call.send().await
                }
            };
            answer.status.as_u16()
        }
    });
    let mut answers = futures_util::future::join_all(asked).await;
    answers.sort_unstable();
    assert_eq!(answers, [vec![201], vec![409; 7]].concat());
}

async fn feeds_stay_as_they_are_and_the_new_years_answer(db: TestDb) {
    let (app, clock) = TestApp::start(db).await;
    app.with_edition(2026).await;
    let at_the_forum = |edition: i32| {
        json!({
            "edition": edition, "strand": "main_session", "section": "forum", "series": "global-roadshows",
            "highlight": true, "when": {"precision": "day", "starts_on": format!("{edition}-03-26")},
        })
    };
    app.announced(at_the_forum(2026)).await;
    let month = json!({"precision": "month", "month": "2026-05"});
    app.announced(json!({"edition": 2026, "when": month})).await;
    let calendars = ["zh", "en", "bi"].map(|language| {
        [
            "all",
            "planning",
            "highlights",
            "edition/2026",
            "edition/2021",
            "section/2026/forum",
            "section/2026/exhibition",
            "series/global-roadshows",
            "district/haidian",
            "kind/roadshow",
        ]
        .map(|scope| format!("/feeds/{language}/{scope}.ics"))
    });
    let news = ["rss", "atom", "json"].map(|format| {
        [
            "all",
            "edition/2026",
            "section/2026/forum",
            "archive/2021-06",
        ]
        .map(|scope| format!("/feeds/zh/{scope}.{format}"))
    });
    let selected = [
        "/feeds/zh/all.ics?section=forum",
        "/feeds/zh/all.rss?edition=2026",
    ];
    let feeds: Vec<String> = calendars
        .concat()
        .into_iter()
        .chain(news.concat())
        .chain(selected.map(str::to_owned))
        .collect();
    let mut before = Vec::new();
    for feed in &feeds {
        let answer = app.get(feed).await.expect(200);
        before.push((answer.etag(), answer.body));
    }
    let forum = "/feeds/zh/section/2026/forum.ics";
    assert!(app.get(forum).await.text().contains("BEGIN:VEVENT"));
    let new = [
        "/feeds/zh/section/2027/forum.ics",
        "/feeds/en/section/2027/exhibition.rss",
        "/feeds/bi/edition/2027.ics",
        "/feeds/zh/edition/2027.json",
    ];
    for feed in new {
        app.get(feed).await.expect(404);
    }

    // Stamps are to the second, so later ones would show.
    clock.advance(chrono::TimeDelta::minutes(1));
    app.roll_over(2026, json!({"theme": {"zh": "新主题"}}))
        .await
        .expect(201);
    for (feed, before) in feeds.iter().zip(&before) {
        let after = app.get(feed).await.expect(200);
        assert_eq!(after.etag(), before.0, "{feed}");
        assert_eq!(after.body, before.1, "{feed}");
        let again = app
            .call(Method::GET, feed)
            .header("if-none-match", &before.0);
        again.send().await.expect(304);
    }
    for feed in new {
        let answer = app.get(feed).await.expect(200);
        assert!(!answer.text().contains("BEGIN:VEVENT"), "{feed}");
    }

    // What comes into the new year comes into its feed, and into no other year's.
    let first = app.announced(at_the_forum(2027)).await;
    assert!(app.get(new[0]).await.expect(200).text().contains(&first.id));
    let place = feeds.iter().position(|feed| feed == forum).unwrap();
    let old = app.get(forum).await.expect(200);
    assert_eq!((old.etag(), old.body), before[place]);
}
