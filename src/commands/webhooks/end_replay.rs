//! Ending a replay.

use super::{fence, load_for, touch};
use crate::{
    commands::{CommandError, Services},
    domain::role::Caller,
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
    services
        .run(async move |services| {
            let tx = services.db.begin().await?;
            let mut row = load_for(&tx, &caller, &id, None).await?;
            if row.replay_cursor.take().is_none() {
                return Ok(());
            }
            // Whoever serves it now would write the cursor down again.
            fence(&mut row);
            touch(&mut row, services.now());
            store::endpoints::save(&tx, row).await?;
            tx.commit().await?;
            tracing::info!(endpoint = %id, caller = %caller.id, "the replay to {id} was ended");
            Ok(())
        })
        .await
}
