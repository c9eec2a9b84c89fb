//! Keeping a subscription under an address of its own.

use chrono::TimeDelta;

use super::Wanted;
use crate::{
    commands::{CommandError, Services},
    ids::{self, SavedId},
    store::{self, saved::Saved},
};

/// Subscriptions at most: far more than a programme has followers, and far less than would fill a disk.
const MOST: u64 = 100_000;

/// Where there are too many, those that nobody fetched in this time make room.
const UNUSED: TimeDelta = TimeDelta::hours(1);

/// A subscription that was just made.
#[derive(Clone, Debug)]
pub struct Kept {
    /// Its name in addresses.
    pub id: SavedId,
    /// What changes it; seen this once.
    pub key: String,
}

/// Keeps it.
///
/// # Errors
/// When there are too many, all of them in use, or the database fails.
pub async fn keep_saved(services: &Services, wanted: Wanted) -> Result<Kept, CommandError> {
    services
        .run(async move |services| {
            let now = services.now();
            let (id, key) = (SavedId::new(now), ids::saved_key());
            let tx = services.db.begin().await?;
            if store::saved::count(&tx).await? >= MOST
                && store::saved::forget_unused(&tx, now - UNUSED).await? == 0
            {
                return Err(CommandError::Conflict(format!(
                    "{MOST} subscriptions are kept, and no more are taken"
                )));
            }
            let Wanted { calendar, news } = wanted;
            let saved = Saved {
                id: id.to_string(),
                key_hash: ids::sha256_hex(key.as_bytes()),
                calendar,
                news,
                created_at: now,
                changed_at: now,
                fetched_at: None,
                ended_at: None,
            };
            store::saved::insert(&tx, saved).await?;
            tx.commit().await?;
            Ok(Kept { id, key })
        })
        .await
}
