//! A bearer token: only its hash is kept.

use sea_orm::entity::prelude::*;

/// One token.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
#[sea_orm(table_name = "tokens")]
pub struct Model {
    /// `tok_` and a ULID.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// What its owner calls it.
    pub name: String,
    /// `admin`, `office`, `district:haidian`, `viewer` or `partner`.
    pub role: String,
    /// SHA-256 of the whole token, hex.
    #[sea_orm(unique)]
    pub hash: String,
    /// Made.
    pub created_at: DateTimeUtc,
    /// Void from then on.
    pub revoked_at: Option<DateTimeUtc>,
    /// The person it acts for: what it makes is theirs, and it is void when they may not log in; null = nobody.
    pub user_id: Option<String>,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
