//! A rejection was a mistake: what the source says about it is looked at again.
//!
//! Invariant: nothing is proposed but what the source says when it is read next.

use super::{lock, speaks_of_taking_place};
use crate::{
    commands::{
        CommandError, Services, answered,
        audit::{Audited, Trail},
        remember,
    },
    domain::{
        audit::Action,
        role::Caller,
        source::ProposalKind,
        tracking::{STANDING, Said},
    },
    store::{
        self,
        idempotency::Key,
        proposals::{Document, Row, State},
        source_entries::{self, Entry},
    },
};

/// A rejection that somebody takes back.
#[derive(Clone, Debug)]
pub struct Reopen {
    /// Who.
    pub caller: Caller,
    /// The proposal that was rejected.
    pub id: String,
    /// For repeated requests.
    pub key: Option<Key>,
}

/// Takes it back: what was settled by the rejection is as it was before, and the source, where it is asked, is asked at once. If it
/// says the same still, that is proposed anew; the proposal itself stays as it was decided.
///
/// # Errors
/// When there is no such proposal, it was not rejected, or its source has no entry any more of which something could be proposed.
pub async fn reopen(services: &Services, reopen: Reopen) -> Result<(), CommandError> {
    let trail = Trail::of(&reopen.caller, Action::ProposalReopen).on(&reopen.id);
    services
        .audited(trail, async move |services, trail| {
            let now = services.now();
            let tx = services.db.begin().await?;
            if let Some(()) = answered(&tx, reopen.key.as_ref(), now).await? {
                return Ok(Audited::unchanged(()));
            }
            let row = lock(&tx, &reopen.caller, &reopen.id).await?;
            let id = &row.id;
            if row.state != State::Rejected.as_str() {
                return Err(CommandError::Conflict(format!(
                    "{id} was not rejected: it is {}",
                    row.state
                )));
            }
            if let Some(later) = store::overtaken::decided_since(&tx, &row).await? {
                return Err(CommandError::Conflict(format!(
                    "{id} cannot be proposed anew: {later} was decided about the same since"
                )));
            }
            let Some(mut entry) = source_entries::find(&tx, &row.source_id, &row.entry_key).await?
            else {
                return Err(CommandError::Conflict(format!(
                    "{id} cannot be proposed anew: its source has that entry no more"
                )));
            };
            if row.kind == ProposalKind::New.as_str() {
                admit(&row, &mut entry)?;
            } else {
                unsettle(&row, &mut entry)?;
            }
            entry.note =
                Some("a rejection was taken back; looked at again when it is read next".to_owned());
            source_entries::save(&tx, entry).await?;
            if let Some(mut source) = store::sources::find_locked(&tx, &row.source_id).await? {
                (source.etag, source.last_modified, source.content_hash) = (None, None, None);
                source.due_at = source.due_at.map(|due| due.min(now));
                store::sources::save(&tx, source).await?;
            }
            remember(&tx, reopen.key.as_ref(), &()).await?;
            Ok(trail.commit(tx, now, &[], ()).await?)
        })
        .await
}

/// Lets an entry that was kept out be new again.
fn admit(row: &Row, entry: &mut Entry) -> Result<(), CommandError> {
    let id = &row.id;
    if let Some(activity) = entry.activity_id.as_ref().filter(|_| !entry.refused) {
        return Err(CommandError::Conflict(format!(
            "{id} cannot be proposed anew: its entry is {activity}"
        )));
    }
    if entry.gone {
        return Err(CommandError::Conflict(format!(
            "{id} cannot be proposed anew: its source has that entry no more"
        )));
    }
    (entry.refused, entry.activity_id, entry.settled) = (false, None, None);
    Ok(())
}

/// Takes the word that was settled for what the source had said before, where nothing else was said since. What is proposed then is
/// never done without a person's word.
fn unsettle(row: &Row, entry: &mut Entry) -> Result<(), CommandError> {
    let Document { now, settled, .. } = store::proposals::document(row)?;
    if entry.gone && row.kind != ProposalKind::Cancel.as_str() {
        return Err(CommandError::Conflict(format!(
            "{} cannot be proposed anew: its source has that entry no more",
            row.id
        )));
    }
    let before = settled.unwrap_or_default();
    let Some(settled) = &entry.settled else {
        return Ok(());
    };
    let mut settled = source_entries::seen(entry, settled)?;
    for (name, value) in now.iter().filter(|(name, _)| *name != STANDING) {
        if settled.fields.get(name) != Some(value) {
            continue;
        }
        match before.fields.get(name) {
            Some(value) => settled.fields.insert(name.clone(), value.clone()),
            None => settled.fields.remove(name),
        };
        settled.assumed.insert(name.clone());
    }
    let made = match row.kind.as_str() {
        "cancel" => Said::Cancelled,
        "postpone" => Said::Postponed,
        _ => Said::Stands,
    };
    if speaks_of_taking_place(row) && settled.said == made {
        settled.said = before.said;
        settled.assumed.insert(STANDING.to_owned());
    }
    entry.settled = Some(source_entries::document(&settled));
    Ok(())
}
