//! A delivery that is not simply the next of the log: a retry, or a redelivery or replay asked for.
//!
//! Deliveries that succeeded have no row here; their attempt rows tell of them.

use sea_orm::entity::prelude::*;

use crate::vocab::Trigger;

/// One delivery still owed, or given up.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
#[sea_orm(table_name = "delivery_exceptions")]
pub struct Model {
    /// `dlv_…`, derived from endpoint and position (redeliveries: a ULID; replays: theirs and position).
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// To whom.
    #[sea_orm(indexed)]
    pub endpoint_id: String,
    /// Which notice.
    pub position: i64,
    /// Its `x-endpoint-seq`.
    pub seq: i64,
    /// What set it off.
    pub trigger: Trigger,
    /// The bytes of the first try, the same on each; null before it.
    pub body: Option<String>,
    /// The `webhook-id`, where it is not the notice's.
    pub webhook_id: Option<String>,
    /// Tries made.
    pub attempts: i32,
    /// The next try; null = given up (it then keeps its row until it is pruned).
    pub next_attempt_at: Option<DateTimeUtc>,
    /// Not after then (a reminder dies at the start of its activity).
    pub expires_at: Option<DateTimeUtc>,
    /// Made.
    pub created_at: DateTimeUtc,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
