//! Ready-made bytes, shared by the endpoints that ask for the same.
//!
//! Invariant: it holds at most [`KEPT_BYTES`]; losing an entry costs a rendering and nothing else.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError, Weak},
};

use bytes::Bytes;
use entity::vocab::{Language, Payload, WireFormat};

use super::format::{self, Telling};
use crate::domain::notice::Notice;

/// Some thousand notices of an ordinary length.
const KEPT_BYTES: usize = 16 * 1024 * 1024;

type Key = (i64, WireFormat, Payload, Language);

#[derive(Debug, Default)]
struct Kept {
    /// Each with what it was made of: a notice that was redacted since is another one.
    bodies: BTreeMap<Key, (Weak<Notice>, Bytes)>,
    size: usize,
}

/// The bodies made lately.
#[derive(Debug, Default)]
pub(super) struct Messages(Mutex<Kept>);

impl Messages {
    /// A notice's body, made now or before.
    pub(super) fn body(
        &self,
        notice: &Arc<Notice>,
        format: WireFormat,
        telling: &Telling<'_>,
    ) -> Bytes {
        let key = (notice.position, format, telling.payload, telling.language);
        if let Some((made_of, body)) = self.lock().bodies.get(&key)
            && made_of.as_ptr() == Arc::as_ptr(notice)
        {
            return body.clone();
        }
        let body = format::of(format).notice(telling);
        let mut kept = self.lock();
        kept.size += body.len();
        let made = (Arc::downgrade(notice), body.clone());
        if let Some((_, other)) = kept.bodies.insert(key, made) {
            kept.size -= other.len();
        }
        // The oldest notice goes first: the others are more likely still being told.
        while kept.size > KEPT_BYTES
            && let Some((_, (_, oldest))) = kept.bodies.pop_first()
        {
            kept.size -= oldest.len();
        }
        body
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
