//! Standard Webhooks 1.0: the notice as JSON, signed.

use bytes::Bytes;

use super::{Format, Request, SIGNATURE, Sending, Telling, Trial};
use crate::deliver::{message, sign::signatures};

#[derive(Debug)]
pub(super) struct Standard;

impl Format for Standard {
    fn notice(&self, telling: &Telling<'_>) -> Bytes {
        let Telling {
            notice,
            payload,
            language,
            links,
            ..
        } = telling;
        message::body(notice, *payload, *language, links)
    }

    fn trial(&self, trial: &Trial<'_>) -> Bytes {
        message::trial(trial.kind, trial.endpoint_id, trial.now)
    }

    fn request(&self, sending: &Sending<'_>) -> Request {
        signed(sending, "application/json")
    }
}

/// A request with the headers of Standard Webhooks, and ours beside them, which are not signed.
pub(super) fn signed(sending: &Sending<'_>, content_type: &str) -> Request {
    let Sending {
        url,
        body,
        id,
        secrets,
        number,
        trigger,
        seq,
        at,
    } = sending;
    let timestamp = at.timestamp();
    let mut headers = vec![
        ("content-type", content_type.to_owned()),
        ("webhook-id", (*id).to_owned()),
        ("webhook-timestamp", timestamp.to_string()),
        (SIGNATURE, signatures(secrets, id, timestamp, body)),
        ("x-attempt", number.to_string()),
        ("x-trigger", trigger.as_str().to_owned()),
    ];
    headers.extend(seq.map(|seq| ("x-endpoint-seq", seq.to_string())));
    Request {
        url: (*url).clone(),
        body: (*body).clone(),
        headers,
    }
}
