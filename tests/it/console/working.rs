//! The daily work: reviews, moves that are looked at first, two editors, forms that are sent twice, texts that bite.

use sea_orm::{ConnectionTrait, Statement};
use serde_json::json;
use yueli::config::SecondFactorRule;

use super::seat::{Seat, hidden};
use crate::support::{
    app::TestApp,
    db::{TestDb, on_both},
};

on_both!(
    a_review_goes_to_and_fro_and_stays_between_the_offices,
    looking_at_a_move_changes_nothing_and_shows_what_is_told_then,
    a_form_that_is_sent_twice_is_done_once_and_a_stale_one_not_at_all,
    the_second_editor_sees_what_the_first_changed_and_loses_nothing,
    no_text_of_anybody_becomes_markup,
);

async fn optional(db: TestDb) -> TestApp {
    super::second_factor::app(db, SecondFactorRule::Optional)
        .await
        .0
}

async fn a_review_goes_to_and_fro_and_stays_between_the_offices(db: TestDb) {
    let app = optional(db).await;
    let district = Seat::take(&app, "haidian", "district:haidian").await;
    let office = Seat::take(&app, "office", "office").await;
    let id = district.draft("一场路演", &[]).await;
    let at = format!("/console/activities/{id}");
    let comment = "只有两个单位知道的话";
    let step = async |seat: &Seat<'_>, action: &str, fields: &[(&str, &str)]| {
        let path = format!("{at}/{action}");
        let page = seat.get(&path).await.expect(200).text();
        let version = hidden(&page, "version");
        let mut sent = vec![("version", version.as_str()), ("step", "do")];
        sent.extend(fields);
        seat.post(&path, &sent).await.expect(303);
    };
    step(&district, "submit", &[]).await;
    assert!(office.get("/console").await.text().contains("一场路演"));
    step(&office, "return", &[("/comment", comment)]).await;
    assert!(district.get("/console").await.text().contains(comment));
    assert!(district.get(&at).await.text().contains(comment));
    step(&district, "submit", &[]).await;
    step(&office, "announce", &[]).await;
    assert!(
        district
            .get("/console")
            .await
            .text()
            .contains("Announced by")
    );
    let slug = app
        .get(format!("/api/v1/activities/{id}"))
        .await
        .expect(200)
        .json();
    for path in [
        format!("/api/v1/activities/{id}"),
        "/api/v1/notices?limit=500".to_owned(),
        "/feeds/zh/all.ics".to_owned(),
        "/feeds/zh/all.rss".to_owned(),
        format!("/zh/e/{id}-{}", slug["slug"].as_str().unwrap()),
    ] {
        let answer = app.get(&path).await.expect(200).text();
        assert!(!answer.contains(comment), "{path}");
    }
    // Whoever withdraws it takes down what was said too.
    step(&office, "withdraw", &[("/reason/code", "other")]).await;
    assert!(!office.get(&at).await.text().contains(comment));
}

async fn counts(app: &TestApp) -> Vec<(String, i64)> {
    let db = app.services.db.reader();
    let mut counts = Vec::new();
    for sql in [
        "SELECT COUNT(*) AS n FROM notices",
        "SELECT COUNT(*) AS n FROM comments",
        "SELECT COUNT(*) AS n FROM idempotency_keys",
        "SELECT CAST(SUM(version) AS BIGINT) AS n FROM activities",
        "SELECT position AS n FROM log_head",
    ] {
        let row = db.query_one_raw(Statement::from_string(app.services.db.backend(), sql));
        let n: i64 = row.await.unwrap().unwrap().try_get("", "n").unwrap();
        counts.push((sql.to_owned(), n));
    }
    counts
}

async fn looking_at_a_move_changes_nothing_and_shows_what_is_told_then(db: TestDb) {
    let app = optional(db).await;
    let office = Seat::take(&app, "office", "office").await;
    let seen = app
        .announced(json!({"venue": {"name": {"zh": "会议中心"}}}))
        .await;
    let other = app
        .announced(
            json!({"title": {"zh": "另一场"}, "venue": {"name": {"zh": "会议中心"}},
        "when": {"precision": "day", "starts_on": "2021-10-02"}}),
        )
        .await;
    let id = seen.path().rsplit('/').next().unwrap().to_owned();
    let at = format!("/console/activities/{id}/reschedule");
    let version = hidden(&office.get(&at).await.expect(200).text(), "version");
    let fields = [
        ("version", version.as_str()),
        ("/when/precision", "day"),
        ("/when/starts_on", "2021-10-02"),
        ("/reason/code", "venue"),
        ("/reason/zh", "场地调整"),
    ];
    let before = counts(&app).await;
    let page = office.post(&at, &fields).await.expect(200).text();
    assert_eq!(counts(&app).await, before);
    // A holiday, and somebody in the same place.
    assert!(page.contains("National Day"), "{page}");
    assert!(page.contains("另一场"), "{page}");
    let _ = other;
    let mut sent = fields.to_vec();
    sent.push(("step", "do"));
    office.post(&at, &sent).await.expect(303);
    let feed = app.get("/feeds/zh/all.json").await.expect(200).json();
    let title = feed["items"][0]["title"].as_str().unwrap().to_owned();
    assert!(page.contains(&title), "{title}");
    assert_eq!(app.get(seen.path()).await.json()["revision"], 2);
    assert!(page.contains("revision 2"));
}

async fn a_form_that_is_sent_twice_is_done_once_and_a_stale_one_not_at_all(db: TestDb) {
    let app = optional(db).await;
    let office = Seat::take(&app, "office", "office").await;
    let page = office
        .get("/console/activities/new")
        .await
        .expect(200)
        .text();
    let key = hidden(&page, "key");
    let fields = [
        ("key", key.as_str()),
        ("/edition", "2021"),
        ("/strand", "year_round"),
        ("/title/zh", "只有一场"),
    ];
    let one = office
        .post("/console/activities/new", &fields)
        .await
        .expect(303);
    let two = office
        .post("/console/activities/new", &fields)
        .await
        .expect(303);
    assert_eq!(one.header("location"), two.header("location"));
    let seen = app.announced(json!({})).await;
    let id = seen.path().rsplit('/').next().unwrap().to_owned();
    let at = format!("/console/activities/{id}/cancel");
    let page = office.get(&at).await.expect(200).text();
    let (key, version) = (hidden(&page, "key"), hidden(&page, "version"));
    let fields = [
        ("key", key.as_str()),
        ("version", version.as_str()),
        ("step", "do"),
        ("/reason/code", "weather"),
    ];
    let head = app.head().await;
    office.post(&at, &fields).await.expect(303);
    office.post(&at, &fields).await.expect(303);
    assert_eq!(app.head().await, head + 1);
    let stale = [("version", version.as_str()), ("step", "do")];
    office
        .post(&format!("/console/activities/{id}/reinstate"), &stale)
        .await
        .expect(409);
    assert_eq!(app.head().await, head + 1);
}

async fn the_second_editor_sees_what_the_first_changed_and_loses_nothing(db: TestDb) {
    let app = optional(db).await;
    let first = Seat::take(&app, "first", "office").await;
    let second = Seat::take(&app, "second", "office").await;
    let id = first
        .draft("原来的名称", &[("/summary/zh", "原来的简介")])
        .await;
    let at = format!("/console/activities/{id}/edit");
    let page = second.get(&at).await.expect(200).text();
    let (version, base) = (hidden(&page, "version"), hidden(&page, "base"));
    let common = [
        ("/edition", "2021"),
        ("/strand", "year_round"),
        ("/kind", "roadshow"),
        ("/when/precision", "day"),
        ("/when/starts_on", "2021-12-01"),
        ("/office", "city"),
        ("version", &version),
        ("base", &base),
    ];
    let of = |fields: &[(&'static str, &'static str)]| {
        let mut sent = common.to_vec();
        sent.extend(fields);
        sent
    };
    let sent = of(&[("/title/zh", "第一位的名称"), ("/summary/zh", "原来的简介")]);
    first.post(&at, &sent).await.expect(303);
    let sent = of(&[("/title/zh", "原来的名称"), ("/summary/zh", "第二位的简介")]);
    let page = second.post(&at, &sent).await.expect(409).text();
    assert!(
        page.contains("<del>原来的名称</del>") && page.contains("<ins>第一位的名称</ins>"),
        "{page}"
    );
    assert!(page.contains("第二位的简介"));
    let (version, base) = (hidden(&page, "version"), hidden(&page, "base"));
    let sent = [
        ("/title/zh", String::new()),
        ("/summary/zh", "第二位的简介".to_owned()),
        ("version", version),
        ("base", base),
        ("/edition", "2021".to_owned()),
        ("/strand", "year_round".to_owned()),
        ("/office", "city".to_owned()),
    ];
    // The input of the title holds what the first one made of it.
    let value = page
        .split("name=\"/title/zh\" type=\"text\" value=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    assert_eq!(value, "第一位的名称");
    let sent: Vec<(&str, &str)> = sent
        .iter()
        .map(|(name, text)| {
            (
                *name,
                if *name == "/title/zh" {
                    value
                } else {
                    text.as_str()
                },
            )
        })
        .collect();
    second.post(&at, &sent).await.expect(303);
    let page = first.get(&format!("/console/activities/{id}")).await.text();
    assert!(page.contains("第一位的名称") && page.contains("第二位的简介"));
}

async fn no_text_of_anybody_becomes_markup(db: TestDb) {
    let app = optional(db).await;
    let office = Seat::take(&app, "office", "office").await;
    let bites = [
        "<script>alert(1)</script>",
        "\"><img src=x onerror=alert(1)>",
        "' onmouseover='alert(1)",
        "</textarea><script>alert(2)</script>",
        "</title><script>alert(3)</script>",
    ];
    for bite in bites {
        let title = format!("路演{bite}");
        let fields = [
            ("/title/en", bite),
            ("/summary/zh", bite),
            ("/description/zh", bite),
            ("/venue/name/zh", bite),
            ("/venue/address/zh", bite),
            ("/organizers/0/role", bite),
            ("/organizers/0/name/zh", bite),
            ("/contact/name", bite),
            ("/contact/phone", bite),
            ("/outcomes/0/zh", bite),
            ("/sources/0/title", bite),
            ("/figures/0/what", bite),
            ("/figures/0/value", "1"),
            ("/figures/0/qualifier", "exact"),
        ];
        let id = office.draft(&title, &fields).await;
        let at = format!("/console/activities/{id}");
        let look = [("version", "1"), ("/comment", bite), ("step", "look")];
        let mut pages = vec![
            office.get(&at).await,
            office.get(&format!("{at}/edit")).await,
            office.post(&format!("{at}/announce"), &look).await,
            office.get("/console").await,
            office.get("/console/activities").await,
            office
                .post("/console/filters", &[("name", bite), ("query", bite)])
                .await,
            office
                .get(&format!(
                    "/console/activities?q={}&status={}",
                    "x", "%3Cscript%3Ealert(1)%3C/script%3E"
                ))
                .await,
            office
                .post(
                    "/console/login",
                    &[("login", bite), ("password", "x"), ("next", bite)],
                )
                .await,
            office
                .post(
                    "/console/activities/new",
                    &[("/title/zh", ""), ("/summary/zh", bite), ("/edition", bite)],
                )
                .await,
        ];
        let done = [("version", "1"), ("/comment", bite), ("step", "do")];
        office
            .post(&format!("{at}/announce"), &done)
            .await
            .expect(303);
        let reason = [
            ("version", "2"),
            ("/reason/zh", bite),
            ("/reason/code", "other"),
            ("step", "do"),
        ];
        office
            .post(&format!("{at}/postpone"), &reason)
            .await
            .expect(303);
        pages.push(office.get(&at).await);
        for path in [
            "/zh/",
            "/en/notices",
            "/zh/agenda",
            "/feeds/zh/all.rss",
            "/feeds/zh/all.atom",
        ] {
            pages.push(app.get(path).await);
        }
        for page in pages {
            let page = page.text();
            for live in ["<script>alert", "<img src=x", "' onmouseover='alert"] {
                assert!(!page.contains(live), "{bite}: {page}");
            }
        }
    }
    let refused = office
        .post(
            "/console/activities/new",
            &[
                ("/edition", "2021"),
                ("/strand", "year_round"),
                ("/title/zh", "x"),
                ("/live_url", "javascript:alert(1)"),
            ],
        )
        .await;
    refused.expect(422);
}
