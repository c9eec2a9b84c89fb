//! Ending a kept subscription.

use super::unknown;
use crate::{
    commands::{CommandError, Services},
    ids, store,
};

/// Ends it for good, also when it has ended before; returns its id.
///
/// # Errors
/// When there is none with that key, or the database fails.
pub async fn end_saved(services: &Services, key: &str) -> Result<String, CommandError> {
    let hash = ids::sha256_hex(key.as_bytes());
    services
        .run(async move |services| {
            let now = services.now();
            let tx = services.db.begin().await?;
            let saved = store::saved::find_by_key(&tx, &hash).await?;
            let saved = saved.ok_or_else(unknown)?;
            store::saved::end(&tx, &saved.id, now).await?;
            tx.commit().await?;
            Ok(saved.id)
        })
        .await
}
