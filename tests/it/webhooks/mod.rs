//! Webhooks, with a receiver on this machine, on both databases.

use std::{sync::Arc, time::Duration};

use serde_json::{Value, json};
use yueli::{
    clock::{Clock, ManualClock},
    config::Settings,
    deliver::sign::{self, Secret, Signed},
};

use crate::support::{
    app::{NOW, TestApp, at},
    db::TestDb,
    http::Answer,
    receiver::{ALLOWED, Received, Receiver},
};

mod bad_receivers;
mod canary;
mod delivery;
mod endpoints;
mod guard;
mod house;
mod leases;
mod life;
mod outages;
mod overdue;
mod replay;
mod robots;
mod secrets;
mod values;

/// Settings that reach receivers of tests.
pub(crate) fn local(settings: &mut Settings) {
    settings.webhooks.allow_http = true;
    settings.webhooks.allow_cidrs = vec![ALLOWED.parse().unwrap()];
    settings.webhooks.retry_schedule = [0, 1, 2, 4].map(Duration::from_secs).to_vec();
}

/// The program with a clock that stands still until a test moves it.
pub(crate) async fn start(db: TestDb) -> (TestApp, Arc<ManualClock>) {
    let clock = Arc::new(ManualClock::new(at(NOW)));
    let app = TestApp::start_with(db, Arc::clone(&clock) as Arc<dyn Clock>, local).await;
    (app, clock)
}

/// An endpoint that somebody registered.
struct Hook {
    id: String,
    secret: String,
    token: String,
}

impl Hook {
    /// Registers one with fields laid over its address.
    async fn create(app: &TestApp, token: &str, url: &str, over: Value) -> (Self, Value) {
        let mut body = over;
        body["url"] = json!(url);
        let answer = app
            .post(token, "/api/v1/webhooks", &body)
            .send()
            .await
            .expect(201)
            .json();
        let hook = Self {
            id: answer["id"].as_str().unwrap().to_owned(),
            secret: answer["secret"].as_str().unwrap_or_default().to_owned(),
            token: token.to_owned(),
        };
        (hook, answer)
    }

    /// The partner's, for everything.
    async fn of_partner(app: &TestApp, receiver: &Receiver) -> Self {
        let url = receiver.url();
        let (hook, made) = Self::create(app, &app.tokens.partner, &url, json!({})).await;
        assert_eq!(made["state"], "enabled", "{made}");
        hook
    }

    fn path(&self, end: &str) -> String {
        format!("/api/v1/webhooks/{}{end}", self.id)
    }

    async fn get(&self, app: &TestApp, end: &str) -> Value {
        let call = app.call(hyper::Method::GET, self.path(end));
        call.token(&self.token).send().await.expect(200).json()
    }

    async fn post(&self, app: &TestApp, end: &str, body: Value) -> Answer {
        app.post(&self.token, self.path(end), &body).send().await
    }

    async fn state(&self, app: &TestApp) -> String {
        self.get(app, "").await["state"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    async fn deliveries(&self, app: &TestApp) -> Vec<Value> {
        let page = self.get(app, "/deliveries?limit=500").await;
        page["deliveries"].as_array().unwrap().clone()
    }
}

/// Whether a message is signed with a secret.
pub(crate) fn is_signed(received: &Received, secret: &str) -> bool {
    let secret: Secret = secret.parse().unwrap();
    let headers = Signed {
        id: Some(received.header("webhook-id")),
        timestamp: Some(received.header("webhook-timestamp")),
        signature: Some(received.header("webhook-signature")),
    };
    sign::verify(&secret, headers, &received.body, None).is_ok()
}
