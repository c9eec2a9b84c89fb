//! The log of what came of asking sources.

use sea_orm::entity::prelude::*;

/// One time that a source was asked, or a file was brought.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
#[sea_orm(table_name = "source_fetches")]
pub struct Model {
    /// `fch_` and a ULID.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// The source.
    pub source_id: String,
    /// When.
    pub at: DateTimeUtc,
    /// How long it took, in milliseconds.
    pub took_ms: i32,
    /// What came of it.
    pub outcome: String,
    /// The HTTP status, where there was an answer.
    pub status: Option<i32>,
    /// Bytes of the document, unpacked.
    pub bytes: i64,
    /// Entries that it held.
    pub entries: i32,
    /// Proposals that it gave.
    pub proposals: i32,
    /// Entries of which nothing could be made.
    pub unread: i32,
    /// What else is to be said, a line each.
    pub detail: String,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
