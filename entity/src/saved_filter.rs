//! A list of activities that a person of the console keeps under a name.

use sea_orm::entity::prelude::*;

/// One filter.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
#[sea_orm(table_name = "saved_filters")]
pub struct Model {
    /// `flt_` and a ULID.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// Whose it is.
    #[sea_orm(indexed)]
    pub user_id: String,
    /// What they call it.
    pub name: String,
    /// The query of the list's address.
    pub query: String,
    /// Made.
    pub created_at: DateTimeUtc,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
