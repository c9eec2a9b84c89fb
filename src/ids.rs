//! Ids and secrets: the only place that draws randomness.
//!
//! Invariant: an id is `prefix_` and a ULID (26 characters, sortable by the time it was made);
//! a secret has 256 random bits.

use std::{cell::RefCell, fmt, str::FromStr};

use base64::{Engine, engine::general_purpose};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use ulid::{ULID_LEN, Ulid};

/// A text that is not an id of the kind asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{value:?} is not an id of the form {prefix}_…")]
pub struct NotAnId {
    /// The prefix expected.
    pub prefix: &'static str,
    /// What was read.
    pub value: String,
}

#[expect(
    clippy::disallowed_methods,
    reason = "the one place where randomness is drawn"
)]
fn fill(bytes: &mut [u8]) {
    getrandom::fill(bytes)
        .expect("the system's random source works, or nothing that we sign would be safe");
}

/// What is random of a ULID.
type Random = [u8; 10];

/// From the system.
fn drawn() -> Random {
    let mut random = Random::default();
    fill(&mut random);
    random
}

/// From what this thread drew ahead, so that most requests cost no system call. Only for ids that nobody gains
/// anything by guessing.
fn drawn_ahead() -> Random {
    /// Enough for a hundred.
    const AHEAD: usize = 100 * size_of::<Random>();
    thread_local! {
        static LEFT: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    }
    LEFT.with_borrow_mut(|left| {
        if left.is_empty() {
            left.resize(AHEAD, 0);
            fill(left);
        }
        let (rest, random) = left
            .split_last_chunk()
            .expect("filled above by a multiple of what is taken");
        let (rest, random) = (rest.len(), *random);
        left.truncate(rest);
        random
    })
}

fn id(prefix: &str, now: DateTime<Utc>, random: Random) -> String {
    let mut bytes = [0; 16];
    bytes[6..].copy_from_slice(&random);
    let ms = u64::try_from(now.timestamp_millis()).unwrap_or(0);
    let ulid = Ulid::from_parts(ms, u128::from_be_bytes(bytes));
    [prefix, ulid.array_to_str(&mut [0; ULID_LEN])].concat()
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal, $random:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// A new one.
            #[must_use]
            pub fn new(now: DateTime<Utc>) -> Self {
                Self(id(concat!($prefix, "_"), now, $random()))
            }

            /// The id as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;
            fn from_str(s: &str) -> Result<Self, NotAnId> {
                let ok = s
                    .strip_prefix(concat!($prefix, "_"))
                    .is_some_and(|rest| {
                        (1..=40).contains(&rest.len()) && rest.bytes().all(|b| b.is_ascii_alphanumeric())
                    });
                if ok {
                    Ok(Self(s.to_owned()))
                } else {
                    Err(NotAnId { prefix: $prefix, value: s.chars().take(80).collect() })
                }
            }
        }
    };
}

id! {
    /// An activity's id.
    ActivityId, "act", drawn
}
id! {
    /// A notice's id; also the `webhook-id` of its deliveries.
    NoticeId, "ntc", drawn
}
id! {
    /// A webhook endpoint's id.
    EndpointId, "end", drawn
}
id! {
    /// A delivery's id.
    DeliveryId, "dlv", drawn
}
id! {
    /// A token's id.
    TokenId, "tok", drawn
}
id! {
    /// A person's id.
    UserId, "usr", drawn
}
id! {
    /// A running instance's id.
    InstanceId, "ins", drawn
}
id! {
    /// A log's id; another one means that the log was restored.
    LogId, "log", drawn
}
id! {
    /// A request's id.
    RequestId, "req", drawn_ahead
}

id! {
    /// The id of an entry of the audit.
    AuditId, "aud", drawn
}
id! {
    /// A source's id.
    SourceId, "src", drawn
}
id! {
    /// The id of one time that a source was asked.
    FetchId, "fch", drawn
}
id! {
    /// A proposal's id.
    ProposalId, "prp", drawn
}
id! {
    /// The id of a comment in a review.
    CommentId, "cmt", drawn
}
id! {
    /// The id of a filter that somebody keeps.
    FilterId, "flt", drawn
}
id! {
    /// The id of a mapping for imports.
    MappingId, "map", drawn
}
id! {
    /// The id of a subscription that somebody keeps.
    SavedId, "sub", drawn
}

impl From<RequestId> for String {
    fn from(id: RequestId) -> Self {
        id.0
    }
}

/// Random bytes: a key, or a nonce of one.
#[must_use]
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0u8; N];
    fill(&mut bytes);
    bytes
}

/// A bearer token: `yl_` and 256 random bits in unpadded base64url.
#[must_use]
pub fn bearer_token() -> String {
    let mut bytes = [0u8; 32];
    fill(&mut bytes);
    format!("yl_{}", general_purpose::URL_SAFE_NO_PAD.encode(bytes))
}

/// What changes a subscription that somebody keeps: 256 random bits in unpadded base64url.
#[must_use]
pub fn saved_key() -> String {
    general_purpose::URL_SAFE_NO_PAD.encode(random::<32>())
}

/// What a browser holds of a session in the console: 256 random bits in unpadded base64url.
#[must_use]
pub fn session() -> String {
    general_purpose::URL_SAFE_NO_PAD.encode(random::<32>())
}

/// A webhook secret: `whsec_` and 256 random bits in padded base64 (Standard Webhooks 1.0, "Signature scheme").
#[must_use]
pub fn webhook_secret() -> String {
    let mut bytes = [0u8; 32];
    fill(&mut bytes);
    format!("whsec_{}", general_purpose::STANDARD.encode(bytes))
}

/// What a callback of the hub has to repeat: 128 random bits in unpadded base64url.
#[must_use]
pub fn challenge() -> String {
    let mut bytes = [0u8; 16];
    fill(&mut bytes);
    general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}

/// A password that a person can type: 16 characters without look-alikes (about 80 bits).
#[must_use]
pub fn password() -> String {
    const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz23456789-";
    let mut bytes = [0u8; 16];
    fill(&mut bytes);
    bytes
        .iter()
        .map(|b| char::from(LETTERS[usize::from(b & 31)]))
        .collect()
}

/// A number in `0.0..1.0`, to spread retries.
#[must_use]
pub fn jitter() -> f64 {
    let mut bytes = [0u8; 4];
    fill(&mut bytes);
    f64::from(u32::from_be_bytes(bytes)) / (f64::from(u32::MAX) + 1.0)
}

/// SHA-256 in lower-case hex.
#[must_use]
pub fn sha256_hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn ids_of_requests_stay_apart_however_many_are_drawn_ahead() {
        let new = |_| RequestId::new(DateTime::UNIX_EPOCH);
        let made: HashSet<_> = (0..1_000).map(new).collect();
        assert_eq!(made.len(), 1_000);
        for id in made {
            assert_eq!(id.as_str().len(), 30);
            assert!(id.as_str().starts_with("req_0000000000"), "{id}");
            assert_eq!(id.as_str().parse(), Ok(id));
        }
    }
}
