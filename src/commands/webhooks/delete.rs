//! Deleting an endpoint.

use super::load_for;
use crate::{
    commands::{CommandError, Services, audit::Trail},
    domain::{audit::Action, role::Caller},
    store,
};

/// Deletes an endpoint and what it is owed. Its log of attempts is pruned with its age, and nobody sees it any more.
///
/// # Errors
/// When there is none of the caller's; a stale version.
pub async fn delete_webhook(
    services: &Services,
    caller: Caller,
    id: String,
    version: Option<i64>,
) -> Result<(), CommandError> {
    let trail = Trail::of(&caller, Action::WebhookDelete).on(&id);
    services
        .audited(trail, async move |services, trail| {
            let tx = services.db.begin().await?;
            load_for(&tx, &caller, &id, version).await?;
            store::exceptions::forget(&tx, &id).await?;
            store::endpoints::delete(&tx, &id).await?;
            let done = trail.commit(tx, services.now(), &[], ()).await?;
            tracing::info!(endpoint = %id, caller = %caller.id, "the endpoint {id} was deleted");
            Ok(done)
        })
        .await
}
