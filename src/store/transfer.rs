//! Many rows at once: what imports look up and write, and what exports and restores carry over whole.
//!
//! Invariant: a restored row is the exported one, column for column; nothing is derived anew but what
//! `activities::row` and `log::row` derive from the document.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::{activity, edition, log_head, notice, series, vocab::Status};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, sea_query::Expr,
};

use serde::de::DeserializeOwned;

use super::{StoreError, activities, log};
use crate::{
    domain::{activity::Activity, edition::Edition, notice::Notice, series::Series},
    ids::ActivityId,
};

/// Rows in one INSERT: an activity's row has 20 parameters, and SQLite allows 32,766 a statement.
const BLOCK: usize = 500;

/// An activity as its slug is looked up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Its id.
    pub id: ActivityId,
    /// The activity it belongs to.
    pub parent: Option<ActivityId>,
    /// Whether the outside knows of it.
    pub public: bool,
    /// Whose it is.
    pub office: String,
}

/// Every activity by its slug.
///
/// # Errors
/// When the database fails.
pub async fn by_slug(db: &impl ConnectionTrait) -> Result<HashMap<String, Known>, StoreError> {
    let rows: Vec<(String, String, Option<String>, Status, String)> = activity::Entity::find()
        .select_only()
        .columns([
            activity::Column::Slug,
            activity::Column::Id,
            activity::Column::Parent,
            activity::Column::Status,
            activity::Column::Office,
        ])
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .filter_map(|(slug, id, parent, status, office)| {
            let known = Known {
                id: id.parse().ok()?,
                parent: parent.and_then(|parent| parent.parse().ok()),
                public: status.is_public(),
                office,
            };
            Some((slug, known))
        })
        .collect())
}

/// Activities that are read at a time.
const READ: u64 = 500;

/// Gives of every activity, drafts too, what is read of it, in the order of their ids, a block at a time.
///
/// # Errors
/// When the database fails or a document cannot be read.
pub async fn each_activity<T: DeserializeOwned>(
    db: &impl ConnectionTrait,
    mut take: impl FnMut(T),
) -> Result<(), StoreError> {
    let mut after = String::new();
    loop {
        let rows: Vec<(String, String)> = activity::Entity::find()
            .select_only()
            .columns([activity::Column::Id, activity::Column::Document])
            .filter(activity::Column::Id.gt(after.as_str()))
            .order_by_asc(activity::Column::Id)
            .limit(READ)
            .into_tuple()
            .all(db)
            .await?;
        let Some((last, _)) = rows.last() else {
            return Ok(());
        };
        after.clone_from(last);
        for (_, document) in rows {
            take(activity_of(&document)?);
        }
    }
}

fn activity_of<T: DeserializeOwned>(document: &str) -> Result<T, StoreError> {
    serde_json::from_str(document).map_err(|error| StoreError::Document {
        row: format!("the activity {document:.200}"),
        error,
    })
}

/// Every activity, drafts too, in no order.
///
/// # Errors
/// When the database fails or a document cannot be read.
pub async fn activities(db: &impl ConnectionTrait) -> Result<Vec<Activity>, StoreError> {
    let documents: Vec<String> = activity::Entity::find()
        .select_only()
        .column(activity::Column::Document)
        .into_tuple()
        .all(db)
        .await?;
    documents
        .iter()
        .map(|document| activity_of(document))
        .collect()
}

/// Whether nothing was ever written about the programme; locks the head, so that it stays so until the
/// transaction ends. Tokens, people and webhooks may be there.
///
/// # Errors
/// When the database fails, or was never started.
pub async fn is_empty_locked(tx: &impl ConnectionTrait) -> Result<bool, StoreError> {
    let head = log_head::Entity::find_by_id(1)
        .lock_exclusive()
        .one(tx)
        .await?;
    Ok(head.is_some_and(|head| head.position == 0)
        && activity::Entity::find().count(tx).await? == 0
        && edition::Entity::find().count(tx).await? == 0
        && series::Entity::find().count(tx).await? == 0)
}

/// An activity's row as an export keeps it.
#[derive(Clone, Debug, PartialEq)]
pub struct ActivityRow {
    /// Counts every save.
    pub version: i64,
    /// The row's last save.
    pub saved_at: DateTime<Utc>,
    /// The document, as it stands in the database.
    pub document: String,
}

/// A notice's row as an export keeps it.
#[derive(Clone, Debug, PartialEq)]
pub struct NoticeRow {
    /// Its place in the log.
    pub position: i64,
    /// Goes to no webhook.
    pub history: bool,
    /// The activity's version after it.
    pub activity_version: Option<i64>,
    /// What makes a job's notice unique.
    pub once: Option<String>,
    /// The document, as it stands in the database.
    pub document: String,
}

/// Up to `limit` activities after an id, in the order of ids; and the last id.
///
/// # Errors
/// When the database fails.
pub async fn activity_rows(
    db: &impl ConnectionTrait,
    after: &str,
    limit: u64,
) -> Result<(Vec<ActivityRow>, Option<String>), StoreError> {
    let rows = activity::Entity::find()
        .filter(activity::Column::Id.gt(after))
        .order_by_asc(activity::Column::Id)
        .limit(limit)
        .all(db)
        .await?;
    let last = rows.last().map(|row| row.id.clone());
    let rows = rows.into_iter().map(|row| ActivityRow {
        version: row.version,
        saved_at: row.saved_at,
        document: row.document,
    });
    Ok((rows.collect(), last))
}

/// Up to `limit` notices after a position, in order.
///
/// # Errors
/// When the database fails.
pub async fn notice_rows(
    db: &impl ConnectionTrait,
    after: i64,
    limit: u64,
) -> Result<Vec<NoticeRow>, StoreError> {
    let rows = notice::Entity::find()
        .filter(notice::Column::Position.gt(after))
        .order_by_asc(notice::Column::Position)
        .limit(limit)
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| NoticeRow {
            position: row.position,
            history: row.history,
            activity_version: row.activity_version,
            once: row.once,
            document: row.document,
        })
        .collect())
}

/// Adds activities, each with its version and the time of its last save.
///
/// # Errors
/// When the database fails.
pub async fn insert_activities(
    tx: &impl ConnectionTrait,
    rows: &[(Activity, i64, DateTime<Utc>)],
) -> Result<(), StoreError> {
    for block in rows.chunks(BLOCK) {
        let models = block
            .iter()
            .map(|(activity, version, saved_at)| activities::row(activity, *version, *saved_at));
        activity::Entity::insert_many(models)
            .exec_without_returning(tx)
            .await?;
    }
    Ok(())
}

/// Adds notices as they were exported, with what made each unique.
///
/// # Errors
/// When the database fails.
pub async fn restore_notices(
    tx: &impl ConnectionTrait,
    rows: &[(Notice, Option<String>)],
) -> Result<(), StoreError> {
    for block in rows.chunks(BLOCK) {
        let models = block
            .iter()
            .map(|(notice, once)| log::row(notice, once.clone()));
        notice::Entity::insert_many(models)
            .exec_without_returning(tx)
            .await?;
    }
    Ok(())
}

/// Adds an edition at its version.
///
/// # Errors
/// When the database fails.
pub async fn restore_edition(
    tx: &impl ConnectionTrait,
    edition: &Edition,
    version: i64,
) -> Result<(), StoreError> {
    let row = edition::ActiveModel {
        year: Set(edition.year),
        version: Set(version),
        document: Set(serde_json::to_string(edition).expect("an edition has string keys only")),
    };
    edition::Entity::insert(row)
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// Adds a series at its version.
///
/// # Errors
/// When the database fails.
pub async fn restore_series(
    tx: &impl ConnectionTrait,
    series: &Series,
    version: i64,
) -> Result<(), StoreError> {
    let row = series::ActiveModel {
        slug: Set(series.slug.0.clone()),
        version: Set(version),
        document: Set(serde_json::to_string(series).expect("a series has string keys only")),
    };
    series::Entity::insert(row)
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// Where a restored log stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RestoredHead {
    /// Its last position.
    pub position: i64,
    /// The last live notice's time.
    pub last_published_at: Option<DateTime<Utc>>,
    /// The host in uids and tag URIs.
    pub authority: String,
    /// The year in tag URIs.
    pub authority_year: i32,
}

/// Sets the head of an empty log to a restored one's; it keeps its own log id, so readers start over.
///
/// # Errors
/// When the database fails.
pub async fn restore_head(
    tx: &impl ConnectionTrait,
    head: &RestoredHead,
) -> Result<(), StoreError> {
    use log_head::Column;
    log_head::Entity::update_many()
        .col_expr(Column::Position, Expr::value(head.position))
        .col_expr(Column::LastPublishedAt, Expr::value(head.last_published_at))
        .col_expr(Column::Authority, Expr::value(head.authority.as_str()))
        .col_expr(Column::AuthorityYear, Expr::value(head.authority_year))
        .filter(Column::Id.eq(1))
        .exec(tx)
        .await?;
    log::bump_reference(tx).await
}
