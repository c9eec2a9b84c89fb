//! A card by the custom robot of a Feishu or Lark group.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{
    Format, Request, Sending, Telling, Trial, Verdict,
    card::{Card, Tone},
    plain,
    robot::by_code,
};
use crate::guard::Answer;

#[derive(Debug)]
pub(super) struct Feishu;

/// Too many messages: 100 a minute and 5 a second are taken.
const LIMITED: [i64; 2] = [11232, 11233];
/// A request that it does not take, for whatever its words say.
const BAD: i64 = 9499;

impl Format for Feishu {
    fn notice(&self, telling: &Telling<'_>) -> Bytes {
        written(&Card::of(telling))
    }

    fn trial(&self, trial: &Trial<'_>) -> Bytes {
        written(&Card::of_trial(trial))
    }

    /// The signature stands in the body: HMAC-SHA256 of nothing, with `timestamp`, a line's end and the secret as key.
    fn request(&self, sending: &Sending<'_>) -> Request {
        let Some(secret) = sending.secrets.first() else {
            return plain(sending.url, sending.body.clone());
        };
        let timestamp = sending.at.timestamp();
        let key = |text: &[u8]| [timestamp.to_string().as_bytes(), b"\n", text].concat();
        let sign = STANDARD.encode(secret.sign_with(key, |_| Vec::new()));
        let head = format!(r#"{{"timestamp":"{timestamp}","sign":"{sign}","#);
        // The body is an object of ours, and not empty.
        let body = [head.as_bytes(), &sending.body[1..]].concat();
        plain(sending.url, body.into())
    }

    fn judge(&self, answer: &Answer) -> Verdict {
        by_code(answer, &["code", "StatusCode"], |code, words| {
            let too_many = code == BAD && words.to_ascii_lowercase().contains("too many");
            (too_many || LIMITED.contains(&code)).then_some(TimeDelta::minutes(1))
        })
    }

    fn pause(&self) -> Duration {
        Duration::from_millis(600)
    }
}

fn written(card: &Card) -> Bytes {
    let colour = match card.tone {
        Tone::News => "blue",
        Tone::Change => "orange",
        Tone::CalledOff => "red",
    };
    let text = |content: &str| json!({"tag": "plain_text", "content": content});
    let mut elements: Vec<Value> = Vec::new();
    if !card.lines.is_empty() {
        elements.push(json!({"tag": "div", "text": text(&card.lines.join("\n"))}));
    }
    elements.push(json!({"tag": "action", "actions": [
        {"tag": "button", "text": text(card.link), "type": "primary", "url": card.url},
    ]}));
    json!({
        "msg_type": "interactive",
        "card": {
            "config": {"wide_screen_mode": true},
            "header": {"title": text(&card.title), "template": colour},
            "elements": elements,
        },
    })
    .to_string()
    .into()
}
