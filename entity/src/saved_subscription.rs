//! A subscription that somebody keeps under an address of its own, and may change.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// One subscription. Nothing of the person who keeps it is in it. Exports hold it as it is.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[sea_orm(table_name = "saved_subscriptions")]
pub struct Model {
    /// `sub_` and a ULID: its name in addresses, for who follows it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// SHA-256 of what changes it, hex.
    #[sea_orm(unique)]
    pub key_hash: String,
    /// The calendar that it is at present, below `/feeds/`.
    pub calendar: String,
    /// The news that it is at present, below `/feeds/`, as RSS.
    pub news: String,
    /// Made.
    pub created_at: DateTimeUtc,
    /// When it became what it is.
    pub changed_at: DateTimeUtc,
    /// The last day on which anybody fetched it; none: nobody did.
    pub fetched_at: Option<DateTimeUtc>,
    /// Ended by who keeps it.
    pub ended_at: Option<DateTimeUtc>,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
