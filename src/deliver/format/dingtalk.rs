//! A card by the custom robot of a DingTalk group.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use chrono::TimeDelta;
use serde_json::json;

use super::{
    Format, Request, Sending, Telling, Trial, Verdict,
    card::{Card, unmarked},
    plain,
    robot::by_code,
};
use crate::guard::Answer;

#[derive(Debug)]
pub(super) struct DingTalk;

/// Over 20 messages a minute; the robot is then held for ten.
const LIMITED: [i64; 3] = [130_101, 130_102, 410_100];

impl Format for DingTalk {
    fn notice(&self, telling: &Telling<'_>) -> Bytes {
        written(&Card::of(telling))
    }

    fn trial(&self, trial: &Trial<'_>) -> Bytes {
        written(&Card::of_trial(trial))
    }

    /// The signature stands in the address: HMAC-SHA256 of `timestamp` in milliseconds, a line's end and the secret,
    /// with the secret as key.
    fn request(&self, sending: &Sending<'_>) -> Request {
        let mut url = sending.url.clone();
        if let Some(secret) = sending.secrets.first() {
            let timestamp = sending.at.timestamp_millis().to_string();
            let signed = |text: &[u8]| [timestamp.as_bytes(), b"\n", text].concat();
            let sign = STANDARD.encode(secret.sign_with(<[u8]>::to_vec, signed));
            url.query_pairs_mut()
                .append_pair("timestamp", &timestamp)
                .append_pair("sign", &sign);
        }
        plain(&url, sending.body.clone())
    }

    fn judge(&self, answer: &Answer) -> Verdict {
        by_code(answer, &["errcode"], |code, _| {
            LIMITED.contains(&code).then_some(TimeDelta::minutes(10))
        })
    }

    fn pause(&self) -> Duration {
        // 20 a minute are taken, by a clock that is not ours.
        Duration::from_millis(3_200)
    }
}

fn written(card: &Card) -> Bytes {
    let lines = card.lines.iter().map(|line| unmarked(line));
    let lines: Vec<String> = std::iter::once(format!("#### {}", unmarked(&card.title)))
        .chain(lines)
        .collect();
    json!({
        "msgtype": "actionCard",
        "actionCard": {
            "title": card.title,
            // A single line's end is none in its Markdown.
            "text": lines.join("\n\n"),
            "singleTitle": card.link,
            "singleURL": card.url,
        },
    })
    .to_string()
    .into()
}
