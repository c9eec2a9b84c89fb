//! The log's head: the one row whose lock makes commit order and position order the same.

use sea_orm::entity::prelude::*;

/// The single row (`id` = 1).
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
#[sea_orm(table_name = "log_head")]
pub struct Model {
    /// Always 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i32,
    /// Which log this is; another one means: restored, start over.
    pub log_id: String,
    /// The last position taken.
    pub position: i64,
    /// `published_at` of the last live notice; the next is not earlier.
    pub last_published_at: Option<DateTimeUtc>,
    /// Counts changes to editions, sections and series, which stand in feeds but not in the log.
    pub reference_version: i64,
    /// The host in uids and tag URIs, fixed at first start (RFC 4151).
    pub authority: String,
    /// The year in tag URIs, fixed at first start.
    pub authority_year: i32,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
