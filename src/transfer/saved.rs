//! A subscription that somebody keeps, as an export has it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{domain::when::instant, store::saved::Saved};

/// One row; what changes it is there as its hash alone.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SavedEntry {
    id: String,
    key_hash: String,
    calendar: String,
    news: String,
    #[serde(with = "instant")]
    created_at: DateTime<Utc>,
    #[serde(with = "instant")]
    changed_at: DateTime<Utc>,
    #[serde(with = "instant::option")]
    fetched_at: Option<DateTime<Utc>>,
    #[serde(with = "instant::option")]
    ended_at: Option<DateTime<Utc>>,
}

impl From<Saved> for SavedEntry {
    fn from(row: Saved) -> Self {
        let Saved {
            id,
            key_hash,
            calendar,
            news,
            created_at,
            changed_at,
            fetched_at,
            ended_at,
        } = row;
        Self {
            id,
            key_hash,
            calendar,
            news,
            created_at,
            changed_at,
            fetched_at,
            ended_at,
        }
    }
}

impl From<SavedEntry> for Saved {
    fn from(entry: SavedEntry) -> Self {
        let SavedEntry {
            id,
            key_hash,
            calendar,
            news,
            created_at,
            changed_at,
            fetched_at,
            ended_at,
        } = entry;
        Self {
            id,
            key_hash,
            calendar,
            news,
            created_at,
            changed_at,
            fetched_at,
            ended_at,
        }
    }
}
