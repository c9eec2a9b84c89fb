//! Editions and series: what activities refer to by year and by slug.

use entity::{edition, series};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, LockType},
};
use serde::{Deserialize, Serialize};

use super::StoreError;
use crate::domain::{edition::Edition, series::Series};

/// A document with the version of its row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Versioned<T> {
    /// The document.
    pub value: T,
    /// Counts every save.
    pub version: i64,
}

fn edition_of(row: edition::Model) -> Result<Versioned<Edition>, StoreError> {
    let value = serde_json::from_str(&row.document).map_err(|error| StoreError::Document {
        row: format!("edition {}", row.year),
        error,
    })?;
    Ok(Versioned {
        value,
        version: row.version,
    })
}

fn series_of(row: series::Model) -> Result<Versioned<Series>, StoreError> {
    let value = serde_json::from_str(&row.document).map_err(|error| StoreError::Document {
        row: format!("series {}", row.slug),
        error,
    })?;
    Ok(Versioned {
        value,
        version: row.version,
    })
}

fn text<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).expect("editions and series have string keys only")
}

/// All editions by year.
///
/// # Errors
/// When the database fails or a document cannot be read.
pub async fn editions(db: &impl ConnectionTrait) -> Result<Vec<Versioned<Edition>>, StoreError> {
    let rows = edition::Entity::find()
        .order_by_asc(edition::Column::Year)
        .all(db)
        .await?;
    rows.into_iter().map(edition_of).collect()
}

/// An edition.
///
/// # Errors
/// When the database fails or the document cannot be read.
pub async fn find_edition(
    db: &impl ConnectionTrait,
    year: i32,
) -> Result<Option<Versioned<Edition>>, StoreError> {
    edition::Entity::find_by_id(year)
        .one(db)
        .await?
        .map(edition_of)
        .transpose()
}

/// An edition that changes: nobody else changes it, or begins to refer to it, until the transaction ends.
///
/// # Errors
/// When the database fails or the document cannot be read.
pub async fn find_edition_locked(
    tx: &impl ConnectionTrait,
    year: i32,
) -> Result<Option<Versioned<Edition>>, StoreError> {
    lock_edition(tx, year, LockType::Update).await
}

/// An edition that is referred to: nobody changes it until the transaction ends.
///
/// # Errors
/// When the database fails or the document cannot be read.
pub async fn find_edition_pinned(
    tx: &impl ConnectionTrait,
    year: i32,
) -> Result<Option<Versioned<Edition>>, StoreError> {
    lock_edition(tx, year, LockType::Share).await
}

async fn lock_edition(
    tx: &impl ConnectionTrait,
    year: i32,
    lock: LockType,
) -> Result<Option<Versioned<Edition>>, StoreError> {
    edition::Entity::find_by_id(year)
        .lock(lock)
        .one(tx)
        .await?
        .map(edition_of)
        .transpose()
}

/// Adds an edition with version 1.
///
/// # Errors
/// When the database fails.
pub async fn insert_edition(
    tx: &impl ConnectionTrait,
    edition: &Edition,
) -> Result<(), StoreError> {
    let row = edition::ActiveModel {
        year: Set(edition.year),
        version: Set(1),
        document: Set(text(edition)),
    };
    edition::Entity::insert(row)
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// Saves an edition over a version; `false` when somebody else was faster.
///
/// # Errors
/// When the database fails.
pub async fn save_edition(
    tx: &impl ConnectionTrait,
    edition: &Edition,
    expected: i64,
) -> Result<bool, StoreError> {
    let done = edition::Entity::update_many()
        .col_expr(edition::Column::Version, Expr::value(expected + 1))
        .col_expr(edition::Column::Document, Expr::value(text(edition)))
        .filter(edition::Column::Year.eq(edition.year))
        .filter(edition::Column::Version.eq(expected))
        .exec(tx)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Deletes an edition at a version; `false` when somebody else was faster.
///
/// # Errors
/// When the database fails.
pub async fn delete_edition(
    tx: &impl ConnectionTrait,
    year: i32,
    expected: i64,
) -> Result<bool, StoreError> {
    let done = edition::Entity::delete_many()
        .filter(edition::Column::Year.eq(year))
        .filter(edition::Column::Version.eq(expected))
        .exec(tx)
        .await?;
    Ok(done.rows_affected == 1)
}

/// All series by slug.
///
/// # Errors
/// When the database fails or a document cannot be read.
pub async fn all_series(db: &impl ConnectionTrait) -> Result<Vec<Versioned<Series>>, StoreError> {
    let rows = series::Entity::find()
        .order_by_asc(series::Column::Slug)
        .all(db)
        .await?;
    rows.into_iter().map(series_of).collect()
}

/// A series.
///
/// # Errors
/// When the database fails or the document cannot be read.
pub async fn find_series(
    db: &impl ConnectionTrait,
    slug: &str,
) -> Result<Option<Versioned<Series>>, StoreError> {
    series::Entity::find_by_id(slug)
        .one(db)
        .await?
        .map(series_of)
        .transpose()
}

/// A series that changes: nobody else changes it, or begins to refer to it, until the transaction ends.
///
/// # Errors
/// When the database fails or the document cannot be read.
pub async fn find_series_locked(
    tx: &impl ConnectionTrait,
    slug: &str,
) -> Result<Option<Versioned<Series>>, StoreError> {
    lock_series(tx, slug, LockType::Update).await
}

/// A series that is referred to: nobody changes it until the transaction ends.
///
/// # Errors
/// When the database fails or the document cannot be read.
pub async fn find_series_pinned(
    tx: &impl ConnectionTrait,
    slug: &str,
) -> Result<Option<Versioned<Series>>, StoreError> {
    lock_series(tx, slug, LockType::Share).await
}

async fn lock_series(
    tx: &impl ConnectionTrait,
    slug: &str,
    lock: LockType,
) -> Result<Option<Versioned<Series>>, StoreError> {
    series::Entity::find_by_id(slug)
        .lock(lock)
        .one(tx)
        .await?
        .map(series_of)
        .transpose()
}

/// Adds a series with version 1.
///
/// # Errors
/// When the database fails.
pub async fn insert_series(tx: &impl ConnectionTrait, series: &Series) -> Result<(), StoreError> {
    let row = series::ActiveModel {
        slug: Set(series.slug.0.clone()),
        version: Set(1),
        document: Set(text(series)),
    };
    series::Entity::insert(row)
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// Saves a series over a version; `false` when somebody else was faster.
///
/// # Errors
/// When the database fails.
pub async fn save_series(
    tx: &impl ConnectionTrait,
    series: &Series,
    expected: i64,
) -> Result<bool, StoreError> {
    let done = series::Entity::update_many()
        .col_expr(series::Column::Version, Expr::value(expected + 1))
        .col_expr(series::Column::Document, Expr::value(text(series)))
        .filter(series::Column::Slug.eq(series.slug.0.as_str()))
        .filter(series::Column::Version.eq(expected))
        .exec(tx)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Deletes a series at a version; `false` when somebody else was faster.
///
/// # Errors
/// When the database fails.
pub async fn delete_series(
    tx: &impl ConnectionTrait,
    slug: &str,
    expected: i64,
) -> Result<bool, StoreError> {
    let done = series::Entity::delete_many()
        .filter(series::Column::Slug.eq(slug))
        .filter(series::Column::Version.eq(expected))
        .exec(tx)
        .await?;
    Ok(done.rows_affected == 1)
}
