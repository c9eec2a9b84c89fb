//! A change that a source speaks for, and what somebody made of it.

use sea_orm::entity::prelude::*;

/// One proposal.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
#[sea_orm(table_name = "proposals")]
pub struct Model {
    /// `prp_` and a ULID.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// The source.
    pub source_id: String,
    /// The fetch that gave it.
    pub fetch_id: String,
    /// The entry within the source.
    pub entry_key: String,
    /// The activity that would change.
    pub activity_id: String,
    /// Whose word it needs: `city` or a district's slug.
    pub office: String,
    /// new, reschedule, postpone, cancel, reinstate or update.
    pub kind: String,
    /// open, accepted, rejected, carried_out or superseded.
    pub state: String,
    /// What would be done, what stands there now and why, as JSON.
    pub document: String,
    /// What makes two proposals about an entry the same.
    pub fingerprint: String,
    /// Made.
    pub created_at: DateTimeUtc,
    /// Decided.
    pub decided_at: Option<DateTimeUtc>,
    /// By whom.
    pub decided_by: Option<String>,
    /// What they said.
    pub reason: Option<String>,
    /// The notice that told it.
    pub position: Option<i64>,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
