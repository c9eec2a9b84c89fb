//! The rows of webhook endpoints: what their owners set. Their leases are in `leases`.
//!
//! Invariant: a subscription of the hub is a row here too, and no partner ever sees it.

use chrono::{DateTime, TimeZone, Utc};
use entity::{
    endpoint,
    vocab::{EndpointState, Language, Ordering, Payload, UnknownWord, WireFormat},
};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, IntoActiveModel,
    QueryFilter, QueryOrder, QuerySelect, Select,
};

use super::StoreError;
use crate::domain::{selection::Selection, subscription::Wanted};

/// An endpoint's row.
pub type Row = endpoint::Model;

/// `due_at` of an endpoint without exceptions.
#[must_use]
pub fn never() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(9999, 1, 1, 0, 0, 0)
        .single()
        .expect("a plain date")
}

/// An endpoint as it begins: at a position of the log, with nothing to be told yet.
#[must_use]
pub fn fresh(id: String, owner_id: String, cursor: i64, secret: String, now: DateTime<Utc>) -> Row {
    Row {
        id,
        owner_id,
        version: 1,
        url: String::new(),
        topic: None,
        expires_at: None,
        selection: String::new(),
        notices: String::new(),
        language: Language::Zh,
        payload: Payload::Full,
        format: WireFormat::Standard.to_string(),
        ordering: Ordering::All,
        secret,
        old_secret: None,
        old_secret_until: None,
        state: EndpointState::Pending,
        resumes_as: None,
        cursor,
        seq: 0,
        replay_cursor: None,
        replay_until: None,
        replay_id: None,
        replay_renames: false,
        due_at: never(),
        epoch: 0,
        lease_owner: None,
        lease_until: now,
        failures: 0,
        failing_since: None,
        last_failure_at: None,
        last_success_at: None,
        held_until: None,
        created_at: now,
        updated_at: now,
    }
}

/// What an endpoint wants.
///
/// # Errors
/// When the columns cannot be read.
pub fn wanted(row: &Row) -> Result<Wanted, StoreError> {
    let unreadable = |detail: String| {
        StoreError::Database(DbErr::Type(format!(
            "endpoint {} wants what cannot be read: {detail}",
            row.id
        )))
    };
    let selection =
        Selection::parse(&row.selection).map_err(|faults| unreadable(format!("{:?}", faults.0)))?;
    let notices = row
        .notices
        .split(',')
        .filter(|word| !word.is_empty())
        .map(str::parse)
        .collect::<Result<_, _>>()
        .map_err(|error: UnknownWord| unreadable(error.to_string()))?;
    Ok(Wanted { selection, notices })
}

/// Adds one.
///
/// # Errors
/// When the database fails.
pub async fn insert(tx: &impl ConnectionTrait, row: Row) -> Result<(), StoreError> {
    let row = row.into_active_model().reset_all();
    endpoint::Entity::insert(row)
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// One by id; `None` when there is none.
///
/// # Errors
/// When the database fails.
pub async fn find(db: &impl ConnectionTrait, id: &str) -> Result<Option<Row>, StoreError> {
    Ok(webhook(id).one(db).await?)
}

/// A partner's endpoint: subscriptions are nobody's to look at.
fn webhook(id: &str) -> Select<endpoint::Entity> {
    endpoint::Entity::find_by_id(id).filter(endpoint::Column::Topic.is_null())
}

/// One by id, locked until the transaction ends.
///
/// # Errors
/// When the database fails.
pub async fn find_locked(tx: &impl ConnectionTrait, id: &str) -> Result<Option<Row>, StoreError> {
    Ok(webhook(id).lock_exclusive().one(tx).await?)
}

/// A page of them by id: of one owner, or of all.
///
/// # Errors
/// When the database fails.
pub async fn list(
    db: &impl ConnectionTrait,
    owner: Option<&str>,
    after: &str,
    limit: u64,
) -> Result<Vec<Row>, StoreError> {
    let mut query = endpoint::Entity::find()
        .filter(endpoint::Column::Topic.is_null())
        .filter(endpoint::Column::Id.gt(after));
    if let Some(owner) = owner {
        query = query.filter(endpoint::Column::OwnerId.eq(owner));
    }
    Ok(query
        .order_by_asc(endpoint::Column::Id)
        .limit(limit)
        .all(db)
        .await?)
}

/// Writes a row that was read with [`find_locked`] in this transaction.
///
/// # Errors
/// When the database fails.
pub async fn save(tx: &impl ConnectionTrait, row: Row) -> Result<(), StoreError> {
    row.into_active_model().reset_all().update(tx).await?;
    Ok(())
}

/// Deletes one.
///
/// # Errors
/// When the database fails.
pub async fn delete(tx: &impl ConnectionTrait, id: &str) -> Result<(), StoreError> {
    endpoint::Entity::delete_by_id(id).exec(tx).await?;
    Ok(())
}

/// How many there are of one owner.
///
/// # Errors
/// When the database fails.
pub async fn count_of(db: &impl ConnectionTrait, owner: &str) -> Result<u64, StoreError> {
    use sea_orm::PaginatorTrait;
    Ok(endpoint::Entity::find()
        .filter(endpoint::Column::OwnerId.eq(owner))
        .count(db)
        .await?)
}

/// The partners' endpoints that are still owed something, for the operator's figures.
///
/// # Errors
/// When the database fails.
pub async fn behind(
    db: &impl ConnectionTrait,
    reach: i64,
    limit: u64,
) -> Result<Vec<Row>, StoreError> {
    Ok(endpoint::Entity::find()
        .filter(endpoint::Column::Topic.is_null())
        .filter(endpoint::Column::State.is_in([EndpointState::Enabled, EndpointState::Failing]))
        .filter(endpoint::Column::Cursor.lt(reach))
        .order_by_asc(endpoint::Column::Cursor)
        .limit(limit)
        .all(db)
        .await?)
}

/// How many of the partners' endpoints the breaker keeps apart.
///
/// # Errors
/// When the database fails.
pub async fn count_failing(db: &impl ConnectionTrait) -> Result<u64, StoreError> {
    use sea_orm::PaginatorTrait;
    Ok(endpoint::Entity::find()
        .filter(endpoint::Column::Topic.is_null())
        .filter(endpoint::Column::State.eq(EndpointState::Failing))
        .count(db)
        .await?)
}
