//! The rows of entries that a document changes, as they are gathered.

use crate::{
    domain::tracking::{Evidence, Seen},
    store::{activities::Stored, source_entries::Entry},
};

/// The rows to be written.
#[derive(Default)]
pub(super) struct Rows {
    pub(super) fresh: Vec<Entry>,
    pub(super) saved: Vec<Entry>,
    pub(super) wanting: Vec<String>,
}

impl Rows {
    /// Notes what an entry waits for.
    pub(super) fn wait(&mut self, seen: &Seen, row: &mut Entry, why: String) {
        self.wanting.push(format!("{:?}: {why}", seen.title()));
        row.note = Some(why);
    }
}

/// The id of what is stored.
pub(super) fn id_of(stored: &Stored) -> &str {
    stored.activity.id.as_str()
}

/// How the activity that is meant was found.
pub(super) fn evidence(row: &Entry) -> Option<Evidence> {
    serde_json::from_str(row.evidence.as_deref()?).ok()
}
