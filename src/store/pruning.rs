//! What is forgotten after its time, a batch at a time, so that no transaction is long.

use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    attempt, audit_entry, delivery_exception, endpoint, feed_sighting, vocab::EndpointState,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DeleteMany, EntityTrait, QueryFilter,
    sea_query::{Expr, ExprTrait as _, Order, Query},
};

use super::StoreError;
use crate::domain::{audit::Outcome, when::day_of};

/// A partner's log of deliveries goes back so far.
const KEPT: TimeDelta = TimeDelta::days(30);

/// Who fetched which feed is kept so long.
const SIGHTINGS_KEPT: TimeDelta = TimeDelta::days(90);
/// What came of asking sources is known for so long.
const FETCHES_KEPT: TimeDelta = TimeDelta::days(90);
/// What somebody was refused is known for so long.
const REFUSALS_KEPT: TimeDelta = TimeDelta::days(180);

/// Rows deleted by one statement: some 20 ms on either database.
const BATCH: u64 = 1_000;

/// Forgets what came of asking sources over 90 days ago; returns how many.
///
/// # Errors
/// When the database fails.
pub async fn fetches(db: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<u64, StoreError> {
    let mut forgotten = 0;
    loop {
        let before = now - FETCHES_KEPT;
        let batch = super::source_entries::forget_fetches(db, before, BATCH).await?;
        forgotten += batch;
        if batch < BATCH {
            return Ok(forgotten);
        }
    }
}

/// Forgets attempts of over 30 days ago, the oldest first; returns how many.
///
/// # Errors
/// When the database fails.
pub async fn attempts(db: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<u64, StoreError> {
    let oldest = Query::select()
        .column(attempt::Column::Id)
        .from(attempt::Entity)
        .and_where(attempt::Column::SentAt.lt(now - KEPT))
        .order_by(attempt::Column::SentAt, Order::Asc)
        .limit(BATCH)
        .to_owned();
    let batch = attempt::Entity::delete_many().filter(attempt::Column::Id.in_subquery(oldest));
    until_none_is_left(db, batch).await
}

/// Forgets deliveries that were given up and were made over 30 days ago, as their attempts are; returns how many.
/// What is still to be tried stays.
///
/// # Errors
/// When the database fails.
pub async fn given_up(db: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<u64, StoreError> {
    let oldest = Query::select()
        .column(delivery_exception::Column::Id)
        .from(delivery_exception::Entity)
        .and_where(delivery_exception::Column::NextAttemptAt.is_null())
        .and_where(delivery_exception::Column::CreatedAt.lt(now - KEPT))
        .order_by(delivery_exception::Column::CreatedAt, Order::Asc)
        .limit(BATCH)
        .to_owned();
    let batch = delivery_exception::Entity::delete_many()
        .filter(delivery_exception::Column::Id.in_subquery(oldest))
        // Somebody may have asked for it again meanwhile.
        .filter(delivery_exception::Column::NextAttemptAt.is_null());
    until_none_is_left(db, batch).await
}

/// Forgets subscriptions at the hub that are over: their lease is, their callback said that it is gone, or it failed for
/// days; returns how many.
///
/// # Errors
/// When the database fails.
pub async fn subscriptions(
    db: &impl ConnectionTrait,
    now: DateTime<Utc>,
) -> Result<u64, StoreError> {
    let is_over = || {
        let ended = [EndpointState::Gone, EndpointState::Disabled];
        let is_over = Condition::any()
            .add(endpoint::Column::ExpiresAt.lte(now))
            .add(endpoint::Column::State.is_in(ended));
        Condition::all()
            .add(endpoint::Column::Topic.is_not_null())
            .add(is_over)
    };
    // In the order of ids, as whatever locks many of these rows does.
    let oldest = Query::select()
        .column(endpoint::Column::Id)
        .from(endpoint::Entity)
        .cond_where(is_over())
        .order_by(endpoint::Column::Id, Order::Asc)
        .limit(BATCH)
        .to_owned();
    let batch = endpoint::Entity::delete_many()
        .filter(endpoint::Column::Id.in_subquery(oldest))
        // Somebody may have subscribed again meanwhile.
        .filter(is_over());
    until_none_is_left(db, batch).await
}

/// Forgets which kinds of clients fetched which feed over 90 days ago; returns how many rows.
///
/// # Errors
/// When the database fails.
pub async fn sightings(db: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<u64, StoreError> {
    use feed_sighting::{Column, Entity};
    let key = [Column::Feed, Column::Client, Column::Day];
    let oldest = Query::select()
        .columns(key)
        .from(Entity)
        .and_where(Column::Day.lt(day_of(now - SIGHTINGS_KEPT)))
        .order_by(Column::Day, Order::Asc)
        .limit(BATCH)
        .to_owned();
    let row = Expr::tuple(key.map(Expr::col));
    let batch = Entity::delete_many().filter(row.in_subquery(oldest));
    until_none_is_left(db, batch).await
}

/// Forgets what was refused over 180 days ago, the oldest first; returns how many entries. What was done stays.
///
/// # Errors
/// When the database fails.
pub async fn refusals(db: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<u64, StoreError> {
    let oldest = Query::select()
        .column(audit_entry::Column::Id)
        .from(audit_entry::Entity)
        .and_where(audit_entry::Column::Outcome.eq(Outcome::Refused.as_str()))
        .and_where(audit_entry::Column::At.lt(now - REFUSALS_KEPT))
        .order_by(audit_entry::Column::At, Order::Asc)
        .limit(BATCH)
        .to_owned();
    let batch =
        audit_entry::Entity::delete_many().filter(audit_entry::Column::Id.in_subquery(oldest));
    until_none_is_left(db, batch).await
}

async fn until_none_is_left<E: EntityTrait>(
    db: &impl ConnectionTrait,
    batch: DeleteMany<E>,
) -> Result<u64, StoreError> {
    let mut gone = 0;
    loop {
        let found = batch.clone().exec(db).await?.rows_affected;
        gone += found;
        if found < BATCH {
            return Ok(gone);
        }
    }
}
