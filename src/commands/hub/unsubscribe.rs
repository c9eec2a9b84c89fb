//! The end of a subscription.

use crate::{
    commands::{CommandError, Services},
    store,
};

/// Ends it; there may be none.
///
/// # Errors
/// When the database fails.
pub async fn unsubscribe(
    services: &Services,
    topic: String,
    callback: String,
) -> Result<(), CommandError> {
    services
        .run(async move |services| {
            let tx = services.db.begin().await?;
            store::subscriptions::delete(&tx, &topic, &callback).await?;
            tx.commit().await?;
            Ok(())
        })
        .await
}
