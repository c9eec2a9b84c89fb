//! Writing results down, many in one transaction, by one task.
//!
//! Invariant: results are written in the order they were reported in; few wait here, since what a crash finds
//! waiting is sent again.

use std::{
    collections::HashMap,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use entity::vocab::EndpointState;
use tokio::{sync::mpsc, time::sleep};

use super::{lease::Lease, shared::Shared};
use crate::store::{
    self, StoreError,
    deliveries::{self, Results, Stands},
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
        if next.is_none() && reports.is_empty() {
            shared.is_stuck.store(false, Ordering::Relaxed);
        }
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
            match shared.services.db.answered(self.try_write(shared)).await {
                Ok(ours) => break ours,
                Err(error) => {
                    tracing::warn!(%error, "results of deliveries cannot be recorded yet");
                }
            }
            shared.is_stuck.store(true, Ordering::Relaxed);
            sleep(wait).await;
            wait = (wait * 2).min(Duration::from_secs(2));
        };
        // Partners' endpoints, and the hub's subscribers.
        let mut freed = [false; 2];
        let mut others = Vec::new();
        for progress in &self.results.progress {
            let Some((lease, _)) = self.leases.get(&progress.id) else {
                continue;
            };
            let Some(stands) = ours.get(&progress.id) else {
                lease.end();
                shared.leases.drop_lease(lease);
                others.push(progress.id.as_str());
                continue;
            };
            if stands.version != lease.row.version {
                // The next one to take it reads what its owner set.
                lease.end();
            }
            if progress.release {
                // Only then there may be more to do; an endless round would follow from nothing done.
                freed[usize::from(lease.row.topic.is_some())] |= progress.cursor > lease.row.cursor
                    || progress.replay_cursor > lease.row.replay_cursor
                    || !self.results.tried.is_empty();
                shared.leases.drop_lease(lease);
            }
            if lease.is_news(stands.state) {
                say_what_changed(&progress.id, progress.failures, stands.state);
            }
        }
        if !others.is_empty() {
            say_what_was_lost(shared, &others).await;
        }
        let [partners, subscribers] = freed;
        if partners {
            shared.courier.nudge();
        }
        if subscribers {
            shared.subscribers.notify_one();
        }
    }

    async fn try_write(&self, shared: &Shared) -> Result<HashMap<String, Stands>, StoreError> {
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

/// Results that were not ours to write down any more: their endpoints were taken over, or their owners asked for
/// something else meanwhile, which is no loss.
async fn say_what_was_lost(shared: &Shared, ids: &[&str]) {
    let db = shared.services.db.reader();
    let taken_over = store::leases::taken_over(db, &shared.leases.instance, ids);
    let lost = match shared.services.db.answered(taken_over).await {
        Ok(lost) => lost,
        Err(error) => return tracing::warn!(%error, "who has the leases now cannot be read"),
    };
    for id in &lost {
        tracing::warn!(endpoint = %id, "the lease on {id} was lost before its results were recorded; they are made again");
    }
    let count = lost.len().try_into().unwrap_or(u64::MAX);
    shared.courier.metrics.delivery_leases_lost(count);
}

/// Tells the operator.
fn say_what_changed(id: &str, failures: i32, state: EndpointState) {
    match state {
        EndpointState::Failing => {
            tracing::warn!(endpoint = %id, failures, "the endpoint {id} is failing; it is left alone for a while");
        }
        EndpointState::Disabled => {
            tracing::warn!(endpoint = %id, "the endpoint {id} is disabled after five days of failure");
        }
        EndpointState::Gone => {
            tracing::warn!(endpoint = %id, "the endpoint {id} said that it is gone");
        }
        EndpointState::Enabled => tracing::info!(endpoint = %id, "the endpoint {id} has recovered"),
        // Its owner did that, and it was said then.
        EndpointState::Pending | EndpointState::Paused => {}
    }
}
