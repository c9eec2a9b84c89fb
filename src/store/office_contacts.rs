//! The rows of offices' contacts.
//!
//! Owns their order: the organising office, then the districts by their codes. Refuses to know who may read them.
//! Invariant: a row belongs to an edition that is there; what deletes an edition deletes its rows.

use entity::office_contact::{ActiveModel, Column, Entity, Model};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter,
    sea_query::OnConflict,
};

use super::StoreError;
use crate::domain::{office_contact::OfficeContact, role::Office};

fn row(edition: i32, contact: OfficeContact) -> ActiveModel {
    let OfficeContact {
        office,
        name,
        email,
        phone,
        updated_at,
    } = contact;
    let model = Model {
        edition,
        office: office.to_string(),
        name,
        email,
        phone,
        updated_at,
    };
    model.into_active_model().reset_all()
}

fn contact_of(row: Model) -> Result<OfficeContact, StoreError> {
    let office = row.office.parse().map_err(|error| StoreError::Document {
        row: format!(
            "the contact of {:?} in the edition {}",
            row.office, row.edition
        ),
        error: serde::de::Error::custom::<entity::vocab::UnknownWord>(error),
    })?;
    Ok(OfficeContact {
        office,
        name: row.name,
        email: row.email,
        phone: row.phone,
        updated_at: row.updated_at,
    })
}

/// Those of an edition.
///
/// # Errors
/// When the database fails, or a row names no office.
pub async fn of_edition(
    db: &impl ConnectionTrait,
    edition: i32,
) -> Result<Vec<OfficeContact>, StoreError> {
    let rows = Entity::find()
        .filter(Column::Edition.eq(edition))
        .all(db)
        .await?;
    let contacts: Result<Vec<_>, _> = rows.into_iter().map(contact_of).collect();
    let mut contacts = contacts?;
    contacts.sort_by_key(|contact| contact.office);
    Ok(contacts)
}

/// Puts one in its place.
///
/// # Errors
/// When the database fails.
pub async fn set(
    tx: &impl ConnectionTrait,
    edition: i32,
    contact: OfficeContact,
) -> Result<(), StoreError> {
    let conflict = OnConflict::columns([Column::Edition, Column::Office])
        .update_columns([
            Column::Name,
            Column::Email,
            Column::Phone,
            Column::UpdatedAt,
        ])
        .to_owned();
    Entity::insert(row(edition, contact))
        .on_conflict(conflict)
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// Adds those of an edition that has none.
///
/// # Errors
/// When the database fails, or an office stands there twice.
pub async fn insert_many(
    tx: &impl ConnectionTrait,
    edition: i32,
    contacts: Vec<OfficeContact>,
) -> Result<(), StoreError> {
    if contacts.is_empty() {
        return Ok(());
    }
    let rows = contacts.into_iter().map(|contact| row(edition, contact));
    Entity::insert_many(rows).exec_without_returning(tx).await?;
    Ok(())
}

/// Deletes an office's.
///
/// # Errors
/// When the database fails.
pub async fn delete(
    tx: &impl ConnectionTrait,
    edition: i32,
    office: Office,
) -> Result<(), StoreError> {
    Entity::delete_by_id((edition, office.to_string()))
        .exec(tx)
        .await?;
    Ok(())
}

/// Deletes all of an edition.
///
/// # Errors
/// When the database fails.
pub async fn delete_of_edition(tx: &impl ConnectionTrait, edition: i32) -> Result<(), StoreError> {
    Entity::delete_many()
        .filter(Column::Edition.eq(edition))
        .exec(tx)
        .await?;
    Ok(())
}
