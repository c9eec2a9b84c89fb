//! Ids and secrets: the only place that draws randomness.
//!
//! Invariant: an id is `prefix_` and a ULID (26 characters, sortable by the time it was made);
//! a secret has 256 random bits.

use std::{fmt, str::FromStr};

use base64::{Engine, engine::general_purpose};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use ulid::Ulid;

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

fn ulid(now: DateTime<Utc>) -> String {
    let mut bytes = [0u8; 16];
    fill(&mut bytes);
    let ms = u64::try_from(now.timestamp_millis()).unwrap_or(0);
    Ulid::from_parts(ms, u128::from_be_bytes(bytes)).to_string()
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// A new one.
            #[must_use]
            pub fn new(now: DateTime<Utc>) -> Self {
                Self(format!(concat!($prefix, "_{}"), ulid(now)))
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
    ActivityId, "act"
}
id! {
    /// A notice's id; also the `webhook-id` of its deliveries.
    NoticeId, "ntc"
}
id! {
    /// A webhook endpoint's id.
    EndpointId, "end"
}
id! {
    /// A delivery's id.
    DeliveryId, "dlv"
}
id! {
    /// A token's id.
    TokenId, "tok"
}
id! {
    /// A person's id.
    UserId, "usr"
}
id! {
    /// A running instance's id.
    InstanceId, "ins"
}
id! {
    /// A log's id; another one means that the log was restored.
    LogId, "log"
}
id! {
    /// A request's id.
    RequestId, "req"
}

/// A bearer token: `yl_` and 256 random bits in unpadded base64url.
#[must_use]
pub fn bearer_token() -> String {
    let mut bytes = [0u8; 32];
    fill(&mut bytes);
    format!("yl_{}", general_purpose::URL_SAFE_NO_PAD.encode(bytes))
}

/// A webhook secret: `whsec_` and 256 random bits in padded base64 (Standard Webhooks 1.0, "Signature scheme").
#[must_use]
pub fn webhook_secret() -> String {
    let mut bytes = [0u8; 32];
    fill(&mut bytes);
    format!("whsec_{}", general_purpose::STANDARD.encode(bytes))
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
