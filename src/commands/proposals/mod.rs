//! What becomes of what a source proposes: one file for each word about it.
//!
//! Owns whose word a proposal needs and what is settled by it. Invariants: a proposal is decided in the transaction that does what
//! it asks for; a decision that was made on something else than what stands here is refused and shown again.

use chrono::{DateTime, Utc};
use entity::vocab::Status;
use sea_orm::ConnectionTrait;

use super::CommandError;
use crate::{
    domain::{
        rights::Deed,
        role::{Caller, Office},
        tracking::{self, Do, STANDING, Said, Seen},
    },
    store::{
        self,
        proposals::{Document, Row, State},
        source_entries,
    },
};

pub mod accept;
pub mod asked;
pub mod link;
pub(super) mod overtake;
pub mod reject;
pub mod reopen;
pub mod together;

fn not_found(id: &str) -> CommandError {
    CommandError::NotFound {
        what: "proposal",
        id: id.chars().take(60).collect(),
    }
}

/// Whose word a proposal needs.
fn office(row: &Row) -> Office {
    row.office.parse().unwrap_or(Office::City)
}

/// Whether somebody sees it: it tells what is not announced.
#[must_use]
pub fn sees(caller: &Caller, row: &Row) -> bool {
    caller.role.may(Deed::ReadDrafts, office(row))
}

/// A proposal, to look at.
///
/// # Errors
/// When there is none for this caller.
pub async fn find_for(
    db: &impl ConnectionTrait,
    caller: &Caller,
    id: &str,
) -> Result<Row, CommandError> {
    store::proposals::find(db, id)
        .await?
        .filter(|row| sees(caller, row))
        .ok_or_else(|| not_found(id))
}

/// A proposal that its caller may decide, locked.
async fn lock(tx: &impl ConnectionTrait, caller: &Caller, id: &str) -> Result<Row, CommandError> {
    // Its source first, with all that tell of the activity: what they say is not written down meanwhile.
    let Row {
        source_id,
        activity_id,
        ..
    } = find_for(tx, caller, id).await?;
    store::sources::lock_those_of(tx, &[&activity_id], Some(&source_id)).await?;
    let mut row = store::proposals::find_locked(tx, id)
        .await?
        .ok_or_else(|| not_found(id))?;
    // Whose word it needs is whose the activity is now.
    if let Ok(activity) = row.activity_id.parse()
        && let Some(stored) = store::activities::find(tx, &activity).await?
    {
        row.office = stored.activity.content.office.to_string();
    }
    if !sees(caller, &row) {
        return Err(not_found(id));
    }
    if !caller.role.may(Deed::WriteActivity, office(&row)) {
        return Err(CommandError::Forbidden {
            role: caller.role,
            what: format!("decide {id}, which waits for the office {:?}", row.office),
        });
    }
    Ok(row)
}

/// An open proposal, locked, to decide it.
async fn open_for(
    tx: &impl ConnectionTrait,
    caller: &Caller,
    id: &str,
) -> Result<Row, CommandError> {
    let row = lock(tx, caller, id).await?;
    if row.state != State::Open.as_str() {
        return Err(CommandError::Conflict(format!(
            "{id} waits no more: it is {}",
            row.state
        )));
    }
    Ok(row)
}

/// Writes down what became of it.
async fn decide(
    tx: &impl ConnectionTrait,
    row: Row,
    state: State,
    caller: &Caller,
    reason: Option<String>,
    position: Option<i64>,
    now: DateTime<Utc>,
) -> Result<Row, CommandError> {
    let row = Row {
        state: state.to_string(),
        decided_at: Some(now),
        decided_by: Some(caller.id.clone()),
        reason,
        position,
        ..row
    };
    store::proposals::save(tx, row.clone()).await?;
    Ok(row)
}

/// Whether it is about an activity's taking place.
fn speaks_of_taking_place(row: &Row) -> bool {
    matches!(
        row.kind.as_str(),
        "cancel" | "postpone" | "reinstate" | "reschedule"
    )
}

/// What the source says of these fields is settled: it is proposed again only when the source says something else. Gives what was
/// settled before.
async fn settle(
    tx: &impl ConnectionTrait,
    row: &Row,
    document: &Document,
) -> Result<Option<Seen>, CommandError> {
    if document.action == Do::Announce {
        // All that the draft was made of was settled by that.
        return Ok(None);
    }
    let Some(mut entry) = source_entries::find(tx, &row.source_id, &row.entry_key).await? else {
        return Ok(None);
    };
    let latest = source_entries::seen(&entry, &entry.latest)?;
    let settled = entry.settled.as_deref();
    let before = settled
        .map(|text| source_entries::seen(&entry, text))
        .transpose()?;
    let mut settled = match &before {
        Some(settled) => settled.clone(),
        // Everything but what waits for a word about it.
        None => {
            let mut settled = latest.clone();
            for other in store::proposals::open_of(tx, &row.source_id).await? {
                if other.entry_key == row.entry_key && other.id != row.id {
                    let waits = store::proposals::document(&other)?;
                    if speaks_of_taking_place(&other) {
                        settled.said = Said::Stands;
                    }
                    // As what stands here: what the source says otherwise is its word still.
                    for name in &waits.fields {
                        match waits.here.get(name).filter(|here| !here.is_null()) {
                            Some(here) => settled.fields.insert(name.clone(), here.clone()),
                            None => settled.fields.remove(name),
                        };
                        settled.assumed.insert(name.clone());
                    }
                }
            }
            // What could not be proposed waits too.
            if let Ok(id) = row.activity_id.parse()
                && let Some(stored) = store::activities::find(tx, &id).await?
            {
                let mut activity = stored.activity;
                if document.action == Do::Reinstate {
                    // It was off until now.
                    activity.status = Status::Cancelled;
                }
                let unheard = tracking::unheard(None, &latest, &activity);
                let here = tracking::here_of(&activity, None, unheard.into_iter());
                for (name, here) in here {
                    settled.assumed.insert(name.clone());
                    settled.fields.insert(name, here);
                }
            }
            settled
        }
    };
    let Seen {
        said,
        fields,
        assumed,
    } = &mut settled;
    for (name, value) in &document.now {
        if name != "said" {
            assumed.remove(name);
            fields.insert(name.clone(), value.clone());
        }
    }
    if speaks_of_taking_place(row) {
        assumed.remove(STANDING);
        *said = match (row.kind.as_str(), entry.gone) {
            ("cancel", _) | (_, true) => Said::Cancelled,
            _ => latest.said,
        };
    }
    entry.settled = Some(source_entries::document(&settled));
    source_entries::save(tx, entry).await?;
    Ok(before)
}
