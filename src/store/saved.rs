//! The rows of subscriptions that people keep.
//!
//! Invariant: what changes one is stored as its hash alone, and nothing else of a person is.

use chrono::{DateTime, TimeDelta, Utc};
pub use entity::saved_subscription::Model as Saved;
use entity::saved_subscription::{Column, Entity};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, Order, Query},
};

use super::StoreError;

/// One that nobody fetched is forgotten after this.
const UNUSED: TimeDelta = TimeDelta::days(7);
/// One that was fetched once is forgotten so long after the last time; one that was ended, so long after its end.
const FORSAKEN: TimeDelta = TimeDelta::days(400);

/// Rows deleted by one statement.
const BATCH: u64 = 1_000;

/// Writes a new one.
///
/// # Errors
/// When the database fails.
pub async fn insert(tx: &impl ConnectionTrait, saved: Saved) -> Result<(), StoreError> {
    Entity::insert(saved.into_active_model().reset_all())
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// Writes down what an export had.
///
/// # Errors
/// When the database fails.
pub async fn insert_many(tx: &impl ConnectionTrait, rows: Vec<Saved>) -> Result<(), StoreError> {
    if rows.is_empty() {
        return Ok(());
    }
    let models = rows
        .into_iter()
        .map(|row| row.into_active_model().reset_all());
    Entity::insert_many(models)
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// Up to `limit` of them after an id, in the order of ids.
///
/// # Errors
/// When the database fails.
pub async fn page(
    db: &impl ConnectionTrait,
    after: &str,
    limit: u64,
) -> Result<Vec<Saved>, StoreError> {
    Ok(Entity::find()
        .filter(Column::Id.gt(after))
        .order_by_asc(Column::Id)
        .limit(limit)
        .all(db)
        .await?)
}

/// The one of an id, an ended one too.
///
/// # Errors
/// When the database fails.
pub async fn find(db: &impl ConnectionTrait, id: &str) -> Result<Option<Saved>, StoreError> {
    Ok(Entity::find_by_id(id).one(db).await?)
}

/// The one that a key changes, an ended one too.
///
/// # Errors
/// When the database fails.
pub async fn find_by_key(
    db: &impl ConnectionTrait,
    key_hash: &str,
) -> Result<Option<Saved>, StoreError> {
    let found = Entity::find().filter(Column::KeyHash.eq(key_hash));
    Ok(found.one(db).await?)
}

/// Makes it what it is from now on; `false` where it has ended.
///
/// # Errors
/// When the database fails.
pub async fn change(
    tx: &impl ConnectionTrait,
    id: &str,
    calendar: &str,
    news: &str,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let changed = Entity::update_many()
        .col_expr(Column::Calendar, Expr::value(calendar))
        .col_expr(Column::News, Expr::value(news))
        .col_expr(Column::ChangedAt, Expr::value(now))
        .filter(Column::Id.eq(id))
        .filter(Column::EndedAt.is_null())
        .exec(tx)
        .await?;
    Ok(changed.rows_affected > 0)
}

/// Ends it, for good.
///
/// # Errors
/// When the database fails.
pub async fn end(
    tx: &impl ConnectionTrait,
    id: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::EndedAt, Expr::value(now))
        .filter(Column::Id.eq(id))
        .filter(Column::EndedAt.is_null())
        .exec(tx)
        .await?;
    Ok(())
}

/// Notes that it was fetched on a day.
///
/// # Errors
/// When the database fails.
pub async fn touch(
    db: &impl ConnectionTrait,
    id: &str,
    day: DateTime<Utc>,
) -> Result<(), StoreError> {
    let earlier = Condition::any()
        .add(Column::FetchedAt.is_null())
        .add(Column::FetchedAt.lt(day));
    Entity::update_many()
        .col_expr(Column::FetchedAt, Expr::value(day))
        .filter(Column::Id.eq(id))
        .filter(earlier)
        .exec(db)
        .await?;
    Ok(())
}

/// How many there are.
///
/// # Errors
/// When the database fails.
pub async fn count(db: &impl ConnectionTrait) -> Result<u64, StoreError> {
    Ok(Entity::find().count(db).await?)
}

/// Forgets the oldest that nobody fetched and that were made before an instant, a thousand at most; returns how many.
///
/// # Errors
/// When the database fails.
pub async fn forget_unused(
    db: &impl ConnectionTrait,
    made_before: DateTime<Utc>,
) -> Result<u64, StoreError> {
    let unused = Condition::all()
        .add(Column::FetchedAt.is_null())
        .add(Column::CreatedAt.lt(made_before));
    forget(db, unused).await
}

/// Forgets what nobody fetched within a week, and what nobody fetched, or ended, for over a year; returns how many.
///
/// # Errors
/// When the database fails.
pub async fn prune(db: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<u64, StoreError> {
    let mut gone = 0;
    let forsaken = Condition::any()
        .add(Column::FetchedAt.lt(now - FORSAKEN))
        .add(Column::EndedAt.lt(now - FORSAKEN));
    loop {
        let unused = forget_unused(db, now - UNUSED).await?;
        let found = unused + forget(db, forsaken.clone()).await?;
        gone += found;
        if found < BATCH {
            return Ok(gone);
        }
    }
}

async fn forget(db: &impl ConnectionTrait, which: Condition) -> Result<u64, StoreError> {
    let oldest = Query::select()
        .column(Column::Id)
        .from(Entity)
        .cond_where(which.clone())
        .order_by(Column::CreatedAt, Order::Asc)
        .limit(BATCH)
        .to_owned();
    let gone = Entity::delete_many()
        .filter(Column::Id.in_subquery(oldest))
        // Somebody may have fetched it meanwhile.
        .filter(which)
        .exec(db)
        .await?;
    Ok(gone.rows_affected)
}
