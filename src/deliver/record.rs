//! Writing results down, many in one transaction, by one task.
//!
//! Invariant: results are written in the order they were reported in; few wait here, since what a crash finds
//! waiting is sent again.

use std::{collections::HashMap, sync::Arc, time::Duration};

use tokio::sync::mpsc;

use super::{job::Shared, lease::Lease};
use crate::store::{
    StoreError,
    deliveries::{self, Results},
};

/// Tries recorded in one transaction.
const BATCH: usize = 200;
/// Reports that wait: with up to four tries each, about one batch.
pub(super) const QUEUE: usize = 50;

/// What a job found out about its endpoint.
#[derive(Debug)]
pub(super) struct Report {
    pub(super) lease: Arc<Lease>,
    pub(super) results: Results,
}

/// Records until every sender is gone.
pub(super) async fn run(shared: Arc<Shared>, mut reports: mpsc::Receiver<Report>) {
    let mut next = None;
    loop {
        let first = match next.take() {
            Some(report) => report,
            None => match reports.recv().await {
                Some(report) => report,
                None => return,
            },
        };
        let mut batch = Batch::default();
        batch.take(first);
        while batch.results.tried.len() < BATCH
            && let Ok(report) = reports.try_recv()
        {
            // A lease that was given back and taken again: its results come after those of the lease before.
            if batch.has_other_epoch(&report) {
                next = Some(report);
                break;
            }
            batch.take(report);
        }
        batch.write(&shared).await;
    }
}

#[derive(Default)]
struct Batch {
    results: Results,
    /// By endpoint: its lease, and where its progress stands in the results.
    leases: HashMap<String, (Arc<Lease>, usize)>,
}

impl Batch {
    fn has_other_epoch(&self, report: &Report) -> bool {
        self.leases
            .get(&report.lease.row.id)
            .is_some_and(|(lease, _)| lease.row.epoch != report.lease.row.epoch)
    }

    fn take(&mut self, report: Report) {
        let Results {
            progress,
            tried,
            owed,
            settled,
            looked_at,
        } = report.results;
        for progress in progress {
            match self.leases.get(&progress.id) {
                Some((_, at)) => self.results.progress[*at] = progress,
                None => {
                    let at = self.results.progress.len();
                    self.leases
                        .insert(progress.id.clone(), (Arc::clone(&report.lease), at));
                    self.results.progress.push(progress);
                }
            }
        }
        self.results.tried.extend(tried);
        self.results.owed.extend(owed);
        self.results.settled.extend(settled);
        self.results.looked_at.extend(looked_at);
    }

    /// Writes until it is written: what is not written would be sent again, so nothing else is worth doing.
    async fn write(mut self, shared: &Shared) {
        self.results.looked_at.sort_unstable();
        self.results.looked_at.dedup();
        keep_the_last_word(&mut self.results);
        let mut wait = Duration::from_millis(20);
        let ours = loop {
            match self.try_write(shared).await {
                Ok(ours) => break ours,
                Err(error) => {
                    tracing::warn!(%error, "results of deliveries cannot be recorded yet");
                    tokio::time::sleep(wait).await;
                    wait = (wait * 2).min(Duration::from_secs(2));
                }
            }
        };
        let mut lost = 0;
        let mut freed = false;
        for progress in &self.results.progress {
            let Some((lease, _)) = self.leases.get(&progress.id) else {
                continue;
            };
            if !ours.contains(&progress.id) {
                lost += 1;
                tracing::warn!(endpoint = %progress.id, "the lease on {} was lost before its results were recorded", progress.id);
                lease.lose();
                shared.leases.drop_lease(lease);
            } else if progress.release {
                // Only then there may be more to do; an endless round would follow from nothing done.
                freed |= progress.cursor > lease.row.cursor
                    || progress.replay_cursor > lease.row.replay_cursor
                    || !self.results.tried.is_empty();
                shared.leases.drop_lease(lease);
            }
            say_what_changed(lease, progress);
        }
        if lost > 0 {
            shared.courier.metrics.delivery_leases_lost(lost);
        }
        if freed {
            shared.courier.nudge();
        }
    }

    async fn try_write(
        &self,
        shared: &Shared,
    ) -> Result<std::collections::HashSet<String>, StoreError> {
        let tx = shared.services.db.begin().await?;
        let ours = deliveries::record(&tx, &self.results).await?;
        tx.commit().await?;
        Ok(ours)
    }
}

/// One exception may have been tried twice within a batch: the later row counts, and one that was settled is gone.
fn keep_the_last_word(results: &mut Results) {
    let last: HashMap<String, usize> = results
        .owed
        .iter()
        .enumerate()
        .map(|(at, owed)| (owed.id.clone(), at))
        .collect();
    let mut at = 0;
    results.owed.retain(|owed| {
        at += 1;
        last.get(&owed.id) == Some(&(at - 1))
    });
}

fn say_what_changed(lease: &Lease, progress: &deliveries::Progress) {
    use entity::vocab::EndpointState::{Disabled, Enabled, Failing, Gone, Paused, Pending};
    let id = &progress.id;
    if lease.row.state == progress.state {
        return;
    }
    match progress.state {
        Failing => {
            tracing::warn!(endpoint = %id, failures = progress.failures, "the endpoint {id} is failing; it is left alone for a while");
        }
        Disabled => {
            tracing::warn!(endpoint = %id, "the endpoint {id} is disabled after five days of failure");
        }
        Gone => tracing::warn!(endpoint = %id, "the endpoint {id} said that it is gone"),
        Enabled => tracing::info!(endpoint = %id, "the endpoint {id} has recovered"),
        Pending | Paused => {}
    }
}
