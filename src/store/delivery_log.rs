//! Reading what was delivered, and what will be tried again: the partner's log of 30 days.
//!
//! Invariant: a delivery that succeeded has attempts and no exception; one that is still owed has an exception.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::{attempt, delivery_exception};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
    sea_query::{Alias, Expr, Query},
};

use super::{StoreError, deliveries::Attempt, exceptions::Exception};

/// What is known of a delivery's notice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// To whom.
    pub endpoint_id: String,
    /// Which notice; none for a ping.
    pub position: Option<i64>,
    /// Its sequence number.
    pub seq: i64,
    /// The bytes of its first try, where they were kept.
    pub body: Option<String>,
    /// The `webhook-id`, where it is not the notice's.
    pub webhook_id: Option<String>,
}

/// A delivery by id: from its exception, else from its attempts.
///
/// # Errors
/// When the database fails.
pub async fn find(db: &impl ConnectionTrait, id: &str) -> Result<Option<Found>, StoreError> {
    if let Some(exception) = exception(db, id).await? {
        return Ok(Some(Found {
            endpoint_id: exception.endpoint_id,
            position: Some(exception.position),
            seq: exception.seq,
            body: exception.body,
            webhook_id: exception.webhook_id,
        }));
    }
    let attempt = attempt::Entity::find()
        .filter(attempt::Column::DeliveryId.eq(id))
        .one(db)
        .await?;
    Ok(attempt.map(|attempt| Found {
        endpoint_id: attempt.endpoint_id,
        position: attempt.position,
        seq: attempt.seq,
        body: None,
        webhook_id: attempt.webhook_id,
    }))
}

/// A delivery's exception, when it is one.
///
/// # Errors
/// When the database fails.
pub async fn exception(
    db: &impl ConnectionTrait,
    id: &str,
) -> Result<Option<Exception>, StoreError> {
    Ok(delivery_exception::Entity::find_by_id(id).one(db).await?)
}

/// A delivery's attempts, the first one first.
///
/// # Errors
/// When the database fails.
pub async fn attempts_of(
    db: &impl ConnectionTrait,
    delivery_id: &str,
) -> Result<Vec<Attempt>, StoreError> {
    Ok(attempt::Entity::find()
        .filter(attempt::Column::DeliveryId.eq(delivery_id))
        .order_by_asc(attempt::Column::Id)
        .all(db)
        .await?)
}

/// The last attempt of each delivery to an endpoint, the newest first, before an attempt's id.
///
/// # Errors
/// When the database fails.
pub async fn last_attempts(
    db: &impl ConnectionTrait,
    endpoint_id: &str,
    before: Option<i64>,
    outcomes: &[&str],
    limit: u64,
) -> Result<Vec<Attempt>, StoreError> {
    let later = Alias::new("later");
    let newer = Query::select()
        .expr(Expr::value(1))
        .from_as(attempt::Entity, later.clone())
        .and_where(
            Expr::col((later.clone(), attempt::Column::DeliveryId))
                .equals((attempt::Entity, attempt::Column::DeliveryId)),
        )
        .and_where(
            Expr::col((later, attempt::Column::Id))
                .gt(Expr::col((attempt::Entity, attempt::Column::Id))),
        )
        .to_owned();
    let mut query = attempt::Entity::find()
        .filter(attempt::Column::EndpointId.eq(endpoint_id))
        .filter(Expr::exists(newer).not());
    if let Some(before) = before {
        query = query.filter(attempt::Column::Id.lt(before));
    }
    if !outcomes.is_empty() {
        query = query.filter(attempt::Column::Outcome.is_in(outcomes.iter().copied()));
    }
    Ok(query
        .order_by_desc(attempt::Column::Id)
        .limit(limit)
        .all(db)
        .await?)
}

/// What an endpoint is owed beside the log and was not tried yet, the newest first.
///
/// # Errors
/// When the database fails.
pub async fn untried(
    db: &impl ConnectionTrait,
    endpoint_id: &str,
    limit: u64,
) -> Result<Vec<Exception>, StoreError> {
    let tried = Query::select()
        .column(attempt::Column::DeliveryId)
        .from(attempt::Entity)
        .and_where(Expr::col(attempt::Column::EndpointId).eq(endpoint_id))
        .to_owned();
    Ok(delivery_exception::Entity::find()
        .filter(delivery_exception::Column::EndpointId.eq(endpoint_id))
        .filter(delivery_exception::Column::NextAttemptAt.is_not_null())
        .filter(delivery_exception::Column::Id.not_in_subquery(tried))
        .order_by_desc(delivery_exception::Column::CreatedAt)
        .order_by_desc(delivery_exception::Column::Seq)
        .limit(limit)
        .all(db)
        .await?)
}

/// The exceptions among some deliveries, by id.
///
/// # Errors
/// When the database fails.
pub async fn exceptions_among(
    db: &impl ConnectionTrait,
    ids: impl IntoIterator<Item = &str>,
) -> Result<HashMap<String, Exception>, StoreError> {
    let rows = delivery_exception::Entity::find()
        .filter(delivery_exception::Column::Id.is_in(ids))
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| (row.id.clone(), row)).collect())
}

/// How many deliveries of each of some endpoints wait to be tried again; those without any are left out.
///
/// # Errors
/// When the database fails.
pub async fn waiting_among(
    db: &impl ConnectionTrait,
    endpoints: impl IntoIterator<Item = &str>,
) -> Result<HashMap<String, u64>, StoreError> {
    let counts: Vec<(String, i64)> = delivery_exception::Entity::find()
        .select_only()
        .column(delivery_exception::Column::EndpointId)
        .column_as(delivery_exception::Column::Id.count(), "waiting")
        .filter(delivery_exception::Column::EndpointId.is_in(endpoints))
        .filter(delivery_exception::Column::NextAttemptAt.is_not_null())
        .group_by(delivery_exception::Column::EndpointId)
        .into_tuple()
        .all(db)
        .await?;
    let counts = counts.into_iter();
    Ok(counts
        .map(|(id, count)| (id, count.unsigned_abs()))
        .collect())
}

/// How many attempts ended how, since an instant.
///
/// # Errors
/// When the database fails.
pub async fn outcomes_since(
    db: &impl ConnectionTrait,
    endpoint_id: &str,
    since: DateTime<Utc>,
) -> Result<Vec<(String, i64)>, StoreError> {
    Ok(attempt::Entity::find()
        .select_only()
        .column(attempt::Column::Outcome)
        .column_as(attempt::Column::Id.count(), "attempts")
        .filter(attempt::Column::EndpointId.eq(endpoint_id))
        .filter(attempt::Column::SentAt.gte(since))
        .group_by(attempt::Column::Outcome)
        .order_by_asc(attempt::Column::Outcome)
        .into_tuple()
        .all(db)
        .await?)
}

/// How many deliveries of an endpoint wait to be tried again, and how many were given up.
///
/// # Errors
/// When the database fails.
pub async fn exceptions_count(
    db: &impl ConnectionTrait,
    endpoint_id: &str,
) -> Result<(u64, u64), StoreError> {
    let of_endpoint = || {
        delivery_exception::Entity::find()
            .filter(delivery_exception::Column::EndpointId.eq(endpoint_id))
    };
    let next = delivery_exception::Column::NextAttemptAt;
    let waiting = of_endpoint().filter(next.is_not_null()).count(db).await?;
    let given_up = of_endpoint().filter(next.is_null()).count(db).await?;
    Ok((waiting, given_up))
}
