//! How often a kind of clients fetched a feed on one day. Nothing of who they are is in it.

use sea_orm::entity::prelude::*;

/// One feed, one kind of clients, one day.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
#[sea_orm(table_name = "feed_sightings")]
pub struct Model {
    /// The feed's address below `/feeds/`, in its one form; or what several are counted under.
    #[sea_orm(primary_key, auto_increment = false)]
    pub feed: String,
    /// The kind of clients, by its word.
    #[sea_orm(primary_key, auto_increment = false)]
    pub client: String,
    /// The day in Asia/Shanghai.
    #[sea_orm(primary_key, auto_increment = false)]
    pub day: Date,
    /// How often it was answered, "not modified" included.
    pub requests: i64,
    /// The last time.
    pub last_seen_at: DateTimeUtc,
    /// The newest position of the log whose state it was sent; 0 where none is known.
    pub position: i64,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
