//! The answer to a POST that may be sent again.

use sea_orm::entity::prelude::*;

/// One key of one caller.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
#[sea_orm(table_name = "idempotency_keys")]
pub struct Model {
    /// Who sent it: a token's or user's id.
    #[sea_orm(primary_key, auto_increment = false)]
    pub caller: String,
    /// The key as sent.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    /// SHA-256 of method, path, precondition and body, hex.
    pub request_hash: String,
    /// The answer as JSON; null only inside the transaction that writes it.
    pub answer: Option<String>,
    /// Kept for 24 hours from here.
    pub created_at: DateTimeUtc,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
