//! Who did what, or was refused it: ids and names of fields, never values.

use sea_orm::entity::prelude::*;

/// One entry. It refers to other rows by id alone, since it outlives them.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
#[sea_orm(table_name = "audit")]
pub struct Model {
    /// `aud_` and a ULID.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// When.
    pub at: DateTimeUtc,
    /// Who: a token's or person's id; `cli` or `worker` for the program itself; null = nobody known.
    pub actor_id: Option<String>,
    /// What they were: `admin`, `district:haidian`, …; null for nobody known.
    pub role: Option<String>,
    /// What was asked for: `activity.reschedule`, `webhook.create`, …
    pub action: String,
    /// The id of what it was done to: `act_…`, `2027` for an edition, a series' slug; null = nothing in particular.
    pub subject: Option<String>,
    /// `done` or `refused`.
    pub outcome: String,
    /// Why it was refused, in the words of the problem types: `forbidden`, `stale-version`, …
    pub reason: Option<String>,
    /// JSON pointers of what changed or was at fault, in a row with commas.
    pub fields: String,
    /// 1; more only in the entry that counts what one caller was refused beyond a day's measure.
    pub times: i64,
    /// The notice that told the public.
    pub position: Option<i64>,
    /// The request, by the id that was answered with it.
    pub request: Option<String>,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
