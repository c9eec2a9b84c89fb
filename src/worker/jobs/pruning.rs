//! Forgetting what is past its time: answers of a day, attempts and deliveries given up of 30 days, slots of 90, rows
//! of dead instances, subscriptions whose lease is over, kept ones that nobody uses, sessions that are over, logins
//! that failed, who fetched which feed and what came of asking sources, of 90 days, and refusals of half a year.
//!
//! Invariant: no statement deletes more than a thousand rows of what partners make grow.

use chrono::TimeDelta;
use sea_orm::DbBackend;

use super::JobError;
use crate::{
    commands::Services,
    domain::login::FORGOTTEN,
    store::{idempotency, instances, job_slots, pruning, saved, sessions},
};

/// Far longer than a session lasts by any sensible setting: rows that no browser can use any more.
const SESSIONS: TimeDelta = TimeDelta::days(90);

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
    let attempts = pruning::attempts(db, now).await?;
    let given_up = pruning::given_up(db, now).await?;
    let ended = pruning::subscriptions(db, now).await?;
    let unused = saved::prune(db, now).await?;
    let sessions = sessions::prune(db, now - SESSIONS).await?
        + sessions::prune_failures(db, now - FORGOTTEN).await?;
    let sightings = pruning::sightings(db, now).await?;
    let refusals = pruning::refusals(db, now).await?;
    let fetches = pruning::fetches(db, now).await?;
    if answers
        + slots
        + dead
        + attempts
        + given_up
        + ended
        + unused
        + sessions
        + sightings
        + refusals
        + fetches
        > 0
    {
        tracing::info!(
            answers,
            slots,
            dead,
            attempts,
            given_up,
            ended,
            unused,
            sessions,
            sightings,
            refusals,
            fetches,
            "pruned {answers} answers, {attempts} attempts, {given_up} deliveries given up, {slots} job slots, {dead} dead \
             instances, {ended} subscriptions that are over and {unused} kept ones that nobody uses, {sessions} sessions and \
             counts of failed logins, {sightings} counts of who fetched a feed, {refusals} refusals, {fetches} fetches of sources"
        );
    }
    Ok(())
}
