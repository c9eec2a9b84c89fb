//! Deleting an edition that nothing belongs to; whom to call in it goes with it.

use super::{
    CommandError, Services,
    audit::Trail,
    reference::{at_version, organisers_only},
};
use crate::{
    domain::{audit::Action, role::Caller},
    store,
};

/// Deletes an edition at the version that the caller saw.
///
/// # Errors
/// [`CommandError::Conflict`] while activities belong to it, drafts included.
pub async fn delete_edition(
    services: &Services,
    caller: Caller,
    year: i32,
    version: i64,
) -> Result<(), CommandError> {
    let trail = Trail::of(&caller, Action::EditionDelete).on(year);
    services
        .audited(trail, async move |services, trail| {
            organisers_only(&caller)?;
            let tx = services.db.begin().await?;
            let found = store::reference::find_edition_locked(&tx, year).await?;
            at_version(found, version, "edition", year)?;
            let count = store::activities::count_of_edition(&tx, year).await?;
            if count > 0 {
                return Err(CommandError::Conflict(format!(
                    "the edition {year} cannot be deleted: {count} activities belong to it"
                )));
            }
            store::reference::delete_edition(&tx, year, version).await?;
            store::office_contacts::delete_of_edition(&tx, year).await?;
            store::log::bump_reference(&tx).await?;
            let done = trail.commit(tx, services.now(), &[], ()).await?;
            tracing::info!(edition = year, caller = %caller.id, "the edition {year} was deleted");
            services.show().await;
            Ok(done)
        })
        .await
}
