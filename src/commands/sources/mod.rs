//! What an office can ask of its sources: one file for each thing. Asking the source itself is `track`'s.
//!
//! Owns whose source it is. Invariant: a source of another office does not exist for a caller.

use sea_orm::ConnectionTrait;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{CommandError, Services, mappings::find_mapping};
use crate::{
    domain::{
        dates::instant,
        input::Faults,
        rights::Deed,
        role::{Caller, Office},
        source::Source,
    },
    guard::{Guard, ResolveError, VetError},
    ids::MappingId,
    store::{self, StoreError, sources::Row},
};

pub mod create;
pub mod delete;
pub mod patch;

/// What a write on a source answers.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Outcome {
    /// The source as its office sees it.
    pub source: Value,
    /// The version of its row.
    pub version: i64,
}

impl Outcome {
    fn of(row: &Row) -> Result<Self, StoreError> {
        Ok(Self {
            source: shown(row)?,
            version: row.version,
        })
    }
}

/// A source as its office sees it.
///
/// # Errors
/// When its document cannot be read.
pub fn shown(row: &Row) -> Result<Value, StoreError> {
    let settings = store::sources::settings(row)?;
    let mut shown = json!({
        "id": row.id, "outcome": row.outcome, "warning": row.warning, "entries": row.entries, "failures": row.failures,
        "polled_at": row.polled_at.map(instant::text), "whole_at": row.whole_at.map(instant::text),
        "next_poll_at": row.due_at.filter(|_| row.active).map(instant::text),
        "created_at": instant::text(row.created_at), "updated_at": instant::text(row.updated_at),
    });
    let settings = serde_json::to_value(settings).expect("a source has string keys only");
    if let (Some(fields), Value::Object(settings)) = (shown.as_object_mut(), settings) {
        fields.extend(settings);
    }
    Ok(shown)
}

/// That there is nothing of that id, or not for whoever asks.
#[must_use]
pub fn not_found(id: &str) -> CommandError {
    CommandError::NotFound {
        what: "source",
        id: id.chars().take(60).collect(),
    }
}

/// Whether a source exists for a caller.
#[must_use]
pub fn sees(caller: &Caller, row: &Row) -> bool {
    let office = row.office.parse().unwrap_or(Office::City);
    caller.role.may(Deed::ManageSources, office)
}

/// A source of the caller's, to look at.
///
/// # Errors
/// When there is none, or it is another office's.
pub async fn find_for(
    db: &impl ConnectionTrait,
    caller: &Caller,
    id: &str,
) -> Result<Row, CommandError> {
    store::sources::find(db, id)
        .await?
        .filter(|row| sees(caller, row))
        .ok_or_else(|| not_found(id))
}

/// A source of the caller's at the version that they saw, locked.
async fn load_for(
    tx: &impl ConnectionTrait,
    caller: &Caller,
    id: &str,
    version: i64,
) -> Result<Row, CommandError> {
    let row = store::sources::find_locked(tx, id)
        .await?
        .filter(|row| sees(caller, row))
        .ok_or_else(|| not_found(id))?;
    if row.version == version {
        return Ok(row);
    }
    Err(CommandError::Stale {
        expected: version,
        present: row.version,
    })
}

/// Whether a caller may have a source of this office's.
fn authorise(caller: &Caller, source: &Source) -> Result<(), CommandError> {
    if caller.role.may(Deed::ManageSources, source.office) {
        return Ok(());
    }
    Err(CommandError::Forbidden {
        role: caller.role,
        what: format!(
            "manage sources of the office {:?}",
            source.office.to_string()
        ),
    })
}

/// Notes a fault when a source names a mapping that there is not, for this caller.
async fn check_mapping(
    services: &Services,
    caller: &Caller,
    source: &Source,
    faults: &mut Faults,
) -> Result<(), CommandError> {
    let Some(named) = &source.mapping else {
        return Ok(());
    };
    let there = match named.parse::<MappingId>() {
        Ok(id) => find_mapping(services, caller, &id).await.map(|_| ()),
        Err(error) => {
            faults.add("/mapping", error.to_string());
            return Ok(());
        }
    };
    match there {
        Err(CommandError::NotFound { .. }) => {
            faults.add("/mapping", format!("there is no mapping {named:?}"));
            Ok(())
        }
        other => other,
    }
}

/// Notes a fault when a source must not be asked. A name that leads nowhere at the moment is none: the poll will tell.
async fn vet(guard: &Guard, source: &Source, faults: &mut Faults) {
    let Some(url) = &source.url else { return };
    match guard.vet(&url.0).await {
        Ok(_)
        | Err(VetError::Resolve(ResolveError::Unknown { .. } | ResolveError::Busy { .. })) => {}
        Err(refused) => {
            let shown: String = url.0.chars().take(120).collect();
            faults.add("/url", format!("{shown:?}: {refused}"));
        }
    }
}
