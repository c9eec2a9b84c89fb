//! Deliveries that are exceptions: tried again, asked for, or given up.
//!
//! Invariant: an exception without a next try was given up; nothing here sets one off.

use chrono::{DateTime, Utc};
use entity::{
    delivery_exception, endpoint,
    vocab::{EndpointState, Trigger},
};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, Query},
};

use super::StoreError;

/// A delivery that is an exception.
pub type Exception = delivery_exception::Model;

/// An endpoint's exceptions that are due, the longest due first.
///
/// # Errors
/// When the database fails.
pub async fn due(
    db: &impl ConnectionTrait,
    endpoint_id: &str,
    now: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<Exception>, StoreError> {
    Ok(delivery_exception::Entity::find()
        .filter(delivery_exception::Column::EndpointId.eq(endpoint_id))
        .filter(delivery_exception::Column::NextAttemptAt.lte(now))
        .order_by_asc(delivery_exception::Column::NextAttemptAt)
        .order_by_asc(delivery_exception::Column::Seq)
        .limit(limit)
        .all(db)
        .await?)
}

/// Adds exceptions that somebody asked for.
///
/// # Errors
/// When the database fails.
pub async fn insert(tx: &impl ConnectionTrait, rows: Vec<Exception>) -> Result<(), StoreError> {
    // SQLite allows 32,766 parameters a statement; a row has ten.
    for block in rows.chunks(500) {
        let rows = block
            .iter()
            .map(|row| row.clone().into_active_model().reset_all());
        delivery_exception::Entity::insert_many(rows)
            .exec_without_returning(tx)
            .await?;
    }
    Ok(())
}

/// A delivery of a notice that somebody asked for and that waits still.
///
/// # Errors
/// When the database fails.
pub async fn asked_for(
    tx: &impl ConnectionTrait,
    endpoint_id: &str,
    position: i64,
) -> Result<Option<Exception>, StoreError> {
    Ok(delivery_exception::Entity::find()
        .filter(delivery_exception::Column::EndpointId.eq(endpoint_id))
        .filter(delivery_exception::Column::Position.eq(position))
        .filter(delivery_exception::Column::Trigger.eq(Trigger::Manual))
        .filter(delivery_exception::Column::NextAttemptAt.is_not_null())
        .one(tx)
        .await?)
}

/// Forgets what an endpoint is owed beside the log.
///
/// # Errors
/// When the database fails.
pub async fn forget(tx: &impl ConnectionTrait, endpoint_id: &str) -> Result<(), StoreError> {
    delivery_exception::Entity::delete_many()
        .filter(delivery_exception::Column::EndpointId.eq(endpoint_id))
        .exec(tx)
        .await?;
    Ok(())
}

/// Forgets the bytes of what is owed of some notices: they are made anew from the notice as it stands now.
///
/// # Errors
/// When the database fails.
pub async fn forget_bodies(tx: &impl ConnectionTrait, positions: &[i64]) -> Result<(), StoreError> {
    for block in positions.chunks(500) {
        delivery_exception::Entity::update_many()
            .col_expr(
                delivery_exception::Column::Body,
                Expr::value(Option::<String>::None),
            )
            .filter(delivery_exception::Column::Position.is_in(block.iter().copied()))
            .exec(tx)
            .await?;
    }
    Ok(())
}

/// What waits to be tried again, or was given up since an instant.
fn unsettled(endpoint_id: &str, given_up_since: Option<DateTime<Utc>>) -> Condition {
    let mut either = Condition::any().add(delivery_exception::Column::NextAttemptAt.is_not_null());
    if let Some(since) = given_up_since {
        either = either.add(delivery_exception::Column::CreatedAt.gte(since));
    }
    Condition::all()
        .add(delivery_exception::Column::EndpointId.eq(endpoint_id))
        .add(either)
}

/// Makes due, from the first try on, what waits and what was given up since an instant.
///
/// # Errors
/// When the database fails.
pub async fn make_due(
    tx: &impl ConnectionTrait,
    endpoint_id: &str,
    given_up_since: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    delivery_exception::Entity::update_many()
        .col_expr(delivery_exception::Column::NextAttemptAt, Expr::value(now))
        .col_expr(delivery_exception::Column::Attempts, Expr::value(0))
        .filter(unsettled(endpoint_id, given_up_since))
        .exec(tx)
        .await?;
    Ok(())
}

/// The positions of what waits and of what was given up since an instant.
///
/// # Errors
/// When the database fails.
pub async fn positions_waiting(
    tx: &impl ConnectionTrait,
    endpoint_id: &str,
    given_up_since: Option<DateTime<Utc>>,
) -> Result<Vec<i64>, StoreError> {
    Ok(delivery_exception::Entity::find()
        .select_only()
        .column(delivery_exception::Column::Position)
        .filter(unsettled(endpoint_id, given_up_since))
        .order_by_asc(delivery_exception::Column::Position)
        .into_tuple()
        .all(tx)
        .await?)
}

/// What the exceptions add to the backlog.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Waiting {
    /// How many will be tried again.
    pub count: u64,
    /// The longest due of them.
    pub oldest_due: Option<DateTime<Utc>>,
}

/// Counts what will be tried again of partners' endpoints that are delivered to: what others are owed waits for their
/// owners.
///
/// # Errors
/// When the database fails.
pub async fn waiting(db: &impl ConnectionTrait, now: DateTime<Utc>) -> Result<Waiting, StoreError> {
    let delivered_to = || {
        Query::select()
            .column(endpoint::Column::Id)
            .from(endpoint::Entity)
            .and_where(
                endpoint::Column::State.is_in([EndpointState::Enabled, EndpointState::Failing]),
            )
            .to_owned()
    };
    let open = || {
        delivery_exception::Entity::find()
            .filter(delivery_exception::Column::NextAttemptAt.is_not_null())
            .filter(delivery_exception::Column::EndpointId.in_subquery(delivered_to()))
    };
    let oldest = open()
        .filter(delivery_exception::Column::NextAttemptAt.lte(now))
        .order_by_asc(delivery_exception::Column::NextAttemptAt)
        .one(db)
        .await?;
    Ok(Waiting {
        count: open().count(db).await?,
        oldest_due: oldest.and_then(|row| row.next_attempt_at),
    })
}
