//! What is forgotten after its time, a batch at a time, so that no transaction is long.

use chrono::{DateTime, TimeDelta, Utc};
use entity::attempt;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter,
    sea_query::{Order, Query},
};

use super::StoreError;

/// A partner's log of attempts goes back so far.
const ATTEMPTS_KEPT: TimeDelta = TimeDelta::days(30);

/// Rows deleted by one statement: some 20 ms on either database.
pub const BATCH: u64 = 1_000;

/// Forgets up to [`BATCH`] attempts of over 30 days ago, the oldest first; returns how many.
///
/// # Errors
/// When the database fails.
pub async fn attempts(db: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<u64, StoreError> {
    let oldest = Query::select()
        .column(attempt::Column::Id)
        .from(attempt::Entity)
        .and_where(attempt::Column::SentAt.lt(now - ATTEMPTS_KEPT))
        .order_by(attempt::Column::SentAt, Order::Asc)
        .limit(BATCH)
        .to_owned();
    let done = attempt::Entity::delete_many()
        .filter(attempt::Column::Id.in_subquery(oldest))
        .exec(db)
        .await?;
    Ok(done.rows_affected)
}
