//! Forgetting what is past its time: answers of a day, attempts of 30 days, slots of 90, rows of dead instances.
//!
//! Invariant: no statement deletes more than [`BATCH`] rows of what partners make grow.

use sea_orm::DbBackend;

use super::JobError;
use crate::{
    commands::Services,
    store::{
        idempotency, instances, job_slots,
        pruning::{self, BATCH},
    },
};

/// Forgets it. When it is cut off, the next hour goes on.
pub(super) async fn run(services: &Services) -> Result<(), JobError> {
    let now = services.now();
    let db = services.db.writer();
    let answers = idempotency::prune(db, now).await?;
    let slots = job_slots::prune(db, now).await?;
    let dead = match services.db.backend() {
        DbBackend::Postgres => instances::prune(db).await?,
        _ => 0,
    };
    let mut attempts = 0;
    loop {
        let batch = pruning::attempts(db, now).await?;
        attempts += batch;
        if batch < BATCH {
            break;
        }
    }
    if answers + slots + dead + attempts > 0 {
        tracing::info!(
            answers,
            slots,
            dead,
            attempts,
            "pruned {answers} answers, {attempts} attempts, {slots} job slots and {dead} dead instances"
        );
    }
    Ok(())
}
