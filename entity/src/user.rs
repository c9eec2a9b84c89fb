//! A person who may log in.

use sea_orm::entity::prelude::*;

use crate::vocab::Language;

/// One person.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
#[sea_orm(table_name = "users")]
pub struct Model {
    /// `usr_` and a ULID.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// Unique.
    #[sea_orm(unique)]
    pub login: String,
    /// `admin`, `office`, `district:haidian`, `viewer` or `partner`.
    pub role: String,
    /// Argon2id in PHC form.
    pub password_hash: String,
    /// Made.
    pub created_at: DateTimeUtc,
    /// The language of the console; null = what the browser asks for.
    pub language: Option<Language>,
    /// May not log in from then on.
    pub disabled_at: Option<DateTimeUtc>,
    /// The secret of the second factor (RFC 6238), sealed; null = none.
    pub second_factor: Option<String>,
    /// When its first code was given; null = not in use yet.
    pub second_factor_at: Option<DateTimeUtc>,
    /// The time step of the last code that was accepted: none is accepted twice (RFC 6238 §5.2).
    pub second_factor_step: Option<i64>,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
