//! A person's session in the console: only the hash of what their browser holds is kept.

use sea_orm::entity::prelude::*;

/// One session.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
#[sea_orm(table_name = "sessions")]
pub struct Model {
    /// SHA-256 of the cookie's value, hex.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// Whose it is.
    #[sea_orm(indexed)]
    pub user_id: String,
    /// Begun; it ends so long after, whatever is done in it.
    pub created_at: DateTimeUtc,
    /// The last minute in which it was used.
    pub seen_at: DateTimeUtc,
    /// Whether all that was asked for was given: a password, and a code where there is a second factor.
    pub proven: bool,
}

/// No relations: a user's end ends their sessions in the same transaction.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
