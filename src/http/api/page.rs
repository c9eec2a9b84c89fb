//! A page of a list that is in order already.
//!
//! Invariant: a cursor names the last line of the page before it, so lines that come or go in between
//! make no other line appear twice or not at all.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::http::extract::Params;

/// After which line a page starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct After(String);

impl std::str::FromStr for After {
    type Err = &'static str;
    fn from_str(token: &str) -> Result<Self, Self::Err> {
        URL_SAFE_NO_PAD
            .decode(token)
            .ok()
            .and_then(|bytes| String::from_utf8(bytes).ok())
            .map(Self)
            .ok_or("is no cursor of this list; take next_cursor as it was answered")
    }
}

/// What a request asks for.
#[derive(Debug)]
pub(super) struct Asked {
    limit: usize,
    after: Option<After>,
}

impl Asked {
    /// Takes `limit` and `cursor`.
    pub(super) fn of(params: &mut Params) -> Self {
        Self {
            after: params.parsed("cursor"),
            limit: params.limit(),
        }
    }

    /// After which key the page starts, and how many lines it has at most: for lists that the database keeps in order.
    pub(super) fn keys(&self) -> (Option<&str>, usize) {
        (
            self.after.as_ref().map(|after| after.0.as_str()),
            self.limit,
        )
    }

    /// The page of lines that were read by [`Asked::keys`], one more than the limit where there are more.
    pub(super) fn read<T>(
        &self,
        name: &str,
        mut lines: Vec<(String, T)>,
        show: impl Fn(T) -> Value,
    ) -> Value {
        let more = lines.len() > self.limit;
        lines.truncate(self.limit);
        let next_cursor = lines
            .last()
            .filter(|_| more)
            .map(|(key, _)| URL_SAFE_NO_PAD.encode(key));
        let shown: Vec<Value> = lines.into_iter().map(|(_, line)| show(line)).collect();
        json!({ name: shown, "next_cursor": next_cursor })
    }

    /// The page under the list's name. `lines` are in the order of their keys.
    pub(super) fn page<T>(
        &self,
        name: &str,
        lines: impl Iterator<Item = (String, T)>,
        show: impl Fn(T) -> Value,
    ) -> Value {
        let mut rest = lines
            .filter(|(key, _)| self.after.as_ref().is_none_or(|after| *key > after.0))
            .peekable();
        let mut shown = Vec::new();
        let mut last = None;
        while shown.len() < self.limit
            && let Some((key, line)) = rest.next()
        {
            shown.push(show(line));
            last = Some(key);
        }
        let next_cursor = last
            .filter(|_| rest.peek().is_some())
            .map(|key| URL_SAFE_NO_PAD.encode(key));
        json!({ name: shown, "next_cursor": next_cursor })
    }
}
