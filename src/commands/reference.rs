//! What commands on editions and series share: documents that have no actions of their own.
//!
//! Invariant: what comes out has been read like a new one, with all its faults at once.

use serde::Serialize;
use serde_json::Value;

use super::CommandError;
use crate::{
    domain::{
        input::{Faults, Read, merge_patch, shown},
        role::Caller,
    },
    store::reference::Versioned,
};

/// The document that was found under a name, when it is at the version that the caller saw.
pub(super) fn at_version<T>(
    found: Option<Versioned<T>>,
    version: i64,
    what: &'static str,
    name: impl ToString,
) -> Result<Versioned<T>, CommandError> {
    let present = found.ok_or_else(|| CommandError::NotFound {
        what,
        id: name.to_string(),
    })?;
    if present.version != version {
        return Err(CommandError::Stale {
            expected: version,
            present: present.version,
        });
    }
    Ok(present)
}

/// The document after a merge patch (RFC 7396).
pub(super) fn merged<T: Read + Serialize>(
    present: &T,
    patch: &Value,
    faults: &mut Faults,
) -> Option<T> {
    if !patch.is_object() {
        faults.add("", "a merge patch is an object");
        return None;
    }
    let mut merged = serde_json::to_value(present).expect("a document has string keys only");
    merge_patch(&mut merged, patch);
    T::read(&merged, "", faults)
}

/// Refuses everybody but the organising office.
pub(super) fn organisers_only(caller: &Caller) -> Result<(), CommandError> {
    if caller.role.is_organiser() {
        return Ok(());
    }
    Err(CommandError::Forbidden {
        role: caller.role,
        what: "write editions and series; the organising office does".to_owned(),
    })
}

/// Notes as a fault that a patch renames what keeps its name for ever.
pub(super) fn keep_name(name: &str, present: &Value, patch: &Value, faults: &mut Faults) {
    if let Some(other) = patch.get(name)
        && other != present
    {
        let detail = format!(
            "stays {present} for ever; {} would be another one",
            shown(other)
        );
        faults.add(format!("/{name}"), detail);
    }
}
