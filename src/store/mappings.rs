//! The rows of mappings: how offices' tables are read.
//!
//! Refuses to know who may read them. Invariant: a save names the version that it replaces.

use entity::import_mapping::{ActiveModel, Column, Entity, Model};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
    sea_query::{Expr, LockType},
};
use serde::{Deserialize, Serialize};

use super::{StoreError, reference::Versioned};
use crate::domain::{mapping::Mapping, role::Office};

/// A mapping that is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// Its id.
    pub id: String,
    /// What it says.
    #[serde(flatten)]
    pub mapping: Mapping,
}

fn kept(row: Model) -> Result<Versioned<Kept>, StoreError> {
    let mapping = serde_json::from_str(&row.document).map_err(|error| StoreError::Document {
        row: format!("mapping {}", row.id),
        error,
    })?;
    Ok(Versioned {
        value: Kept {
            id: row.id,
            mapping,
        },
        version: row.version,
    })
}

fn text(mapping: &Mapping) -> String {
    serde_json::to_string(mapping).expect("a mapping has string keys only")
}

/// Up to `limit` of them after an id, in the order of ids; of one office, or of all.
///
/// # Errors
/// When the database fails or a document cannot be read.
pub async fn page(
    db: &impl ConnectionTrait,
    office: Option<Office>,
    after: &str,
    limit: u64,
) -> Result<Vec<Versioned<Kept>>, StoreError> {
    let mut found = Entity::find().filter(Column::Id.gt(after));
    if let Some(office) = office {
        found = found.filter(Column::Office.eq(office.to_string()));
    }
    let rows = found.order_by_asc(Column::Id).limit(limit).all(db).await?;
    rows.into_iter().map(kept).collect()
}

/// One.
///
/// # Errors
/// When the database fails or the document cannot be read.
pub async fn find(
    db: &impl ConnectionTrait,
    id: &str,
) -> Result<Option<Versioned<Kept>>, StoreError> {
    let found = Entity::find_by_id(id).one(db).await?;
    found.map(kept).transpose()
}

/// One that changes: nobody else changes it until the transaction ends.
///
/// # Errors
/// When the database fails or the document cannot be read.
pub async fn find_locked(
    tx: &impl ConnectionTrait,
    id: &str,
) -> Result<Option<Versioned<Kept>>, StoreError> {
    let found = Entity::find_by_id(id)
        .lock(LockType::Update)
        .one(tx)
        .await?;
    found.map(kept).transpose()
}

/// How many an office has.
///
/// # Errors
/// When the database fails.
pub async fn count(db: &impl ConnectionTrait, office: Office) -> Result<u64, StoreError> {
    let of_office = Entity::find().filter(Column::Office.eq(office.to_string()));
    Ok(of_office.count(db).await?)
}

/// Adds one with version 1.
///
/// # Errors
/// When the database fails.
pub async fn insert(
    tx: &impl ConnectionTrait,
    kept: &Kept,
    office: Office,
) -> Result<(), StoreError> {
    let row = ActiveModel {
        id: Set(kept.id.clone()),
        office: Set(office.to_string()),
        version: Set(1),
        document: Set(text(&kept.mapping)),
    };
    Entity::insert(row).exec_without_returning(tx).await?;
    Ok(())
}

/// Saves one over a version; `false` when somebody else was faster.
///
/// # Errors
/// When the database fails.
pub async fn save(
    tx: &impl ConnectionTrait,
    kept: &Kept,
    office: Office,
    expected: i64,
) -> Result<bool, StoreError> {
    let done = Entity::update_many()
        .col_expr(Column::Version, Expr::value(expected + 1))
        .col_expr(Column::Office, Expr::value(office.to_string()))
        .col_expr(Column::Document, Expr::value(text(&kept.mapping)))
        .filter(Column::Id.eq(kept.id.as_str()))
        .filter(Column::Version.eq(expected))
        .exec(tx)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Deletes one at a version; `false` when somebody else was faster.
///
/// # Errors
/// When the database fails.
pub async fn delete(
    tx: &impl ConnectionTrait,
    id: &str,
    expected: i64,
) -> Result<bool, StoreError> {
    let done = Entity::delete_many()
        .filter(Column::Id.eq(id))
        .filter(Column::Version.eq(expected))
        .exec(tx)
        .await?;
    Ok(done.rows_affected == 1)
}
