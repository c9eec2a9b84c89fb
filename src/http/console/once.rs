//! What makes a form that is sent twice be done once.
//!
//! Invariant: each page that is shown has a key of its own; the same form sent again gets the answer of the first time.

use super::{form::Form, seat::Seated};
use crate::{ids, store::idempotency::Key};

/// A key for a page.
pub(super) fn fresh() -> String {
    ids::challenge()
}

/// The key of what was sent to an address.
pub(super) fn key(seated: &Seated, form: &Form, address: &str, body: &[u8]) -> Option<Key> {
    let key = form
        .get("key")
        .filter(|key| (1..=64).contains(&key.len()))?;
    Some(Key {
        caller: seated.seat.user.clone(),
        key: key.to_owned(),
        request_hash: ids::sha256_hex(&[address.as_bytes(), body].join(&b'\n')),
    })
}
