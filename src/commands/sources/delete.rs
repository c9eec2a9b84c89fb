//! A source is deleted. What it proposed and nobody decided is moot; what came of it stays.

use super::load_for;
use crate::{
    commands::{CommandError, Services, audit::Trail},
    domain::{audit::Action, role::Caller},
    store,
};

/// Deletes a source with its entries and the log of its fetches.
///
/// # Errors
/// When there is none for this caller, or the version is stale.
pub async fn delete_source(
    services: &Services,
    caller: Caller,
    id: String,
    version: i64,
) -> Result<(), CommandError> {
    let trail = Trail::of(&caller, Action::SourceDelete).on(&id);
    services
        .audited(trail, async move |services, trail| {
            let now = services.now();
            let tx = services.db.begin().await?;
            load_for(&tx, &caller, &id, version).await?;
            let open = store::proposals::open_of(&tx, &id).await?;
            let open: Vec<String> = open.into_iter().map(|row| row.id).collect();
            store::proposals::supersede(&tx, &open, now).await?;
            store::sources::delete(&tx, &id).await?;
            Ok(trail.commit(tx, now, &[], ()).await?)
        })
        .await
}
