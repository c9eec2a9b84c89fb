//! Feeds over HTTP, from an editor's action to the bytes that a calendar app reads.

use std::{net::SocketAddr, sync::Arc};

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    task::JoinHandle,
};
use tokio_util::sync::CancellationToken;
use yueli::{
    app::App,
    clock::ManualClock,
    commands::{
        Services,
        act::{Act, Outcome, act},
        create_activity::create_activity,
    },
    config::Settings,
    domain::{
        action::Action,
        edition::Edition,
        input::read,
        role::{Caller, Role},
    },
    ids::ActivityId,
    store,
};

use crate::support::db::{TestDb, on_both};

on_both!(
    every_change_stands_in_calendar_and_news,
    a_change_in_one_district_leaves_the_others_feeds_alone,
    the_same_state_gives_the_same_bytes_after_a_restart_a_year_later,
    a_withdrawn_activity_is_gone_from_calendars_and_told_once,
    drafts_and_embargoed_activities_leave_no_trace,
);

/// A running program.
struct House {
    services: Services,
    clock: Arc<ManualClock>,
    address: SocketAddr,
    stop: CancellationToken,
    serving: JoinHandle<anyhow::Result<()>>,
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn roadshow() -> Value {
    json!({
        "edition": 2021, "strand": "year_round", "kind": "roadshow", "slug": "uk-china",
        "title": {"zh": "中英生命健康跨境路演", "en": "UK-China life and health roadshow"},
        "when": {"precision": "minute", "starts_at": "2021-07-08T14:00:00+08:00"},
        "districts": ["haidian"], "mode": "offline",
    })
}

impl House {
    async fn open(db: &TestDb, now: &str) -> Self {
        let clock = Arc::new(ManualClock::new(at(now)));
        let settings = Settings {
            listen: "127.0.0.1:0".parse().unwrap(),
            database_url: db.url().parse().unwrap(),
            public_base_url: Some("https://yueli.example".to_owned()),
            ..Settings::default()
        };
        let app = App::build(settings, Arc::clone(&clock) as _).await.unwrap();
        let (services, address, stop) = (
            app.services.clone(),
            app.address(),
            CancellationToken::new(),
        );
        let serving = tokio::spawn(app.serve(stop.clone()));
        Self {
            services,
            clock,
            address,
            stop,
            serving,
        }
    }

    /// A house with the edition of 2021.
    async fn furnished(db: &TestDb) -> Self {
        let house = Self::open(db, "2021-06-01T10:00:00+08:00").await;
        let edition: Edition =
            read(&json!({"year": 2021, "theme": {"zh": "智慧·健康·碳中和"}})).unwrap();
        let tx = house.services.db.begin().await.unwrap();
        store::reference::insert_edition(&tx, &edition)
            .await
            .unwrap();
        store::log::bump_reference(&tx).await.unwrap();
        tx.commit().await.unwrap();
        house.services.show().await;
        house
    }

    async fn close(self) {
        self.stop.cancel();
        self.serving.await.unwrap().unwrap();
    }

    fn admin() -> Caller {
        Caller {
            id: "tok_test".to_owned(),
            role: Role::Admin,
        }
    }

    async fn draft(&self, patch: Value) -> Outcome {
        let mut value = roadshow();
        yueli::domain::input::merge_patch(&mut value, &patch);
        create_activity(&self.services, Self::admin(), value, None)
            .await
            .unwrap()
    }

    /// An hour later, does something to what an outcome shows.
    async fn act(&self, on: &Outcome, action: Action) -> Outcome {
        self.clock.advance(TimeDelta::hours(1));
        let request = Act {
            caller: Self::admin(),
            id: on.activity.id.clone(),
            version: on.version,
            action,
            children: false,
            key: None,
        };
        let outcome = act(&self.services, request).await.unwrap();
        // Within the second of a change Last-Modified names the one before.
        self.clock.advance(TimeDelta::seconds(1));
        outcome
    }

    async fn announced(&self, patch: Value) -> Outcome {
        let draft = self.draft(patch).await;
        self.act(&draft, Action::Announce { publish_at: None })
            .await
    }

    async fn get(&self, path: &str) -> Reply {
        self.ask("GET", path, &[]).await
    }

    async fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Reply {
        let mut request = format!("{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n");
        for (name, value) in headers {
            request += &format!("{name}: {value}\r\n");
        }
        request += "\r\n";
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        Reply::read(&answer)
    }
}

/// An answer as it came over the wire.
#[derive(Debug, PartialEq)]
struct Reply {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Reply {
    fn read(answer: &[u8]) -> Self {
        let end = answer
            .windows(4)
            .position(|four| four == b"\r\n\r\n")
            .unwrap();
        let head = std::str::from_utf8(&answer[..end]).unwrap();
        let mut lines = head.split("\r\n");
        let status = lines
            .next()
            .unwrap()
            .split(' ')
            .nth(1)
            .unwrap()
            .parse()
            .unwrap();
        let headers = lines
            .map(|line| line.split_once(": ").unwrap())
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .collect();
        Self {
            status,
            headers,
            body: answer[end + 4..].to_vec(),
        }
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    /// What a feed is recognised by.
    fn identity(&self) -> (Vec<u8>, Option<String>, Option<String>) {
        assert_eq!(self.status, 200);
        let header = |name| self.header(name).map(str::to_owned);
        (self.body.clone(), header("etag"), header("last-modified"))
    }
}

fn moved_to(day: &str) -> Action {
    let when = read(&json!({"precision": "day", "starts_on": day})).unwrap();
    Action::Reschedule { when, reason: None }
}

fn count(text: &str, part: &str) -> usize {
    text.matches(part).count()
}

async fn every_change_stands_in_calendar_and_news(db: TestDb) {
    let house = House::furnished(&db).await;
    let mut outcome = house.announced(json!({})).await;
    let id = outcome.activity.id.clone();
    let postpone = Action::Postpone { reason: None };
    let steps = [
        (
            moved_to("2021-07-15"),
            "DTSTART;VALUE=DATE:20210715",
            "STATUS:CONFIRMED",
            "[改期]",
        ),
        (
            postpone,
            "DTSTART;VALUE=DATE:20210715",
            "STATUS:TENTATIVE",
            "[延期待定]",
        ),
        (
            Action::Reinstate { when: None },
            "DTSTART;VALUE=DATE:20210715",
            "STATUS:CONFIRMED",
            "[恢复]",
        ),
        (
            Action::Cancel { reason: None },
            "DTSTART;VALUE=DATE:20210715",
            "STATUS:CANCELLED",
            "[取消]",
        ),
    ];
    let uid = format!("UID:{}", outcome.activity.uid);
    for (n, (action, start, status, label)) in steps.into_iter().enumerate() {
        outcome = house.act(&outcome, action).await;
        for scope in [
            "all",
            "district/haidian",
            "edition/2021",
            &format!("activity/{id}"),
        ] {
            let calendar = house.get(&format!("/feeds/zh/{scope}.ics")).await;
            assert_eq!(calendar.status, 200, "{scope}");
            let sequence = format!("SEQUENCE:{}\r\n", n + 1);
            for line in [start, status, &uid, &sequence] {
                assert_eq!(
                    count(calendar.text(), line),
                    1,
                    "{line} in {scope} after {label}"
                );
            }
            let news = house.get(&format!("/feeds/zh/{scope}.rss")).await;
            assert_eq!(count(news.text(), "<item>"), n + 2, "{scope} after {label}");
            let newest = news.text().split("<item>").nth(1).unwrap();
            assert!(newest.contains(label), "{label} in {newest}");
            assert!(newest.contains(&format!("<yueli:revision>{}</yueli:revision>", n + 2)));
        }
        let other = house.get("/feeds/zh/district/xicheng.ics").await;
        assert_eq!(count(other.text(), "BEGIN:VEVENT"), 0);
    }
    house.close().await;
}

async fn a_change_in_one_district_leaves_the_others_feeds_alone(db: TestDb) {
    let house = House::furnished(&db).await;
    let haidian = house.announced(json!({})).await;
    house
        .announced(json!({"slug": "two", "districts": ["chaoyang"]}))
        .await;
    let paths = [
        "/feeds/zh/district/chaoyang.ics",
        "/feeds/en/district/chaoyang.rss",
    ];
    let mut before = Vec::new();
    for path in paths {
        before.push(house.get(path).await.identity());
    }
    let relocate = Action::Relocate {
        venue: None,
        districts: Some(vec![entity::vocab::District::Xicheng]),
        reason: None,
    };
    let haidian_before = house.get("/feeds/zh/district/haidian.ics").await;
    assert_eq!(count(haidian_before.text(), "BEGIN:VEVENT"), 1);
    house.act(&haidian, relocate).await;
    for (path, before) in paths.into_iter().zip(before) {
        assert_eq!(house.get(path).await.identity(), before, "{path}");
    }
    let left = house.get("/feeds/zh/district/haidian.ics").await;
    assert_eq!(
        count(left.text(), "BEGIN:VEVENT"),
        0,
        "it leaves by absence"
    );
    assert_ne!(
        left.header("last-modified"),
        haidian_before.header("last-modified")
    );
    let entered = house.get("/feeds/zh/district/xicheng.ics").await;
    assert_eq!(count(entered.text(), "BEGIN:VEVENT"), 1);
    for district in ["haidian", "xicheng"] {
        let news = house
            .get(&format!("/feeds/zh/district/{district}.rss"))
            .await;
        assert_eq!(count(news.text(), "[地点变更]"), 1, "{district}");
    }
    house.close().await;
}

async fn the_same_state_gives_the_same_bytes_after_a_restart_a_year_later(db: TestDb) {
    let house = House::furnished(&db).await;
    let outcome = house.announced(json!({})).await;
    house.act(&outcome, moved_to("2021-07-15")).await;
    let paths = [
        "/feeds/zh/all.ics",
        "/feeds/en/all.rss",
        "/feeds/en/district/haidian.ics",
        "/feeds/zh/edition/2021.rss",
    ];
    let mut before = Vec::new();
    for path in paths {
        before.push(house.get(path).await.identity());
    }
    house.close().await;
    let house = House::open(&db, "2022-06-01T10:00:00+08:00").await;
    for (path, before) in paths.into_iter().zip(before) {
        assert_eq!(house.get(path).await.identity(), before, "{path}");
    }
    house.close().await;
}

async fn a_withdrawn_activity_is_gone_from_calendars_and_told_once(db: TestDb) {
    let house = House::furnished(&db).await;
    let wrong = house
        .announced(json!({"title": {"zh": "误发的活动"}}))
        .await;
    let right = house.announced(json!({"slug": "right"})).await;
    let of = |id: &ActivityId, extension| format!("/feeds/zh/activity/{id}.{extension}");
    assert_eq!(house.get(&of(&wrong.activity.id, "ics")).await.status, 200);
    assert_eq!(
        count(house.get("/feeds/zh/all.rss").await.text(), "误发"),
        1
    );
    let withdraw = |by: Option<&ActivityId>| Action::Withdraw {
        reason: read(&json!({"code": "correction"})).unwrap(),
        replaced_by: by.cloned(),
    };
    let wrong = house.act(&wrong, withdraw(None)).await;
    // Its own feeds stay: only so does the entry leave the calendars of those who subscribed to it.
    let calendar = house.get(&of(&wrong.activity.id, "ics")).await;
    assert_eq!(calendar.status, 200);
    assert_eq!(count(calendar.text(), "BEGIN:VEVENT"), 0);
    let told = house.get(&of(&wrong.activity.id, "rss")).await;
    assert_eq!(told.status, 200);
    assert_eq!(count(told.text(), "<item>"), 1);
    assert_eq!(count(told.text(), "[撤回]"), 1);
    for feed in [&calendar, &told] {
        assert_eq!(count(feed.text(), "误发"), 0);
    }
    let news = house.get("/feeds/zh/all.rss").await;
    assert_eq!(count(news.text(), "误发"), 0);
    assert_eq!(count(news.text(), "[撤回]"), 1);
    assert_eq!(count(news.text(), "<item>"), 2);
    assert_eq!(
        count(house.get("/feeds/zh/all.ics").await.text(), "BEGIN:VEVENT"),
        1
    );

    let newer = house.announced(json!({"slug": "newer"})).await;
    let right = house.act(&right, withdraw(Some(&newer.activity.id))).await;
    let moved = house.get(&of(&right.activity.id, "ics")).await;
    assert_eq!(moved.status, 301);
    let there = format!("https://yueli.example{}", of(&newer.activity.id, "ics"));
    assert_eq!(moved.header("location"), Some(there.as_str()));
    house.close().await;
}

async fn drafts_and_embargoed_activities_leave_no_trace(db: TestDb) {
    let house = House::furnished(&db).await;
    let paths = [
        "/feeds/zh/all.ics",
        "/feeds/zh/all.rss",
        "/feeds/zh/edition/2021.ics",
    ];
    let mut before = Vec::new();
    for path in paths {
        before.push(house.get(path).await.identity());
    }
    let draft = house.draft(json!({})).await;
    let publish_at = Some(at("2022-01-01T00:00:00Z"));
    let embargoed = house.draft(json!({"slug": "later"})).await;
    house.act(&embargoed, Action::Announce { publish_at }).await;
    for (path, before) in paths.into_iter().zip(before) {
        assert_eq!(house.get(path).await.identity(), before, "{path}");
    }
    for hidden in [&draft, &embargoed] {
        let id = &hidden.activity.id;
        let absent = house.get(&format!("/feeds/zh/activity/{id}.ics")).await;
        assert_eq!(absent.status, 404);
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_feed_is_sent_with_everything_that_caches_and_readers_need() {
    let db = TestDb::sqlite();
    let house = House::furnished(&db).await;
    house.announced(json!({})).await;
    for (path, content_type) in [
        (
            "/feeds/zh/all.ics",
            "text/calendar; charset=utf-8; method=PUBLISH",
        ),
        ("/feeds/en/all.rss", "application/rss+xml; charset=utf-8"),
    ] {
        let plain = house.get(path).await;
        let tag = plain.header("etag").unwrap().to_owned();
        assert!(
            tag.starts_with('"') && tag.ends_with('"') && tag.len() > 20,
            "{tag}"
        );
        for (name, value) in [
            ("content-type", content_type),
            ("vary", "Accept-Encoding"),
            ("cache-control", "public, max-age=300, stale-if-error=86400"),
            ("access-control-allow-origin", "*"),
            ("access-control-expose-headers", "ETag"),
            ("x-content-type-options", "nosniff"),
            ("last-modified", "Tue, 01 Jun 2021 03:00:00 GMT"),
            ("content-length", &plain.body.len().to_string()),
        ] {
            assert_eq!(plain.header(name), Some(value), "{name} of {path}");
        }
        assert_eq!(plain.header("content-encoding"), None);
        assert_eq!(plain.header("set-cookie"), None);

        let packed = house
            .ask("GET", path, &[("Accept-Encoding", "gzip, br")])
            .await;
        assert_eq!(packed.header("content-encoding"), Some("gzip"));
        assert_eq!(
            packed.header("etag"),
            Some(tag.replace("\"", "").as_str())
                .map(|tag| format!("\"{tag}-gzip\""))
                .as_deref()
        );
        let mut unpacked = Vec::new();
        std::io::Read::read_to_end(
            &mut flate2::read::GzDecoder::new(&*packed.body),
            &mut unpacked,
        )
        .unwrap();
        assert_eq!(unpacked, plain.body);

        let head = house.ask("HEAD", path, &[]).await;
        assert_eq!((head.status, head.body.len()), (200, 0));
        let stable = |reply: &Reply| {
            let skip = ["date", "x-request-id"];
            let mut headers: Vec<_> = reply
                .headers
                .iter()
                .filter(|(name, _)| !skip.contains(&name.as_str()))
                .cloned()
                .collect();
            headers.sort();
            headers
        };
        assert_eq!(stable(&head), stable(&plain));
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_has_the_feed_is_not_sent_it_again() {
    let db = TestDb::sqlite();
    let house = House::furnished(&db).await;
    house.announced(json!({})).await;
    let path = "/feeds/zh/all.ics";
    let tag = house.get(path).await.header("etag").unwrap().to_owned();
    let gzip_tag = tag.replacen('"', "", 1).replace('"', "-gzip\"");
    let gzip_tag = format!("\"{gzip_tag}");
    let modified = "Tue, 01 Jun 2021 03:00:00 GMT";
    for headers in [
        vec![("If-None-Match", tag.as_str())],
        vec![("If-None-Match", &gzip_tag)],
        vec![("If-None-Match", "*")],
        vec![("If-None-Match", &format!("\"other\", W/{tag}"))],
        vec![("If-None-Match", &tag), ("Accept-Encoding", "gzip")],
        vec![
            ("If-None-Match", &tag),
            ("If-Modified-Since", "Mon, 01 Jan 2001 00:00:00 GMT"),
        ],
        vec![("If-Modified-Since", modified)],
    ] {
        for method in ["GET", "HEAD"] {
            let reply = house.ask(method, path, &headers).await;
            assert_eq!(
                (reply.status, reply.body.len()),
                (304, 0),
                "{method} {headers:?}"
            );
            let expected = if headers.iter().any(|(name, _)| *name == "Accept-Encoding") {
                &gzip_tag
            } else {
                &tag
            };
            assert_eq!(reply.header("etag"), Some(expected.as_str()));
            assert_eq!(reply.header("vary"), Some("Accept-Encoding"));
            assert_eq!(reply.header("last-modified"), Some(modified));
            assert!(reply.header("cache-control").is_some());
            for absent in [
                "content-length",
                "content-type",
                "content-encoding",
                "transfer-encoding",
            ] {
                assert_eq!(reply.header(absent), None, "{absent} in a 304");
            }
        }
    }
    for headers in [
        vec![
            ("If-None-Match", "\"other\""),
            ("If-Modified-Since", modified),
        ],
        vec![("If-Modified-Since", "Tue, 01 Jun 2021 02:59:59 GMT")],
    ] {
        assert_eq!(
            house.ask("GET", path, &headers).await.status,
            200,
            "{headers:?}"
        );
    }
    house.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn addresses_that_are_no_feeds_are_refused_by_name() {
    let db = TestDb::sqlite();
    let house = House::furnished(&db).await;
    for path in [
        "/feeds/zh/district/pudong.ics",
        "/feeds/zh/edition/1999.ics",
        "/feeds/zh/activity/act_01J0000000000000000000000.rss",
        "/feeds/fr/all.ics",
        "/feeds/zh/all.xml",
        "/feeds/zh/everything.ics",
    ] {
        let reply = house.get(path).await;
        assert_eq!(reply.status, 404, "{path}");
        assert_eq!(
            reply.header("content-type"),
            Some("application/problem+json")
        );
        assert_eq!(reply.header("access-control-allow-origin"), Some("*"));
    }
    let unknown = house.get("/feeds/zh/all.ics?colour=red&utm_source=x").await;
    assert_eq!(unknown.status, 400);
    assert!(unknown.text().contains("colour"), "{}", unknown.text());
    let tracked = house
        .get("/feeds/zh/all.ics?utm_source=mail&from=timeline")
        .await;
    assert_eq!(tracked.status, 301);
    assert_eq!(
        tracked.header("location"),
        Some("https://yueli.example/feeds/zh/all.ics")
    );
    let post = house
        .ask("POST", "/feeds/zh/all.ics", &[("Content-Length", "0")])
        .await;
    assert_eq!(post.status, 405);
    let preflight = house
        .ask(
            "OPTIONS",
            "/feeds/zh/all.ics",
            &[("Origin", "https://a.example")],
        )
        .await;
    assert_eq!(preflight.status, 204);
    assert_eq!(
        preflight.header("access-control-allow-methods"),
        Some("GET, HEAD")
    );
    let icon = house.get("/feeds/icon.png").await;
    assert_eq!(
        (icon.status, icon.header("content-type")),
        (200, Some("image/png"))
    );
    house.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_empty_programme_has_valid_feeds() {
    let db = TestDb::sqlite();
    let house = House::furnished(&db).await;
    let calendar = house.get("/feeds/zh/district/yanqing.ics").await;
    assert_eq!(calendar.status, 200);
    assert!(calendar.text().contains("BEGIN:VTIMEZONE"));
    assert_eq!(calendar.header("last-modified"), None);
    let news = house.get("/feeds/zh/district/yanqing.rss").await;
    assert_eq!((news.status, count(news.text(), "<item>")), (200, 0));
    house.close().await;
}
