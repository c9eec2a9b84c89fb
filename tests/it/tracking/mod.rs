//! Sources: what an upstream says becomes proposals, and what becomes of those, on both databases.

mod believing;
mod chains;
mod deciding;
mod duplicates;
mod identity;
mod leases;
mod matching;
mod ours;
mod overtaking;
mod polling;
mod reopening;
mod rights;
mod standing;
mod trust;
pub(crate) mod upstream;
mod whole;

use std::sync::Arc;

use hyper::Method;
use serde_json::{Value, json};
use yueli::{clock::ManualClock, config::Role as ServeRole};

use self::upstream::Upstream;
use crate::support::{
    app::{Draft, TestApp, at},
    db::TestDb,
    http::Answer,
    receiver::ALLOWED,
};

/// A program that may ask the test's upstream, with its clock at an instant.
async fn app_at(db: TestDb, now: &str) -> (TestApp, Arc<ManualClock>) {
    let clock = Arc::new(ManualClock::new(at(now)));
    let app = TestApp::start_with(db, clock.clone(), |settings| {
        settings.roles = vec![ServeRole::Web];
        settings.webhooks.allow_http = true;
        settings.webhooks.allow_cidrs = vec![ALLOWED.parse().unwrap()];
    });
    (app.await, clock)
}

/// A source under test.
struct Watch<'a> {
    app: &'a TestApp,
    upstream: &'a Upstream,
    id: String,
}

impl<'a> Watch<'a> {
    /// A calendar at `/a.ics`, with fields laid over the settings.
    async fn new(app: &'a TestApp, upstream: &'a Upstream, over: Value) -> Self {
        let mut input = json!({"name": "上游", "url": upstream.url("/a.ics"), "format": "ics"});
        for (name, value) in over.as_object().unwrap() {
            input[name] = value.clone();
        }
        let made = app
            .post(&app.tokens.office, "/api/v1/sources", &input)
            .send()
            .await;
        assert_eq!(made.status.as_u16(), 201, "{}", made.text());
        let id = made.json()["id"].as_str().unwrap().to_owned();
        Self { app, upstream, id }
    }

    /// Asks it now.
    async fn poll(&self) -> Value {
        self.poll_with(json!({})).await
    }

    async fn poll_with(&self, body: Value) -> Value {
        let path = format!("/api/v1/sources/{}/poll", self.id);
        let answer = self.app.post(&self.app.tokens.office, path, &body).send();
        answer.await.expect(200).json()
    }

    /// The upstream says this now; what came of asking.
    async fn says(&self, document: impl Into<Vec<u8>>) -> Value {
        self.upstream.say("/a.ics", document);
        self.poll().await
    }

    /// The open proposals, as they are answered.
    async fn open(&self) -> Vec<Value> {
        self.proposals("open").await
    }

    async fn proposals(&self, state: &str) -> Vec<Value> {
        let path = format!("/api/v1/proposals?source={}&state={state}", self.id);
        list(self.app, &path, "proposals").await
    }

    /// Kind and action of the open proposals.
    async fn kinds(&self) -> Vec<String> {
        let open = self.open().await;
        open.iter()
            .map(|one| format!("{} {}", text(one, "kind"), text(one, "action")))
            .collect()
    }

    async fn source(&self) -> Value {
        let path = format!("/api/v1/sources/{}", self.id);
        let call = self
            .app
            .call(Method::GET, path)
            .token(&self.app.tokens.office);
        call.send().await.expect(200).json()
    }

    /// Accepts the only open proposal.
    async fn accept(&self) -> Value {
        let open = self.open().await;
        assert_eq!(open.len(), 1, "{open:#?}");
        accept(self.app, text(&open[0], "id"), json!({}))
            .await
            .expect(200)
            .json()
    }
}

async fn list(app: &TestApp, path: &str, name: &str) -> Vec<Value> {
    let answer = app.call(Method::GET, path).token(&app.tokens.office).send();
    answer.await.expect(200).json()[name]
        .as_array()
        .unwrap()
        .clone()
}

async fn accept(app: &TestApp, id: &str, body: Value) -> Answer {
    let path = format!("/api/v1/proposals/{id}/accept");
    app.post(&app.tokens.office, path, &body).send().await
}

async fn reject(app: &TestApp, id: &str, reason: &str) -> Answer {
    let path = format!("/api/v1/proposals/{id}/reject");
    app.post(&app.tokens.office, path, &json!({"reason": reason}))
        .send()
        .await
}

/// An activity as an editor sees it.
async fn seen(app: &TestApp, id: &str) -> Draft {
    let path = format!("/api/v1/activities/{id}");
    let answer = app
        .call(Method::GET, path)
        .token(&app.tokens.office)
        .send()
        .await
        .expect(200);
    Draft {
        id: id.to_owned(),
        etag: answer.etag(),
        activity: answer.json(),
        notice: Value::Null,
    }
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name].as_str().unwrap_or_default()
}
