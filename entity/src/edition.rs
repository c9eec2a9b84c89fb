//! An edition: one year of the programme, with its own list of sections.

use sea_orm::entity::prelude::*;

/// One edition; its sections, hosts and stated figures stand in the document.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
#[sea_orm(table_name = "editions")]
pub struct Model {
    /// The year, e.g. 2021.
    #[sea_orm(primary_key, auto_increment = false)]
    pub year: i32,
    /// Counts every save; the ETag of the API.
    pub version: i64,
    /// The whole edition as JSON.
    pub document: String,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
