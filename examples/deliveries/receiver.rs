//! The partners: one server that answers for all of them, and knows when what came had been written down.

use std::{
    convert::Infallible,
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use chrono::{DateTime, Utc};
use http_body_util::{BodyExt as _, Empty};
use hyper::{
    Request, Response, StatusCode, body::Incoming, server::conn::http1, service::service_fn,
};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use yueli::clock::{Clock as _, SystemClock};

/// A webhook that came.
#[derive(Clone, Debug)]
pub(crate) struct Came {
    /// Whose address it came to, and its `webhook-id`.
    pub(crate) message: (String, String),
    /// When.
    pub(crate) at: DateTime<Utc>,
    /// Since its notice was written down, inside the transaction that the client waited for.
    pub(crate) after: Duration,
}

/// It, listening for as long as the process lives.
#[derive(Clone, Debug)]
pub(crate) struct Receiver {
    address: SocketAddr,
    state: Arc<State>,
}

#[derive(Debug, Default)]
struct State {
    came: Mutex<Vec<Came>>,
    hangs: AtomicBool,
    /// Milliseconds before an answer.
    slow: AtomicU64,
}

impl Receiver {
    /// On the address that the program is allowed to deliver to.
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.2:0").await.unwrap();
        let receiver = Self {
            address: listener.local_addr().unwrap(),
            state: Arc::default(),
        };
        let state = Arc::clone(&receiver.state);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let _ = stream.set_nodelay(true);
                let state = Arc::clone(&state);
                let service = service_fn(move |request| answer(Arc::clone(&state), request));
                tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
            }
        });
        receiver
    }

    /// A partner's address.
    pub(crate) fn url(&self, partner: usize) -> String {
        format!("http://{}/{partner}", self.address)
    }

    /// That of a partner who does not answer from [`Self::hang`] on.
    pub(crate) fn hanging_url(&self) -> String {
        format!("http://{}/hanging", self.address)
    }

    /// See [`Self::hanging_url`].
    pub(crate) fn hang(&self) {
        self.state.hangs.store(true, Ordering::Relaxed);
    }

    /// From now on an answer takes so long.
    pub(crate) fn slow_down(&self, by: Duration) {
        let by = by.as_millis().try_into().unwrap();
        self.state.slow.store(by, Ordering::Relaxed);
    }

    /// All that came since the last [`Self::take`].
    pub(crate) fn so_far(&self) -> Vec<Came> {
        self.state.came.lock().unwrap().clone()
    }

    /// Waits until so many have come since the last call, and takes them.
    pub(crate) async fn take(&self, count: usize, within: Duration) -> Vec<Came> {
        let enough = async {
            while self.state.came.lock().unwrap().len() < count {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        let waited = tokio::time::timeout(within, enough).await;
        let came = std::mem::take(&mut *self.state.came.lock().unwrap());
        assert!(
            waited.is_ok(),
            "{} of {count} came within {within:?}",
            came.len()
        );
        came
    }
}

async fn answer(
    state: Arc<State>,
    request: Request<Incoming>,
) -> Result<Response<Empty<Bytes>>, Infallible> {
    let at = SystemClock.now();
    if request.uri().path() == "/hanging" && state.hangs.load(Ordering::Relaxed) {
        std::future::pending::<()>().await;
    }
    let id = request.headers().get("webhook-id").cloned();
    let id = id.map(|id| id.to_str().unwrap().to_owned());
    let message = (request.uri().path().to_owned(), id.unwrap_or_default());
    let body = request.into_body().collect().await;
    let body = body.map(|body| body.to_bytes()).unwrap_or_default();
    if let Some(written) = recorded_at(&body) {
        let after = (at - written).to_std().unwrap_or_default();
        let came = Came { message, at, after };
        state.came.lock().unwrap().push(came);
        let slow = state.slow.load(Ordering::Relaxed);
        if slow > 0 {
            tokio::time::sleep(Duration::from_millis(slow)).await;
        }
    }
    let mut response = Response::new(Empty::new());
    *response.status_mut() = StatusCode::NO_CONTENT;
    Ok(response)
}

/// Found without reading the whole: the receiver's work is part of what is measured.
fn recorded_at(body: &[u8]) -> Option<DateTime<Utc>> {
    const NAME: &str = "\"recorded_at\":\"";
    let text = std::str::from_utf8(body).ok()?;
    let (_, rest) = text.rsplit_once(NAME)?;
    let (value, _) = rest.split_once('"')?;
    Some(DateTime::parse_from_rfc3339(value).ok()?.to_utc())
}
