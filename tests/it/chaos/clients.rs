//! Offices at work: each changes activities of its own, and repeats a request until it is acknowledged.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use hyper::Method;
use serde_json::{Value, json};
use tokio::{sync::watch, task::JoinHandle};

use super::dice::Dice;
use crate::support::http::{Answer, Call};

/// A change that was acknowledged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Acknowledged {
    pub(super) notice: String,
    pub(super) activity: String,
    pub(super) position: i64,
    pub(super) revision: i64,
    pub(super) kind: String,
}

/// What all clients share.
pub(super) struct Work {
    token: String,
    address: watch::Receiver<SocketAddr>,
    left: AtomicU64,
    acknowledged: Mutex<Vec<Acknowledged>>,
    count: watch::Sender<u64>,
    /// Requests that got no answer and were sent again.
    pub(super) unanswered: AtomicU64,
    /// Requests that got 503 and were sent again.
    pub(super) unavailable: AtomicU64,
    /// What should not have been answered.
    pub(super) faults: Mutex<Vec<String>>,
}

impl Work {
    pub(super) fn new(changes: u32, token: String, address: watch::Receiver<SocketAddr>) -> Self {
        Self {
            token,
            address,
            left: AtomicU64::new(u64::from(changes)),
            acknowledged: Mutex::default(),
            count: watch::channel(0).0,
            unanswered: AtomicU64::new(0),
            unavailable: AtomicU64::new(0),
            faults: Mutex::default(),
        }
    }

    /// Waits for so many acknowledged changes.
    pub(super) async fn acknowledged_at_least(&self, count: u64) {
        let mut seen = self.count.subscribe();
        let reached = seen.wait_for(|acknowledged| *acknowledged >= count).await;
        reached.expect("it lives as long as this");
    }

    /// All that was acknowledged, by position.
    pub(super) fn acknowledged(&self) -> Vec<Acknowledged> {
        let mut all = self.acknowledged.lock().unwrap().clone();
        all.sort_by_key(|one| one.position);
        all
    }

    /// How many of each kind.
    pub(super) fn kinds(&self) -> BTreeMap<String, usize> {
        let mut kinds = BTreeMap::new();
        for one in self.acknowledged() {
            *kinds.entry(one.kind).or_default() += 1;
        }
        kinds
    }

    fn take(&self) -> bool {
        let taken = self
            .left
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| {
                left.checked_sub(1)
            });
        taken.is_ok()
    }

    fn fault(&self, fault: String) {
        self.faults.lock().unwrap().push(fault);
    }

    /// Sends a request until it is answered for good.
    async fn insist(&self, call: Call) -> Answer {
        loop {
            let mut address = self.address.clone();
            let here = *address.borrow_and_update();
            let sent = tokio::time::timeout(Duration::from_secs(20), call.to(here).exchange());
            let wait = match sent.await {
                Ok(Ok(answer)) if answer.status == 503 => {
                    self.unavailable.fetch_add(1, Ordering::Relaxed);
                    Duration::from_millis(50)
                }
                Ok(Ok(answer)) => return answer,
                Ok(Err(_)) | Err(_) => {
                    self.unanswered.fetch_add(1, Ordering::Relaxed);
                    Duration::from_millis(20)
                }
            };
            // Until it is back, or a moment.
            let _ = tokio::time::timeout(wait, address.changed()).await;
        }
    }
}

/// Starts them; they end when all changes are made.
pub(super) fn start(work: &Arc<Work>, clients: u32, seed: u64) -> Vec<JoinHandle<()>> {
    (0..clients)
        .map(|number| {
            let client = Client {
                number,
                dice: Dice::new(seed.wrapping_add(u64::from(number) + 1)),
                work: Arc::clone(work),
                sent: 0,
                own: Vec::new(),
            };
            tokio::spawn(client.work())
        })
        .collect()
}

/// An activity as its client knows it.
struct Own {
    id: String,
    etag: String,
    status: String,
}

struct Client {
    number: u32,
    dice: Dice,
    work: Arc<Work>,
    sent: u64,
    own: Vec<Own>,
}

impl Client {
    async fn work(mut self) {
        while self.work.take() {
            let index = if self.own.is_empty() || self.dice.below(100) < 15 {
                self.draft().await;
                self.own.len() - 1
            } else {
                let index = self.dice.below(self.own.len() as u64);
                usize::try_from(index).expect("an index of a list")
            };
            self.change(index).await;
        }
    }

    fn post(&mut self, path: String, body: &Value) -> Call {
        self.sent += 1;
        let address = *self.work.address.borrow();
        Call::new(address, Method::POST, path)
            .token(&self.work.token)
            .key(&format!("client-{}-{}", self.number, self.sent))
            .json(body)
    }

    fn day(&mut self) -> Value {
        let (month, day) = (self.dice.below(12) + 1, self.dice.below(28) + 1);
        json!({"precision": "day", "starts_on": format!("2022-{month:02}-{day:02}")})
    }

    async fn draft(&mut self) {
        let districts = ["haidian", "chaoyang", "xicheng", "yanqing"];
        let body = json!({
            "edition": 2021, "strand": "year_round", "kind": "roadshow",
            "title": {"zh": format!("第{}号办公室的第{}场路演", self.number, self.own.len() + 1)},
            "districts": [self.dice.one_of(&districts)], "when": self.day(),
        });
        let call = self.post("/api/v1/activities".to_owned(), &body);
        let answer = self.work.insist(call).await;
        let made = answer.expect(201);
        self.own.push(Own {
            id: made.json()["activity"]["id"].as_str().unwrap().to_owned(),
            etag: made.etag(),
            status: "draft".to_owned(),
        });
    }

    async fn change(&mut self, index: usize) {
        let choices: &[&str] = match self.own[index].status.as_str() {
            "draft" => &["announce"],
            "postponed" => &["reschedule", "reinstate", "cancel"],
            "cancelled" => &["reinstate"],
            _ => &[
                "reschedule",
                "reschedule",
                "reschedule",
                "relocate",
                "change-format",
                "postpone",
                "cancel",
            ],
        };
        let action = *self.dice.one_of(choices);
        let number = self.sent;
        let body = match action {
            "reschedule" => json!({"when": self.day(), "reason": {"code": "venue"}}),
            "relocate" => json!({"venue": {"name": {"zh": format!("第{number}会议室")}}}),
            // A new address each time: what changes nothing is refused.
            "change-format" => {
                json!({"mode": "mixed", "live_url": format!("https://live.example/{number}")})
            }
            _ => json!({}),
        };
        let path = format!("/api/v1/activities/{}/{action}", self.own[index].id);
        let call = self.post(path, &body).if_match(&self.own[index].etag);
        let answer = self.work.insist(call).await;
        let id = &self.own[index].id;
        if answer.status == 422 && action == "reschedule" {
            // It stood on that day already; the change still has to be made.
            self.work.left.fetch_add(1, Ordering::SeqCst);
            return;
        }
        if answer.status != 200 {
            let fault = format!("{action} of {id}: {} {}", answer.status, answer.text());
            return self.work.fault(fault);
        }
        let told = answer.json();
        let notice = &told["notice"];
        let acknowledged = Acknowledged {
            notice: notice["id"].as_str().unwrap().to_owned(),
            activity: id.clone(),
            position: notice["position"].as_i64().unwrap(),
            revision: notice["revision"].as_i64().unwrap(),
            kind: notice["kind"].as_str().unwrap().to_owned(),
        };
        self.own[index].etag = answer.etag();
        self.own[index].status = told["activity"]["status"].as_str().unwrap().to_owned();
        self.work.acknowledged.lock().unwrap().push(acknowledged);
        self.work.count.send_modify(|count| *count += 1);
    }
}
