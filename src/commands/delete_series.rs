//! Deleting a series that nothing belongs to.

use super::{
    CommandError, Services,
    audit::Trail,
    reference::{at_version, organisers_only},
};
use crate::{
    domain::{audit::Action, role::Caller, text::Slug},
    store,
};

/// Deletes a series at the version that the caller saw.
///
/// # Errors
/// [`CommandError::Conflict`] while activities belong to it, drafts included.
pub async fn delete_series(
    services: &Services,
    caller: Caller,
    slug: Slug,
    version: i64,
) -> Result<(), CommandError> {
    let trail = Trail::of(&caller, Action::SeriesDelete).on(&slug.0);
    services
        .audited(trail, async move |services, trail| {
            organisers_only(&caller)?;
            let tx = services.db.begin().await?;
            let found = store::reference::find_series_locked(&tx, &slug.0).await?;
            at_version(found, version, "series", &slug.0)?;
            let count = store::activities::count_of_series(&tx, &slug.0).await?;
            if count > 0 {
                return Err(CommandError::Conflict(format!(
                    "the series {:?} cannot be deleted: {count} activities belong to it",
                    slug.0
                )));
            }
            store::reference::delete_series(&tx, &slug.0, version).await?;
            store::log::bump_reference(&tx).await?;
            let done = trail.commit(tx, services.now(), &[], ()).await?;
            tracing::info!(series = slug.0, caller = %caller.id, "the series {} was deleted", slug.0);
            services.show().await;
            Ok(done)
        })
        .await
}
