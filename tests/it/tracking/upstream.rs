//! An upstream: documents by path that a test changes, with ETags and 304s as a good server has them.

use std::{
    collections::HashMap,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::Body,
    extract::State,
    http::{HeaderMap, Response, Uri},
};
use tokio::{net::TcpListener, task::JoinHandle};
use yueli::ids::sha256_hex;

/// How a path is answered.
#[derive(Clone, Debug)]
pub(crate) struct Said {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
    /// Whether it has an ETag and answers conditional requests.
    pub(crate) tagged: bool,
}

#[derive(Debug, Default)]
struct Inner {
    said: HashMap<String, Said>,
    asked: Vec<(String, u16, HeaderMap)>,
}

/// A running upstream.
#[derive(Debug)]
pub(crate) struct Upstream {
    address: SocketAddr,
    inner: Arc<Mutex<Inner>>,
    serving: JoinHandle<()>,
}

impl Upstream {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 2], 0)))
            .await
            .unwrap();
        let address = listener.local_addr().unwrap();
        let inner = Arc::new(Mutex::new(Inner::default()));
        let router = Router::new()
            .fallback(answer)
            .with_state(Arc::clone(&inner));
        let serving = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self {
            address,
            inner,
            serving,
        }
    }

    /// The address of a path.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// From now on a path says this.
    pub(crate) fn say(&self, path: &str, body: impl Into<Vec<u8>>) {
        self.set(
            path,
            Said {
                status: 200,
                headers: Vec::new(),
                body: body.into(),
                tagged: true,
            },
        );
    }

    /// From now on a path is answered like this.
    pub(crate) fn set(&self, path: &str, said: Said) {
        let mut inner = self.inner.lock().unwrap();
        inner.said.insert(path.to_owned(), said);
    }

    /// What it was asked so far: path, the status of the answer, headers of the request.
    pub(crate) fn asked(&self) -> Vec<(String, u16, HeaderMap)> {
        self.inner.lock().unwrap().asked.clone()
    }

    /// The statuses it answered with so far.
    pub(crate) fn statuses(&self) -> Vec<u16> {
        self.asked()
            .into_iter()
            .map(|(_, status, _)| status)
            .collect()
    }
}

impl Drop for Upstream {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn answer(
    State(inner): State<Arc<Mutex<Inner>>>,
    uri: Uri,
    headers: HeaderMap,
) -> Response<Body> {
    let mut inner = inner.lock().unwrap();
    let said = inner.said.get(uri.path()).cloned().unwrap_or(Said {
        status: 404,
        headers: Vec::new(),
        body: Vec::new(),
        tagged: false,
    });
    let tag = format!("\"{}\"", &sha256_hex(&said.body)[..16]);
    let known = headers
        .get("if-none-match")
        .is_some_and(|value| value.as_bytes() == tag.as_bytes());
    let status = match said.tagged && known {
        true => 304,
        false => said.status,
    };
    inner.asked.push((uri.path().to_owned(), status, headers));
    let mut response = Response::builder().status(status);
    if said.tagged {
        response = response.header("etag", tag);
    }
    for (name, value) in said.headers {
        response = response.header(name, value);
    }
    let body = if status == 304 { Vec::new() } else { said.body };
    response.body(Body::from(body)).unwrap()
}

/// A calendar of these events.
pub(crate) fn calendar(events: &[String]) -> String {
    let mut text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//upstream//EN\r\n".to_owned();
    for event in events {
        text.push_str(event);
    }
    text.push_str("END:VCALENDAR\r\n");
    text
}

/// An event with these lines.
pub(crate) fn event(uid: &str, lines: &[&str]) -> String {
    let mut text = format!("BEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20220801T000000Z\r\n");
    for line in lines {
        text.push_str(line);
        text.push_str("\r\n");
    }
    text.push_str("END:VEVENT\r\n");
    text
}
