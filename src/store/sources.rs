//! Sources: their settings, when they are due, and who polls them.
//!
//! Invariant: a source is polled by one at a time: whoever takes it does so by one statement, for a while.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
pub use entity::source::Model as Row;
use entity::{
    activity,
    source::{Column, Entity},
    source_entry,
};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, DbBackend, EntityTrait,
    IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, SelectExt,
    sea_query::{Expr, LockBehavior, LockType, Query},
};

use super::StoreError;
use crate::domain::source::Source;

/// No source is due later than after the longest interval and the longest pause after failures; a day that lies further away was
/// written by a clock that was ahead.
const LATEST: TimeDelta = TimeDelta::days(8);

/// For so long a source is somebody's who polls it; longer than a poll may take.
pub const BUSY: TimeDelta = TimeDelta::seconds(90);

/// What somebody set of it.
///
/// # Errors
/// When the document cannot be read.
pub fn settings(row: &Row) -> Result<Source, StoreError> {
    serde_json::from_str(&row.document).map_err(|error| StoreError::Document {
        row: format!("source {}", row.id),
        error,
    })
}

/// Writes into the row what somebody set, with the columns made from it.
pub fn set(row: &mut Row, source: &Source) {
    row.document = serde_json::to_string(source).expect("a source has string keys only");
    row.office = source.office.to_string();
    row.active = source.active;
}

/// The row of a new one, due now.
#[must_use]
pub fn fresh(id: String, source: &Source, now: DateTime<Utc>) -> Row {
    let mut row = Row {
        id,
        version: 1,
        office: String::new(),
        document: String::new(),
        active: true,
        due_at: source.url.is_some().then_some(now),
        busy_until: None,
        etag: None,
        last_modified: None,
        content_hash: None,
        failures: 0,
        polled_at: None,
        whole_at: None,
        outcome: None,
        warning: None,
        entries: 0,
        created_at: now,
        updated_at: now,
    };
    set(&mut row, source);
    row
}

/// Adds one.
///
/// # Errors
/// When the database fails.
pub async fn insert(tx: &impl ConnectionTrait, row: Row) -> Result<(), StoreError> {
    Entity::insert(row.into_active_model().reset_all())
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// Saves all of it; whoever saves has locked it.
///
/// # Errors
/// When the database fails.
pub async fn save(tx: &impl ConnectionTrait, row: Row) -> Result<(), StoreError> {
    Entity::update(row.into_active_model().reset_all())
        .exec(tx)
        .await?;
    Ok(())
}

/// One; `None` when there is none.
///
/// # Errors
/// When the database fails.
pub async fn find(db: &impl ConnectionTrait, id: &str) -> Result<Option<Row>, StoreError> {
    Ok(Entity::find_by_id(id).one(db).await?)
}

/// One, locked until the transaction ends; `None` when there is none.
///
/// # Errors
/// When the database fails.
pub async fn find_locked(tx: &impl ConnectionTrait, id: &str) -> Result<Option<Row>, StoreError> {
    Ok(Entity::find_by_id(id).lock_exclusive().one(tx).await?)
}

/// Forgets what the sources that are read by a mapping answered last, so that they are read again; whoever reads one of them at the
/// moment reads it by the old one, and writes nothing down.
///
/// # Errors
/// When the database fails or a document cannot be read.
pub async fn read_anew(tx: &impl ConnectionTrait, mapping: &str) -> Result<(), StoreError> {
    let rows = Entity::find().order_by_asc(Column::Id).all(tx).await?;
    for row in rows {
        if settings(&row)?.mapping.as_deref() != Some(mapping) {
            continue;
        }
        if let Some(mut row) = find_locked(tx, &row.id).await? {
            (row.etag, row.last_modified, row.content_hash) = (None, None, None);
            row.busy_until = None;
            save(tx, row).await?;
        }
    }
    Ok(())
}

/// Locks the sources that tell of activities or of what belongs to them, and one more, until the transaction ends: none of them is
/// written down meanwhile. In one order, wherever several are locked, so that two who do so never wait for each other.
///
/// # Errors
/// When the database fails.
pub async fn lock_those_of(
    tx: &impl ConnectionTrait,
    activities: &[&str],
    also: Option<&str>,
) -> Result<(), StoreError> {
    // One by one, each by its index.
    let children: Vec<String> = activity::Entity::find()
        .select_only()
        .column(activity::Column::Id)
        .filter(activity::Column::Parent.is_in(activities.iter().copied()))
        .into_tuple()
        .all(tx)
        .await?;
    let about = children.iter().map(String::as_str);
    let about = about.chain(activities.iter().copied());
    let mut ids: BTreeSet<String> = source_entry::Entity::find()
        .select_only()
        .column(source_entry::Column::SourceId)
        .distinct()
        .filter(source_entry::Column::ActivityId.is_in(about))
        .into_tuple::<String>()
        .all(tx)
        .await?
        .into_iter()
        .collect();
    ids.extend(also.map(str::to_owned));
    for id in ids {
        find_locked(tx, &id).await?;
    }
    Ok(())
}

/// Waits until nobody else makes drafts of what sources say, and keeps others from it until the transaction ends: two that tell of the
/// same would both find nothing.
///
/// # Errors
/// When the database fails.
pub async fn alone(tx: &impl ConnectionTrait) -> Result<(), StoreError> {
    // On SQLite whoever writes is alone.
    if tx.get_database_backend() == DbBackend::Postgres {
        tx.execute_unprepared("SELECT pg_advisory_xact_lock(7986514)")
            .await?;
    }
    Ok(())
}

/// Up to `limit` after an id, of one office or of all.
///
/// # Errors
/// When the database fails.
pub async fn list(
    db: &impl ConnectionTrait,
    office: Option<&str>,
    after: &str,
    limit: u64,
) -> Result<Vec<Row>, StoreError> {
    let mut query = Entity::find()
        .filter(Column::Id.gt(after))
        .order_by_asc(Column::Id)
        .limit(limit);
    if let Some(office) = office {
        query = query.filter(Column::Office.eq(office));
    }
    Ok(query.all(db).await?)
}

fn free(now: DateTime<Utc>) -> Condition {
    Condition::any()
        .add(Column::BusyUntil.is_null())
        .add(Column::BusyUntil.lt(now))
        // Taken by a clock that was ahead.
        .add(Column::BusyUntil.gt(now + BUSY * 10))
}

fn due(now: DateTime<Utc>) -> Condition {
    Condition::all()
        .add(Column::Active.eq(true))
        .add(
            Condition::any()
                .add(Column::DueAt.lte(now))
                .add(Column::DueAt.gt(now + LATEST)),
        )
        .add(free(now))
}

/// Whether any is due. It only reads, so it waits for nobody who writes.
///
/// # Errors
/// When the database fails.
pub async fn any_due(db: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<bool, StoreError> {
    Ok(Entity::find().filter(due(now)).exists(db).await?)
}

/// Takes one that is due, the one that has waited longest.
///
/// # Errors
/// When the database fails.
pub async fn take_due(
    db: &impl ConnectionTrait,
    now: DateTime<Utc>,
) -> Result<Option<Row>, StoreError> {
    let first = Query::select()
        .column(Column::Id)
        .from(Entity)
        .cond_where(due(now))
        .order_by(Column::DueAt, sea_orm::sea_query::Order::Asc)
        .limit(1)
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .to_owned();
    let taken = Entity::update_many()
        .col_expr(Column::BusyUntil, Expr::value(now + BUSY))
        .filter(Column::Id.in_subquery(first))
        .filter(due(now))
        .exec_with_returning(db)
        .await?;
    Ok(taken.into_iter().next())
}

/// Takes this one, due or not; `None` while somebody else polls it.
///
/// # Errors
/// When the database fails.
pub async fn take(
    db: &impl ConnectionTrait,
    id: &str,
    now: DateTime<Utc>,
) -> Result<Option<Row>, StoreError> {
    let taken = Entity::update_many()
        .col_expr(Column::BusyUntil, Expr::value(now + BUSY))
        .filter(Column::Id.eq(id))
        .filter(free(now))
        .exec_with_returning(db)
        .await?;
    Ok(taken.into_iter().next())
}

/// Deletes one, with all that it left but what was decided about it.
///
/// # Errors
/// When the database fails.
pub async fn delete(tx: &impl ConnectionTrait, id: &str) -> Result<(), StoreError> {
    use entity::{source_entry, source_fetch};
    source_entry::Entity::delete_many()
        .filter(source_entry::Column::SourceId.eq(id))
        .exec(tx)
        .await?;
    source_fetch::Entity::delete_many()
        .filter(source_fetch::Column::SourceId.eq(id))
        .exec(tx)
        .await?;
    Entity::delete_by_id(id).exec(tx).await?;
    Ok(())
}
