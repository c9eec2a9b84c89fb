//! The rows of subscriptions at the hub: endpoints with a topic and a lease (`super::endpoints` serves both alike).
//!
//! Invariant: a callback has one subscription to a topic.

use chrono::{DateTime, Utc};
use entity::endpoint::{self, Column};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, IntoActiveModel,
    PaginatorTrait, QueryFilter, SelectExt,
    sea_query::{Expr, OnConflict},
};

use super::{StoreError, endpoints::Row};

/// Writes a subscription that was just verified. One that is there keeps its place in the log and takes the new secret
/// and lease; whatever was wrong with it is over, and what an earlier try comes to now is of another epoch.
///
/// # Errors
/// When the database fails.
pub async fn upsert(tx: &impl ConnectionTrait, row: Row) -> Result<(), StoreError> {
    let renewed = OnConflict::columns([Column::Topic, Column::Url])
        .update_columns([
            Column::Secret,
            Column::ExpiresAt,
            Column::State,
            Column::Failures,
            Column::FailingSince,
            Column::LastFailureAt,
            Column::HeldUntil,
            Column::LeaseOwner,
            Column::UpdatedAt,
        ])
        .value(
            Column::Epoch,
            Expr::col((endpoint::Entity, Column::Epoch)).add(1),
        )
        .value(
            Column::Version,
            Expr::col((endpoint::Entity, Column::Version)).add(1),
        )
        .to_owned();
    endpoint::Entity::insert(row.into_active_model().reset_all())
        .on_conflict(renewed)
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// Ends a callback's subscription to a topic; `false` where there is none.
///
/// # Errors
/// When the database fails.
pub async fn delete(
    tx: &impl ConnectionTrait,
    topic: &str,
    callback: &str,
) -> Result<bool, StoreError> {
    let gone = endpoint::Entity::delete_many()
        .filter(Column::Topic.eq(topic))
        .filter(Column::Url.eq(callback))
        .exec(tx)
        .await?;
    Ok(gone.rows_affected > 0)
}

/// Whether a callback has a subscription to a topic.
///
/// # Errors
/// When the database fails.
pub async fn exists(
    db: &impl ConnectionTrait,
    topic: &str,
    callback: &str,
) -> Result<bool, StoreError> {
    Ok(endpoint::Entity::find()
        .filter(Column::Topic.eq(topic))
        .filter(Column::Url.eq(callback))
        .exists(db)
        .await?)
}

/// How many last beyond an instant.
///
/// # Errors
/// When the database fails.
pub async fn count(db: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<u64, StoreError> {
    Ok(endpoint::Entity::find()
        .filter(Column::Topic.is_not_null())
        .filter(Column::ExpiresAt.gt(now))
        .count(db)
        .await?)
}
