//! A slot of a scheduled job: whoever inserts it first runs it.

use sea_orm::entity::prelude::*;

/// One run of one job.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
#[sea_orm(table_name = "job_slots")]
pub struct Model {
    /// The job's name.
    #[sea_orm(primary_key, auto_increment = false)]
    pub job: String,
    /// The instant it was due, RFC 3339 in Asia/Shanghai.
    #[sea_orm(primary_key, auto_increment = false)]
    pub slot: String,
    /// Which instance runs it.
    pub instance: String,
    /// Claimed.
    pub started_at: DateTimeUtc,
    /// Null while it runs, or when its instance died.
    pub finished_at: Option<DateTimeUtc>,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
