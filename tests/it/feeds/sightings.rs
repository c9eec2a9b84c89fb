//! Which kinds of clients fetched which feed: what is counted and what is not, and who has not seen a change.

use std::sync::Arc;

use chrono::{NaiveDate, TimeDelta};
use entity::feed_sighting::{Entity, Model};
use hyper::Method;
use sea_orm::{ConnectionTrait, Database, EntityTrait, PaginatorTrait, QueryOrder};
use serde_json::json;
use yueli::{
    clock::ManualClock,
    commands::people::make_person,
    config::{Role as ServeRole, SecondFactorRule},
    domain::{client::Client, role::Role},
    sightings::Sighting,
    store::{pruning, saved, sightings},
};

use crate::support::{
    app::{NOW, TestApp, at},
    db::{TestDb, on_both},
    http::Answer,
};

on_both!(
    every_fetch_is_counted_by_feed_and_kind_of_clients_however_it_is_answered,
    what_is_no_fetch_of_a_feed_is_not_counted,
    subscriptions_that_people_keep_are_counted_together_without_their_names,
    who_has_not_seen_a_change_is_told_until_they_fetch_it,
    a_preview_says_how_many_kinds_of_clients_follow,
    a_database_that_fails_loses_no_count_and_keeps_no_feed_away,
    counts_of_several_instances_add_up,
    what_is_older_than_ninety_days_is_forgotten,
    who_may_not_see_it_is_refused_and_an_unknown_change_is_named,
);

const MAC: &str = "macOS/14.5 (23F79) dataaccessd/1.0";
const PHONE: &str = "iOS/17.5.1 (21F90) dataaccessd/1.0";
const GOOGLE: &str = "Google-Calendar-Importer";
const FEEDLY: &str =
    "Feedly/1.0 (+http://www.feedly.com/fetcher.html; 16 subscribers; like FeedFetcher-Google)";
const PASSWORD: &str = "a long enough password";

async fn start(db: TestDb) -> (TestApp, Arc<ManualClock>) {
    let clock = Arc::new(ManualClock::new(at(NOW)));
    let app = TestApp::start_with(db, clock.clone(), |settings| {
        settings.roles = vec![ServeRole::Web];
        settings.console.second_factor = SecondFactorRule::Optional;
    });
    (app.await, clock)
}

async fn fetched(app: &TestApp, path: &str, client: &str) -> Answer {
    let call = app.call(Method::GET, path).header("user-agent", client);
    call.send().await
}

/// What the database has after the program was stopped.
async fn kept(db: &TestDb) -> Vec<Model> {
    let connection = Database::connect(db.url()).await.unwrap();
    let rows = Entity::find()
        .order_by_asc(entity::feed_sighting::Column::Feed)
        .order_by_asc(entity::feed_sighting::Column::Client)
        .order_by_asc(entity::feed_sighting::Column::Day);
    let rows = rows.all(&connection).await.unwrap();
    connection.close().await.unwrap();
    rows
}

/// The cookie of somebody of a role.
async fn seated(app: &TestApp, role: Role) -> String {
    let db = &app.services.db;
    let login = "somebody".parse().unwrap();
    let password = Some(PASSWORD.to_owned());
    make_person(db, &login, role, password, &*app.services.clock)
        .await
        .unwrap();
    logged_in(app).await
}

/// The cookie of a new session of theirs.
async fn logged_in(app: &TestApp) -> String {
    let form = format!("login=somebody&password={}", PASSWORD.replace(' ', "+"));
    let call = app.call(Method::POST, "/console/login");
    let call = call.bytes("application/x-www-form-urlencoded", form);
    let answer = call.send().await.expect(303);
    let cookie = answer.header("set-cookie");
    cookie.split(';').next().unwrap().to_owned()
}

async fn console(app: &TestApp, cookie: &str, path: &str) -> Answer {
    let call = app.call(Method::GET, path).header("cookie", cookie);
    call.header("accept-language", "en").send().await
}

/// The part of the page about who has not seen a change.
fn unseen(page: &str) -> String {
    let part = page.split("id=\"unseen\"").nth(1).unwrap();
    part.split("</section>").next().unwrap().to_owned()
}

async fn every_fetch_is_counted_by_feed_and_kind_of_clients_however_it_is_answered(db: TestDb) {
    let (app, _clock) = start(db).await;
    app.announced(json!({})).await;
    let head = app.head().await;
    let all = "/feeds/zh/all.ics";
    for _ in 0..3 {
        // The first one is made, the others are at hand.
        fetched(&app, all, GOOGLE).await.expect(200);
    }
    let tag = fetched(&app, all, MAC).await.expect(200).etag();
    for _ in 0..4 {
        let call = app.call(Method::GET, all).header("user-agent", MAC);
        call.header("if-none-match", &tag).send().await.expect(304);
    }
    // Two ways of writing the same address.
    for comma in [",", "%2C"] {
        let path = format!("/feeds/en/all.rss?notice=rescheduled{comma}cancelled");
        fetched(&app, &path, FEEDLY).await.expect(200);
    }
    app.get("/feeds/zh/district/haidian.atom").await.expect(200);
    fetched(&app, "/feeds/zh/archive/2021-06.json", PHONE)
        .await
        .expect(200);
    let db = app.stop().await;
    let rows = kept(&db).await;
    let said: Vec<_> = rows
        .iter()
        .map(|row| (row.feed.as_str(), row.client.as_str(), row.requests))
        .collect();
    let mut expected = [
        ("en/all.rss?notice=rescheduled,cancelled", "feedly", 2),
        ("zh/all.ics", "apple-mac", 5),
        ("zh/all.ics", "google", 3),
        ("zh/archive/2021-06.json", "apple-mobile", 1),
        ("zh/district/haidian.atom", "unnamed", 1),
    ];
    expected.sort_unstable();
    let mut said = said;
    said.sort_unstable();
    assert_eq!(said, expected);
    for row in &rows {
        assert_eq!(row.position, head, "{row:?}");
        assert_eq!(row.last_seen_at, at(NOW));
        assert_eq!(row.day.to_string(), "2021-06-01");
        // A feed's address, a word of ours, and numbers: nothing of who asked.
        let told = format!("{row:?}");
        for personal in [
            "127.0.0.1",
            "::1",
            "14.5",
            "23F79",
            "17.5",
            "subscribers",
            "http",
        ] {
            assert!(!told.contains(personal), "{personal} in {told}");
        }
        assert!(row.client.parse::<Client>().is_ok());
    }
}

async fn what_is_no_fetch_of_a_feed_is_not_counted(db: TestDb) {
    let (app, _clock) = start(db).await;
    let activity = app.announced(json!({})).await;
    let head = app.call(Method::HEAD, "/feeds/zh/all.ics");
    for _ in 0..3 {
        head.clone().send().await.expect(200);
    }
    app.get("/feeds/zh/edition/1999.ics").await.expect(404);
    app.get("/feeds/zh/all.ics?kind=nonsense").await.expect(400);
    app.get("/feeds/zh/all.ics?utm_source=x").await.expect(301);
    let file = format!("/feeds/zh/activity/{}.ics?download=1", activity.id);
    app.get(file).await.expect(200);
    app.get("/feeds/zh/feeds.opml").await.expect(200);
    app.get("/feeds/icon.png").await.expect(200);
    app.get("/zh/").await.expect(200);
    app.get("/zh/").await.expect(200);
    let db = app.stop().await;
    assert_eq!(kept(&db).await, []);
}

async fn subscriptions_that_people_keep_are_counted_together_without_their_names(db: TestDb) {
    let (app, _clock) = start(db).await;
    app.announced(json!({})).await;
    for district in ["haidian", "chaoyang"] {
        let form = format!("district={district}&lang=zh&cancelled=&alarm=&highlight=");
        let call = app.call(Method::POST, "/zh/saved");
        let call = call.bytes("application/x-www-form-urlencoded", form);
        call.send().await.expect(303);
    }
    let rows = saved::page(app.services.db.reader(), "", 10).await.unwrap();
    assert_eq!(rows.len(), 2);
    for row in &rows {
        for _ in 0..2 {
            let path = format!("/s/{}.ics", row.id);
            fetched(&app, &path, PHONE).await.expect(200);
        }
    }
    let db = app.stop().await;
    let kept = kept(&db).await;
    assert_eq!(kept.len(), 1, "{kept:?}");
    assert_eq!((kept[0].feed.as_str(), kept[0].requests), ("saved", 4));
}

async fn who_has_not_seen_a_change_is_told_until_they_fetch_it(db: TestDb) {
    let (app, clock) = start(db).await;
    let activity = app.announced(json!({})).await;
    let cookie = seated(&app, Role::Viewer).await;
    for _ in 0..2 {
        for client in [GOOGLE, MAC] {
            fetched(&app, "/feeds/zh/all.ics", client).await.expect(200);
        }
        let other = "/feeds/zh/district/chaoyang.ics";
        fetched(&app, other, PHONE).await.expect(200);
        fetched(&app, "/feeds/en/district/haidian.rss", FEEDLY)
            .await
            .expect(200);
    }
    clock.advance(TimeDelta::hours(1));
    let body = json!({"when": {"precision": "day", "starts_on": "2021-07-20"}});
    app.act(&activity, "reschedule", body).await.expect(200);
    let page = format!("/console/feeds?notice={}", app.head().await);
    let shown = console(&app, &cookie, &page).await.expect(200).text();
    let part = unseen(&shown);
    for there in [
        "Google Calendar",
        "Apple Calendar (Mac)",
        "Feedly",
        "zh/all.ics",
    ] {
        assert!(part.contains(there), "{there} in {part}");
    }
    assert!(part.contains("concerns: 3; of these have it: 0"), "{part}");
    assert!(
        !part.contains("iPhone"),
        "chaoyang is not concerned: {part}"
    );
    assert!(shown.contains("iPhone"), "but it follows: {shown}");

    fetched(&app, "/feeds/zh/all.ics", GOOGLE).await.expect(200);
    let part = unseen(&console(&app, &cookie, &page).await.expect(200).text());
    assert!(!part.contains("Google"), "{part}");
    assert!(part.contains("concerns: 3; of these have it: 1"), "{part}");

    // What is at hand counts too, and so does what is not modified.
    let tag = fetched(&app, "/feeds/zh/all.ics", MAC).await.etag();
    let news = app.call(Method::GET, "/feeds/en/district/haidian.rss");
    let news = news.header("user-agent", FEEDLY);
    news.header("if-none-match", &tag).send().await.expect(200);
    let part = unseen(&console(&app, &cookie, &page).await.expect(200).text());
    assert!(
        part.contains("have it.") && !part.contains("<table"),
        "{part}"
    );

    // Whoever did not come for two weeks follows no more.
    clock.advance(TimeDelta::days(16));
    let cookie = logged_in(&app).await;
    let part = unseen(&console(&app, &cookie, &page).await.expect(200).text());
    assert!(part.contains("Nobody fetched"), "{part}");
}

async fn a_preview_says_how_many_kinds_of_clients_follow(db: TestDb) {
    let (app, _clock) = start(db).await;
    let activity = app.announced(json!({})).await;
    let cookie = seated(&app, Role::Office).await;
    fetched(&app, "/feeds/zh/all.ics", GOOGLE).await.expect(200);
    fetched(&app, "/feeds/en/all.ics", GOOGLE).await.expect(200);
    fetched(&app, "/feeds/zh/kind/roadshow.ics", MAC)
        .await
        .expect(200);
    fetched(&app, "/feeds/zh/district/chaoyang.ics", PHONE)
        .await
        .expect(200);
    fetched(&app, "/feeds/zh/all.rss", FEEDLY).await.expect(200);
    // Whoever looks at it has it written down.
    console(&app, &cookie, "/console/feeds").await.expect(200);
    let version = activity
        .etag
        .trim_matches(|c| c == '"' || c == 'v')
        .to_owned();
    let call = app.call(
        Method::POST,
        format!("/console/activities/{}/cancel", activity.id),
    );
    let call = call
        .header("cookie", &cookie)
        .header("accept-language", "en");
    let form = format!("version={version}&step=look");
    let call = call.bytes("application/x-www-form-urlencoded", form);
    let page = call.send().await.expect(200).text();
    for said in [
        "fetched such calendars in the last 14 days: 2",
        "fetched such news in the last 14 days: 1",
    ] {
        assert!(page.contains(said), "{said} in {page}");
    }
}

async fn a_database_that_fails_loses_no_count_and_keeps_no_feed_away(db: TestDb) {
    let (app, _clock) = start(db).await;
    app.announced(json!({})).await;
    let cookie = seated(&app, Role::Viewer).await;
    let run = async |sql: &str| {
        let db = app.services.db.writer();
        db.execute_unprepared(sql).await.unwrap();
    };
    run("ALTER TABLE feed_sightings RENAME TO away").await;
    for _ in 0..2 {
        fetched(&app, "/feeds/zh/all.ics", GOOGLE).await.expect(200);
    }
    let answer = console(&app, &cookie, "/console/feeds").await;
    assert!(answer.status.is_server_error(), "{}", answer.text());
    fetched(&app, "/feeds/zh/all.ics", GOOGLE).await.expect(200);
    run("ALTER TABLE away RENAME TO feed_sightings").await;
    console(&app, &cookie, "/console/feeds").await.expect(200);
    fetched(&app, "/feeds/zh/all.ics", GOOGLE).await.expect(200);
    let db = app.stop().await;
    let kept = kept(&db).await;
    assert_eq!(kept.len(), 1, "{kept:?}");
    assert_eq!(kept[0].requests, 4);
}

async fn counts_of_several_instances_add_up(db: TestDb) {
    let (app, _clock) = start(db).await;
    let db = app.services.db.clone();
    let sighting = |requests, minutes, position| Sighting {
        feed: "zh/all.ics".into(),
        client: Client::Google,
        day: NaiveDate::from_ymd_opt(2021, 6, 1).unwrap(),
        requests,
        last_seen_at: at(NOW) + TimeDelta::minutes(minutes),
        position,
    };
    for (requests, minutes, position) in [(2, 5, 7), (3, 1, 9), (1, 3, 8)] {
        let tx = db.begin().await.unwrap();
        sightings::add(&tx, &[sighting(requests, minutes, position)])
            .await
            .unwrap();
        tx.commit().await.unwrap();
    }
    let since = NaiveDate::from_ymd_opt(2021, 5, 20).unwrap();
    let latest = sightings::latest(db.reader(), since, 10).await.unwrap();
    assert_eq!(latest.len(), 1);
    let seen = &latest[0];
    assert_eq!((seen.requests, seen.position), (6, 9));
    assert_eq!(seen.last_seen_at, at(NOW) + TimeDelta::minutes(5));
    assert_eq!(seen.client, Client::Google);
}

async fn what_is_older_than_ninety_days_is_forgotten(db: TestDb) {
    let (app, _clock) = start(db).await;
    let (db, now) = (app.services.db.clone(), app.services.now());
    let today = NaiveDate::from_ymd_opt(2021, 6, 1).unwrap();
    let on = |n: usize, age: i64| Sighting {
        feed: format!("zh/all.ics?n={n}").into(),
        client: Client::Browser,
        day: today - TimeDelta::days(age),
        requests: 1,
        last_seen_at: now - TimeDelta::days(age),
        position: 1,
    };
    // More than one statement takes, both ways.
    let mut rows: Vec<Sighting> = (0..2_500).map(|n| on(n, 91)).collect();
    rows.push(on(0, 90));
    let tx = db.begin().await.unwrap();
    sightings::add(&tx, &rows).await.unwrap();
    tx.commit().await.unwrap();
    let gone = pruning::sightings(db.writer(), now).await.unwrap();
    assert_eq!(gone, 2_500);
    assert_eq!(Entity::find().count(db.reader()).await.unwrap(), 1);
}

async fn who_may_not_see_it_is_refused_and_an_unknown_change_is_named(db: TestDb) {
    let (app, _clock) = start(db).await;
    app.get("/console/feeds").await.expect(303);
    let cookie = seated(&app, Role::Viewer).await;
    let page = console(&app, &cookie, "/console/feeds").await.expect(200);
    assert!(page.text().contains("Nothing was published yet"));
    let page = console(&app, &cookie, "/console/feeds?notice=%3Cb%3E99").await;
    let page = page.expect(422).text();
    assert!(page.contains("there is no change &#60;b&#62;99"), "{page}");
    let db = app.stop().await;
    let (app, _clock) = start(db).await;
    let login = "partner".parse().unwrap();
    let password = Some(PASSWORD.to_owned());
    let clock = &*app.services.clock;
    make_person(&app.services.db, &login, Role::Partner, password, clock)
        .await
        .unwrap();
    let form = format!("login=partner&password={}", PASSWORD.replace(' ', "+"));
    let call = app.call(Method::POST, "/console/login");
    let call = call.bytes("application/x-www-form-urlencoded", form);
    let answer = call.send().await.expect(303);
    let cookie = answer.header("set-cookie").split(';').next().unwrap();
    console(&app, cookie, "/console/feeds").await.expect(403);
}
