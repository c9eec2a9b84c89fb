//! Answers of robots, which say 200 to errors too.

use chrono::TimeDelta;
use serde_json::Value;

use super::Verdict;
use crate::{deliver::judge::Outcome, guard::Answer};

/// Under one of these names stands what is wrong.
const WORDS: [&str; 3] = ["msg", "errmsg", "StatusMessage"];

/// By the code in the answer's body, under one of these names; 0 is success. `limited` says for how long a code and the
/// words beside it ask for silence.
pub(super) fn by_code(
    answer: &Answer,
    names: &[&str],
    limited: impl Fn(i64, &str) -> Option<TimeDelta>,
) -> Verdict {
    let by_status = Outcome::of_answer(answer);
    let body: Option<Value> = answer
        .excerpt
        .as_deref()
        .and_then(|text| serde_json::from_str(text).ok());
    let body = body.unwrap_or_default();
    let code = names.iter().find_map(|name| body.get(*name)?.as_i64());
    let words = WORDS.iter().find_map(|name| body.get(*name)?.as_str());
    let outcome = match (by_status, code) {
        (Outcome::Success, Some(0)) => Outcome::Success,
        (Outcome::Success, _) => Outcome::RejectedByBody,
        (other, _) => other,
    };
    Verdict {
        outcome,
        retry_after: code.and_then(|code| limited(code, words.unwrap_or_default())),
    }
}
