//! The whole program in this process, on a free port and a database of the test's own.
//!
//! Owns its start and its stop; refuses to know any rule. Invariant: when the value is dropped the program has
//! stopped in good order, or the test fails.

use std::{net::SocketAddr, sync::Arc};

use chrono::{DateTime, Utc};
use hyper::Method;
use serde_json::{Value, json};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use yueli::{
    app::App,
    clock::{Clock, ManualClock},
    commands::Services,
    config::{Role as ServeRole, Settings},
    domain::{input::read, role::Role},
    store,
};

use super::{
    db::TestDb,
    http::{Answer, Call, PATIENCE},
};

pub(crate) use super::http::until;

/// Where the clock of most tests stands: a Tuesday in Beijing.
pub(crate) const NOW: &str = "2021-06-01T09:00:00+08:00";

/// An instant from RFC 3339.
pub(crate) fn at(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).unwrap().to_utc()
}

/// Tokens of everybody.
#[derive(Clone, Debug)]
pub(crate) struct Tokens {
    pub(crate) admin: String,
    pub(crate) office: String,
    pub(crate) haidian: String,
    pub(crate) chaoyang: String,
    pub(crate) partner: String,
}

/// A running program.
pub(crate) struct TestApp {
    /// Where it listens.
    pub(crate) address: SocketAddr,
    /// Its commands and catalogue.
    pub(crate) services: Services,
    /// Tokens of everybody.
    pub(crate) tokens: Tokens,
    stop: CancellationToken,
    serving: Option<JoinHandle<anyhow::Result<()>>>,
    /// Last: the database outlives the program.
    db: Option<TestDb>,
}

impl TestApp {
    /// Starts it with the clock at [`NOW`], which the test may move, and without the worker: nothing happens that
    /// the test did not ask for.
    pub(crate) async fn start(db: TestDb) -> (Self, Arc<ManualClock>) {
        let clock = Arc::new(ManualClock::new(at(NOW)));
        let app = Self::start_with(db, clock.clone(), |settings| {
            settings.roles = vec![ServeRole::Web];
        });
        (app.await, clock)
    }

    /// Starts it with any clock and settings. A database without editions gets two of them, and a series.
    pub(crate) async fn start_with(
        db: TestDb,
        clock: Arc<dyn Clock>,
        change: impl FnOnce(&mut Settings),
    ) -> Self {
        let mut settings = Settings {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            database_url: db.url().parse().unwrap(),
            public_base_url: Some("https://yueli.example".to_owned()),
            ..Settings::default()
        };
        change(&mut settings);
        let app = App::build(settings, clock).await.unwrap();
        let services = app.services.clone();
        fill(&services).await;
        let tokens = tokens(&services).await;
        let stop = CancellationToken::new();
        Self {
            address: app.address(),
            services,
            tokens,
            serving: Some(tokio::spawn(app.serve(stop.clone()))),
            stop,
            db: Some(db),
        }
    }

    /// Stops it in good order and gives the database back, for starting once more.
    pub(crate) async fn stop(mut self) -> TestDb {
        self.stop.cancel();
        let serving = self.serving.take().unwrap();
        ended(tokio::time::timeout(PATIENCE, serving).await);
        self.db.take().unwrap()
    }

    /// A request of this path and query.
    pub(crate) fn call(&self, method: Method, path: impl Into<String>) -> Call {
        Call::new(self.address, method, path)
    }

    /// `GET`, as anybody.
    pub(crate) async fn get(&self, path: impl Into<String>) -> Answer {
        self.call(Method::GET, path).send().await
    }

    /// `POST` of JSON with a token.
    pub(crate) fn post(&self, token: &str, path: impl Into<String>, body: &Value) -> Call {
        self.call(Method::POST, path).token(token).json(body)
    }

    /// A draft of this content over [`draft`]'s, made by the organising office.
    #[track_caller]
    pub(crate) fn drafted(&self, over: Value) -> impl Future<Output = Draft> + '_ {
        let caller = std::panic::Location::caller();
        async move {
            let answer = self
                .post(&self.tokens.office, "/api/v1/activities", &draft(over))
                .send()
                .await;
            assert_eq!(answer.status.as_u16(), 201, "{caller}: {}", answer.text());
            Draft::of(&answer)
        }
    }

    /// The same, announced.
    #[track_caller]
    pub(crate) fn announced(&self, over: Value) -> impl Future<Output = Draft> + '_ {
        let drafted = self.drafted(over);
        async move {
            let draft = drafted.await;
            Draft::of(&self.act(&draft, "announce", json!({})).await.expect(200))
        }
    }

    /// An action by the organising office on what it saw last.
    pub(crate) async fn act(&self, seen: &Draft, action: &str, body: Value) -> Answer {
        self.act_as(&self.tokens.office, seen, action, body).await
    }

    /// An action by anybody.
    pub(crate) async fn act_as(
        &self,
        token: &str,
        seen: &Draft,
        action: &str,
        body: Value,
    ) -> Answer {
        self.post(token, format!("{}/{action}", seen.path()), &body)
            .if_match(&seen.etag)
            .send()
            .await
    }

    /// All notices after a position, as the API tells them.
    pub(crate) async fn notices_after(&self, position: i64) -> Vec<Value> {
        let path = format!("/api/v1/notices?after={position}&limit=500");
        let answer = self.get(path).await.expect(200).json();
        answer["notices"].as_array().unwrap().clone()
    }

    /// The last position, as the API tells it.
    pub(crate) async fn head(&self) -> i64 {
        let answer = self.get("/api/v1/notices?limit=1").await.expect(200).json();
        answer["head"].as_i64().unwrap()
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        self.stop.cancel();
        let Some(serving) = self.serving.take() else {
            return;
        };
        if std::thread::panicking() {
            return;
        }
        tokio::task::block_in_place(|| {
            let ending = tokio::time::timeout(PATIENCE, serving);
            ended(tokio::runtime::Handle::current().block_on(ending));
        });
    }
}

fn ended(
    serving: Result<
        Result<anyhow::Result<()>, tokio::task::JoinError>,
        tokio::time::error::Elapsed,
    >,
) {
    match serving {
        Ok(Ok(served)) => served.unwrap(),
        Ok(Err(error)) => panic!("serving panicked: {error}"),
        Err(_) => panic!("it did not stop within {PATIENCE:?}"),
    }
}

/// An activity as an editor saw it last.
#[derive(Clone, Debug)]
pub(crate) struct Draft {
    /// `act_…`
    pub(crate) id: String,
    /// Its version.
    pub(crate) etag: String,
    /// The whole answer's activity.
    pub(crate) activity: Value,
    /// The answer's notice.
    pub(crate) notice: Value,
}

impl Draft {
    /// Out of a write's answer.
    #[track_caller]
    pub(crate) fn of(answer: &Answer) -> Self {
        let body = answer.json();
        Self {
            id: body["activity"]["id"].as_str().unwrap().to_owned(),
            etag: answer.etag(),
            activity: body["activity"].clone(),
            notice: body["notice"].clone(),
        }
    }

    /// Its address in the API.
    pub(crate) fn path(&self) -> String {
        format!("/api/v1/activities/{}", self.id)
    }
}

/// What announcing needs, with other fields laid over it.
pub(crate) fn draft(over: Value) -> Value {
    let mut input = json!({
        "edition": 2021, "strand": "year_round", "kind": "roadshow",
        "title": {"zh": "中英生命健康跨境路演", "en": "UK-China life and health cross-border roadshow"},
        "when": {"precision": "minute", "starts_at": "2021-07-08T14:00:00+08:00", "ends_at": "2021-07-08T17:00:00+08:00"},
        "districts": ["haidian"], "venue": {"name": {"zh": "清华科技园"}}, "mode": "offline",
        "audiences": ["investors"],
    });
    for (name, value) in over.as_object().unwrap() {
        if value.is_null() {
            input.as_object_mut().unwrap().remove(name);
        } else {
            input[name] = value.clone();
        }
    }
    input
}

async fn fill(services: &Services) {
    let tx = services.db.begin().await.unwrap();
    if !store::reference::editions(&tx).await.unwrap().is_empty() {
        return;
    }
    for edition in [
        json!({
            "year": 2021, "ordinal": 1, "theme": {"zh": "智慧·健康·碳中和"},
            "main_from": "2021-09-24", "main_to": "2021-09-28", "promise_from": "2021-03",
            "sections": [
                {"slug": "forum", "title": {"zh": "论坛会议", "en": "Conferences"}},
                {"slug": "exhibition", "title": {"zh": "展览展示", "en": "Exhibition"}},
            ],
        }),
        json!({"year": 2022, "theme": {"zh": "开放合作·共享未来"}}),
    ] {
        let edition = read(&edition).unwrap();
        store::reference::insert_edition(&tx, &edition)
            .await
            .unwrap();
    }
    let series = json!({"slug": "global-roadshows", "title": {"zh": "全球路演"}});
    store::reference::insert_series(&tx, &read(&series).unwrap())
        .await
        .unwrap();
    store::log::bump_reference(&tx).await.unwrap();
    tx.commit().await.unwrap();
    services.show().await;
}

async fn tokens(services: &Services) -> Tokens {
    let make = async |role: &str| {
        let role: Role = role.parse().unwrap();
        store::tokens::create(services.db.writer(), "a test", role, None, services.now())
            .await
            .unwrap()
            .secret
    };
    Tokens {
        admin: make("admin").await,
        office: make("office").await,
        haidian: make("district:haidian").await,
        chaoyang: make("district:chaoyang").await,
        partner: make("partner").await,
    }
}
