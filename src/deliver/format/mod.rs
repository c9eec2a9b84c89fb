//! How a webhook is written and what its answer means: one file for each format.
//!
//! Owns bytes, headers and the reading of answers. Refuses to know leases, retries and the database. Invariant: a body
//! is a function of the notice and of what its endpoint set; only what signs it depends on the moment it is sent.

use std::{collections::BTreeMap, fmt::Debug, time::Duration};

use bytes::Bytes;
use chrono::{DateTime, TimeDelta, Utc};
use entity::vocab::{Language, Payload, Trigger, WireFormat};
use url::Url;

use super::{judge::Outcome, sign::Secret};
use crate::{
    domain::notice::Notice,
    guard::{Answer, USER_AGENT},
    links::Links,
    publish::Publisher,
    store::deliveries::Attempt,
};

/// The header that says who signed.
const SIGNATURE: &str = "webhook-signature";

mod card;
pub(super) mod cloudevents;
mod dingtalk;
mod feishu;
mod robot;
mod slack;
mod standard;
mod wecom;

/// A notice and how its endpoint wants it.
pub(super) struct Telling<'a> {
    pub(super) notice: &'a Notice,
    pub(super) payload: Payload,
    pub(super) language: Language,
    pub(super) links: &'a Links,
    pub(super) publisher: &'a Publisher,
}

/// A message of no notice.
pub(super) struct Trial<'a> {
    /// `endpoint.ping` or `endpoint.test`.
    pub(super) kind: &'a str,
    /// Its `webhook-id`.
    pub(super) id: &'a str,
    pub(super) endpoint_id: &'a str,
    pub(super) language: Language,
    pub(super) now: DateTime<Utc>,
    pub(super) links: &'a Links,
}

/// A body on its way.
pub(super) struct Sending<'a> {
    pub(super) url: &'a Url,
    pub(super) body: &'a Bytes,
    /// The `webhook-id`.
    pub(super) id: &'a str,
    /// Who signs, the newest first.
    pub(super) secrets: &'a [Secret],
    /// 1 for the first try.
    pub(super) number: i32,
    /// What set it off.
    pub(super) trigger: Trigger,
    /// The endpoint's sequence number; `None` for pings, which stand outside of it.
    pub(super) seq: Option<i64>,
    pub(super) at: DateTime<Utc>,
}

/// What goes out.
#[derive(Debug)]
pub(super) struct Request {
    pub(super) url: Url,
    pub(super) body: Bytes,
    pub(super) headers: Vec<(&'static str, String)>,
}

/// What an answer means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Verdict {
    pub(super) outcome: Outcome,
    /// For how long the receiver wants nothing, where it says so in its own words.
    pub(super) retry_after: Option<TimeDelta>,
}

/// A way of writing webhooks.
pub(super) trait Format: Debug + Sync {
    /// A notice's body, the same on each try.
    fn notice(&self, telling: &Telling<'_>) -> Bytes;

    /// A trial's body.
    fn trial(&self, trial: &Trial<'_>) -> Bytes;

    /// What is sent at this moment.
    fn request(&self, sending: &Sending<'_>) -> Request;

    /// What an answer means; by its status alone where the format says no more.
    fn judge(&self, answer: &Answer) -> Verdict {
        Verdict {
            outcome: Outcome::of_answer(answer),
            retry_after: None,
        }
    }

    /// The shortest time between two messages to the same endpoint.
    fn pause(&self) -> Duration {
        Duration::ZERO
    }
}

/// The format of that name.
pub(super) fn of(format: WireFormat) -> &'static dyn Format {
    match format {
        WireFormat::Standard => &standard::Standard,
        WireFormat::Cloudevents => &cloudevents::CloudEvents,
        WireFormat::Feishu => &feishu::Feishu,
        WireFormat::Dingtalk => &dingtalk::DingTalk,
        WireFormat::Wecom => &wecom::WeCom,
        WireFormat::Slack => &slack::Slack,
    }
}

/// What robots tell a group of a notice, for whoever looks at it before it is told: the title, then the lines.
#[must_use]
pub fn robot_card(
    notice: &Notice,
    language: Language,
    links: &Links,
    publisher: &Publisher,
) -> Vec<String> {
    let card = card::Card::of(&Telling {
        notice,
        payload: Payload::Full,
        language,
        links,
        publisher,
    });
    std::iter::once(card.title)
        .chain(card.lines)
        .chain([card.link.to_owned()])
        .collect()
}

/// The headers of a try as its partner may see them afterwards: the signature is not kept.
#[must_use]
pub fn headers_shown(
    format: WireFormat,
    id: &str,
    tried: &Attempt,
) -> BTreeMap<&'static str, String> {
    let nowhere = Url::parse("about:blank").expect("a plain address");
    let request = of(format).request(&Sending {
        url: &nowhere,
        body: &Bytes::new(),
        id,
        secrets: &[],
        number: tried.number,
        trigger: tried.trigger,
        seq: (tried.trigger != Trigger::Test).then_some(tried.seq),
        at: tried.sent_at,
    });
    let headers = request.headers.into_iter();
    let own = [("user-agent", USER_AGENT.to_owned())];
    let headers = headers.filter(|(name, _)| *name != SIGNATURE);
    headers.chain(own).collect()
}

/// JSON for a robot: nothing of ours stands on it.
fn plain(url: &Url, body: Bytes) -> Request {
    Request {
        url: url.clone(),
        body,
        headers: vec![("content-type", "application/json; charset=utf-8".to_owned())],
    }
}
