//! An upstream calendar, feed, page or table that activities are tracked from.

use sea_orm::entity::prelude::*;

/// One source.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
#[sea_orm(table_name = "sources")]
pub struct Model {
    /// `src_` and a ULID.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// Counts every save of what somebody set; the ETag of the API.
    pub version: i64,
    /// `city` or a district's slug: whose it is.
    pub office: String,
    /// What somebody set, as JSON.
    pub document: String,
    /// Whether it is polled.
    pub active: bool,
    /// When it is polled next; null where it has no address.
    pub due_at: Option<DateTimeUtc>,
    /// While somebody polls it: until when nobody else does.
    pub busy_until: Option<DateTimeUtc>,
    /// `ETag` of what was taken in last (RFC 9110 §8.8.3).
    pub etag: Option<String>,
    /// `Last-Modified` of it (RFC 9110 §8.8.2).
    pub last_modified: Option<String>,
    /// SHA-256 of it.
    pub content_hash: Option<String>,
    /// Failures in a row.
    pub failures: i32,
    /// When it was asked last.
    pub polled_at: Option<DateTimeUtc>,
    /// When it was last read as a whole.
    pub whole_at: Option<DateTimeUtc>,
    /// What came of asking it last.
    pub outcome: Option<String>,
    /// What its office should look at.
    pub warning: Option<String>,
    /// Entries that it holds.
    pub entries: i32,
    /// Made.
    pub created_at: DateTimeUtc,
    /// Changed by somebody.
    pub updated_at: DateTimeUtc,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
