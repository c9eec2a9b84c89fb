//! Answers to POSTs that may be sent again.
//!
//! Invariant: the key's row is written in the transaction of the change it answers for; a second request with
//! the same key waits for the first one's commit and then gets its answer.

use chrono::{DateTime, TimeDelta, Utc};
use entity::idempotency_key;
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter,
    sea_query::{Expr, OnConflict},
};

use super::StoreError;

/// How long an answer is kept.
pub const KEPT: TimeDelta = TimeDelta::hours(24);

/// A key as it came with a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// Whose it is.
    pub caller: String,
    /// As sent.
    pub key: String,
    /// SHA-256 of method, path, precondition and body, hex.
    pub request_hash: String,
}

/// What is known of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Begun {
    /// It is new: do the work, then [`finish`].
    New,
    /// It was answered: this is the answer.
    Answered(String),
    /// It came with another request.
    OtherRequest,
}

/// Claims the key within the transaction.
///
/// # Errors
/// When the database fails.
pub async fn begin(
    tx: &impl ConnectionTrait,
    key: &Key,
    now: DateTime<Utc>,
) -> Result<Begun, StoreError> {
    idempotency_key::Entity::delete_many()
        .filter(idempotency_key::Column::Caller.eq(key.caller.as_str()))
        .filter(idempotency_key::Column::Key.eq(key.key.as_str()))
        .filter(idempotency_key::Column::CreatedAt.lt(now - KEPT))
        .exec(tx)
        .await?;
    let row = idempotency_key::ActiveModel {
        caller: Set(key.caller.clone()),
        key: Set(key.key.clone()),
        request_hash: Set(key.request_hash.clone()),
        answer: Set(None),
        created_at: Set(now),
    };
    let conflict = OnConflict::columns([
        idempotency_key::Column::Caller,
        idempotency_key::Column::Key,
    ])
    .do_nothing()
    .to_owned();
    let inserted = idempotency_key::Entity::insert(row)
        .on_conflict(conflict)
        .exec_without_returning(tx)
        .await?;
    if inserted > 0 {
        return Ok(Begun::New);
    }
    let found = idempotency_key::Entity::find_by_id((key.caller.clone(), key.key.clone()))
        .one(tx)
        .await?;
    Ok(match found {
        Some(row) if row.request_hash != key.request_hash => Begun::OtherRequest,
        Some(idempotency_key::Model {
            answer: Some(answer),
            ..
        }) => Begun::Answered(answer),
        // The claimant rolled back between the two statements: nothing was done.
        _ => Begun::New,
    })
}

/// Writes the answer down, in the same transaction.
///
/// # Errors
/// When the database fails.
pub async fn finish(
    tx: &impl ConnectionTrait,
    key: &Key,
    answer: String,
) -> Result<(), StoreError> {
    idempotency_key::Entity::update_many()
        .col_expr(idempotency_key::Column::Answer, Expr::value(answer))
        .filter(idempotency_key::Column::Caller.eq(key.caller.as_str()))
        .filter(idempotency_key::Column::Key.eq(key.key.as_str()))
        .exec(tx)
        .await?;
    Ok(())
}

/// Puts another answer where one names an activity (its id in quotes; a list of activities is no answer to a POST).
///
/// # Errors
/// When the database fails.
pub async fn replace(
    tx: &impl ConnectionTrait,
    activity_id: &str,
    answer: String,
) -> Result<(), StoreError> {
    idempotency_key::Entity::update_many()
        .col_expr(idempotency_key::Column::Answer, Expr::value(answer))
        .filter(
            idempotency_key::Column::Answer
                .starts_with(format!("{{\"activity\":{{\"id\":\"{activity_id}\"")),
        )
        .exec(tx)
        .await?;
    Ok(())
}

/// Forgets answers older than a day; returns how many.
///
/// # Errors
/// When the database fails.
pub async fn prune(db: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<u64, StoreError> {
    let done = idempotency_key::Entity::delete_many()
        .filter(idempotency_key::Column::CreatedAt.lt(now - KEPT))
        .exec(db)
        .await?;
    Ok(done.rows_affected)
}
