//! The rows of people, and of what they keep: filters.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::{
    saved_filter,
    user::{Column, Entity},
};
pub use entity::{saved_filter::Model as SavedFilter, user::Model as Person};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait},
};

use super::StoreError;
use crate::{domain::role::Role, ids::UserId};

/// A person who was just made. `password_hash` is Argon2id in PHC form.
#[must_use]
pub fn fresh(login: &str, role: Role, password_hash: String, now: DateTime<Utc>) -> Person {
    Person {
        id: UserId::new(now).to_string(),
        login: login.to_owned(),
        role: role.to_string(),
        password_hash,
        created_at: now,
        language: None,
        disabled_at: None,
        second_factor: None,
        second_factor_at: None,
        second_factor_step: None,
    }
}

/// Adds a person.
///
/// # Errors
/// When the database fails, or the login is taken.
pub async fn insert(tx: &impl ConnectionTrait, person: Person) -> Result<(), StoreError> {
    Entity::insert(person.into_active_model().reset_all())
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// Writes all of a person that can change.
///
/// # Errors
/// When the database fails.
pub async fn save(tx: &impl ConnectionTrait, person: Person) -> Result<(), StoreError> {
    Entity::update(person.into_active_model().reset_all())
        .exec(tx)
        .await?;
    Ok(())
}

/// The person of an id.
///
/// # Errors
/// When the database fails.
pub async fn find(db: &impl ConnectionTrait, id: &str) -> Result<Option<Person>, StoreError> {
    Ok(Entity::find_by_id(id).one(db).await?)
}

/// The person of an id, locked until the transaction ends.
///
/// # Errors
/// When the database fails.
pub async fn find_locked(
    tx: &impl ConnectionTrait,
    id: &str,
) -> Result<Option<Person>, StoreError> {
    Ok(Entity::find_by_id(id).lock_exclusive().one(tx).await?)
}

/// The person of a login.
///
/// # Errors
/// When the database fails.
pub async fn find_by_login(
    db: &impl ConnectionTrait,
    login: &str,
) -> Result<Option<Person>, StoreError> {
    Ok(Entity::find()
        .filter(Column::Login.eq(login))
        .one(db)
        .await?)
}

/// All people by login, up to 1,000.
///
/// # Errors
/// When the database fails.
pub async fn all(db: &impl ConnectionTrait) -> Result<Vec<Person>, StoreError> {
    Ok(Entity::find()
        .order_by_asc(Column::Login)
        .limit(1_000)
        .all(db)
        .await?)
}

/// What some people are called when they log in, by id.
///
/// # Errors
/// When the database fails.
pub async fn logins(
    db: &impl ConnectionTrait,
    ids: impl IntoIterator<Item = &str>,
) -> Result<HashMap<String, String>, StoreError> {
    let logins: Vec<(String, String)> = Entity::find()
        .select_only()
        .column(Column::Id)
        .column(Column::Login)
        .filter(Column::Id.is_in(ids))
        .into_tuple()
        .all(db)
        .await?;
    Ok(logins.into_iter().collect())
}

/// How many admins may log in, beside one person.
///
/// # Errors
/// When the database fails.
pub async fn other_admins(db: &impl ConnectionTrait, id: &str) -> Result<u64, StoreError> {
    Ok(Entity::find()
        .filter(Column::Role.eq(Role::Admin.to_string()))
        .filter(Column::DisabledAt.is_null())
        .filter(Column::Id.ne(id))
        .count(db)
        .await?)
}

/// Notes the time step of a code, when no later one was noted; whether it was.
///
/// # Errors
/// When the database fails.
pub async fn take_step(tx: &impl ConnectionTrait, id: &str, step: i64) -> Result<bool, StoreError> {
    let taken = Entity::update_many()
        .col_expr(Column::SecondFactorStep, Expr::value(step))
        .filter(Column::Id.eq(id))
        .filter(
            Column::SecondFactorStep
                .is_null()
                .or(Column::SecondFactorStep.lt(step)),
        )
        .exec(tx)
        .await?;
    Ok(taken.rows_affected == 1)
}

/// The filters that a person keeps, by name.
///
/// # Errors
/// When the database fails.
pub async fn filters(
    db: &impl ConnectionTrait,
    user: &str,
) -> Result<Vec<SavedFilter>, StoreError> {
    Ok(saved_filter::Entity::find()
        .filter(saved_filter::Column::UserId.eq(user))
        .order_by_asc(saved_filter::Column::Name)
        .order_by_asc(saved_filter::Column::Id)
        .all(db)
        .await?)
}

/// Keeps a filter.
///
/// # Errors
/// When the database fails.
pub async fn insert_filter(
    tx: &impl ConnectionTrait,
    filter: SavedFilter,
) -> Result<(), StoreError> {
    saved_filter::Entity::insert(filter.into_active_model().reset_all())
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// Forgets a filter of a person's; whether there was one.
///
/// # Errors
/// When the database fails.
pub async fn delete_filter(
    tx: &impl ConnectionTrait,
    user: &str,
    id: &str,
) -> Result<bool, StoreError> {
    let deleted = saved_filter::Entity::delete_many()
        .filter(saved_filter::Column::UserId.eq(user))
        .filter(saved_filter::Column::Id.eq(id))
        .exec(tx)
        .await?;
    Ok(deleted.rows_affected == 1)
}
