//! Signatures of Standard Webhooks 1.0: HMAC-SHA256 over `id.timestamp.body`.
//!
//! Invariant: a secret appears in no error, log line or `Debug`.

use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{DateTime, TimeDelta, Utc};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

/// How far a timestamp may be from the receiver's clock.
pub const TOLERANCE: TimeDelta = TimeDelta::minutes(5);

/// A secret that was read.
#[derive(Clone)]
pub struct Secret(Vec<u8>);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// A text that is no secret. It does not repeat the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a secret is whsec_ and base64")]
pub struct NotASecret;

impl std::str::FromStr for Secret {
    type Err = NotASecret;
    fn from_str(text: &str) -> Result<Self, NotASecret> {
        let encoded = text.trim().strip_prefix("whsec_").ok_or(NotASecret)?;
        let key = STANDARD.decode(encoded).map_err(|_| NotASecret)?;
        if key.is_empty() {
            return Err(NotASecret);
        }
        Ok(Self(key))
    }
}

impl Secret {
    /// What the robot of a group was given to sign with: a text as it stands.
    #[must_use]
    pub fn of_robot(text: &str) -> Self {
        Self(text.as_bytes().to_vec())
    }

    /// HMAC-SHA256 in a robot's way: key and message are made of the secret.
    #[must_use]
    pub fn sign_with(
        &self,
        key: impl FnOnce(&[u8]) -> Vec<u8>,
        message: impl FnOnce(&[u8]) -> Vec<u8>,
    ) -> [u8; 32] {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(&key(&self.0)).expect("HMAC takes keys of any length");
        mac.update(&message(&self.0));
        mac.finalize().into_bytes().into()
    }

    fn mac(&self, id: &str, timestamp: i64, body: &[u8]) -> [u8; 32] {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes keys of any length");
        mac.update(id.as_bytes());
        mac.update(b".");
        mac.update(timestamp.to_string().as_bytes());
        mac.update(b".");
        mac.update(body);
        mac.finalize().into_bytes().into()
    }

    /// One signature: `v1,` and base64.
    #[must_use]
    pub fn sign(&self, id: &str, timestamp: i64, body: &[u8]) -> String {
        format!("v1,{}", STANDARD.encode(self.mac(id, timestamp, body)))
    }
}

/// The value of `webhook-signature`: by each secret, the newest first, one space between.
#[must_use]
pub fn signatures(secrets: &[Secret], id: &str, timestamp: i64, body: &[u8]) -> String {
    let signed: Vec<String> = secrets
        .iter()
        .map(|secret| secret.sign(id, timestamp, body))
        .collect();
    signed.join(" ")
}

/// The value of `X-Hub-Signature` (W3C WebSub, §7.1): none without a secret.
#[must_use]
pub fn hub_signature(secret: &str, body: &[u8]) -> Option<String> {
    if secret.is_empty() {
        return None;
    }
    let mut mac =
        Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes keys of any length");
    mac.update(body);
    let digits = mac.finalize().into_bytes();
    let digits = digits.iter().map(|byte| format!("{byte:02x}"));
    Some(format!("sha256={}", digits.collect::<String>()))
}

/// Why a message is not believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotGenuine {
    /// A header is missing.
    #[error("the header {0} is missing")]
    Missing(&'static str),
    /// The timestamp is no number.
    #[error("webhook-timestamp {0:?} is not a number of seconds")]
    Timestamp(String),
    /// It is too old, or from the future.
    #[error("webhook-timestamp is {0} s away from now; more than 5 minutes are not believed")]
    Stale(i64),
    /// No signature fits.
    #[error("no signature in webhook-signature fits this secret, id, timestamp and body")]
    Signature,
}

/// The headers that a signature covers or consists of, as they came.
#[derive(Clone, Copy, Debug, Default)]
pub struct Signed<'a> {
    /// `webhook-id`.
    pub id: Option<&'a str>,
    /// `webhook-timestamp`.
    pub timestamp: Option<&'a str>,
    /// `webhook-signature`.
    pub signature: Option<&'a str>,
}

/// Checks a message as a receiver should. Without `now` the timestamp's age is not looked at (a saved message).
///
/// # Errors
/// Why it is not believed.
pub fn verify(
    secret: &Secret,
    headers: Signed<'_>,
    body: &[u8],
    now: Option<DateTime<Utc>>,
) -> Result<(), NotGenuine> {
    let id = headers.id.ok_or(NotGenuine::Missing("webhook-id"))?;
    let stamp = headers
        .timestamp
        .ok_or(NotGenuine::Missing("webhook-timestamp"))?;
    let signature = headers
        .signature
        .ok_or(NotGenuine::Missing("webhook-signature"))?;
    let timestamp: i64 = stamp
        .parse()
        .map_err(|_| NotGenuine::Timestamp(stamp.chars().take(40).collect()))?;
    if let Some(now) = now {
        let age = now.timestamp().saturating_sub(timestamp);
        if age.saturating_abs() > TOLERANCE.num_seconds() {
            return Err(NotGenuine::Stale(age));
        }
    }
    let expected = secret.mac(id, timestamp, body);
    let fits = signature
        .split(' ')
        .filter_map(|one| STANDARD.decode(one.strip_prefix("v1,")?).ok())
        .any(|given| bool::from(given.as_slice().ct_eq(&expected)));
    if fits {
        Ok(())
    } else {
        Err(NotGenuine::Signature)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the reference libraries (standard-webhooks, `libraries/*/tests`).
    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const ID: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    const BODY: &[u8] = br#"{"test": 2432232314}"#;
    const STAMP: i64 = 1_614_265_330;
    const SIGNATURE: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

    fn headers(signature: &str) -> Signed<'_> {
        Signed {
            id: Some(ID),
            timestamp: Some("1614265330"),
            signature: Some(signature),
        }
    }

    #[test]
    fn the_reference_example_is_signed_and_verified() {
        let secret: Secret = SECRET.parse().unwrap();
        assert_eq!(secret.sign(ID, STAMP, BODY), SIGNATURE);
        let now = DateTime::from_timestamp(STAMP + 299, 0);
        assert_eq!(verify(&secret, headers(SIGNATURE), BODY, now), Ok(()));
    }

    #[test]
    fn during_rotation_both_secrets_verify_and_the_newest_signs_first() {
        let old: Secret = SECRET.parse().unwrap();
        let new: Secret = crate::ids::webhook_secret().parse().unwrap();
        let both = signatures(&[new.clone(), old.clone()], ID, STAMP, BODY);
        assert_eq!(both.split(' ').nth(1), Some(SIGNATURE));
        for secret in [&old, &new] {
            assert_eq!(verify(secret, headers(&both), BODY, None), Ok(()));
        }
    }

    #[test]
    fn what_was_changed_is_late_or_signed_by_somebody_else_is_not_believed() {
        let secret: Secret = SECRET.parse().unwrap();
        let check = |signature, body: &[u8], now| verify(&secret, headers(signature), body, now);
        assert_eq!(check(SIGNATURE, b"{}", None), Err(NotGenuine::Signature));
        let late = DateTime::from_timestamp(STAMP + 301, 0);
        assert_eq!(check(SIGNATURE, BODY, late), Err(NotGenuine::Stale(301)));
        let other: Secret = crate::ids::webhook_secret().parse().unwrap();
        assert_eq!(
            verify(&other, headers(SIGNATURE), BODY, None),
            Err(NotGenuine::Signature)
        );
        for bad in ["", "v1,", "v2,g0hM9SsE", "v1a,x", "g0hM9SsE+OTPJTGt"] {
            assert_eq!(check(bad, BODY, None), Err(NotGenuine::Signature), "{bad}");
        }
        assert_eq!(
            verify(&secret, Signed::default(), BODY, None),
            Err(NotGenuine::Missing("webhook-id"))
        );
        assert!("whsec_".parse::<Secret>().is_err() && "MfKQ9r8G".parse::<Secret>().is_err());
    }
}
