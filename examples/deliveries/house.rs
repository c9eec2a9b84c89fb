//! The program with an edition, partners and drafts.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use futures_util::{StreamExt as _, stream};
use hyper::Method;
use sea_orm::{ConnectionTrait as _, Database, DbBackend, Statement};
use serde_json::{Value, json};

use crate::support::{
    db::TestDb,
    http::{Call, until},
    program::Program,
};

/// Endpoints that one token may have.
const PER_TOKEN: usize = 500;
/// Activities that one import may have.
const PER_IMPORT: usize = 5_000;
/// Requests at the same time while something is prepared.
const AT_ONCE: usize = 8;

/// It.
pub(crate) struct House {
    pub(crate) program: Program,
    pub(crate) token: String,
    pub(crate) pid: u32,
    pub(crate) db: TestDb,
    binary: PathBuf,
}

/// An endpoint and whose it is.
pub(crate) struct Hook {
    id: String,
    token: String,
}

/// A draft and the version to be announced.
pub(crate) type Draft = (String, String);

/// What the process has taken so far.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Taken {
    /// On all cores.
    pub(crate) cpu: Duration,
    /// At most.
    pub(crate) megabytes: u64,
}

impl House {
    pub(crate) async fn open(binary: &Path, db: TestDb) -> Self {
        make_durable(db.url()).await;
        let mut program = Program::new(binary, db.folder(), db.url());
        let token = program.prepare().await;
        let pid = program.start().await;
        let edition = json!({"year": 2021, "theme": {"zh": "智慧·健康·碳中和"}});
        let made = program.post(&token, "/api/v1/editions", &edition).await;
        made.expect(201);
        Self {
            program,
            token,
            pid,
            db,
            binary: binary.to_owned(),
        }
    }

    /// One more instance on the same database, which does not run yet.
    pub(crate) fn another(&self) -> Program {
        let folder = self.db.folder().join("another");
        std::fs::create_dir_all(&folder).unwrap();
        Program::new(&self.binary, &folder, self.db.url())
    }

    /// Endpoints that have answered their ping.
    pub(crate) async fn hooks(&self, urls: Vec<String>) -> Vec<Hook> {
        let mut hooks = Vec::new();
        for urls in urls.chunks(PER_TOKEN) {
            let arguments = [
                "token",
                "create",
                "--name",
                "a partner",
                "--role",
                "partner",
            ];
            let token = self.program.ran(&arguments).await.trim().to_owned();
            let made = stream::iter(urls.to_vec()).map(|url| self.hook(token.clone(), url));
            hooks.extend(made.buffer_unordered(AT_ONCE).collect::<Vec<_>>().await);
        }
        hooks
    }

    async fn hook(&self, token: String, url: String) -> Hook {
        let made = self
            .program
            .post(&token, "/api/v1/webhooks", &json!({ "url": url }))
            .await;
        let id = made.expect(201).json()["id"].as_str().unwrap().to_owned();
        let hook = Hook { id, token };
        until("the endpoint has answered its ping", async || {
            let call = self.program.call(Method::GET, &hook.path(""));
            let seen = call.token(&hook.token).send().await.expect(200).json();
            (seen["state"] == "enabled").then_some(())
        })
        .await;
        hook
    }

    /// Pauses an endpoint, or lets it go on with what it is owed.
    pub(crate) async fn set(&self, hook: &Hook, paused: bool) {
        let (end, body) = match paused {
            true => ("/pause", json!({})),
            false => ("/resume", json!({"replay": "missed"})),
        };
        let done = self.program.post(&hook.token, &hook.path(end), &body).await;
        done.expect(200);
    }

    /// So many activities that are announced, as many as may be in one transaction; what was imported before is known.
    pub(crate) async fn import(&self, first: usize, count: usize) {
        let activities: Vec<Value> = (first..).take(count).map(activity).collect();
        for activities in activities.chunks(PER_IMPORT) {
            let file = json!({"format": "yueli/1", "activities": activities});
            let sent = self
                .program
                .post(&self.token, "/api/v1/imports?as=announced", &file)
                .await;
            sent.expect(200);
        }
    }

    pub(crate) async fn drafts(&self, count: usize) -> Vec<Draft> {
        let made = stream::iter(0..count).map(async |number| {
            let made = self
                .program
                .post(&self.token, "/api/v1/activities", &activity(number))
                .await
                .expect(201);
            let id = made.json()["activity"]["id"].as_str().unwrap().to_owned();
            (id, made.etag())
        });
        made.buffer_unordered(AT_ONCE).collect().await
    }

    pub(crate) async fn announce(&self, draft: &Draft) {
        let address = *self.program.address().borrow();
        announce(address, &self.token, draft).await;
    }

    pub(crate) fn taken(&self) -> Taken {
        let of =
            |what: &str| std::fs::read_to_string(format!("/proc/{}/{what}", self.pid)).unwrap();
        let stat = of("stat");
        let ticks: u64 = stat
            .rsplit(')')
            .next()
            .unwrap()
            .split_whitespace()
            .skip(11)
            .take(2)
            .map(|ticks| ticks.parse::<u64>().unwrap())
            .sum();
        let status = of("status");
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        let kilobytes = peak.unwrap().split_whitespace().next().unwrap();
        Taken {
            // A hundred ticks a second on every Linux.
            cpu: Duration::from_millis(ticks * 10),
            megabytes: kilobytes.parse::<u64>().unwrap() / 1_024,
        }
    }
}

/// At an instance's address.
pub(crate) async fn announce(address: SocketAddr, token: &str, (id, etag): &Draft) {
    let path = format!("/api/v1/activities/{id}/announce");
    let call = Call::new(address, Method::POST, path).token(token);
    let call = call.if_match(etag).json(&json!({}));
    call.send().await.expect(200);
}

/// The tests' PostgreSQL waits for no disk; people's does, and so does SQLite here.
async fn make_durable(url: &str) {
    if !url.starts_with("postgres:") {
        return;
    }
    let db = Database::connect(url).await.unwrap();
    for order in ["ALTER SYSTEM SET fsync = on", "SELECT pg_reload_conf()"] {
        db.execute_unprepared(order).await.unwrap();
    }
    until("the database to wait for its disk", async || {
        let shown = Statement::from_string(DbBackend::Postgres, "SHOW fsync");
        let row = db.query_one_raw(shown).await.unwrap().unwrap();
        let fsync: String = row.try_get_by_index(0).unwrap();
        (fsync == "on").then_some(())
    })
    .await;
}

impl Hook {
    fn path(&self, end: &str) -> String {
        format!("/api/v1/webhooks/{}{end}", self.id)
    }
}

fn activity(number: usize) -> Value {
    json!({
        "edition": 2021, "strand": "year_round", "kind": "roadshow", "title": {"zh": format!("第{number}场路演")},
        "districts": ["haidian"], "venue": {"name": {"zh": "中关村展示中心"}},
        "when": {"precision": "day", "starts_on": "2021-09-01"},
    })
}
