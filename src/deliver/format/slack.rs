//! Blocks by a Slack incoming webhook. It does not sign: its address is all that it knows.

use std::time::Duration;

use bytes::Bytes;
use serde_json::json;

use super::{Format, Request, Sending, Telling, Trial, Verdict, card::Card, plain};
use crate::{deliver::judge::Outcome, guard::Answer};

#[derive(Debug)]
pub(super) struct Slack;

impl Format for Slack {
    fn notice(&self, telling: &Telling<'_>) -> Bytes {
        written(&Card::of(telling))
    }

    fn trial(&self, trial: &Trial<'_>) -> Bytes {
        written(&Card::of_trial(trial))
    }

    fn request(&self, sending: &Sending<'_>) -> Request {
        plain(sending.url, sending.body.clone())
    }

    /// It says `ok`, or what is wrong with another status.
    fn judge(&self, answer: &Answer) -> Verdict {
        let outcome = match Outcome::of_answer(answer) {
            Outcome::Success if answer.excerpt.as_deref().map(str::trim) != Some("ok") => {
                Outcome::RejectedByBody
            }
            outcome => outcome,
        };
        Verdict {
            outcome,
            retry_after: None,
        }
    }

    fn pause(&self) -> Duration {
        Duration::from_secs(1)
    }
}

fn written(card: &Card) -> Bytes {
    let text = |text: &str| json!({"type": "plain_text", "text": text, "emoji": false});
    let mut blocks = vec![json!({"type": "header", "text": text(&card.title)})];
    if !card.lines.is_empty() {
        blocks.push(json!({"type": "section", "text": text(&card.lines.join("\n"))}));
    }
    // A link, not a button: for a press Slack would ask an address that a webhook does not have.
    let link = format!("<{}|{}>", card.url, card.link);
    blocks.push(json!({"type": "section", "text": {"type": "mrkdwn", "text": link}}));
    // What notifications show; a text of mrkdwn.
    let title = card
        .title
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    // Our own page would follow each message as a second card.
    json!({"text": title, "blocks": blocks, "unfurl_links": false, "unfurl_media": false})
        .to_string()
        .into()
}
