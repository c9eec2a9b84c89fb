//! One HTTP try of one delivery; the partner's log of the last 30 days.

use sea_orm::entity::prelude::*;

use crate::vocab::Trigger;

/// One try.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
#[sea_orm(table_name = "attempts")]
pub struct Model {
    /// Counts up.
    #[sea_orm(primary_key)]
    pub id: i64,
    /// The delivery it belongs to.
    #[sea_orm(indexed)]
    pub delivery_id: String,
    /// To whom.
    pub endpoint_id: String,
    /// Which notice; null for a ping.
    pub position: Option<i64>,
    /// Its `x-endpoint-seq`; 0 for a ping.
    pub seq: i64,
    /// The `webhook-id`, where it is not the notice's.
    pub webhook_id: Option<String>,
    /// 1 for the first try.
    pub number: i32,
    /// What set it off.
    pub trigger: Trigger,
    /// When the request was sent.
    pub sent_at: DateTimeUtc,
    /// Until the answer was read, or the failure known.
    pub duration_ms: i32,
    /// HTTP status, when there was an answer.
    pub status: Option<i32>,
    /// `success` or a failure code (`connect_refused`, `http_5xx` …).
    pub outcome: String,
    /// The address connected to, when there was one.
    pub address: Option<String>,
    /// Up to 8 KiB of the answer, cleaned; null when empty.
    pub response_excerpt: Option<String>,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
