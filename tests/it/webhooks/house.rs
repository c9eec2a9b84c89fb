//! The real program as a process, with somebody who may do everything.

use hyper::Method;
use serde_json::{Value, json};

use crate::support::{
    app::draft,
    db::TestDb,
    http::Answer,
    process::{Process, admin_token},
};

/// It.
pub(super) struct House {
    pub(super) process: Process,
    pub(super) token: String,
}

impl House {
    /// Starts it with settings; it delivers to the loopback addresses that they allow.
    pub(super) fn start(db: &TestDb, name: &str, settings: &[(&str, &str)]) -> Self {
        let token = admin_token(db.url(), db.folder());
        let mut env = vec![
            ("YUELI_WEBHOOKS__ALLOW_HTTP", "true"),
            ("YUELI_WEBHOOKS__RETRY_SCHEDULE", "0s,1s"),
        ];
        env.extend(settings);
        let process = Process::serve(db.url(), db.folder(), name, &env);
        Self { process, token }
    }

    pub(super) async fn post(&self, path: &str, body: &Value) -> Answer {
        let call = self.process.call(Method::POST, path).token(&self.token);
        call.json(body).send().await
    }

    pub(super) async fn get(&self, path: &str) -> Value {
        let call = self.process.call(Method::GET, path).token(&self.token);
        call.send().await.expect(200).json()
    }

    /// The edition that everything belongs to.
    pub(super) async fn found(&self) {
        let edition = json!({"year": 2021, "theme": {"zh": "主题"}});
        self.post("/api/v1/editions", &edition).await.expect(201);
    }

    /// An endpoint that has answered its ping; its path.
    pub(super) async fn hook(&self, url: &str) -> String {
        let made = self.post("/api/v1/webhooks", &json!({ "url": url })).await;
        let made = made.expect(201).json();
        assert_eq!(made["state"], "enabled", "{made}");
        format!("/api/v1/webhooks/{}", made["id"].as_str().unwrap())
    }

    pub(super) async fn announce(&self) {
        let drafted = self.post("/api/v1/activities", &draft(json!({}))).await;
        let drafted = drafted.expect(201);
        let id = drafted.json()["activity"]["id"]
            .as_str()
            .unwrap()
            .to_owned();
        let path = format!("/api/v1/activities/{id}/announce");
        let call = self.process.call(Method::POST, path).token(&self.token);
        let call = call.if_match(&drafted.etag()).json(&json!({}));
        call.send().await.expect(200);
    }

    /// An endpoint's deliveries but its pings.
    pub(super) async fn deliveries(&self, hook: &str) -> Vec<Value> {
        let page = self.get(&format!("{hook}/deliveries")).await;
        let all = page["deliveries"].as_array().unwrap().iter();
        all.filter(|one| !one["position"].is_null())
            .cloned()
            .collect()
    }
}
