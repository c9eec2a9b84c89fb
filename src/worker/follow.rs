//! Keeping the catalogue current: what other instances and other commands commit shows here too.
//!
//! Owns when to look; refuses to know what is applied. Invariant: hints only make it sooner. The poll behind them
//! finds everything, and a database that fails leaves what is shown as it was.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::{
    sync::Notify,
    time::{MissedTickBehavior, interval, sleep, timeout},
};
use tokio_util::sync::CancellationToken;

use super::instance::Presence;
use crate::{
    commands::Services,
    ids::InstanceId,
    metrics::Metrics,
    store::{self, StoreError, hints::Hints},
};

/// The poll behind the hints: one row by its key, some 50 µs on either database. On SQLite it is all there is
/// (other commands write beside the server), so it must be well below the second that a change may take.
const POLL: Duration = Duration::from_millis(200);

/// How long to wait before listening again after that failed.
const LISTEN_AGAIN: Duration = Duration::from_secs(1);

/// Follows the log until it is told to stop; then this instance is not ready any more, and its row is gone.
pub async fn follow(
    services: Services,
    instance: InstanceId,
    metrics: Arc<Metrics>,
    stop: CancellationToken,
) {
    let hint = Arc::new(Notify::new());
    let listening = tokio::spawn(listen(services.clone(), Arc::clone(&hint)));
    let mut presence = Presence::new(services.clone(), instance);
    let mut outage = Outage::default();
    let mut applied = services.catalogue.watch();
    let mut poll = interval(POLL);
    poll.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        // Seen before the look, so that what a command applies during it makes another one.
        applied.mark_unchanged();
        match timeout(store::PATIENCE, look(&services, &mut presence)).await {
            Ok(Ok(())) => outage.over(),
            Ok(Err(error)) => outage.note(&error),
            Err(_) => outage.note(&StoreError::Silent),
        }
        measure(&services, &metrics);
        tokio::select! {
            () = stop.cancelled() => break,
            _ = poll.tick() => {}
            () = hint.notified() => {}
            _ = applied.changed() => {}
        }
    }
    listening.abort();
    services.catalogue.standing().stopping();
    if let Err(error) = presence.leave().await {
        tracing::warn!(%error, "this instance could not take its name off the list; in 2 s nobody heeds it any more");
    }
}

fn measure(services: &Services, metrics: &Metrics) {
    let state = services.catalogue.read();
    metrics.catalogue_applied(state.head());
    for (kind, count) in state.notices_by_kind() {
        metrics.notices(kind.as_str(), count);
    }
}

async fn look(services: &Services, presence: &mut Presence) -> Result<(), StoreError> {
    let began = Instant::now();
    services.catalogue.catch_up(&services.db).await?;
    presence.tell(began).await?;
    Ok(())
}

/// Turns hints of the database into wake-ups, for as long as the process lives.
async fn listen(services: Services, hint: Arc<Notify>) {
    loop {
        match Hints::listen(&services.db).await {
            Ok(None) => return,
            Ok(Some(mut hints)) => {
                while hints.heard().await.is_ok() {
                    hint.notify_one();
                }
            }
            // The poll finds what hints would have told, and says so when the database is gone.
            Err(error) => tracing::debug!(%error, "hints cannot be heard for now"),
        }
        sleep(LISTEN_AGAIN).await;
    }
}

/// A time without the database; one line in the log at its start and one at its end.
#[derive(Debug, Default)]
struct Outage {
    since: Option<Instant>,
}

impl Outage {
    fn note(&mut self, trouble: &StoreError) {
        if self.since.is_some() {
            return;
        }
        self.since = Some(Instant::now());
        match trouble {
            StoreError::Document { .. } => {
                tracing::error!(error = %trouble, "the log cannot be followed past a row that does not read");
            }
            StoreError::Database(_) | StoreError::Silent => {
                tracing::warn!(error = %trouble, "the log cannot be followed; public reads go on from what is known");
            }
        }
    }

    fn over(&mut self) {
        if let Some(since) = self.since.take() {
            tracing::info!(
                "the log is followed again after {:.1} s",
                since.elapsed().as_secs_f64()
            );
        }
    }
}
