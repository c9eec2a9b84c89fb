//! Entries of sources, and the log of fetches.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use entity::{source, source_entry, source_fetch};
pub use entity::{source_entry::Model as Entry, source_fetch::Model as Fetch};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder, QuerySelect, sea_query::Expr,
};

use super::StoreError;
use crate::domain::tracking::{Said, Seen};

/// Why an entry is looked at again.
const LOOK_AGAIN: &str = "its activity was changed here; looked at again when it is read next";

/// Rows in one INSERT: a row has 12 parameters, and SQLite allows 32,766 a statement.
const BLOCK: usize = 500;

/// What a column says of an entry.
///
/// # Errors
/// When the document cannot be read.
pub fn seen(entry: &Entry, document: &str) -> Result<Seen, StoreError> {
    serde_json::from_str(document).map_err(|error| StoreError::Document {
        row: format!("entry {:?} of source {}", entry.key, entry.source_id),
        error,
    })
}

/// What an entry says, as a column holds it.
#[must_use]
pub fn document(seen: &Seen) -> String {
    serde_json::to_string(seen).expect("an entry has string keys only")
}

/// All entries of a source, by key.
///
/// # Errors
/// When the database fails.
pub async fn of_source(db: &impl ConnectionTrait, source: &str) -> Result<Vec<Entry>, StoreError> {
    Ok(source_entry::Entity::find()
        .filter(source_entry::Column::SourceId.eq(source))
        .order_by_asc(source_entry::Column::Key)
        .all(db)
        .await?)
}

/// A page of them.
///
/// # Errors
/// When the database fails.
pub async fn page(
    db: &impl ConnectionTrait,
    source: &str,
    after: &str,
    limit: u64,
) -> Result<Vec<Entry>, StoreError> {
    Ok(source_entry::Entity::find()
        .filter(source_entry::Column::SourceId.eq(source))
        .filter(source_entry::Column::Key.gt(after))
        .order_by_asc(source_entry::Column::Key)
        .limit(limit)
        .all(db)
        .await?)
}

/// One entry; `None` when there is none.
///
/// # Errors
/// When the database fails.
pub async fn find(
    db: &impl ConnectionTrait,
    source: &str,
    key: &str,
) -> Result<Option<Entry>, StoreError> {
    let key = (source.to_owned(), key.to_owned());
    Ok(source_entry::Entity::find_by_id(key).one(db).await?)
}

/// Adds entries.
///
/// # Errors
/// When the database fails.
pub async fn insert(tx: &impl ConnectionTrait, entries: Vec<Entry>) -> Result<(), StoreError> {
    let mut entries = entries.into_iter().peekable();
    while entries.peek().is_some() {
        let block = entries.by_ref().take(BLOCK);
        let rows = block.map(|entry| entry.into_active_model().reset_all());
        source_entry::Entity::insert_many(rows)
            .exec_without_returning(tx)
            .await?;
    }
    Ok(())
}

/// Saves one.
///
/// # Errors
/// When the database fails.
pub async fn save(tx: &impl ConnectionTrait, entry: Entry) -> Result<(), StoreError> {
    source_entry::Entity::update(entry.into_active_model().reset_all())
        .exec(tx)
        .await?;
    Ok(())
}

/// Takes one out: it goes on under another key.
///
/// # Errors
/// When the database fails.
pub async fn delete(tx: &impl ConnectionTrait, source: &str, key: &str) -> Result<(), StoreError> {
    let key = (source.to_owned(), key.to_owned());
    source_entry::Entity::delete_by_id(key).exec(tx).await?;
    Ok(())
}

/// Lets entries mean another activity: one that the one they meant is a duplicate of.
///
/// # Errors
/// When the database fails.
pub async fn link(
    tx: &impl ConnectionTrait,
    activity: &str,
    other: &str,
) -> Result<(), StoreError> {
    source_entry::Entity::update_many()
        .col_expr(source_entry::Column::ActivityId, Expr::value(other))
        .filter(source_entry::Column::ActivityId.eq(activity))
        .exec(tx)
        .await?;
    Ok(())
}

/// Has the entries that mean an activity looked at again when their sources are read next, those too that are gone; and has those
/// read though they say nothing new. Its caller has locked the sources.
///
/// # Errors
/// When the database fails.
pub async fn look_again(tx: &impl ConnectionTrait, activity: &str) -> Result<(), StoreError> {
    use source_entry::Column;
    source_entry::Entity::update_many()
        .col_expr(Column::Note, Expr::value(LOOK_AGAIN))
        .filter(Column::ActivityId.eq(activity))
        .exec(tx)
        .await?;
    let sources = sea_orm::sea_query::Query::select()
        .column(Column::SourceId)
        .from(source_entry::Entity)
        .and_where(Column::ActivityId.eq(activity))
        .to_owned();
    let nothing = || Expr::value(Option::<String>::None);
    source::Entity::update_many()
        .col_expr(source::Column::Etag, nothing())
        .col_expr(source::Column::LastModified, nothing())
        .col_expr(source::Column::ContentHash, nothing())
        .filter(source::Column::Id.in_subquery(sources))
        .exec(tx)
        .await?;
    Ok(())
}

/// The activities of these that an entry of another source says take place.
///
/// # Errors
/// When the database fails or a document cannot be read.
pub async fn told_elsewhere(
    db: &impl ConnectionTrait,
    source: &str,
    activities: &[&str],
) -> Result<HashSet<String>, StoreError> {
    use source_entry::Column;
    let mut told = HashSet::new();
    for block in activities.chunks(BLOCK) {
        let rows = source_entry::Entity::find()
            .filter(Column::ActivityId.is_in(block.iter().copied()))
            .filter(Column::SourceId.ne(source))
            .filter(Column::Gone.eq(false))
            .all(db)
            .await?;
        for row in rows {
            if seen(&row, &row.latest)?.said != Said::Cancelled {
                told.extend(row.activity_id);
            }
        }
    }
    Ok(told)
}

/// Notes that the draft made of an entry was deleted: nothing is made of it again.
///
/// # Errors
/// When the database fails.
pub async fn refuse_those_of(tx: &impl ConnectionTrait, activity: &str) -> Result<(), StoreError> {
    source_entry::Entity::update_many()
        .col_expr(source_entry::Column::Refused, Expr::value(true))
        .col_expr(
            source_entry::Column::ActivityId,
            Expr::value(Option::<String>::None),
        )
        .filter(source_entry::Column::ActivityId.eq(activity))
        .exec(tx)
        .await?;
    Ok(())
}

/// Lets an entry mean nothing that is here, as if it had not been seen; and others that mean the same, which are new again if they
/// are there still.
///
/// # Errors
/// When the database fails.
pub async fn release(tx: &impl ConnectionTrait, activity: &str) -> Result<(), StoreError> {
    use source_entry::Column;
    look_again(tx, activity).await?;
    source_entry::Entity::update_many()
        .col_expr(Column::Refused, Expr::value(false))
        .col_expr(Column::ActivityId, Expr::value(Option::<String>::None))
        .col_expr(Column::Settled, Expr::value(Option::<String>::None))
        .filter(Column::ActivityId.eq(activity))
        .exec(tx)
        .await?;
    Ok(())
}

/// Adds what came of a fetch.
///
/// # Errors
/// When the database fails.
pub async fn insert_fetch(tx: &impl ConnectionTrait, fetch: Fetch) -> Result<(), StoreError> {
    source_fetch::Entity::insert(fetch.into_active_model().reset_all())
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// Fetches of a source before an id, the newest first.
///
/// # Errors
/// When the database fails.
pub async fn fetches(
    db: &impl ConnectionTrait,
    source: &str,
    before: Option<&str>,
    limit: u64,
) -> Result<Vec<Fetch>, StoreError> {
    let mut query = source_fetch::Entity::find()
        .filter(source_fetch::Column::SourceId.eq(source))
        .order_by_desc(source_fetch::Column::Id)
        .limit(limit);
    if let Some(before) = before {
        query = query.filter(source_fetch::Column::Id.lt(before));
    }
    Ok(query.all(db).await?)
}

/// One fetch; `None` when there is none.
///
/// # Errors
/// When the database fails.
pub async fn fetch(db: &impl ConnectionTrait, id: &str) -> Result<Option<Fetch>, StoreError> {
    Ok(source_fetch::Entity::find_by_id(id).one(db).await?)
}

/// Forgets up to `limit` fetches from before an instant; says how many.
///
/// # Errors
/// When the database fails.
pub async fn forget_fetches(
    db: &impl ConnectionTrait,
    before: DateTime<Utc>,
    limit: u64,
) -> Result<u64, StoreError> {
    let ids: Vec<String> = source_fetch::Entity::find()
        .select_only()
        .column(source_fetch::Column::Id)
        .filter(source_fetch::Column::At.lt(before))
        .limit(limit)
        .into_tuple()
        .all(db)
        .await?;
    let done = source_fetch::Entity::delete_many()
        .filter(source_fetch::Column::Id.is_in(ids))
        .exec(db)
        .await?;
    Ok(done.rows_affected)
}
