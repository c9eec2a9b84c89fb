//! Receives webhooks: `SECRET=whsec_… cargo run --example receiver` (axum, tokio, serde_json, standardwebhooks).
#![expect(
    clippy::disallowed_methods,
    reason = "it stands alone: its settings are two variables"
)]

use std::{
    collections::{HashMap, HashSet},
    env,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, State},
    http::{HeaderMap, StatusCode},
    routing::post,
};
use serde_json::Value;
use standardwebhooks::Webhook;
use tokio::net::TcpListener;

const MOST_BYTES: usize = 64 * 1024;

struct Receiver {
    webhook: Webhook,
    taken: Mutex<Taken>,
}

/// In a real system both are tables, written in one transaction with what follows from a message.
#[derive(Default)]
struct Taken {
    seen: HashSet<String>,
    revisions: HashMap<String, i64>,
}

impl Taken {
    fn take(&mut self, message: &Value) {
        let (kind, data) = (
            message["type"].as_str().unwrap_or_default(),
            &message["data"],
        );
        let revision = data["revision"].as_i64().unwrap_or_default();
        if let Some(activity) = data["activity_id"].as_str() {
            let held = self.revisions.entry(activity.to_owned()).or_default();
            if revision <= *held {
                // It arrived late, or is a reminder: worth showing, but its state is known.
                println!("known {kind} {revision}");
                return;
            }
            *held = revision;
        }
        println!("took {kind} {revision}");
    }
}

/// The body as it came: its bytes are what was signed.
async fn receive(
    State(receiver): State<Arc<Receiver>>,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    if let Err(error) = receiver.webhook.verify(&body, &headers) {
        println!("refused {error}");
        return StatusCode::BAD_REQUEST;
    }
    let id = headers.get("webhook-id").and_then(|id| id.to_str().ok());
    let (Some(id), Ok(message)) = (id, serde_json::from_slice(&body)) else {
        return StatusCode::BAD_REQUEST;
    };
    let mut taken = receiver
        .taken
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    if taken.seen.contains(id) {
        println!("again {id}");
    } else {
        taken.take(&message);
        // After it was taken: if that fails it comes again.
        taken.seen.insert(id.to_owned());
    }
    StatusCode::NO_CONTENT
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let receiver = Receiver {
        webhook: Webhook::new(&env::var("SECRET")?)?,
        taken: Mutex::default(),
    };
    let router = Router::new()
        .route("/", post(receive))
        .route("/{*path}", post(receive))
        .layer(DefaultBodyLimit::max(MOST_BYTES))
        .with_state(Arc::new(receiver));
    let address = env::var("LISTEN").unwrap_or_else(|_| "127.0.0.1:9000".to_owned());
    let listener = TcpListener::bind(address).await?;
    println!("listening on http://{}", listener.local_addr()?);
    axum::serve(listener, router).await?;
    Ok(())
}
