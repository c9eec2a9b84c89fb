//! The list of what is not public yet, by date.
//!
//! Owns its order and its pages; refuses to know who may see it. Invariant: a page begins after a place, not after a
//! number of rows, so what comes or goes in between makes no other row appear twice or not at all.

use chrono::{DateTime, Utc};
use entity::{
    activity::{self, Column},
    vocab::Status,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};

use super::{
    StoreError,
    activities::{Stored, read},
    selection::condition,
};
use crate::{
    domain::{role::Office, selection::Selection},
    ids::ActivityId,
};

/// What is not public.
const UNPUBLISHED: [Status; 2] = [Status::Draft, Status::InReview];

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// Of one office, or of all.
    pub office: Option<Office>,
    /// In any of these statuses; none = any.
    pub statuses: &'a [Status],
    /// What a selection wants.
    pub selection: &'a Selection,
    /// Begins before this instant.
    pub before: Option<DateTime<Utc>>,
}

/// A place in the list: a start, unknown ones last, and an id.
pub type Place<'a> = (Option<DateTime<Utc>>, &'a ActivityId);

/// Up to `limit` of them after a place, by start and id; those without a start come last.
///
/// # Errors
/// When the database fails or a document cannot be read.
pub async fn page(
    db: &impl ConnectionTrait,
    asked: Asked<'_>,
    after: Option<Place<'_>>,
    limit: u64,
) -> Result<Vec<Stored>, StoreError> {
    let statuses: Vec<Status> = UNPUBLISHED
        .into_iter()
        .filter(|status| asked.statuses.is_empty() || asked.statuses.contains(status))
        .collect();
    if statuses.is_empty() {
        return Ok(Vec::new());
    }
    let wanted = condition(asked.selection)
        .add(Column::Status.is_in(statuses))
        .add_option(
            asked
                .office
                .map(|office| Column::Office.eq(office.to_string())),
        )
        .add_option(asked.before.map(|before| Column::StartsAt.lt(before)))
        .add_option(after.map(beyond));
    activity::Entity::find()
        .filter(wanted)
        // The two databases disagree on where NULL stands.
        .order_by_asc(Column::StartsAt.is_null())
        .order_by_asc(Column::StartsAt)
        .order_by_asc(Column::Id)
        .limit(limit)
        .all(db)
        .await?
        .into_iter()
        .map(read)
        .collect()
}

fn beyond((starts_at, id): Place<'_>) -> Condition {
    let further = Column::Id.gt(id.as_str());
    match starts_at {
        None => Condition::all()
            .add(Column::StartsAt.is_null())
            .add(further),
        Some(at) => Condition::any()
            .add(Column::StartsAt.gt(at))
            .add(Column::StartsAt.is_null())
            .add(Condition::all().add(Column::StartsAt.eq(at)).add(further)),
    }
}
