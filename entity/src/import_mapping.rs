//! How one office's tables are read.

use sea_orm::entity::prelude::*;

/// One mapping.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
#[sea_orm(table_name = "import_mappings")]
pub struct Model {
    /// `map_` and a ULID.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// Whose it is: `city`, or a district's slug.
    #[sea_orm(indexed)]
    pub office: String,
    /// Counts every save; the ETag of the API.
    pub version: i64,
    /// The whole mapping as JSON.
    pub document: String,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
