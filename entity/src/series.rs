//! A series: a named group of activities.

use sea_orm::entity::prelude::*;

/// One series.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
#[sea_orm(table_name = "series")]
pub struct Model {
    /// Its name in addresses.
    #[sea_orm(primary_key, auto_increment = false)]
    pub slug: String,
    /// Counts every save; the ETag of the API.
    pub version: i64,
    /// The whole series as JSON.
    pub document: String,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
