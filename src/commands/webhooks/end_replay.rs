//! Ending a replay.

use super::{fence, load_for, touch};
use crate::{
    commands::{
        CommandError, Services,
        audit::{Audited, Trail},
    },
    domain::{audit::Action, role::Caller},
    store,
};

/// Ends the replay that is under way, if any; what is new goes on.
///
/// # Errors
/// When there is no such endpoint of the caller's.
pub async fn end_replay_of_webhook(
    services: &Services,
    caller: Caller,
    id: String,
) -> Result<(), CommandError> {
    let trail = Trail::of(&caller, Action::WebhookEndReplay).on(&id);
    services
        .audited(trail, async move |services, trail| {
            let tx = services.db.begin().await?;
            let mut row = load_for(&tx, &caller, &id, None).await?;
            if row.replay_cursor.take().is_none() {
                return Ok(Audited::unchanged(()));
            }
            // Whoever serves it now would write the cursor down again.
            fence(&mut row);
            touch(&mut row, services.now());
            store::endpoints::save(&tx, row).await?;
            let done = trail.commit(tx, services.now(), &[], ()).await?;
            tracing::info!(endpoint = %id, caller = %caller.id, "the replay to {id} was ended");
            Ok(done)
        })
        .await
}
