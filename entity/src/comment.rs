//! What offices say to each other about a draft while it is reviewed.

use sea_orm::entity::prelude::*;

/// One comment (schema.org `Comment`). It goes with its activity's draft and is in no public answer.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
#[sea_orm(table_name = "comments")]
pub struct Model {
    /// `cmt_` and a ULID.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// Which activity it is about.
    #[sea_orm(indexed)]
    pub activity_id: String,
    /// The version that it brought about.
    pub version: i64,
    /// The token or user who wrote it.
    pub author_id: String,
    /// The author's role at that time.
    pub author_role: String,
    /// What was done with it: `submit`, `return` or `announce`.
    pub action: String,
    /// What it says; empty where somebody only did it.
    pub text: String,
    /// Written.
    pub created_at: DateTimeUtc,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
