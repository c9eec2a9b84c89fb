//! A running instance and how far it has applied the log.

use sea_orm::entity::prelude::*;

/// One instance.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
#[sea_orm(table_name = "instances")]
pub struct Model {
    /// `ins_` and a ULID, new at every start.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// The last position its public reads show.
    pub applied_position: i64,
    /// The version of editions and series its public reads show.
    pub applied_reference: i64,
    /// Started.
    pub started_at: DateTimeUtc,
    /// Heard of last; not ready once this is over 2 s old.
    pub seen_at: DateTimeUtc,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
