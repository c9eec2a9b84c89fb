//! The rows of tokens.
//!
//! Invariant: a token is stored as its hash alone; one that acts for a person is void while they may not log in, and
//! while they could not make it: it never may more than they do.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::token;
pub use entity::token::Model as Token;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, sea_query::Expr,
};

use super::StoreError;
use crate::{
    domain::role::{Caller, Role},
    ids::{self, TokenId},
};

/// A token that was made.
#[derive(Clone, PartialEq, Eq)]
pub struct Made {
    /// Its id.
    pub id: String,
    /// The token itself.
    pub secret: String,
}

/// Says nothing of the token.
impl std::fmt::Debug for Made {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Made({})", self.id)
    }
}

/// Makes a token and returns it, the only time it is seen.
///
/// # Errors
/// When the database fails.
pub async fn create(
    tx: &impl ConnectionTrait,
    name: &str,
    role: Role,
    acts_for: Option<String>,
    now: DateTime<Utc>,
) -> Result<Made, StoreError> {
    let secret = ids::bearer_token();
    let id = TokenId::new(now).to_string();
    let row = token::ActiveModel {
        id: Set(id.clone()),
        name: Set(name.to_owned()),
        role: Set(role.to_string()),
        hash: Set(ids::sha256_hex(secret.as_bytes())),
        created_at: Set(now),
        revoked_at: Set(None),
        user_id: Set(acts_for),
    };
    token::Entity::insert(row)
        .exec_without_returning(tx)
        .await?;
    Ok(Made { id, secret })
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
    let Some(row) = row else { return Ok(None) };
    if let Some(user) = &row.user_id {
        let person = super::people::find(db, user).await?;
        let lasts = person.is_some_and(|person| {
            let is_theirs = person.role == row.role || person.role == Role::Admin.to_string();
            is_theirs && person.disabled_at.is_none()
        });
        if !lasts {
            return Ok(None);
        }
    }
    let role = row.role.parse().ok();
    Ok(role.map(|role| Caller {
        acts_for: row.user_id,
        ..Caller::new(row.id, role)
    }))
}

/// All tokens that are not revoked, the newest first, up to 1,000; of one person, or of all.
///
/// # Errors
/// When the database fails.
pub async fn all(
    db: &impl ConnectionTrait,
    acts_for: Option<&str>,
) -> Result<Vec<Token>, StoreError> {
    let mut wanted = token::Entity::find().filter(token::Column::RevokedAt.is_null());
    if let Some(user) = acts_for {
        wanted = wanted.filter(token::Column::UserId.eq(user));
    }
    Ok(wanted
        .order_by_desc(token::Column::Id)
        .limit(1_000)
        .all(db)
        .await?)
}

/// What some tokens are called, by id, void ones too.
///
/// # Errors
/// When the database fails.
pub async fn names(
    db: &impl ConnectionTrait,
    ids: impl IntoIterator<Item = &str>,
) -> Result<HashMap<String, String>, StoreError> {
    let names: Vec<(String, String)> = token::Entity::find()
        .select_only()
        .column(token::Column::Id)
        .column(token::Column::Name)
        .filter(token::Column::Id.is_in(ids))
        .into_tuple()
        .all(db)
        .await?;
    Ok(names.into_iter().collect())
}

/// Makes a token void; whether it was not already, and is of the person named.
///
/// # Errors
/// When the database fails.
pub async fn revoke(
    tx: &impl ConnectionTrait,
    id: &str,
    acts_for: Option<&str>,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let mut wanted = token::Entity::update_many()
        .col_expr(token::Column::RevokedAt, Expr::value(now))
        .filter(token::Column::Id.eq(id))
        .filter(token::Column::RevokedAt.is_null());
    if let Some(user) = acts_for {
        wanted = wanted.filter(token::Column::UserId.eq(user));
    }
    Ok(wanted.exec(tx).await?.rows_affected == 1)
}
