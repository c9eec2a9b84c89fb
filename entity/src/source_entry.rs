//! One entry of a source: what it says, what of that is settled, and which activity is meant.

use sea_orm::entity::prelude::*;

/// One entry.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
#[sea_orm(table_name = "source_entries")]
pub struct Model {
    /// The source.
    #[sea_orm(primary_key, auto_increment = false)]
    pub source_id: String,
    /// What it is known by within the source.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    /// Its UID upstream, where it has one.
    pub uid: Option<String>,
    /// The activity that is meant.
    pub activity_id: Option<String>,
    /// How that was found out, as JSON.
    pub evidence: Option<String>,
    /// What it says now, as JSON.
    pub latest: String,
    /// What of it was proposed and decided, or agreed with, as JSON; null before the first time.
    pub settled: Option<String>,
    /// Whether it stood there no more when the source was last whole.
    pub gone: bool,
    /// Whether somebody said that it is none of ours.
    pub refused: bool,
    /// Why nothing could be made of it.
    pub note: Option<String>,
    /// When it was first seen.
    pub first_seen_at: DateTimeUtc,
    /// When it was last seen to say something else.
    pub changed_at: DateTimeUtc,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
