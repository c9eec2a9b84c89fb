//! Which instances are running, and how far each shows the log.
//!
//! Only on PostgreSQL: one process at a time serves an SQLite file, so there is nobody to tell, and writing twice a
//! second would keep a disk awake for nothing.
//!
//! Invariant: `seen_at` is written and compared by the database's clock alone, so the clocks of the machines do not
//! matter. An instance measures its own readiness on its monotonic clock from before it sent the statement; so it
//! stops being ready before the others stop waiting for it, never after.

use std::time::Duration;

use entity::instance;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, ExprTrait, QueryFilter, QuerySelect,
    Statement,
    sea_query::{Expr, Query, SelectStatement},
};

use super::StoreError;
use crate::ids::InstanceId;

/// The channel on which instances hint that they show more than before.
pub const CHANNEL: &str = "yueli_instances";

/// An instance not heard of for so long is not ready, and holds nobody up (CONTRACT §6.4).
pub const FRESH: Duration = Duration::from_secs(2);

/// Rows of instances that died are kept for so long, for people who look.
const KEPT: Duration = Duration::from_secs(3_600);

/// How far an instance shows the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shown {
    /// The last position.
    pub position: i64,
    /// The version of editions and series.
    pub reference: i64,
}

/// Writes down that an instance is there and how far it is; hints it to the others when `hint` says that they wait.
///
/// # Errors
/// When the database fails.
pub async fn beat(
    db: &impl ConnectionTrait,
    id: &InstanceId,
    shown: Shown,
    hint: Hint,
) -> Result<(), StoreError> {
    // One statement, so one round trip and one commit; pg_notify answers NULL-like void for each row it is given.
    let sql = format!(
        "WITH beat AS ( \
           INSERT INTO instances (id, applied_position, applied_reference, started_at, seen_at) \
           VALUES ($1, $2, $3, now(), now()) \
           ON CONFLICT (id) DO UPDATE SET applied_position = excluded.applied_position, \
             applied_reference = excluded.applied_reference, seen_at = excluded.seen_at \
           RETURNING id) \
         SELECT pg_notify('{CHANNEL}', id) FROM beat WHERE $4"
    );
    db.execute_raw(Statement::from_sql_and_values(
        DbBackend::Postgres,
        sql,
        [
            id.as_str().into(),
            shown.position.into(),
            shown.reference.into(),
            (hint == Hint::Others).into(),
        ],
    ))
    .await?;
    Ok(())
}

/// Whether others are told of a beat at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hint {
    /// It shows more than before: who waits for it should look.
    Others,
    /// Nothing changed.
    Nobody,
}

fn seen_within(duration: Duration) -> Expr {
    Expr::col(instance::Column::SeenAt).gt(ago(duration))
}

/// The ids of those that were heard of, and not within [`FRESH`].
pub(super) fn silent() -> SelectStatement {
    Query::select()
        .column(instance::Column::Id)
        .from(instance::Entity)
        .and_where(Expr::col(instance::Column::SeenAt).lte(Expr::cust(format!(
            // Not of a later moment than the rows that are seen.
            "statement_timestamp() - interval '{} milliseconds'",
            FRESH.as_millis()
        ))))
        .to_owned()
}

fn ago(duration: Duration) -> Expr {
    Expr::cust(format!(
        "clock_timestamp() - interval '{} milliseconds'",
        duration.as_millis()
    ))
}

/// The lowest position that the instances other than `except` show; `None` when no other was heard of within [`FRESH`].
///
/// # Errors
/// When the database fails.
pub async fn lowest_shown_by_others(
    db: &impl ConnectionTrait,
    except: &InstanceId,
) -> Result<Option<i64>, StoreError> {
    let lowest: Option<Option<i64>> = instance::Entity::find()
        .select_only()
        .column_as(instance::Column::AppliedPosition.min(), "lowest")
        .filter(instance::Column::Id.ne(except.as_str()))
        .filter(seen_within(FRESH))
        .into_tuple()
        .one(db)
        .await?;
    Ok(lowest.flatten())
}

/// An instance stops.
///
/// # Errors
/// When the database fails.
pub async fn remove(db: &impl ConnectionTrait, id: &InstanceId) -> Result<(), StoreError> {
    instance::Entity::delete_by_id(id.as_str()).exec(db).await?;
    Ok(())
}

/// Forgets instances that died; returns how many.
///
/// # Errors
/// When the database fails.
pub async fn prune(db: &impl ConnectionTrait) -> Result<u64, StoreError> {
    let done = instance::Entity::delete_many()
        .filter(Expr::col(instance::Column::SeenAt).lt(ago(KEPT)))
        .exec(db)
        .await?;
    Ok(done.rows_affected)
}
