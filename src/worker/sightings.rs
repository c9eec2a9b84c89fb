//! Writing down who fetched which feed, now and then.
//!
//! Owns how often. Invariant: nobody waits for it, and what it could not write it writes the next time; the last time is
//! when nothing is served any more (`app`).

use std::{sync::Arc, time::Duration};

use tokio_util::sync::CancellationToken;

use crate::{
    commands::{Services, write_sightings::write_sightings},
    sightings::Sightings,
};

/// How often.
const EVERY: Duration = Duration::from_secs(30);

/// Writes until `stop` is cancelled.
pub async fn keep(services: Services, sightings: Arc<Sightings>, stop: CancellationToken) {
    while stop
        .run_until_cancelled(tokio::time::sleep(EVERY))
        .await
        .is_some()
    {
        write(&services, &sightings).await;
    }
}

/// Writes what is there; a failure is no more than a line in the log.
pub async fn write(services: &Services, sightings: &Arc<Sightings>) {
    if let Err(error) = write_sightings(services, sightings).await {
        tracing::warn!(%error, "who fetched feeds could not be written down yet: {error}");
    }
}
