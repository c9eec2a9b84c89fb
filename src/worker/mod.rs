//! What runs beside the requests: following the log, telling the other instances, writing down what was
//! counted, jobs by the clock.
//!
//! Owns the tasks and their end; refuses to know HTTP and what a job decides (that is `commands`).
//! Architecture invariant: nothing here is needed for a write to be kept; a task that fails is tried again, and
//! what it missed is in the database.

use std::sync::Arc;

use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::{
    commands::Services,
    config::{Role, Settings},
    guard::Guard,
    ids::InstanceId,
    metrics::Metrics,
    sightings::Sightings,
};

pub mod follow;
pub mod instance;
pub mod jobs;
pub mod sightings;

/// The tasks that were started; dropping it ends them at once.
#[derive(Debug)]
#[must_use = "dropping it ends the tasks"]
pub struct Running {
    tasks: JoinSet<()>,
}

/// Starts following the log (in every role), in the role `web` writing down who fetched what, and in the role `worker` the
/// jobs.
///
/// [`crate::catalogue::Standing::ready`] tells whether this instance is ready; it is not before the first look at
/// the log, and no longer once `stop` is cancelled.
pub fn start(
    services: &Services,
    settings: &Settings,
    metrics: &Arc<Metrics>,
    sightings: &Arc<Sightings>,
    sources: &Arc<Guard>,
    instance: &InstanceId,
    stop: &CancellationToken,
) -> Running {
    let mut tasks = JoinSet::new();
    tasks.spawn(follow::follow(
        services.clone(),
        instance.clone(),
        Arc::clone(metrics),
        stop.clone(),
    ));
    if settings.has_role(Role::Web) {
        tasks.spawn(sightings::keep(
            services.clone(),
            Arc::clone(sightings),
            stop.clone(),
        ));
    }
    if settings.has_role(Role::Worker) {
        tasks.spawn(jobs::embargoes::keep(services.clone(), stop.clone()));
        tasks.spawn(jobs::offer(
            jobs::Jobs::new(services.clone(), Arc::clone(sources), instance.clone()),
            stop.clone(),
        ));
    }
    Running { tasks }
}

impl Running {
    /// Waits until all have ended, after `stop` was cancelled.
    pub async fn ended(mut self) {
        while let Some(ended) = self.tasks.join_next().await {
            if let Err(error) = ended {
                tracing::error!(%error, "a task of the worker did not end well: {error}");
            }
        }
    }
}
