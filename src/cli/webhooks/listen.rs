//! `webhooks listen`.

use std::{
    collections::HashSet,
    convert::Infallible,
    sync::{Arc, Mutex, PoisonError},
};

use anyhow::Context;
use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::{
    HeaderMap, Request, Response, StatusCode, body::Incoming, server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use reqwest::Client;
use tokio::net::TcpListener;
use url::Url;

use super::Listen;
use crate::{
    clock::{Clock, SystemClock},
    config::{Settings, WebhookSettings},
    deliver::sign::{self, Secret, Signed},
    domain::dates::instant,
    guard::Guard,
};

/// Far above what a message has.
const LONGEST: usize = 1024 * 1024;

/// Everything a message was signed and numbered with; what is handed on.
const HANDED_ON: [&str; 7] = [
    "content-type",
    "webhook-id",
    "webhook-timestamp",
    "webhook-signature",
    "x-attempt",
    "x-trigger",
    "x-endpoint-seq",
];

/// Prints what arrives until it is interrupted.
pub(super) async fn run(settings: &Settings, asked: Listen) -> anyhow::Result<()> {
    let listener = TcpListener::bind(asked.listen)
        .await
        .with_context(|| format!("cannot listen on {}", asked.listen))?;
    let forward = match asked.forward_to {
        Some(url) => Some((anywhere(&settings.webhooks, &url)?, url)),
        None => None,
    };
    let desk = Arc::new(Desk {
        secret: asked.secret.map(|secret| secret.0),
        forward,
        seen: Mutex::default(),
    });
    println!("listening on http://{}", listener.local_addr()?);
    loop {
        let (stream, _) = listener.accept().await?;
        let desk = Arc::clone(&desk);
        let service = service_fn(move |request| {
            let desk = Arc::clone(&desk);
            async move { Ok::<_, Infallible>(desk.take(request).await) }
        });
        tokio::spawn(async move {
            if let Err(error) = http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service)
                .await
            {
                tracing::debug!(%error, "a connection ended with an error");
            }
        });
    }
}

/// A client for an address that the person at the keyboard chose: their own machine, most likely.
fn anywhere(settings: &WebhookSettings, url: &Url) -> anyhow::Result<Client> {
    let open = WebhookSettings {
        allow_http: true,
        allow_cidrs: vec!["0.0.0.0/0".parse()?, "::/0".parse()?],
        ..settings.clone()
    };
    Ok(Guard::new(&open, None)?.client(url)?)
}

struct Desk {
    secret: Option<Secret>,
    forward: Option<(Client, Url)>,
    seen: Mutex<HashSet<String>>,
}

impl Desk {
    async fn take(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let (parts, body) = request.into_parts();
        let body = match Limited::new(body, LONGEST).collect().await {
            Ok(body) => body.to_bytes(),
            Err(error) => return answer(StatusCode::PAYLOAD_TOO_LARGE, error.to_string()),
        };
        let (verdict, genuine) = self.verdict(&parts.headers, &body);
        let told = message(&parts.headers, &body);
        let again = self.is_seen(&parts.headers);
        println!("\n{verdict}{again}\n{told}");
        if !genuine {
            return answer(StatusCode::BAD_REQUEST, verdict);
        }
        match &self.forward {
            None => answer(StatusCode::NO_CONTENT, String::new()),
            Some((client, url)) => forward(client, url, &parts.headers, body).await,
        }
    }

    fn verdict(&self, headers: &HeaderMap, body: &[u8]) -> (String, bool) {
        let Some(secret) = &self.secret else {
            return ("not verified: no --secret was given".to_owned(), true);
        };
        let signed = Signed {
            id: text(headers, "webhook-id"),
            timestamp: text(headers, "webhook-timestamp"),
            signature: text(headers, "webhook-signature"),
        };
        match sign::verify(secret, signed, body, Some(SystemClock.now())) {
            Ok(()) => ("genuine".to_owned(), true),
            Err(why) => (format!("NOT genuine: {why}"), false),
        }
    }

    fn is_seen(&self, headers: &HeaderMap) -> &'static str {
        let Some(id) = text(headers, "webhook-id") else {
            return "";
        };
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.insert(id.to_owned()) {
            ""
        } else {
            ", seen before: a receiver drops it"
        }
    }
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// The headers that matter, and the body, readable.
fn message(headers: &HeaderMap, body: &[u8]) -> String {
    let mut lines = vec![format!("at {}", instant::text(SystemClock.now()))];
    for name in HANDED_ON {
        if let Some(value) = text(headers, name) {
            lines.push(format!("{name}: {value}"));
        }
    }
    let body = serde_json::from_slice::<serde_json::Value>(body)
        .ok()
        .and_then(|json| serde_json::to_string_pretty(&json).ok())
        .unwrap_or_else(|| String::from_utf8_lossy(body).escape_debug().to_string());
    lines.push(body);
    lines.join("\n")
}

async fn forward(
    client: &Client,
    url: &Url,
    headers: &HeaderMap,
    body: Bytes,
) -> Response<Full<Bytes>> {
    let mut request = client.post(url.clone());
    for name in HANDED_ON {
        if let Some(value) = headers.get(name) {
            request = request.header(name, value);
        }
    }
    match request.body(body).send().await {
        Ok(taken) => {
            println!("handed on to {url}: {}", taken.status());
            answer(taken.status(), String::new())
        }
        Err(error) => {
            println!("NOT handed on to {url}: {error}");
            answer(StatusCode::BAD_GATEWAY, error.to_string())
        }
    }
}

fn answer(status: StatusCode, text: String) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(text)));
    *response.status_mut() = status;
    response
}
