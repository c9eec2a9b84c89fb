//! Slots of scheduled jobs: whoever inserts one runs it.
//!
//! Invariant: of all claims on one (job, slot), one succeeds; another may only when the first has not finished
//! within [`TAKEN_OVER_AFTER`], and jobs are written so that running twice tells nothing twice.
//!
//! Times here are the instance's own: machines that disagree by less than a minute change nothing, and beyond that a
//! slot is at worst run twice.

use chrono::{DateTime, TimeDelta, Utc};
use entity::job_slot;
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect,
    sea_query::{Expr, OnConflict, Query},
};

use super::StoreError;
use crate::{domain::dates::instant, ids::InstanceId};

/// A slot that has been running for so long belongs to a dead instance; runs are cut off before.
pub const TAKEN_OVER_AFTER: TimeDelta = TimeDelta::seconds(50);

/// Finished slots are kept for so long.
const KEPT: TimeDelta = TimeDelta::days(90);

/// A job's turn: its name, and the instant it was due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot {
    /// The job.
    pub job: &'static str,
    /// When it was due.
    pub at: DateTime<Utc>,
}

/// What is known of a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Nobody has taken it.
    Open,
    /// Somebody has.
    Taken,
    /// It was run.
    Finished,
}

impl Slot {
    fn key(&self) -> (String, String) {
        (self.job.to_owned(), instant::text(self.at))
    }

    fn row(
        &self,
        instance: &InstanceId,
        now: DateTime<Utc>,
        finished_at: Option<DateTime<Utc>>,
    ) -> job_slot::ActiveModel {
        let (job, slot) = self.key();
        job_slot::ActiveModel {
            job: Set(job),
            slot: Set(slot),
            instance: Set(instance.to_string()),
            started_at: Set(now),
            finished_at: Set(finished_at),
        }
    }
}

async fn insert(db: &impl ConnectionTrait, row: job_slot::ActiveModel) -> Result<bool, StoreError> {
    let nothing = OnConflict::columns([job_slot::Column::Job, job_slot::Column::Slot])
        .do_nothing()
        .to_owned();
    let inserted = job_slot::Entity::insert(row)
        .on_conflict(nothing)
        .exec_without_returning(db)
        .await?;
    Ok(inserted == 1)
}

/// Whether the slot is open, taken or finished.
///
/// # Errors
/// When the database fails.
pub async fn standing(db: &impl ConnectionTrait, slot: Slot) -> Result<Standing, StoreError> {
    let row = job_slot::Entity::find_by_id(slot.key()).one(db).await?;
    Ok(match row {
        None => Standing::Open,
        Some(job_slot::Model {
            finished_at: None, ..
        }) => Standing::Taken,
        Some(_) => Standing::Finished,
    })
}

/// Takes the slot; `false` when another instance has it or had it.
///
/// # Errors
/// When the database fails.
pub async fn claim(
    db: &impl ConnectionTrait,
    slot: Slot,
    instance: &InstanceId,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    if insert(db, slot.row(instance, now, None)).await? {
        return Ok(true);
    }
    let (job, at) = slot.key();
    let taken_over = job_slot::Entity::update_many()
        .col_expr(
            job_slot::Column::Instance,
            Expr::value(instance.to_string()),
        )
        .col_expr(job_slot::Column::StartedAt, Expr::value(now))
        .filter(job_slot::Column::Job.eq(job))
        .filter(job_slot::Column::Slot.eq(at))
        .filter(job_slot::Column::FinishedAt.is_null())
        .filter(job_slot::Column::StartedAt.lte(now - TAKEN_OVER_AFTER))
        .exec(db)
        .await?;
    Ok(taken_over.rows_affected == 1)
}

/// The slot was run; nothing when another instance has taken it over.
///
/// # Errors
/// When the database fails.
pub async fn finish(
    db: &impl ConnectionTrait,
    slot: Slot,
    instance: &InstanceId,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let (job, at) = slot.key();
    job_slot::Entity::update_many()
        .col_expr(job_slot::Column::FinishedAt, Expr::value(now))
        .filter(job_slot::Column::Job.eq(job))
        .filter(job_slot::Column::Slot.eq(at))
        .filter(job_slot::Column::Instance.eq(instance.as_str()))
        .exec(db)
        .await?;
    Ok(())
}

/// Counts a job's slot as run when the job was never seen in this database: what lay before the first start is not
/// caught up with.
///
/// # Errors
/// When the database fails.
pub async fn begin_with(
    db: &impl ConnectionTrait,
    slot: Slot,
    instance: &InstanceId,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let known = job_slot::Entity::find()
        .filter(job_slot::Column::Job.eq(slot.job))
        .limit(1)
        .count(db)
        .await?;
    if known == 0 {
        insert(db, slot.row(instance, now, Some(now))).await?;
    }
    Ok(())
}

/// Forgets old finished slots, but the last of each job; returns how many.
///
/// # Errors
/// When the database fails.
pub async fn prune(db: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<u64, StoreError> {
    use job_slot::Column::{FinishedAt, Job, Slot};
    let last_of_each = Query::select()
        .expr(Slot.max())
        .from(job_slot::Entity)
        .group_by_col(Job)
        .to_owned();
    let done = job_slot::Entity::delete_many()
        .filter(FinishedAt.lt(now - KEPT))
        .filter(Slot.not_in_subquery(last_of_each))
        .exec(db)
        .await?;
    Ok(done.rows_affected)
}
