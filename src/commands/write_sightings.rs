//! Writing down which kinds of clients fetched which feed.

use std::sync::Arc;

use super::Services;
use crate::{
    sightings::Sightings,
    store::{self, Db, StoreError},
};

/// Writes down what was counted and is not written yet; returns how many rows. What cannot be written stays counted.
///
/// Nobody who asks can cut it: it goes to its end in a task of its own. One that the database cuts while it commits may be
/// counted twice.
///
/// # Errors
/// When the database fails.
pub async fn write_sightings(
    services: &Services,
    sightings: &Arc<Sightings>,
) -> Result<usize, StoreError> {
    let (db, sightings, now) = (services.db.clone(), Arc::clone(sightings), services.now());
    let writing = tokio::spawn(async move {
        let _one_at_a_time = sightings.writing.lock().await;
        let taken = sightings.take(now);
        if taken.is_empty() {
            return Ok(0);
        }
        let written = db.answered(written(&db, &taken)).await;
        match written {
            Ok(()) => Ok(taken.len()),
            Err(error) => {
                sightings.put_back(taken);
                Err(error)
            }
        }
    });
    writing
        .await
        .unwrap_or_else(|error| Err(sea_orm::DbErr::Custom(error.to_string()).into()))
}

async fn written(db: &Db, taken: &[crate::sightings::Sighting]) -> Result<(), StoreError> {
    let tx = db.begin().await?;
    store::sightings::add(&tx, taken).await?;
    tx.commit().await?;
    Ok(())
}
