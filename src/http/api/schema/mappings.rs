//! The shapes of mappings.

use std::collections::BTreeMap;

use entity::vocab::{District, Kind};
use utoipa::ToSchema;

/// What fills gaps where neither the row nor the request says it.
#[derive(ToSchema)]
pub struct MappingDefaults {
    edition: Option<i32>,
    district: Option<District>,
    kind: Option<Kind>,
}

/// What a request can say of how tables are read.
#[derive(ToSchema)]
pub struct MappingInput {
    /// What its office calls it.
    name: String,
    /// `city`, or a district's slug; your own office when absent.
    office: Option<String>,
    /// The one sheet that is read; all that are shown when absent.
    sheet: Option<String>,
    /// The number of the heading row; looked for when absent.
    heading_row: Option<u32>,
    /// Columns by their headings; null for those that are left out. What stands here goes before what is known.
    columns: Option<BTreeMap<String, Option<String>>>,
    defaults: Option<MappingDefaults>,
    /// By column: what stands in a cell, and what it is read as.
    values: Option<BTreeMap<String, BTreeMap<String, String>>>,
}

/// A mapping.
#[derive(ToSchema)]
pub struct MappingOutput {
    /// map_…
    id: String,
    name: String,
    office: String,
    sheet: Option<String>,
    heading_row: Option<u32>,
    columns: BTreeMap<String, Option<String>>,
    defaults: MappingDefaults,
    values: BTreeMap<String, BTreeMap<String, String>>,
}

/// A page of mappings.
#[derive(ToSchema)]
pub struct Mappings {
    mappings: Vec<MappingOutput>,
    next_cursor: Option<String>,
}
