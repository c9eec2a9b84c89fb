//! The program with its HTTP, on a clock that is moved by hand.

use std::{net::SocketAddr, sync::Arc};

use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use hyper::Method;
use serde_json::{Value, json};
use tokio::task::JoinHandle;
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
    store,
};

use crate::support::{
    db::TestDb,
    http::{Answer, Call},
};

/// A running program.
pub(super) struct House {
    pub(super) services: Services,
    clock: Arc<ManualClock>,
    address: SocketAddr,
    stop: CancellationToken,
    serving: JoinHandle<anyhow::Result<()>>,
}

pub(super) fn at(text: &str) -> DateTime<Utc> {
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
    pub(super) async fn open(db: &TestDb, now: &str) -> Self {
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
    pub(super) async fn furnished(db: &TestDb) -> Self {
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

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(super) async fn close(self) {
        self.stop.cancel();
        self.serving.await.unwrap().unwrap();
    }

    fn admin() -> Caller {
        Caller::new("tok_test".to_owned(), Role::Admin)
    }

    pub(super) async fn draft(&self, patch: Value) -> Outcome {
        let mut value = roadshow();
        yueli::domain::input::merge_patch(&mut value, &patch);
        create_activity(&self.services, Self::admin(), value, None)
            .await
            .unwrap()
    }

    /// An hour later, does something to what an outcome shows.
    pub(super) async fn act(&self, on: &Outcome, action: Action) -> Outcome {
        self.clock.advance(TimeDelta::hours(1));
        let request = Act {
            caller: Self::admin(),
            id: on.activity.id.clone(),
            version: on.version,
            action,
            children: false,
            comment: None,
            key: None,
        };
        act(&self.services, request).await.unwrap()
    }

    pub(super) async fn announced(&self, patch: Value) -> Outcome {
        let draft = self.draft(patch).await;
        self.act(&draft, Action::Announce { publish_at: None })
            .await
    }

    pub(super) async fn get(&self, path: &str) -> Answer {
        self.ask(Method::GET, path, &[]).await
    }

    pub(super) async fn ask(
        &self,
        method: Method,
        path: &str,
        headers: &[(&'static str, &str)],
    ) -> Answer {
        let call = Call::new(self.address, method, path);
        let call = headers
            .iter()
            .fold(call, |call, (name, value)| call.header(name, value));
        call.send().await
    }
}

/// What a feed is recognised by.
pub(super) fn identity(feed: &Answer) -> (Bytes, String, String) {
    assert_eq!(feed.status, 200);
    let header = |name| feed.header(name).to_owned();
    (feed.body.clone(), header("etag"), header("last-modified"))
}

pub(super) fn moved_to(day: &str) -> Action {
    let when = read(&json!({"precision": "day", "starts_on": day})).unwrap();
    Action::Reschedule { when, reason: None }
}

pub(super) fn count(text: &str, part: &str) -> usize {
    text.matches(part).count()
}
