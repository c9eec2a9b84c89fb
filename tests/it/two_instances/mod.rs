//! Two processes on one PostgreSQL: what one acknowledges, the other shows within a second; killing one loses nothing.

use std::{
    collections::BTreeSet,
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, Instant},
};

use chrono::{DateTime, TimeDelta};
use hyper::Method;
use serde_json::{Value, json};
use yueli::clock::{Clock, SystemClock};

use self::partner::Partner;
use crate::support::{
    app::draft,
    db::{TestDb, on_postgres},
    http::{Answer, Call, until},
    process::{Process, admin_token},
};

macro_rules! on_postgres_alone {
    ($($name:ident),+ $(,)?) => {
        mod on_postgres_alone {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $name() {
                    super::on_postgres(super::$name).await;
                }
            )+
        }
    };
}

mod followers;
mod partner;

on_postgres_alone!(
    a_change_by_one_stands_in_the_others_api_and_feeds_within_a_second,
    killing_one_loses_nothing_that_it_acknowledged,
    an_embargo_ends_once_and_everywhere_within_a_second_of_its_hour,
    webhooks_wait_for_both_and_a_kill_loses_none,
);

struct Pair {
    one: Process,
    two: Process,
    token: String,
    db: TestDb,
}

async fn ready(process: &Process) {
    until("ready", async || {
        (process.get("/readyz").await.status == 200).then_some(())
    })
    .await;
}

impl Pair {
    async fn start(db: TestDb) -> Self {
        let token = admin_token(db.url(), db.folder());
        let one = Process::serve(db.url(), db.folder(), "one", &partner::ALLOWED);
        let two = Process::serve(db.url(), db.folder(), "two", &partner::ALLOWED);
        ready(&one).await;
        ready(&two).await;
        let pair = Self {
            one,
            two,
            token,
            db,
        };
        let edition = json!({"year": 2021, "theme": {"zh": "智慧·健康·碳中和"}});
        pair.post(&pair.one, "/api/v1/editions", &edition)
            .send()
            .await
            .expect(201);
        pair
    }

    fn post(&self, to: &Process, path: &str, body: &Value) -> Call {
        to.call(Method::POST, path).token(&self.token).json(body)
    }

    /// A draft made by one and announced by it.
    async fn announced(&self, by: &Process, title: &str) -> Answer {
        let body = draft(json!({"title": {"zh": title}}));
        let drafted = self.post(by, "/api/v1/activities", &body).send().await;
        self.act(by, &drafted.expect(201), "announce", json!({}))
            .await
            .expect(200)
    }

    /// Kills the first in the middle of three writers' changes, wherever each of them is; returns the titles of those
    /// that were acknowledged.
    async fn killed_while_writing(&self) -> Vec<String> {
        let acknowledged = AtomicUsize::new(0);
        let write = async |writer: usize| {
            let mut titles = Vec::new();
            while let Some(title) = self.attempt(writer, titles.len()).await {
                titles.push(title);
                acknowledged.fetch_add(1, Ordering::SeqCst);
            }
            titles
        };
        let kill = async {
            until("30 changes", async || {
                (acknowledged.load(Ordering::SeqCst) >= 30).then_some(())
            })
            .await;
            self.one.kill();
        };
        let (a, b, c, ()) = tokio::join!(write(1), write(2), write(3), kill);
        [a, b, c].concat()
    }

    /// Drafts and announces at the first; nothing when it is gone before it has acknowledged both.
    async fn attempt(&self, writer: usize, n: usize) -> Option<String> {
        let title = format!("路演{writer}-{n}");
        let body = draft(json!({"title": {"zh": title}}));
        let call = self.post(&self.one, "/api/v1/activities", &body);
        let drafted = call.exchange().await.ok()?.expect(201);
        let id = drafted.json()["activity"]["id"]
            .as_str()
            .unwrap()
            .to_owned();
        let path = format!("/api/v1/activities/{id}/announce");
        let call = self
            .post(&self.one, &path, &json!({}))
            .if_match(&drafted.etag());
        call.exchange().await.ok()?.expect(200);
        Some(title)
    }

    async fn act(&self, by: &Process, seen: &Answer, action: &str, body: Value) -> Answer {
        let id = seen.json()["activity"]["id"].as_str().unwrap().to_owned();
        self.post(by, &format!("/api/v1/activities/{id}/{action}"), &body)
            .if_match(&seen.etag())
            .send()
            .await
    }
}

/// Everything that a process tells, position by position.
async fn log_of(process: &Process) -> Vec<Value> {
    let mut notices = Vec::new();
    loop {
        let path = format!("/api/v1/notices?after={}&limit=500", notices.len());
        let page = process.get(path).await.expect(200).json();
        let more = page["notices"].as_array().unwrap().clone();
        if more.is_empty() {
            return notices;
        }
        notices.extend(more);
    }
}

async fn shows(process: &Process, path: &str, text: &str) {
    until(text, async || {
        let answer = process.get(path).await;
        (answer.status == 200 && answer.text().contains(text)).then_some(())
    })
    .await;
}

async fn a_change_by_one_stands_in_the_others_api_and_feeds_within_a_second(db: TestDb) {
    let pair = Pair::start(db).await;
    let (mut by, mut seen_by) = (&pair.one, &pair.two);
    for n in 1..=6 {
        let title = format!("第{n}场路演");
        let announced = pair.announced(by, &title).await;
        let acknowledged = Instant::now();
        let position = announced.json()["notice"]["position"].as_i64().unwrap();
        assert_eq!(position, n);
        let path = announced.json()["activity"]["id"]
            .as_str()
            .unwrap()
            .to_owned();
        shows(seen_by, &format!("/api/v1/activities/{path}"), &title).await;
        shows(seen_by, "/feeds/zh/all.ics", &title).await;
        shows(seen_by, "/feeds/zh/all.rss", &title).await;
        let took = acknowledged.elapsed();
        assert!(took < Duration::from_secs(1), "it took {took:?}");
        (by, seen_by) = (seen_by, by);
    }
    for feed in ["all.ics", "all.rss", "district/haidian.ics"] {
        let path = format!("/feeds/zh/{feed}");
        let (one, two) = (pair.one.get(&path).await, pair.two.get(&path).await);
        assert_eq!(one.body, two.body, "{feed} differs");
        assert_eq!(one.etag(), two.etag());
    }
}

async fn killing_one_loses_nothing_that_it_acknowledged(db: TestDb) {
    let pair = Pair::start(db).await;
    let told = pair.killed_while_writing().await;
    assert!(told.len() >= 30);

    // The other goes on at once, and the first is there again with the same log.
    pair.announced(&pair.two, "之后").await;
    let log = log_of(&pair.two).await;
    let positions: Vec<_> = log
        .iter()
        .map(|n| n["position"].as_i64().unwrap())
        .collect();
    let last = i64::try_from(log.len()).unwrap();
    assert_eq!(positions, (1..=last).collect::<Vec<_>>());
    let titles: BTreeSet<&str> = log
        .iter()
        .map(|notice| notice["activity"]["title"]["zh"].as_str().unwrap())
        .collect();
    for title in &told {
        assert!(
            titles.contains(title.as_str()),
            "{title} was acknowledged and is lost"
        );
    }
    // Whatever was committed but not acknowledged any more: at most what each writer had under way.
    assert!(
        log.len() <= told.len() + 3 + 1,
        "{} of {}",
        log.len(),
        told.len()
    );
    let again = Process::serve(pair.db.url(), pair.db.folder(), "again", &[]);
    ready(&again).await;
    assert_eq!(log_of(&again).await, log);
    let feeds = (
        again.get("/feeds/zh/all.ics").await,
        pair.two.get("/feeds/zh/all.ics").await,
    );
    assert_eq!(feeds.0.expect(200).body, feeds.1.expect(200).body);
}

async fn an_embargo_ends_once_and_everywhere_within_a_second_of_its_hour(db: TestDb) {
    let pair = Pair::start(db).await;
    let body = draft(json!({"title": {"zh": "保密路演"}}));
    let drafted = pair
        .post(&pair.one, "/api/v1/activities", &body)
        .send()
        .await;
    let publish_at = SystemClock.now() + TimeDelta::milliseconds(1_500);
    let embargo = json!({"publish_at": publish_at.to_rfc3339()});
    let answer = pair
        .act(&pair.one, &drafted.expect(201), "announce", embargo)
        .await
        .expect(200);
    assert_eq!(answer.json()["notice"], Value::Null);
    for process in [&pair.one, &pair.two] {
        let log = log_of(process).await;
        // Unless this machine was so slow that the hour has come.
        assert!(log.is_empty() || SystemClock.now() >= publish_at);
    }
    let mut logs = Vec::new();
    for process in [&pair.one, &pair.two] {
        shows(process, "/feeds/zh/all.rss", "保密路演").await;
        logs.push(log_of(process).await);
    }
    assert_eq!(logs[0], logs[1]);
    let [notice] = &logs[0][..] else {
        panic!("announced {} times", logs[0].len());
    };
    let published_at = notice["published_at"].as_str().unwrap();
    let published_at = DateTime::parse_from_rfc3339(published_at).unwrap().to_utc();
    let late = published_at - publish_at;
    assert!(late >= TimeDelta::zero(), "{late} before its hour");
    assert!(late < TimeDelta::seconds(1), "{late} after its hour");
}

async fn webhooks_wait_for_both_and_a_kill_loses_none(db: TestDb) {
    let pair = Pair::start(db).await;
    let partner = Partner::start([pair.one.address, pair.two.address]).await;
    let hook = json!({"url": partner.url()});
    let made = pair.post(&pair.two, "/api/v1/webhooks", &hook).send().await;
    assert_eq!(made.expect(201).json()["state"], "enabled");
    let told = pair.killed_while_writing().await;
    pair.announced(&pair.two, "之后").await;
    let log = log_of(&pair.two).await;
    assert!(log.len() > told.len());
    let owed: BTreeSet<&str> = log.iter().map(|n| n["id"].as_str().unwrap()).collect();
    until("every notice at the partner's", async || {
        let arrived = partner.arrived();
        owed.iter().all(|id| arrived.contains(*id)).then_some(())
    })
    .await;
    assert_eq!(
        partner.arrived().len(),
        owed.len(),
        "nothing that is not in the log"
    );
    assert_eq!(partner.too_early(), Vec::<String>::new());
}
