//! A notice: one line of the append-only log.
//!
//! Invariant: rows are inserted in the order of `position` and never changed, except that withdrawing
//! an activity redacts the documents of its earlier notices.

use sea_orm::entity::prelude::*;

use crate::vocab::NoticeKind;

/// One published statement.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
#[sea_orm(table_name = "notices")]
pub struct Model {
    /// 1, 2, 3 … without gaps, in commit order.
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i64,
    /// `ntc_` and a ULID.
    #[sea_orm(unique)]
    pub id: String,
    /// What it says.
    pub kind: NoticeKind,
    /// Null for a digest.
    pub activity_id: Option<String>,
    /// The activity's revision after it; null for a digest.
    pub revision: Option<i64>,
    /// The activity's version after it (each save of a public activity is a notice); null for a digest.
    pub activity_version: Option<i64>,
    /// When it was published: for history the real date.
    pub published_at: DateTimeUtc,
    /// When it was written down.
    pub recorded_at: DateTimeUtc,
    /// History goes to no webhook, hub or stream.
    pub history: bool,
    /// What makes a job's notice unique: `reminder:act_…:2021-07-08T…`, `digest:2021-07`.
    #[sea_orm(unique)]
    pub once: Option<String>,
    /// The whole notice as JSON.
    pub document: String,
}

/// No relations: a notice carries its own snapshot.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
