//! A partner who, on every webhook, asks both instances at once whether they show what it tells (CONTRACT §6.4).

use std::{
    collections::BTreeSet,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use axum::{Json, Router, extract::State, routing::post};
use hyper::{Method, StatusCode};
use serde_json::Value;
use tokio::{net::TcpListener, task::JoinHandle};

use crate::support::http::Call;

/// What lets instances deliver to it, and try again soon.
pub(super) const ALLOWED: [(&str, &str); 3] = [
    ("YUELI_WEBHOOKS__ALLOW_HTTP", "true"),
    ("YUELI_WEBHOOKS__ALLOW_CIDRS", "127.0.0.2/32"),
    ("YUELI_WEBHOOKS__RETRY_SCHEDULE", "0s,1s,2s,4s"),
];

#[derive(Debug)]
struct Inner {
    instances: [SocketAddr; 2],
    arrived: Mutex<BTreeSet<String>>,
    too_early: Mutex<Vec<String>>,
}

/// It, listening.
pub(super) struct Partner {
    address: SocketAddr,
    inner: Arc<Inner>,
    serving: JoinHandle<()>,
}

impl Partner {
    pub(super) async fn start(instances: [SocketAddr; 2]) -> Self {
        let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 2], 0)))
            .await
            .unwrap();
        let address = listener.local_addr().unwrap();
        let inner = Arc::new(Inner {
            instances,
            arrived: Mutex::default(),
            too_early: Mutex::default(),
        });
        let router = Router::new()
            .route("/hook", post(receive))
            .with_state(Arc::clone(&inner));
        let serving = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self {
            address,
            inner,
            serving,
        }
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}/hook", self.address)
    }

    /// The ids of the notices that arrived.
    pub(super) fn arrived(&self) -> BTreeSet<String> {
        self.inner.arrived.lock().unwrap().clone()
    }

    /// What a ready instance did not show when its webhook arrived.
    pub(super) fn too_early(&self) -> Vec<String> {
        self.inner.too_early.lock().unwrap().clone()
    }
}

impl Drop for Partner {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn receive(State(inner): State<Arc<Inner>>, Json(message): Json<Value>) -> StatusCode {
    let Some(notice) = message["data"]["id"]
        .as_str()
        .filter(|id| id.starts_with("ntc_"))
    else {
        return StatusCode::NO_CONTENT;
    };
    for instance in inner.instances {
        if let Some(early) = early(instance, &message["data"]).await {
            inner
                .too_early
                .lock()
                .unwrap()
                .push(format!("{instance}: {early}"));
        }
    }
    inner.arrived.lock().unwrap().insert(notice.to_owned());
    StatusCode::NO_CONTENT
}

/// What is wrong at an instance; nothing when it shows the revision, is not ready, or is gone.
async fn early(instance: SocketAddr, notice: &Value) -> Option<String> {
    let get = async |path: String| Call::new(instance, Method::GET, path).exchange().await.ok();
    if get("/readyz".to_owned()).await?.status != 200 {
        return None;
    }
    let id = notice["activity_id"].as_str().unwrap();
    let answer = get(format!("/api/v1/activities/{id}")).await?;
    let told = notice["revision"].as_i64().unwrap();
    if answer.status != 200 {
        return Some(format!("{id} revision {told}: {}", answer.text()));
    }
    let shown = answer.json()["revision"]
        .as_i64()
        .or_else(|| answer.json()["activity"]["revision"].as_i64())
        .unwrap();
    (shown < told).then(|| format!("{id}: told {told}, shows {shown}"))
}
