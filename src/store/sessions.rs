//! The rows of sessions in the console, and of logins that failed.
//!
//! Invariant: what a browser holds is stored as its hash alone; names and addresses of failures as theirs.

use chrono::{DateTime, Utc};
pub use entity::session::Model as Session;
use entity::{login_failure, session};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter,
    sea_query::{Expr, ExprTrait, OnConflict},
};

use super::StoreError;

/// Begins one.
///
/// # Errors
/// When the database fails.
pub async fn insert(tx: &impl ConnectionTrait, row: Session) -> Result<(), StoreError> {
    session::Entity::insert(row.into_active_model().reset_all())
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// The one of a hash, with whose it is.
///
/// # Errors
/// When the database fails.
pub async fn find(
    db: &impl ConnectionTrait,
    hash: &str,
) -> Result<Option<(Session, super::people::Person)>, StoreError> {
    let Some(row) = session::Entity::find_by_id(hash).one(db).await? else {
        return Ok(None);
    };
    let person = super::people::find(db, &row.user_id).await?;
    Ok(person.map(|person| (row, person)))
}

/// Notes that it was used.
///
/// # Errors
/// When the database fails.
pub async fn touch(
    db: &impl ConnectionTrait,
    hash: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    session::Entity::update_many()
        .col_expr(session::Column::SeenAt, Expr::value(now))
        .filter(session::Column::Id.eq(hash))
        .exec(db)
        .await?;
    Ok(())
}

/// Ends one.
///
/// # Errors
/// When the database fails.
pub async fn delete(tx: &impl ConnectionTrait, hash: &str) -> Result<(), StoreError> {
    session::Entity::delete_by_id(hash).exec(tx).await?;
    Ok(())
}

/// Ends all of a person's but one; returns how many.
///
/// # Errors
/// When the database fails.
pub async fn delete_of(
    tx: &impl ConnectionTrait,
    user: &str,
    but: Option<&str>,
) -> Result<u64, StoreError> {
    let mut ended = session::Entity::delete_many().filter(session::Column::UserId.eq(user));
    if let Some(but) = but {
        ended = ended.filter(session::Column::Id.ne(but));
    }
    Ok(ended.exec(tx).await?.rows_affected)
}

/// Forgets those that were begun before an instant; returns how many.
///
/// # Errors
/// When the database fails.
pub async fn prune(db: &impl ConnectionTrait, before: DateTime<Utc>) -> Result<u64, StoreError> {
    let over = session::Entity::delete_many().filter(session::Column::CreatedAt.lt(before));
    Ok(over.exec(db).await?.rows_affected)
}

/// Failures counted under an id, locked: one more than there were, with the rest as it was.
///
/// # Errors
/// When the database fails.
pub async fn count_failure(
    tx: &impl ConnectionTrait,
    id: &str,
    now: DateTime<Utc>,
) -> Result<login_failure::Model, StoreError> {
    use login_failure::{Column, Entity, Model};
    let row = Model {
        id: id.to_owned(),
        failures: 1,
        last_at: now,
        held_until: None,
    };
    let one_more = OnConflict::column(Column::Id)
        .value(
            Column::Failures,
            Expr::col((Entity, Column::Failures)).add(1),
        )
        .to_owned();
    Ok(Entity::insert(row.into_active_model().reset_all())
        .on_conflict(one_more)
        .exec_with_returning(tx)
        .await?)
}

/// Writes a count down.
///
/// # Errors
/// When the database fails.
pub async fn save_failure(
    tx: &impl ConnectionTrait,
    row: login_failure::Model,
) -> Result<(), StoreError> {
    login_failure::Entity::update(row.into_active_model().reset_all())
        .exec(tx)
        .await?;
    Ok(())
}

/// Takes the last failure of a count back: it was none.
///
/// # Errors
/// When the database fails.
pub async fn forgive_one(tx: &impl ConnectionTrait, id: &str) -> Result<(), StoreError> {
    use login_failure::{Column, Entity};
    Entity::update_many()
        .col_expr(Column::Failures, Expr::col(Column::Failures).sub(1))
        .col_expr(Column::HeldUntil, Expr::value(None::<DateTime<Utc>>))
        .filter(Column::Id.eq(id))
        .filter(Column::Failures.gt(0))
        .exec(tx)
        .await?;
    Ok(())
}

/// Forgets a count.
///
/// # Errors
/// When the database fails.
pub async fn forgive(tx: &impl ConnectionTrait, id: &str) -> Result<(), StoreError> {
    login_failure::Entity::delete_by_id(id).exec(tx).await?;
    Ok(())
}

/// Forgets counts whose last failure was before an instant; returns how many.
///
/// # Errors
/// When the database fails.
pub async fn prune_failures(
    db: &impl ConnectionTrait,
    before: DateTime<Utc>,
) -> Result<u64, StoreError> {
    let over =
        login_failure::Entity::delete_many().filter(login_failure::Column::LastAt.lt(before));
    Ok(over.exec(db).await?.rows_affected)
}
