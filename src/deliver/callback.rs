//! What the hub itself asks a callback, and tells it (W3C WebSub, §5.2 and §5.3).
//!
//! Owns the questions; refuses to know what follows from an answer (`hub`, `topic`). Invariant: it goes out through the
//! guard of strangers alone.

use std::time::Duration;

use tokio::time::sleep;
use url::Url;

use super::{hub::Intent, post::Courier};
use crate::{
    domain::hub::Mode,
    guard::{Answer, read_answer},
    ids,
};

/// Before each time that a callback is asked, as long as it does not answer.
const PAUSES: [Duration; 3] = [
    Duration::ZERO,
    Duration::from_secs(1),
    Duration::from_secs(3),
];

/// Whether the callback answers with what it is asked with (§5.3).
pub(super) async fn confirms(courier: &Courier, intent: &Intent) -> bool {
    let challenge = ids::challenge();
    let lease = match &intent.mode {
        Mode::Subscribe { lease, .. } => Some(lease.num_seconds().to_string()),
        Mode::Unsubscribe => None,
    };
    let mut asked = vec![
        ("hub.mode", intent.mode.name()),
        ("hub.topic", intent.topic.as_str()),
        ("hub.challenge", challenge.as_str()),
    ];
    asked.extend(
        lease
            .as_deref()
            .map(|seconds| ("hub.lease_seconds", seconds)),
    );
    let answer = get(courier, &intent.callback, &asked).await;
    answer.is_some_and(|answer| {
        (200..300).contains(&answer.status)
            && answer.cut.is_none()
            && answer.excerpt.as_deref() == Some(challenge.as_str())
    })
}

/// Tells that there is no subscription, or none any more (§5.2). Whoever does not hear it is asked no more.
pub(super) async fn deny(courier: &Courier, callback: &Url, topic: &str, reason: &str) {
    let told = [
        ("hub.mode", "denied"),
        ("hub.topic", topic),
        ("hub.reason", reason),
    ];
    get(courier, callback, &told).await;
}

/// Asks until there is an answer, whatever it is.
async fn get(courier: &Courier, callback: &Url, parameters: &[(&str, &str)]) -> Option<Answer> {
    let mut url = callback.clone();
    url.query_pairs_mut().extend_pairs(parameters);
    let client = courier.strangers().client(&url).ok()?;
    for pause in PAUSES {
        sleep(pause).await;
        match client.get(url.clone()).send().await {
            Ok(response) => return Some(read_answer(response).await),
            Err(error) => {
                tracing::debug!(error = %error.without_url(), "a callback did not answer");
            }
        }
    }
    None
}
