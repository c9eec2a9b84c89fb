//! A person who may log in.

use sea_orm::entity::prelude::*;

/// One person.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
#[sea_orm(table_name = "users")]
pub struct Model {
    /// `usr_` and a ULID.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// Unique.
    #[sea_orm(unique)]
    pub login: String,
    /// `admin`, `office`, `district:haidian` or `partner`.
    pub role: String,
    /// Argon2id in PHC form.
    pub password_hash: String,
    /// Made.
    pub created_at: DateTimeUtc,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
