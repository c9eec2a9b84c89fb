//! Deleting a draft. What was public is never deleted.

use chrono::{DateTime, Utc};
use sea_orm::DatabaseTransaction;

use super::{CommandError, Services, act::load_for, audit::Trail};
use crate::{
    domain::{audit::Action, rights::Deed, role::Caller},
    ids::ActivityId,
    store::{self, activities::Stored},
};

/// Deletes a draft.
///
/// # Errors
/// [`CommandError::Conflict`] for a public one (cancel or withdraw it instead), and for one that others belong to.
pub async fn delete_activity(
    services: &Services,
    caller: Caller,
    id: ActivityId,
    version: i64,
) -> Result<(), CommandError> {
    let trail = Trail::of(&caller, Action::ActivityDelete).on(&id);
    services
        .audited(trail, async move |services, trail| {
            let tx = services.db.begin().await?;
            store::sources::lock_those_of(&tx, &[id.as_str()], None).await?;
            let stored = load_for(&tx, &caller, &id, Deed::WriteActivity).await?;
            if stored.version != version {
                return Err(CommandError::Stale {
                    expected: version,
                    present: stored.version,
                });
            }
            let now = services.now();
            forget(&tx, &id, &stored, now).await?;
            let done = trail.commit(tx, now, &[], ()).await?;
            tracing::info!(activity = %id, caller = %caller.id, "the draft {id} was deleted");
            Ok(done)
        })
        .await
}

/// Deletes a draft that its caller may delete, with what was said about it.
///
/// # Errors
/// Those of [`delete_activity`].
pub(super) async fn forget(
    tx: &DatabaseTransaction,
    id: &ActivityId,
    stored: &Stored,
    now: DateTime<Utc>,
) -> Result<(), CommandError> {
    if stored.activity.status.is_public() {
        return Err(CommandError::Conflict(format!(
            "{id} is public and is never deleted: cancel it instead"
        )));
    }
    if store::activities::has_children(tx, id).await? {
        return Err(CommandError::Conflict(format!(
            "{id} cannot be deleted: other activities belong to it"
        )));
    }
    if !store::activities::delete(tx, id, stored.version).await? {
        return Err(CommandError::Stale {
            expected: stored.version,
            present: stored.version + 1,
        });
    }
    store::comments::forget(tx, id).await?;
    store::overtaken::supersede_about(tx, id.as_str(), now).await?;
    store::source_entries::refuse_those_of(tx, id.as_str()).await?;
    Ok(())
}
