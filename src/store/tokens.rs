//! Tokens and people.

use chrono::{DateTime, Utc};
use entity::{token, user};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use super::StoreError;
use crate::{
    domain::role::{Caller, Role},
    ids::{self, TokenId, UserId},
};

/// Makes a token and returns it, the only time it is seen.
///
/// # Errors
/// When the database fails.
pub async fn create(
    tx: &impl ConnectionTrait,
    name: &str,
    role: Role,
    now: DateTime<Utc>,
) -> Result<String, StoreError> {
    let secret = ids::bearer_token();
    let row = token::ActiveModel {
        id: Set(TokenId::new(now).to_string()),
        name: Set(name.to_owned()),
        role: Set(role.to_string()),
        hash: Set(ids::sha256_hex(secret.as_bytes())),
        created_at: Set(now),
        revoked_at: Set(None),
    };
    token::Entity::insert(row)
        .exec_without_returning(tx)
        .await?;
    Ok(secret)
}

/// Who a token belongs to; `None` when it is unknown or revoked.
///
/// # Errors
/// When the database fails.
pub async fn find(db: &impl ConnectionTrait, secret: &str) -> Result<Option<Caller>, StoreError> {
    let hash = ids::sha256_hex(secret.as_bytes());
    let row = token::Entity::find()
        .filter(token::Column::Hash.eq(hash))
        .filter(token::Column::RevokedAt.is_null())
        .one(db)
        .await?;
    Ok(row.and_then(|row| {
        row.role
            .parse()
            .ok()
            .map(|role| Caller { id: row.id, role })
    }))
}

/// Adds a person. `password_hash` is Argon2id in PHC form.
///
/// # Errors
/// When the database fails, or the login is taken.
pub async fn add_user(
    tx: &impl ConnectionTrait,
    login: &str,
    role: Role,
    password_hash: String,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = user::ActiveModel {
        id: Set(UserId::new(now).to_string()),
        login: Set(login.to_owned()),
        role: Set(role.to_string()),
        password_hash: Set(password_hash),
        created_at: Set(now),
    };
    user::Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// Whether a login is taken.
///
/// # Errors
/// When the database fails.
pub async fn login_taken(db: &impl ConnectionTrait, login: &str) -> Result<bool, StoreError> {
    Ok(user::Entity::find()
        .filter(user::Column::Login.eq(login))
        .one(db)
        .await?
        .is_some())
}
