//! Markdown by the robot of a WeCom group. It does not sign: its address is all that it knows.

use std::time::Duration;

use bytes::Bytes;
use chrono::TimeDelta;
use serde_json::json;

use super::{
    Format, Request, Sending, Telling, Trial, Verdict,
    card::{Card, Tone, unmarked},
    plain,
    robot::by_code,
};
use crate::guard::Answer;

#[derive(Debug)]
pub(super) struct WeCom;

/// Over 20 messages a minute.
const LIMITED: i64 = 45_009;

impl Format for WeCom {
    fn notice(&self, telling: &Telling<'_>) -> Bytes {
        written(&Card::of(telling))
    }

    fn trial(&self, trial: &Trial<'_>) -> Bytes {
        written(&Card::of_trial(trial))
    }

    fn request(&self, sending: &Sending<'_>) -> Request {
        plain(sending.url, sending.body.clone())
    }

    fn judge(&self, answer: &Answer) -> Verdict {
        by_code(answer, &["errcode"], |code, _| {
            (code == LIMITED).then_some(TimeDelta::minutes(1))
        })
    }

    fn pause(&self) -> Duration {
        // 20 a minute are taken, by a clock that is not ours.
        Duration::from_millis(3_200)
    }
}

fn written(card: &Card) -> Bytes {
    let colour = match card.tone {
        Tone::News => "info",
        Tone::Change | Tone::CalledOff => "warning",
    };
    let mut content = format!(
        "**<font color=\"{colour}\">{}</font>**",
        unmarked(&card.title)
    );
    for line in &card.lines {
        content.push_str(&format!("\n>{}", unmarked(line)));
    }
    content.push_str(&format!("\n[{}]({})", card.link, card.url));
    json!({"msgtype": "markdown", "markdown": {"content": content}})
        .to_string()
        .into()
}
