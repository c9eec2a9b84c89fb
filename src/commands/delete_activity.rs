//! Deleting a draft. What was public is never deleted.

use super::{CommandError, Services, act::load_for, audit::Trail};
use crate::{
    domain::{audit::Action, rights::Deed, role::Caller},
    ids::ActivityId,
    store,
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
            let stored = load_for(&tx, &caller, &id, Deed::WriteActivity).await?;
            if stored.activity.status.is_public() {
                return Err(CommandError::Conflict(format!(
                    "{id} is public and is never deleted: cancel it instead"
                )));
            }
            if store::activities::has_children(&tx, &id).await? {
                return Err(CommandError::Conflict(format!(
                    "{id} cannot be deleted: other activities belong to it"
                )));
            }
            if stored.version != version || !store::activities::delete(&tx, &id, version).await? {
                return Err(CommandError::Stale {
                    expected: version,
                    present: stored.version,
                });
            }
            store::comments::forget(&tx, &id).await?;
            let done = trail.commit(tx, services.now(), &[], ()).await?;
            tracing::info!(activity = %id, caller = %caller.id, "the draft {id} was deleted");
            Ok(done)
        })
        .await
}
