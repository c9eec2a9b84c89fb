//! What may be done to an endpoint, and what somebody sent for it.

use serde_json::json;

use super::super::{
    seat::Seated,
    sheet::Sheet,
    words::{self as w},
};
use crate::{
    http::Web,
    publish::wording::Phrase,
    store::{endpoints::Row, idempotency::Key},
};

/// What is done to an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Act {
    Ping,
    Pause,
    Resume,
    Rotate,
    Replay,
    EndReplay,
    Delete,
}

impl Act {
    pub(super) const ALL: [Self; 7] = [
        Self::Ping,
        Self::Pause,
        Self::Resume,
        Self::Rotate,
        Self::Replay,
        Self::EndReplay,
        Self::Delete,
    ];

    /// Its name in addresses.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Ping => "ping",
            Self::Pause => "pause",
            Self::Resume => "resume",
            Self::Rotate => "rotate",
            Self::Replay => "replay",
            Self::EndReplay => "end-replay",
            Self::Delete => "delete",
        }
    }

    pub(super) const fn label(self) -> Phrase {
        match self {
            Self::Ping => w::PING,
            Self::Pause => w::PAUSE,
            Self::Resume => w::RESUME,
            Self::Rotate => w::ROTATE,
            Self::Replay => w::REPLAY,
            Self::EndReplay => w::END_REPLAY,
            Self::Delete => w::DELETE_WEBHOOK,
        }
    }

    /// Whether it asks for something first.
    pub(super) const fn asks(self) -> bool {
        match self {
            Self::Resume | Self::Rotate | Self::Replay | Self::Delete => true,
            Self::Ping | Self::Pause | Self::EndReplay => false,
        }
    }
}

/// An action of an endpoint that somebody wants to do, and what they sent for it.
pub(super) struct Asked<'a> {
    pub(super) web: &'a Web,
    pub(super) seated: &'a Seated,
    pub(super) row: Row,
    pub(super) act: Act,
    pub(super) sheet: Sheet,
    /// Only look at what it would do.
    pub(super) look: bool,
    pub(super) version: Option<i64>,
    pub(super) key: Option<Key>,
}

/// A number as JSON has it; what is none stays a text, which is named as such.
pub(super) fn number(typed: &str) -> serde_json::Value {
    typed
        .parse::<i64>()
        .map_or_else(|_| json!(typed), |number| json!(number))
}
