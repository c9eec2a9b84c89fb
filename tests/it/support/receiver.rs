//! A partner's receiver: it records what arrives and answers by script.
//!
//! Owns a server on an address of the loopback network that tests allow; refuses to know what is delivered.
//! Invariant: what is recorded arrived whole; the server ends with the value.

use std::{
    collections::VecDeque,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, Response, Uri},
};
use serde_json::Value;
use tokio::{net::TcpListener, sync::Notify, task::JoinHandle};

use super::app::until;

/// The address that tests allow; every other private one stays refused.
pub(crate) const ALLOWED: &str = "127.0.0.2/32";

/// How a request is answered.
#[derive(Clone, Debug)]
pub(crate) enum Reply {
    /// With a status and nothing else.
    Status(u16),
    /// With a status and a header.
    Header(u16, &'static str, String),
    /// With a status and a body.
    Text(u16, String),
    /// As the hub's subscribers do: with the challenge where there is one, else with 204.
    Echo,
    /// As [`Self::Echo`], once [`Receiver::go_on`] was called.
    LateEcho,
    /// With a status, once [`Receiver::go_on`] was called.
    Late(u16),
    /// Never, as long as the receiver lives.
    Hang,
}

/// One request.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Received {
    /// A header's text; empty when there is none.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// The message's `type`.
    pub(crate) fn kind(&self) -> String {
        self.json()["type"].as_str().unwrap().to_owned()
    }
}

#[derive(Debug)]
struct Inner {
    received: Vec<Received>,
    script: VecDeque<Reply>,
    otherwise: Reply,
}

/// A running receiver.
#[derive(Debug)]
pub(crate) struct Receiver {
    address: SocketAddr,
    inner: Arc<Mutex<Inner>>,
    let_go: Arc<Notify>,
    serving: JoinHandle<()>,
}

impl Receiver {
    /// One that answers 204 to everything.
    pub(crate) async fn start() -> Self {
        Self::on([127, 0, 0, 2]).await
    }

    /// One on another address of this machine.
    pub(crate) async fn on(ip: [u8; 4]) -> Self {
        let listener = TcpListener::bind(SocketAddr::from((ip, 0))).await.unwrap();
        let address = listener.local_addr().unwrap();
        let inner = Arc::new(Mutex::new(Inner {
            received: Vec::new(),
            script: VecDeque::new(),
            otherwise: Reply::Status(204),
        }));
        let let_go = Arc::new(Notify::new());
        let router = Router::new()
            .fallback(answer)
            .with_state((Arc::clone(&inner), Arc::clone(&let_go)));
        let serving = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self {
            address,
            inner,
            let_go,
            serving,
        }
    }

    /// Its address with a path.
    pub(crate) fn url(&self) -> String {
        format!("http://{}/hook", self.address)
    }

    /// Its port.
    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    /// The next answers, one a request.
    pub(crate) fn script(&self, replies: impl IntoIterator<Item = Reply>) {
        self.inner.lock().unwrap().script.extend(replies);
    }

    /// The answer to everything that the script does not cover.
    pub(crate) fn otherwise(&self, reply: Reply) {
        self.inner.lock().unwrap().otherwise = reply;
    }

    /// Lets a late answer go.
    pub(crate) fn go_on(&self) {
        self.let_go.notify_one();
    }

    /// All requests so far, pings too.
    pub(crate) fn all(&self) -> Vec<Received> {
        self.inner.lock().unwrap().received.clone()
    }

    /// All requests but pings.
    pub(crate) fn notices(&self) -> Vec<Received> {
        let all = self.all().into_iter();
        all.filter(|received| received.kind() != "endpoint.ping")
            .collect()
    }

    /// Waits for so many requests that are no pings.
    pub(crate) async fn wait_for(&self, count: usize) -> Vec<Received> {
        until(&format!("{count} requests at the receiver"), async || {
            let notices = self.notices();
            (notices.len() >= count).then_some(notices)
        })
        .await
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn answer(
    State((inner, let_go)): State<(Arc<Mutex<Inner>>, Arc<Notify>)>,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let reply = {
        let mut inner = inner.lock().unwrap();
        inner.received.push(Received {
            path: uri.path().to_owned(),
            query: uri.query().unwrap_or_default().to_owned(),
            headers,
            body,
        });
        let otherwise = inner.otherwise.clone();
        inner.script.pop_front().unwrap_or(otherwise)
    };
    let status = |status: u16| Response::builder().status(status);
    match reply {
        Reply::Status(code) => status(code).body(Body::empty()).unwrap(),
        Reply::Header(code, name, value) => status(code)
            .header(name, value)
            .body(Body::empty())
            .unwrap(),
        Reply::Text(code, text) => status(code).body(Body::from(text)).unwrap(),
        Reply::Echo => echo(&uri),
        Reply::LateEcho => {
            let_go.notified().await;
            echo(&uri)
        }
        Reply::Late(code) => {
            let_go.notified().await;
            status(code).body(Body::empty()).unwrap()
        }
        Reply::Hang => std::future::pending().await,
    }
}

fn echo(asked: &Uri) -> Response<Body> {
    let query = asked.query().unwrap_or_default().as_bytes();
    let challenge = url::form_urlencoded::parse(query).find(|(name, _)| name == "hub.challenge");
    let (status, body) = match challenge {
        Some((_, challenge)) => (200, Body::from(challenge.into_owned())),
        None => (204, Body::empty()),
    };
    Response::builder().status(status).body(body).unwrap()
}
