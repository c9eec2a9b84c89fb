//! An activity: its document, and beside it the columns that SQL searches by.
//!
//! Invariant: every column but `version`, `publish_at` and `saved_at` is a function of `document`
//! (`yueli::store::activities::row`), so the two cannot disagree.

use sea_orm::entity::prelude::*;

use crate::vocab::{Kind, Mode, Status, Strand};

/// One activity as it stands now.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
#[sea_orm(table_name = "activities")]
pub struct Model {
    /// `act_` and a ULID.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// Unique, readable, never reused.
    #[sea_orm(unique)]
    pub slug: String,
    /// Counts every save, drafts too; the ETag of the API.
    pub version: i64,
    /// How many notices changed it.
    pub revision: i64,
    /// Where it is in its life.
    pub status: Status,
    /// The edition's year.
    pub edition: i32,
    /// Main session or year-round.
    pub strand: Strand,
    /// A section's slug within the edition.
    pub section: Option<String>,
    /// A series' slug.
    pub series: Option<String>,
    /// The activity it belongs to.
    pub parent: Option<String>,
    /// Unknown in some drafts.
    pub kind: Option<Kind>,
    /// Unknown when no source says it.
    pub mode: Option<Mode>,
    /// District slugs between bars: `|haidian|xicheng|`, or empty.
    pub districts: String,
    /// Audiences between bars.
    pub audiences: String,
    /// Set by the organising office.
    pub highlight: bool,
    /// Who may change it: `city` or a district's slug.
    pub office: String,
    /// First instant of its slot (day: midnight in Shanghai; month: its first); null when unknown.
    pub starts_at: Option<DateTimeUtc>,
    /// An embargo's hour: announced then.
    pub publish_at: Option<DateTimeUtc>,
    /// The row's last save.
    pub saved_at: DateTimeUtc,
    /// The whole activity as JSON.
    pub document: String,
}

/// No relations: the document names what it belongs to by slug or id.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
