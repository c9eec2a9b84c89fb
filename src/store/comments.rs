//! The rows of comments in a review.

pub use entity::comment::Model as Comment;
use entity::comment::{Column, Entity};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder,
};

use super::StoreError;
use crate::ids::ActivityId;

/// Writes one.
///
/// # Errors
/// When the database fails.
pub async fn insert(tx: &impl ConnectionTrait, comment: Comment) -> Result<(), StoreError> {
    Entity::insert(comment.into_active_model().reset_all())
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// All about an activity, the oldest first: by the version that each brought about, since two may share an instant.
///
/// # Errors
/// When the database fails.
pub async fn of(
    db: &impl ConnectionTrait,
    activity: &ActivityId,
) -> Result<Vec<Comment>, StoreError> {
    Ok(Entity::find()
        .filter(Column::ActivityId.eq(activity.as_str()))
        .order_by_asc(Column::Version)
        .all(db)
        .await?)
}

/// The last one of each of some activities.
///
/// # Errors
/// When the database fails.
pub async fn last_of(
    db: &impl ConnectionTrait,
    activities: Vec<String>,
) -> Result<Vec<Comment>, StoreError> {
    let mut all = Entity::find()
        .filter(Column::ActivityId.is_in(activities))
        .order_by_desc(Column::Version)
        .all(db)
        .await?;
    let mut seen = std::collections::HashSet::new();
    all.retain(|comment| seen.insert(comment.activity_id.clone()));
    Ok(all)
}

/// Forgets all about an activity: its draft was deleted, or it was withdrawn.
///
/// # Errors
/// When the database fails.
pub async fn forget(tx: &impl ConnectionTrait, activity: &ActivityId) -> Result<(), StoreError> {
    Entity::delete_many()
        .filter(Column::ActivityId.eq(activity.as_str()))
        .exec(tx)
        .await?;
    Ok(())
}
