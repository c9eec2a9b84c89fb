//! A partner's receiver that fails often, in every way it can, and remembers everything.
//!
//! Invariant: it never lies: what it took is in `taken`, even where it let the sender believe otherwise.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use hmac::{Hmac, KeyInit as _, Mac as _};
use http_body_util::{BodyExt as _, Full};
use hyper::{
    HeaderMap, Method, Request, Response, StatusCode, body::Incoming, server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use sha2::Sha256;
use tokio::{net::TcpListener, sync::watch, task::JoinHandle};
use yueli::clock::{Clock as _, SystemClock};

use super::{Plan, dice::Dice};
use crate::support::http::Call;

/// A message that was taken.
#[derive(Clone, Debug)]
pub(super) struct Taken {
    pub(super) times: u64,
    body: Bytes,
    pub(super) seq: i64,
}

#[derive(Debug, Default)]
pub(super) struct Seen {
    /// By `webhook-id`.
    pub(super) taken: BTreeMap<String, Taken>,
    /// Requests that came.
    pub(super) tries: u64,
    /// Answered with 500 or 503.
    pub(super) refused: u64,
    /// Cut off before anything was taken.
    pub(super) cut: u64,
    /// Taken, and cut off before the sender could know.
    pub(super) unconfirmed: u64,
    /// How often it looked at the origin when a message came.
    pub(super) looked: u64,
    /// What should not be.
    pub(super) faults: Vec<String>,
}

/// It, listening.
pub(super) struct Receiver {
    address: SocketAddr,
    state: Arc<State>,
    accepting: JoinHandle<()>,
}

struct State {
    failing: u32,
    in_a_row: u32,
    /// Chance, and how many failures stand in a row.
    luck: Mutex<(Dice, u32)>,
    seen: Mutex<Seen>,
    origin: Mutex<Option<(Vec<u8>, watch::Receiver<SocketAddr>)>>,
}

/// What it does with a message.
enum Mood {
    Take,
    Refuse(StatusCode),
    Cut,
    TakeAndCut,
}

impl Receiver {
    /// On a free port of a loopback address that nothing else uses.
    pub(super) async fn start(plan: &Plan) -> Self {
        let listener = TcpListener::bind("127.0.0.2:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(State {
            failing: plan.failing,
            in_a_row: plan.in_a_row,
            luck: Mutex::new((Dice::new(plan.seed ^ 0x0072_6563), 0)),
            seen: Mutex::default(),
            origin: Mutex::default(),
        });
        let shared = Arc::clone(&state);
        let accepting = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let state = Arc::clone(&shared);
                let service = service_fn(move |request| receive(Arc::clone(&state), request));
                tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
            }
        });
        Self {
            address,
            state,
            accepting,
        }
    }

    /// Where it takes messages.
    pub(super) fn url(&self) -> String {
        format!("http://{}/hook", self.address)
    }

    /// From here on signatures are checked with this secret, and the origin is looked at.
    pub(super) fn trust(&self, secret: &str, origin: watch::Receiver<SocketAddr>) {
        let key = STANDARD
            .decode(secret.strip_prefix("whsec_").unwrap())
            .unwrap();
        *self.state.origin.lock().unwrap() = Some((key, origin));
    }

    /// What came so far.
    pub(super) fn seen<T>(&self, look: impl FnOnce(&Seen) -> T) -> T {
        look(&self.state.seen.lock().unwrap())
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn receive(
    state: Arc<State>,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, std::io::Error> {
    let (parts, body) = request.into_parts();
    let cut = || Err(std::io::Error::other("cut off on purpose"));
    let Ok(body) = body.collect().await else {
        return cut();
    };
    let body = body.to_bytes();
    let message: Value = serde_json::from_slice(&body).unwrap_or_default();
    let answer = |status| {
        let mut response = Response::new(Full::default());
        *response.status_mut() = status;
        Ok(response)
    };
    if message["type"] == "endpoint.ping" {
        return answer(StatusCode::NO_CONTENT);
    }
    let fault = state.judge(&parts.method, &parts.headers, &body);
    if let Some(fault) = fault.or(state.compare_with_origin(&message).await) {
        state.seen.lock().unwrap().faults.push(fault);
    }
    let mood = state.mood();
    let mut seen = state.seen.lock().unwrap();
    seen.tries += 1;
    match mood {
        Mood::Refuse(status) => {
            seen.refused += 1;
            answer(status)
        }
        Mood::Cut => {
            seen.cut += 1;
            cut()
        }
        Mood::Take => {
            seen.take(&parts.headers, body);
            answer(StatusCode::OK)
        }
        Mood::TakeAndCut => {
            seen.take(&parts.headers, body);
            seen.unconfirmed += 1;
            cut()
        }
    }
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}

impl Seen {
    fn take(&mut self, headers: &HeaderMap, body: Bytes) {
        let id = header(headers, "webhook-id").to_owned();
        let seq = header(headers, "x-endpoint-seq").parse().unwrap_or(-1);
        match self.taken.get_mut(&id) {
            None => {
                self.taken.insert(
                    id,
                    Taken {
                        times: 1,
                        body,
                        seq,
                    },
                );
            }
            Some(taken) => {
                taken.times += 1;
                if taken.body != body {
                    self.faults.push(format!("{id} came with two bodies"));
                }
            }
        }
    }
}

impl State {
    fn mood(&self) -> Mood {
        let mut luck = self.luck.lock().unwrap();
        let (dice, row) = &mut *luck;
        if *row >= self.in_a_row || dice.below(100) >= u64::from(self.failing) {
            *row = 0;
            return Mood::Take;
        }
        *row += 1;
        match dice.below(4) {
            0 => Mood::Refuse(StatusCode::INTERNAL_SERVER_ERROR),
            1 => Mood::Refuse(StatusCode::SERVICE_UNAVAILABLE),
            2 => Mood::Cut,
            _ => Mood::TakeAndCut,
        }
    }

    /// Standard Webhooks, checked by hand.
    fn judge(&self, method: &Method, headers: &HeaderMap, body: &Bytes) -> Option<String> {
        let origin = self.origin.lock().unwrap();
        let Some((key, _)) = origin.as_ref() else {
            return Some("a message came before the endpoint was made".to_owned());
        };
        let (id, timestamp) = (
            header(headers, "webhook-id"),
            header(headers, "webhook-timestamp"),
        );
        let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("any length");
        for part in [id.as_bytes(), b".", timestamp.as_bytes(), b".", body] {
            mac.update(part);
        }
        let signature = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
        let age = SystemClock.now().timestamp() - timestamp.parse::<i64>().unwrap_or_default();
        let attempt = header(headers, "x-attempt");
        if method != Method::POST {
            return Some(format!("{id} came by {method}"));
        }
        if header(headers, "webhook-signature") != signature {
            return Some(format!("{id} is not signed as it should be"));
        }
        if !(-5..=30).contains(&age) {
            return Some(format!("{id} was signed {age} s ago"));
        }
        (!attempt.parse::<u32>().is_ok_and(|attempt| attempt >= 1))
            .then(|| format!("{id}: x-attempt is {attempt:?}"))
    }

    /// Promise 4: when a webhook for revision n arrives, API and feeds show revision n or a later one.
    async fn compare_with_origin(&self, message: &Value) -> Option<String> {
        let address = {
            let origin = self.origin.lock().unwrap();
            *origin.as_ref()?.1.borrow()
        };
        let (activity, revision) = (
            message["data"]["activity_id"].as_str()?,
            message["data"]["revision"].as_i64()?,
        );
        // No answer: it was killed just now, and shows nothing that could be wrong.
        let get = async |path: String| {
            let call = Call::new(address, Method::GET, path).exchange();
            let answer = tokio::time::timeout(Duration::from_secs(5), call).await;
            answer.ok()?.ok()
        };
        let api = get(format!("/api/v1/activities/{activity}")).await?;
        let ics = get(format!("/feeds/zh/activity/{activity}.ics")).await?;
        self.seen.lock().unwrap().looked += 1;
        let shown = api.json()["revision"].as_i64().unwrap_or_default();
        if shown < revision {
            return Some(format!(
                "the webhook of {activity} told revision {revision} while the API showed {shown}"
            ));
        }
        let sequence = super::check::sequences(&ics.text())
            .into_values()
            .next()
            .unwrap_or(-1);
        (sequence + 1 < revision).then(|| {
            format!("the webhook of {activity} told revision {revision} while the calendar showed SEQUENCE {sequence}")
        })
    }
}
