//! Whom the organising office calls in an office: personal data.

use sea_orm::entity::prelude::*;

/// One office's contact in one edition. Only editors see it, and exports hold it.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
#[sea_orm(table_name = "office_contacts")]
pub struct Model {
    /// The edition's year.
    #[sea_orm(primary_key, auto_increment = false)]
    pub edition: i32,
    /// `city` or a district's slug.
    #[sea_orm(primary_key, auto_increment = false)]
    pub office: String,
    /// A person or a desk.
    pub name: Option<String>,
    /// An e-mail address.
    pub email: Option<String>,
    /// A telephone number.
    pub phone: Option<String>,
    /// When somebody last said so.
    pub updated_at: DateTimeUtc,
}

/// No relations.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
