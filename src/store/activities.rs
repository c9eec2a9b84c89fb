//! The activities' rows.

use std::collections::HashSet;

use chrono::{DateTime, Days, NaiveDate, Utc};
use entity::{activity, vocab::Status};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, sea_query::LockType,
};

use super::StoreError;
use crate::{
    domain::{activity::Activity, text::Slug, when::midnight},
    ids::ActivityId,
};

/// An activity with the version of its row.
#[derive(Clone, Debug, PartialEq)]
pub struct Stored {
    /// As it stands now.
    pub activity: Activity,
    /// Counts every save.
    pub version: i64,
}

pub(super) fn read(row: activity::Model) -> Result<Stored, StoreError> {
    let activity = serde_json::from_str(&row.document).map_err(|error| StoreError::Document {
        row: format!("activity {}", row.id),
        error,
    })?;
    Ok(Stored {
        activity,
        version: row.version,
    })
}

fn bars<T: ToString>(words: &[T]) -> String {
    if words.is_empty() {
        return String::new();
    }
    let words: Vec<String> = words.iter().map(ToString::to_string).collect();
    format!("|{}|", words.join("|"))
}

/// The row of an activity: its document, and the columns made from it.
pub(super) fn row(activity: &Activity, version: i64, now: DateTime<Utc>) -> activity::ActiveModel {
    let content = &activity.content;
    activity::ActiveModel {
        id: Set(activity.id.to_string()),
        slug: Set(activity.slug.0.clone()),
        version: Set(version),
        revision: Set(activity.revision),
        status: Set(activity.status),
        edition: Set(content.edition),
        strand: Set(content.strand),
        section: Set(content.section.as_ref().map(|slug| slug.0.clone())),
        series: Set(content.series.as_ref().map(|slug| slug.0.clone())),
        parent: Set(content.parent.as_ref().map(ToString::to_string)),
        kind: Set(content.kind),
        mode: Set(content.mode),
        districts: Set(bars(&content.districts)),
        audiences: Set(bars(&content.audiences)),
        highlight: Set(content.highlight),
        office: Set(content.office.to_string()),
        starts_at: Set(content.when.starts_at()),
        publish_at: Set(activity.publish_at),
        saved_at: Set(now),
        document: Set(serde_json::to_string(activity).expect("an activity has string keys only")),
    }
}

/// The activity, locked until the transaction ends; `None` when there is none.
///
/// # Errors
/// When the database fails or the document cannot be read.
pub async fn find_locked(
    tx: &impl ConnectionTrait,
    id: &ActivityId,
) -> Result<Option<Stored>, StoreError> {
    activity::Entity::find_by_id(id.as_str())
        .lock_exclusive()
        .one(tx)
        .await?
        .map(read)
        .transpose()
}

/// The activity, which cannot be deleted until the transaction ends; `None` when there is none.
///
/// # Errors
/// When the database fails or the document cannot be read.
pub async fn find_pinned(
    tx: &impl ConnectionTrait,
    id: &ActivityId,
) -> Result<Option<Stored>, StoreError> {
    activity::Entity::find_by_id(id.as_str())
        .lock(LockType::KeyShare)
        .one(tx)
        .await?
        .map(read)
        .transpose()
}

/// The activity; `None` when there is none.
///
/// # Errors
/// When the database fails or the document cannot be read.
pub async fn find(
    db: &impl ConnectionTrait,
    id: &ActivityId,
) -> Result<Option<Stored>, StoreError> {
    activity::Entity::find_by_id(id.as_str())
        .one(db)
        .await?
        .map(read)
        .transpose()
}

/// Those of these ids that there are, in no order.
///
/// # Errors
/// When the database fails or a document cannot be read.
pub async fn find_many(db: &impl ConnectionTrait, ids: &[&str]) -> Result<Vec<Stored>, StoreError> {
    let mut found = Vec::with_capacity(ids.len());
    for block in ids.chunks(500) {
        let rows = activity::Entity::find()
            .filter(activity::Column::Id.is_in(block.iter().copied()))
            .all(db)
            .await?;
        for row in rows {
            found.push(read(row)?);
        }
    }
    Ok(found)
}

/// Those that begin on a day, or of an edition at a date that nobody knows, in the order of their ids; a thousand at most.
///
/// # Errors
/// When the database fails or a document cannot be read.
pub async fn starting_on(
    db: &impl ConnectionTrait,
    day: Option<NaiveDate>,
    edition: i32,
) -> Result<Vec<Activity>, StoreError> {
    let query = activity::Entity::find();
    let query = match day {
        Some(day) => query
            .filter(activity::Column::StartsAt.gte(midnight(day)))
            .filter(activity::Column::StartsAt.lt(midnight(day + Days::new(1)))),
        None => query
            .filter(activity::Column::StartsAt.is_null())
            .filter(activity::Column::Edition.eq(edition)),
    };
    query
        .order_by_asc(activity::Column::Id)
        .limit(1_000)
        .all(db)
        .await?
        .into_iter()
        .map(|row| Ok(read(row)?.activity))
        .collect()
}

/// Whether a slug is taken.
///
/// # Errors
/// When the database fails.
pub async fn slug_taken(db: &impl ConnectionTrait, slug: &Slug) -> Result<bool, StoreError> {
    Ok(activity::Entity::find()
        .filter(activity::Column::Slug.eq(slug.0.as_str()))
        .count(db)
        .await?
        > 0)
}

/// Adds a new one with version 1.
///
/// # Errors
/// When the database fails.
pub async fn insert(
    tx: &impl ConnectionTrait,
    activity: &Activity,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    insert_version(tx, activity, 1, now).await
}

/// Adds one at a version (a restore keeps versions).
///
/// # Errors
/// When the database fails.
pub async fn insert_version(
    tx: &impl ConnectionTrait,
    activity: &Activity,
    version: i64,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    activity::Entity::insert(row(activity, version, now))
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// Saves it over the version it was read at; `false` when somebody else was faster.
///
/// # Errors
/// When the database fails.
pub async fn save(
    tx: &impl ConnectionTrait,
    activity: &Activity,
    expected: i64,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let mut values = row(activity, expected + 1, now);
    values.id = sea_orm::ActiveValue::NotSet;
    let done = activity::Entity::update_many()
        .set(values)
        .filter(activity::Column::Id.eq(activity.id.as_str()))
        .filter(activity::Column::Version.eq(expected))
        .exec(tx)
        .await?;
    Ok(done.rows_affected == 1)
}

/// Deletes a draft at a version; `false` when it is no longer there like that.
///
/// # Errors
/// When the database fails.
pub async fn delete(
    tx: &impl ConnectionTrait,
    id: &ActivityId,
    expected: i64,
) -> Result<bool, StoreError> {
    let done = activity::Entity::delete_many()
        .filter(activity::Column::Id.eq(id.as_str()))
        .filter(activity::Column::Version.eq(expected))
        .exec(tx)
        .await?;
    Ok(done.rows_affected == 1)
}

/// The public children of an activity, locked, in the order of their ids.
///
/// # Errors
/// When the database fails or a document cannot be read.
pub async fn children_locked(
    tx: &impl ConnectionTrait,
    parent: &ActivityId,
) -> Result<Vec<Stored>, StoreError> {
    activity::Entity::find()
        .filter(activity::Column::Parent.eq(parent.as_str()))
        .filter(activity::Column::Status.is_not_in([Status::Draft, Status::InReview]))
        .order_by_asc(activity::Column::Id)
        .lock_exclusive()
        .all(tx)
        .await?
        .into_iter()
        .map(read)
        .collect()
}

/// The hour of the next embargo that ends, or ended and is not announced yet, of those not in `except`.
///
/// # Errors
/// When the database fails.
pub async fn next_embargo(
    db: &impl ConnectionTrait,
    except: &HashSet<ActivityId>,
) -> Result<Option<DateTime<Utc>>, StoreError> {
    let mut query = activity::Entity::find()
        .select_only()
        .column(activity::Column::PublishAt)
        .filter(activity::Column::PublishAt.is_not_null())
        .order_by_asc(activity::Column::PublishAt)
        .limit(1);
    if !except.is_empty() {
        query = query.filter(activity::Column::Id.is_not_in(except.iter().map(ActivityId::as_str)));
    }
    Ok(query
        .into_tuple::<Option<DateTime<Utc>>>()
        .one(db)
        .await?
        .flatten())
}

/// Up to 100 embargoed ones whose hour has come and that are not in `except`, with their versions.
///
/// # Errors
/// When the database fails or a document cannot be read.
pub async fn due_embargoes(
    db: &impl ConnectionTrait,
    now: DateTime<Utc>,
    except: &HashSet<ActivityId>,
) -> Result<Vec<Stored>, StoreError> {
    let mut query = activity::Entity::find()
        .filter(activity::Column::PublishAt.lte(now))
        .order_by_asc(activity::Column::PublishAt)
        // A parent before its children, which cannot be public without it.
        .order_by_asc(activity::Column::Parent.is_not_null())
        .order_by_asc(activity::Column::Id)
        .limit(100);
    if !except.is_empty() {
        query = query.filter(activity::Column::Id.is_not_in(except.iter().map(ActivityId::as_str)));
    }
    query.all(db).await?.into_iter().map(read).collect()
}

/// Everything, a page at a time by id, for an export.
///
/// # Errors
/// When the database fails or a document cannot be read.
pub async fn page(
    db: &impl ConnectionTrait,
    after: &str,
    limit: u64,
) -> Result<Vec<Stored>, StoreError> {
    activity::Entity::find()
        .filter(activity::Column::Id.gt(after))
        .order_by_asc(activity::Column::Id)
        .limit(limit)
        .all(db)
        .await?
        .into_iter()
        .map(read)
        .collect()
}

/// How many there are of an edition, drafts included.
///
/// # Errors
/// When the database fails.
pub async fn count_of_edition(db: &impl ConnectionTrait, year: i32) -> Result<u64, StoreError> {
    Ok(activity::Entity::find()
        .filter(activity::Column::Edition.eq(year))
        .count(db)
        .await?)
}

/// How many there are of a series, drafts included.
///
/// # Errors
/// When the database fails.
pub async fn count_of_series(db: &impl ConnectionTrait, slug: &str) -> Result<u64, StoreError> {
    Ok(activity::Entity::find()
        .filter(activity::Column::Series.eq(slug))
        .count(db)
        .await?)
}

/// Whether activities belong to this one, drafts included.
///
/// # Errors
/// When the database fails.
pub async fn has_children(
    db: &impl ConnectionTrait,
    parent: &ActivityId,
) -> Result<bool, StoreError> {
    Ok(activity::Entity::find()
        .filter(activity::Column::Parent.eq(parent.as_str()))
        .one(db)
        .await?
        .is_some())
}

/// The sections that activities of an edition stand in, drafts included, by slug.
///
/// # Errors
/// When the database fails.
pub async fn sections_of_edition(
    db: &impl ConnectionTrait,
    year: i32,
) -> Result<Vec<String>, StoreError> {
    Ok(activity::Entity::find()
        .select_only()
        .column(activity::Column::Section)
        .distinct()
        .filter(activity::Column::Edition.eq(year))
        .filter(activity::Column::Section.is_not_null())
        .order_by_asc(activity::Column::Section)
        .into_tuple()
        .all(db)
        .await?)
}
