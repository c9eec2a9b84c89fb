//! Logins that failed, counted by the name that was given and by the address that asked.

use sea_orm::entity::prelude::*;

/// One count.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
#[sea_orm(table_name = "login_failures")]
pub struct Model {
    /// SHA-256 of `login:` and the name, or of `address:` and the network, hex.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// How many in a row.
    pub failures: i64,
    /// The last one.
    pub last_at: DateTimeUtc,
    /// No further one is looked at before.
    pub held_until: Option<DateTimeUtc>,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
