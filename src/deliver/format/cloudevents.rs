//! CloudEvents 1.0 in the structured mode of its HTTP binding (§3.2): the same message in an envelope that many
//! platforms route by. Signed like the standard format.

use bytes::Bytes;
use entity::vocab::{Language, Payload};
use serde_json::{Map, Value, json};

use super::{Format, Request, Sending, Telling, Trial, standard::signed};
use crate::{
    deliver::message,
    domain::{notice::Notice, when::instant},
    links::Links,
};

#[derive(Debug)]
pub(super) struct CloudEvents;

impl Format for CloudEvents {
    fn notice(&self, telling: &Telling<'_>) -> Bytes {
        let Telling {
            notice,
            payload,
            language,
            links,
            ..
        } = telling;
        self::notice(notice, *payload, *language, links)
    }

    fn trial(&self, trial: &Trial<'_>) -> Bytes {
        let at = instant::text(trial.now);
        let mut head = head(trial.links, trial.id, trial.kind, &at);
        head.insert("subject".to_owned(), json!(trial.endpoint_id));
        envelope(&head, &json!({"endpoint_id": trial.endpoint_id}), false).into()
    }

    fn request(&self, sending: &Sending<'_>) -> Request {
        signed(sending, "application/cloudevents+json; charset=utf-8")
    }
}

/// A notice's event.
pub(in crate::deliver) fn notice(
    notice: &Notice,
    payload: Payload,
    language: Language,
    links: &Links,
) -> Bytes {
    let kind = message::type_of(notice.kind);
    let at = instant::text(notice.published_at);
    let mut head = head(links, notice.id.as_str(), &kind, &at);
    if let Some(id) = &notice.activity_id {
        head.insert("subject".to_owned(), json!(id));
    }
    message::within(notice, payload, language, links, |data, is_cut| {
        envelope(&head, data, is_cut)
    })
    .into()
}

fn head(links: &Links, id: &str, kind: &str, at: &str) -> Map<String, Value> {
    let head = [
        ("specversion", "1.0"),
        ("id", id),
        ("source", &links.to("/")),
        ("type", kind),
        ("time", at),
        ("datacontenttype", "application/json"),
    ];
    let head = head.map(|(name, value)| (name.to_owned(), json!(value)));
    head.into_iter().collect()
}

/// `truncated` is an attribute of ours (§3.1.1 of the core: lower-case letters).
fn envelope(head: &Map<String, Value>, data: &Value, is_cut: bool) -> String {
    let mut event = head.clone();
    if is_cut {
        event.insert("truncated".to_owned(), json!(true));
    }
    event.insert("data".to_owned(), data.clone());
    Value::Object(event).to_string()
}
