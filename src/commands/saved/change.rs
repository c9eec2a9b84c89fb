//! Changing what a kept subscription is; its address stays.

use super::{Wanted, unknown};
use crate::{
    commands::{CommandError, Services},
    ids, store,
};

/// Makes it what is wanted from now on; returns its id.
///
/// # Errors
/// When there is none with that key, or it has ended, or the database fails.
pub async fn change_saved(
    services: &Services,
    key: &str,
    wanted: Wanted,
) -> Result<String, CommandError> {
    let hash = ids::sha256_hex(key.as_bytes());
    services
        .run(async move |services| {
            let tx = services.db.begin().await?;
            let saved = store::saved::find_by_key(&tx, &hash).await?;
            let saved = saved.ok_or_else(unknown)?;
            let Wanted { calendar, news } = wanted;
            // Later than before also where the clock was set back: who has a copy must see that it is old.
            let now = services
                .now()
                .max(saved.changed_at + chrono::TimeDelta::seconds(1));
            if !store::saved::change(&tx, &saved.id, &calendar, &news, now).await? {
                return Err(CommandError::Conflict(
                    "the subscription has ended".to_owned(),
                ));
            }
            tx.commit().await?;
            Ok(saved.id)
        })
        .await
}
