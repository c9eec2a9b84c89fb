//! One request to a receiver.
//!
//! Owns the headers and the measuring; refuses to know what a result means for the endpoint.
//! Invariant: it goes out through the guard, and no secret or signature is kept.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use entity::vocab::Trigger;
use tokio::sync::Notify;
use url::Url;

use super::{
    format::{Format, Request, Sending, Verdict},
    judge::Outcome,
    sign::{Secret, hub_signature},
};
use crate::{
    clock::Clock,
    domain::retry,
    guard::{Answer, Guard, read_answer},
    metrics::Metrics,
    store::deliveries::Tried,
};

/// Sends, and counts what it sent. One for each process.
#[derive(Debug)]
pub struct Courier {
    guard: Arc<Guard>,
    /// For callbacks that anybody may name.
    strangers: Guard,
    clock: Arc<dyn Clock>,
    pub(super) metrics: Arc<Metrics>,
    pub(super) nudge: Notify,
}

/// What is sent.
#[derive(Clone, Debug)]
pub(super) struct Parcel<'a> {
    /// Where to.
    pub(super) url: &'a Url,
    /// The bytes.
    pub(super) body: Bytes,
    /// What stands on it.
    pub(super) label: Label<'a>,
}

/// What stands on a parcel.
#[derive(Clone, Debug)]
pub(super) enum Label<'a> {
    /// A webhook.
    Webhook {
        /// How it is written.
        format: &'static dyn Format,
        /// The `webhook-id`.
        id: &'a str,
        /// Who signs, the newest first.
        secrets: &'a [Secret],
        /// 1 for the first try.
        number: i32,
        /// What set it off.
        trigger: Trigger,
        /// The endpoint's sequence number; `None` for pings, which stand outside of it.
        seq: Option<i64>,
    },
    /// A feed for a subscriber of the hub (W3C WebSub, §7).
    Feed {
        content_type: &'static str,
        /// The hub and the topic, as the feed itself names them.
        link: String,
        /// What the subscriber chose; empty for no signature.
        secret: &'a str,
    },
}

impl Label<'_> {
    fn request(&self, url: &Url, body: &Bytes, at: DateTime<Utc>) -> Request {
        match self {
            Self::Webhook {
                format,
                id,
                secrets,
                number,
                trigger,
                seq,
            } => format.request(&Sending {
                url,
                body,
                id,
                secrets,
                number: *number,
                trigger: *trigger,
                seq: *seq,
                at,
            }),
            Self::Feed {
                content_type,
                link,
                secret,
            } => {
                let mut headers = vec![
                    ("content-type", (*content_type).to_owned()),
                    ("link", link.clone()),
                ];
                let signature = hub_signature(secret, body);
                headers.extend(signature.map(|signature| ("x-hub-signature", signature)));
                Request {
                    url: url.clone(),
                    body: body.clone(),
                    headers,
                }
            }
        }
    }

    fn judge(&self, answer: &Answer) -> Verdict {
        match self {
            Self::Webhook { format, .. } => format.judge(answer),
            Self::Feed { .. } => Verdict {
                outcome: Outcome::of_answer(answer),
                retry_after: None,
            },
        }
    }
}

/// What came of it.
#[derive(Clone, Debug)]
pub(super) struct Receipt {
    pub(super) outcome: Outcome,
    pub(super) sent_at: DateTime<Utc>,
    pub(super) took: Duration,
    /// Until the first byte of the answer, when there was one.
    pub(super) first_byte: Option<Duration>,
    /// How long the receiver asks to be left alone.
    pub(super) retry_after: Option<TimeDelta>,
    answer: Option<Answer>,
    /// Where it went, when there was no answer.
    went_to: Option<String>,
}

impl Courier {
    /// Through a guard.
    #[must_use]
    pub fn new(guard: Arc<Guard>, clock: Arc<dyn Clock>, metrics: Arc<Metrics>) -> Self {
        Self {
            strangers: guard.apart(),
            guard,
            clock,
            metrics,
            nudge: Notify::new(),
        }
    }

    /// The guard of partners' addresses.
    #[must_use]
    pub fn guard(&self) -> &Guard {
        &self.guard
    }

    /// The guard of callbacks, which anybody may name to the hub.
    #[must_use]
    pub fn strangers(&self) -> &Guard {
        &self.strangers
    }

    /// Tells the engine of this process that an endpoint has something to do now (others see it at their next poll).
    pub fn nudge(&self) {
        self.nudge.notify_one();
    }

    pub(super) fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    pub(super) async fn post(&self, parcel: Parcel<'_>) -> Receipt {
        let sent_at = self.clock.now();
        let started = Instant::now();
        let result = self.send(&parcel, sent_at).await;
        let took = started.elapsed();
        let (verdict, answer) = match result {
            Ok(answer) => (parcel.label.judge(&answer), Some(answer)),
            Err(outcome) => (
                Verdict {
                    outcome,
                    retry_after: None,
                },
                None,
            ),
        };
        let Verdict {
            outcome,
            retry_after: in_its_words,
        } = verdict;
        let went_to = match &answer {
            None if outcome.has_connected() => self.guard_of(&parcel).addresses(parcel.url),
            _ => None,
        };
        match parcel.label {
            Label::Webhook { .. } => self.metrics.delivery_attempted(outcome.code()),
            Label::Feed { .. } => self.metrics.hub_told(outcome.code()),
        }
        let retry_after = answer
            .as_ref()
            .and_then(|answer| answer.retry_after.as_deref())
            .and_then(|value| retry::retry_after(value, self.clock.now()))
            .or(in_its_words);
        Receipt {
            outcome,
            sent_at,
            took,
            first_byte: answer
                .as_ref()
                .map(|answer| answer.first_byte_at.duration_since(started)),
            retry_after,
            answer,
            went_to,
        }
    }

    fn guard_of(&self, parcel: &Parcel<'_>) -> &Guard {
        match parcel.label {
            Label::Webhook { .. } => &self.guard,
            Label::Feed { .. } => &self.strangers,
        }
    }

    async fn send(&self, parcel: &Parcel<'_>, sent_at: DateTime<Utc>) -> Result<Answer, Outcome> {
        let client = self
            .guard_of(parcel)
            .client(parcel.url)
            .map_err(|refused| {
                tracing::debug!(%refused, "an endpoint's address is not allowed any more");
                Outcome::BlockedAddress
            })?;
        let Request { url, body, headers } =
            parcel.label.request(parcel.url, &parcel.body, sent_at);
        let request = client.post(url).body(body);
        let request = headers.into_iter().fold(request, |request, (name, value)| {
            request.header(name, value)
        });
        match request.send().await {
            Ok(response) => Ok(read_answer(response).await),
            Err(error) => {
                let outcome = Outcome::of_error(&error);
                // Without the address: a robot's address is a secret.
                tracing::debug!(error = %error.without_url(), code = outcome.code(), "a delivery had no answer");
                Err(outcome)
            }
        }
    }
}

impl Receipt {
    /// The row of this try.
    pub(super) fn tried(
        self,
        delivery_id: String,
        endpoint_id: String,
        position: Option<i64>,
        seq: i64,
        number: i32,
        trigger: Trigger,
    ) -> Tried {
        let (status, address, response_excerpt) = match self.answer {
            Some(answer) => (
                Some(i32::from(answer.status)),
                answer.address,
                answer.excerpt,
            ),
            None => (None, self.went_to, None),
        };
        Tried {
            delivery_id,
            endpoint_id,
            position,
            seq,
            webhook_id: None,
            number,
            trigger,
            sent_at: self.sent_at,
            duration_ms: i32::try_from(self.took.as_millis()).unwrap_or(i32::MAX),
            status,
            outcome: self.outcome.code(),
            address,
            response_excerpt,
        }
    }
}
