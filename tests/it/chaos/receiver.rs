//! The receivers of several partners, which fail often, in every way they can, and remember everything.
//!
//! Invariant: they never lie: what one took is in `taken`, even where it let the sender believe otherwise.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
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
    /// Of each partner, by `webhook-id`.
    pub(super) taken: Vec<BTreeMap<String, Taken>>,
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
    /// When the program listened again, until a message comes.
    listening_since: Option<Instant>,
    /// From then until the first message.
    pub(super) went_on: Vec<Duration>,
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
    /// Of each partner: chance, and how many failures stand in a row.
    luck: Vec<Mutex<(Dice, u32)>>,
    seen: Mutex<Seen>,
    origin: Mutex<Option<Origin>>,
}

/// Who sends.
struct Origin {
    /// What each partner's messages are signed with.
    keys: Vec<Vec<u8>>,
    address: watch::Receiver<SocketAddr>,
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
        let luck = |partner| {
            let seed = plan.seed ^ 0x0072_6563 ^ (u64::from(partner) << 32);
            Mutex::new((Dice::new(seed), 0))
        };
        let luck: Vec<_> = (0..plan.endpoints).map(luck).collect();
        let seen = Seen {
            taken: vec![BTreeMap::new(); luck.len()],
            ..Seen::default()
        };
        let state = Arc::new(State {
            failing: plan.failing,
            in_a_row: plan.in_a_row,
            luck,
            seen: Mutex::new(seen),
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

    /// Where each partner takes messages.
    pub(super) fn urls(&self) -> Vec<String> {
        let url = |partner| format!("http://{}/hook/{partner}", self.address);
        (0..self.state.luck.len()).map(url).collect()
    }

    /// The program listens again: the next message is the first since.
    pub(super) fn program_listens(&self) {
        self.state.seen.lock().unwrap().listening_since = Some(Instant::now());
    }

    /// From here on signatures are checked with these secrets, and the origin is looked at.
    pub(super) fn trust(&self, secrets: &[String], address: watch::Receiver<SocketAddr>) {
        let key = |secret: &String| {
            let key = secret.strip_prefix("whsec_").unwrap();
            STANDARD.decode(key).unwrap()
        };
        let keys = secrets.iter().map(key).collect();
        *self.state.origin.lock().unwrap() = Some(Origin { keys, address });
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
    let partner = parts.uri.path().strip_prefix("/hook/");
    let Some(partner) = partner
        .and_then(|partner| partner.parse::<usize>().ok())
        .filter(|partner| *partner < state.luck.len())
    else {
        return answer(StatusCode::NOT_FOUND);
    };
    if message["type"] == "endpoint.ping" {
        return answer(StatusCode::NO_CONTENT);
    }
    let mut faults: Vec<_> = state
        .judge(partner, &parts.method, &parts.headers, &body)
        .into_iter()
        .collect();
    // One of them looks at each message: all of them would be most of the load.
    let position = message["data"]["position"].as_u64().unwrap_or_default();
    if position % state.luck.len() as u64 == partner as u64 {
        faults.extend(state.compare_with_origin(&message).await);
    }
    let mood = state.mood(partner);
    let mut seen = state.seen.lock().unwrap();
    seen.faults.extend(faults);
    if let Some(since) = seen.listening_since.take() {
        seen.went_on.push(since.elapsed());
    }
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
            seen.take(partner, &parts.headers, body);
            answer(StatusCode::OK)
        }
        Mood::TakeAndCut => {
            seen.take(partner, &parts.headers, body);
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
    fn take(&mut self, partner: usize, headers: &HeaderMap, body: Bytes) {
        let id = header(headers, "webhook-id").to_owned();
        let seq = header(headers, "x-endpoint-seq").parse().unwrap_or(-1);
        let all = &mut self.taken[partner];
        match all.get_mut(&id) {
            None => {
                all.insert(
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
    fn mood(&self, partner: usize) -> Mood {
        let mut luck = self.luck[partner].lock().unwrap();
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
    fn judge(
        &self,
        partner: usize,
        method: &Method,
        headers: &HeaderMap,
        body: &Bytes,
    ) -> Option<String> {
        let origin = self.origin.lock().unwrap();
        let Some(key) = origin.as_ref().and_then(|origin| origin.keys.get(partner)) else {
            return Some("a message came before its endpoint was made".to_owned());
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
            *origin.as_ref()?.address.borrow()
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
