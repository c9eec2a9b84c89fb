//! Jobs by the clock: when they are due, and that each slot is run by one instance.
//!
//! Owns the timetable, in Asia/Shanghai; refuses to know what a job does (`commands`, `store`).
//! tokio-cron-scheduler runs in every instance and only *offers*, all jobs at each full minute: which slot of a job
//! is due is worked out here from the clock, and a row of (job, slot) decides who runs it. So a slot that was missed
//! because nothing ran, was left by an instance that died, or failed, is caught up with within a minute or two.
//!
//! Of several missed slots of a job only the last is run: pruning once is pruning, and a digest of a month that is
//! over tells nobody anything. Reminders and embargoes need no catching up: what is due is read from the activities.
//!
//! There is no job for leases that a dead instance left: `deliver` claims whatever has something to do and a lease
//! that is over, so they are retried within its 6 s by whoever claims next.
//!
//! Invariant: running a slot twice tells nothing twice; what a job appends to the log is unique by its `once`.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use chrono::{DateTime, SubsecRound, Utc};
use croner::{
    Cron,
    parser::{CronParser, Seconds},
};
use tokio::time::timeout;
use tokio_cron_scheduler::{Job as Scheduled, JobScheduler, JobSchedulerError};
use tokio_util::sync::CancellationToken;

use crate::{
    clock::shanghai,
    commands::{CommandError, Services},
    guard::Guard,
    ids::InstanceId,
    store::{
        StoreError,
        job_slots::{self, Slot, Standing},
    },
};

mod digest;
pub mod embargoes;
mod pruning;
mod reminders;
mod sources;

/// A run is cut off after this; so nobody works on a slot any more when others may take it over
/// ([`job_slots::TAKEN_OVER_AFTER`]). Every job leaves off cleanly and goes on in its next run.
const CUT_OFF: Duration = Duration::from_secs(40);

/// When all jobs are offered.
const EVERY_MINUTE: &str = "0 * * * * *";

/// What is done by the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Job {
    /// Reminding people of what starts tomorrow.
    Reminders,
    /// The programme of the month that begins.
    Digest,
    /// Forgetting what is past its time.
    Pruning,
    /// Asking the sources that are due.
    Sources,
}

impl Job {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Reminders, Self::Digest, Self::Pruning, Self::Sources];

    /// Its name in slots and logs.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Reminders => "reminders",
            Self::Digest => "digest",
            Self::Pruning => "pruning",
            Self::Sources => "sources",
        }
    }

    /// When it is due, as six fields of cron in Shanghai's time.
    #[must_use]
    pub const fn cron(self) -> &'static str {
        match self {
            // Starts are known to the minute at best.
            Self::Reminders | Self::Sources => EVERY_MINUTE,
            Self::Digest => "0 0 8 1 * *",
            // Off the full hour, when others are busy.
            Self::Pruning => "0 17 * * * *",
        }
    }

    fn schedule(self) -> Cron {
        // As tokio-cron-scheduler parses it.
        CronParser::builder()
            .seconds(Seconds::Required)
            .dom_and_dow(true)
            .build()
            .parse(self.cron())
            .expect("written above; a test reads each")
    }

    /// The last instant by `now` at which it was due.
    #[must_use]
    pub fn latest_slot(self, now: DateTime<Utc>) -> Slot {
        let now = now.with_timezone(&shanghai()).trunc_subsecs(0);
        let at = self
            .schedule()
            .find_previous_occurrence(&now, true)
            .expect("each of them is due at least once a month");
        Slot {
            job: self.name(),
            at: at.to_utc(),
        }
    }
}

/// What became of an offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offered {
    /// This instance ran it.
    Ran,
    /// There is nothing to do, or it was done, or another instance is at it.
    Passed,
    /// It was not finished; it is taken up again in a minute.
    Failed,
}

/// Why a run was not finished.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// What it did was refused, or the database failed.
    #[error(transparent)]
    Command(#[from] CommandError),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<sea_orm::DbErr> for JobError {
    fn from(error: sea_orm::DbErr) -> Self {
        Self::Store(error.into())
    }
}

/// The jobs of one instance.
#[derive(Debug)]
pub struct Jobs {
    services: Services,
    guard: Arc<Guard>,
    instance: InstanceId,
    /// The last slot of each job that is known to be finished, so that an idle minute asks the database nothing.
    finished: Mutex<HashMap<Job, DateTime<Utc>>>,
}

impl Jobs {
    /// Those of this instance.
    #[must_use]
    pub fn new(services: Services, guard: Arc<Guard>, instance: InstanceId) -> Self {
        Self {
            services,
            guard,
            instance,
            finished: Mutex::default(),
        }
    }

    /// Offers all jobs, one after the other.
    pub async fn offer_all(&self) {
        for job in Job::ALL {
            self.offer(job).await;
        }
    }

    /// Offers a job: runs it when its last slot is to be run and nobody else has it.
    pub async fn offer(&self, job: Job) -> Offered {
        let slot = job.latest_slot(self.services.now());
        match self.run(job, slot).await {
            Ok(offered) => offered,
            Err(error) => {
                tracing::warn!(job = slot.job, %error, "the job {} did not finish and is tried again", slot.job);
                Offered::Failed
            }
        }
    }

    async fn run(&self, job: Job, slot: Slot) -> Result<Offered, JobError> {
        if self.is_finished(job, slot) || !self.is_open(job, slot).await? {
            return Ok(Offered::Passed);
        }
        let db = self.services.db.writer();
        if !job_slots::claim(db, slot, &self.instance, self.services.now()).await? {
            return Ok(Offered::Passed);
        }
        let work = async {
            match job {
                Job::Reminders => reminders::run(&self.services).await,
                Job::Digest => digest::run(&self.services, slot.at).await,
                Job::Pruning => pruning::run(&self.services).await,
                Job::Sources => sources::run(&self.services, &self.guard).await,
            }
        };
        match timeout(CUT_OFF, work).await {
            Ok(done) => done?,
            Err(_) => {
                tracing::warn!(
                    job = slot.job,
                    "the job {} was cut off after {} s and goes on in its next run",
                    slot.job,
                    CUT_OFF.as_secs()
                );
                return Ok(Offered::Failed);
            }
        }
        job_slots::finish(db, slot, &self.instance, self.services.now()).await?;
        self.note_finished(job, slot);
        Ok(Offered::Ran)
    }

    /// Whether there may be something to do in a slot.
    async fn is_open(&self, job: Job, slot: Slot) -> Result<bool, JobError> {
        match job {
            // Every minute has a slot; only those with something to do have a row.
            Job::Reminders => return Ok(reminders::any_due(&self.services)),
            Job::Sources => return Ok(sources::any_due(&self.services).await?),
            Job::Digest | Job::Pruning => {}
        }
        let db = &self.services.db;
        job_slots::begin_with(db.writer(), slot, &self.instance, self.services.now()).await?;
        let finished = job_slots::standing(db.reader(), slot).await? == Standing::Finished;
        if finished {
            self.note_finished(job, slot);
        }
        Ok(!finished)
    }

    fn is_finished(&self, job: Job, slot: Slot) -> bool {
        let finished = self.finished.lock().unwrap_or_else(PoisonError::into_inner);
        finished.get(&job) == Some(&slot.at)
    }

    fn note_finished(&self, job: Job, slot: Slot) {
        let mut finished = self.finished.lock().unwrap_or_else(PoisonError::into_inner);
        finished.insert(job, slot.at);
    }
}

/// Offers the jobs by the clock until it is told to stop. A run under way is left off then; its slot is taken over
/// by another instance, or by this one when it is back.
pub async fn offer(jobs: Jobs, stop: CancellationToken) {
    let mut scheduler = match schedule(Arc::new(jobs), &stop).await {
        Ok(scheduler) => scheduler,
        Err(error) => {
            tracing::error!(%error, "no jobs run here: the scheduler does not start");
            return;
        }
    };
    stop.cancelled().await;
    if let Err(error) = scheduler.shutdown().await {
        tracing::warn!(%error, "the scheduler did not stop well");
    }
}

async fn schedule(
    jobs: Arc<Jobs>,
    stop: &CancellationToken,
) -> Result<JobScheduler, JobSchedulerError> {
    let mut scheduler = JobScheduler::new().await?;
    scheduler.init().await?;
    let stop = stop.clone();
    let each_minute = Scheduled::new_async_tz(EVERY_MINUTE, shanghai(), move |_, _| {
        let (jobs, stop) = (Arc::clone(&jobs), stop.clone());
        Box::pin(async move {
            // What is due is read from the catalogue: an instance that is behind leaves it to the others. Without a
            // database there is nothing to claim, and `follow` has said so.
            let standing = jobs.services.catalogue.standing();
            if standing.ready(Instant::now()).is_ok() {
                stop.run_until_cancelled(jobs.offer_all()).await;
            }
        })
    })?;
    scheduler.add(each_minute).await?;
    scheduler.start().await?;
    Ok(scheduler)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn latest(job: Job, now: &str) -> String {
        crate::domain::dates::instant::text(job.latest_slot(now.parse().unwrap()).at)
    }

    #[test]
    fn the_digest_is_due_on_the_first_at_eight_in_shanghai() {
        assert_eq!(
            latest(Job::Digest, "2021-07-01T07:59:59.999+08:00"),
            "2021-06-01T08:00:00+08:00"
        );
        for now in ["2021-07-01T08:00:00+08:00", "2021-07-31T23:59:59+08:00"] {
            assert_eq!(latest(Job::Digest, now), "2021-07-01T08:00:00+08:00");
        }
    }

    #[test]
    fn reminders_are_due_every_minute_and_pruning_every_hour() {
        let now = "2021-12-31T16:03:07.5Z";
        assert_eq!(latest(Job::Reminders, now), "2022-01-01T00:03:00+08:00");
        assert_eq!(latest(Job::Pruning, now), "2021-12-31T23:17:00+08:00");
    }

    #[test]
    fn every_job_is_due_at_a_full_minute_when_all_are_offered() {
        let minutes = Job::Reminders.schedule();
        for job in Job::ALL {
            let at = job
                .latest_slot("2021-12-31T16:03:07.5Z".parse().unwrap())
                .at;
            assert!(
                minutes
                    .is_time_matching(&at.with_timezone(&shanghai()))
                    .unwrap()
            );
        }
    }
}
