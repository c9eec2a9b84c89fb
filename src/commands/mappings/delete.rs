//! Deleting a mapping.

use super::changeable;
use crate::{
    commands::{CommandError, Services, audit::Trail},
    domain::{audit::Action, role::Caller},
    ids::MappingId,
    store,
};

/// Deletes a mapping at the version that the caller saw.
///
/// # Errors
/// [`CommandError::NotFound`] when it is none of the caller's.
pub async fn delete_mapping(
    services: &Services,
    caller: Caller,
    id: MappingId,
    version: i64,
) -> Result<(), CommandError> {
    let trail = Trail::of(&caller, Action::MappingDelete).on(id.as_str());
    services
        .audited(trail, async move |services, trail| {
            let tx = services.db.begin().await?;
            let found = store::mappings::find_locked(&tx, id.as_str()).await?;
            changeable(&caller, found, version, id.as_str())?;
            if !store::mappings::delete(&tx, id.as_str(), version).await? {
                return Err(CommandError::Stale {
                    expected: version,
                    present: version + 1,
                });
            }
            let done = trail.commit(tx, services.now(), &[], ()).await?;
            tracing::info!(mapping = %id, caller = %caller.id, "the mapping {id} was deleted");
            Ok(done)
        })
        .await
}
