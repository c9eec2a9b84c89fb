//! Proposals over HTTP: what sources speak for, for whoever decides it.

use serde_json::{Value, json};

use crate::{
    domain::dates::instant,
    store::{
        StoreError,
        proposals::{Row, document},
    },
};

pub mod decide;
pub mod read;
pub mod together;

/// A proposal as it is answered.
///
/// # Errors
/// When its document cannot be read.
pub(super) fn shown(row: &Row) -> Result<Value, StoreError> {
    let said = document(row)?;
    Ok(json!({
        "id": row.id, "source": row.source_id, "fetch": row.fetch_id, "entry": row.entry_key,
        "activity": row.activity_id, "office": row.office, "kind": row.kind, "state": row.state,
        "action": said.action, "body": said.body, "fields": said.fields, "here": said.here, "before": said.before,
        "now": said.now, "conflict": said.conflict, "evidence": said.evidence, "like": said.like, "trusted": said.trusted,
        "created_at": instant::text(row.created_at), "decided_at": row.decided_at.map(instant::text),
        "decided_by": row.decided_by, "reason": row.reason, "position": row.position,
    }))
}
