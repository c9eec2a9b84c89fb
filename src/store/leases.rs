//! The leases under which instances serve endpoints.
//!
//! Invariant: a lease is taken by one statement that raises the epoch; whatever is written under a lease names that
//! epoch, so that an instance that lost its lease writes nothing. On PostgreSQL leases begin and end by the database's
//! clock alone.

use std::{collections::HashSet, time::Duration};

use chrono::{DateTime, Utc};
use entity::{endpoint, vocab::EndpointState};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbBackend, EntityTrait, ExprTrait, QueryFilter,
    QuerySelect, SelectExt,
    sea_query::{Expr, LockBehavior, LockType, Order, Query},
};

use super::{StoreError, endpoints::Row, instances};

/// Which endpoints a claim looks at: the failing ones have a lane of their own, and so have the hub's subscribers, whom
/// nobody knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lane {
    /// Whose they are.
    pub whose: Whose,
    /// Whether the last try failed.
    pub failing: bool,
}

/// Whose endpoints they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// Webhooks of partners.
    Partners,
    /// Callbacks of the hub's subscribers.
    Subscribers,
}

/// What a claim asks for.
#[derive(Clone, Debug)]
pub struct Claim<'a> {
    /// Who takes the leases.
    pub instance: &'a str,
    /// Which endpoints.
    pub lane: Lane,
    /// The last position that may be dispatched.
    pub reach: i64,
    /// Now.
    pub now: DateTime<Utc>,
    /// Now by the clock of leases, which only SQLite is told: PostgreSQL has its own.
    pub lease_now: DateTime<Utc>,
    /// How long the leases last.
    pub lasts: Duration,
    /// How many at most.
    pub limit: u64,
}

/// The clock of leases: the database's own where several instances share it, since the clocks of their machines may
/// stand apart by more than a lease lasts; else `now`.
fn lease_clock(db: &impl ConnectionTrait, now: DateTime<Utc>, later: Duration) -> Expr {
    match db.get_database_backend() {
        DbBackend::Postgres => Expr::cust(format!(
            "clock_timestamp() + interval '{} milliseconds'",
            later.as_millis()
        )),
        _ => Expr::value(now + later),
    }
}

/// Nobody has its lease: it was given back, it is over, or (on PostgreSQL) whoever has it was not heard of for so long
/// that it sends nothing more under it (`catalogue::Standing::keeps`).
fn free(db: &impl ConnectionTrait, claim: &Claim<'_>) -> Condition {
    use endpoint::Column;
    let free = Condition::any()
        .add(Column::LeaseOwner.is_null())
        .add(Expr::col(Column::LeaseUntil).lt(lease_clock(db, claim.lease_now, Duration::ZERO)));
    match db.get_database_backend() {
        // An instance knows what it is doing itself.
        DbBackend::Postgres => free.add(
            Condition::all()
                .add(Column::LeaseOwner.ne(claim.instance))
                .add(Column::LeaseOwner.in_subquery(instances::silent())),
        ),
        _ => free,
    }
}

/// Free, and with something to do.
fn claimable(db: &impl ConnectionTrait, claim: &Claim<'_>) -> Condition {
    use endpoint::Column;

    let failing = match claim.lane.failing {
        false => Column::Failures.eq(0),
        true => Column::Failures.gt(0),
    };
    let whose = match claim.lane.whose {
        Whose::Partners => Column::Topic.is_null(),
        Whose::Subscribers => Column::Topic.is_not_null(),
    };
    let something_to_do = Condition::any()
        .add(Column::Cursor.lt(claim.reach))
        .add(Column::DueAt.lte(claim.now))
        .add(Column::ReplayCursor.is_not_null());
    let open = Condition::any()
        .add(Column::HeldUntil.is_null())
        .add(Column::HeldUntil.lte(claim.now));
    let lasting = Condition::any()
        .add(Column::ExpiresAt.is_null())
        .add(Column::ExpiresAt.gt(claim.now));
    Condition::all()
        .add(Column::State.is_in([EndpointState::Enabled, EndpointState::Failing]))
        .add(failing)
        .add(whose)
        .add(something_to_do)
        .add(open)
        .add(lasting)
        .add(free(db, claim))
}

/// Whether a claim would find anything. It only reads, so it waits for nobody who writes.
///
/// # Errors
/// When the database fails.
pub async fn is_any(db: &impl ConnectionTrait, claim: &Claim<'_>) -> Result<bool, StoreError> {
    Ok(endpoint::Entity::find()
        .filter(claimable(db, claim))
        .exists(db)
        .await?)
}

/// Leases free endpoints that have something to do; the ones left alone longest first.
///
/// # Errors
/// When the database fails.
pub async fn claim(db: &impl ConnectionTrait, claim: &Claim<'_>) -> Result<Vec<Row>, StoreError> {
    use endpoint::Column;

    let due = Query::select()
        .column(Column::Id)
        .from(endpoint::Entity)
        .cond_where(claimable(db, claim))
        .order_by(Column::LeaseUntil, Order::Asc)
        .limit(claim.limit)
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .to_owned();
    Ok(endpoint::Entity::update_many()
        .col_expr(Column::LeaseOwner, Expr::value(claim.instance))
        .col_expr(
            Column::LeaseUntil,
            lease_clock(db, claim.lease_now, claim.lasts),
        )
        .col_expr(Column::Epoch, Expr::col(Column::Epoch).add(1))
        .filter(Column::Id.in_subquery(due))
        .filter(free(db, claim))
        .exec_with_returning(db)
        .await?)
}

/// Makes leases last longer; those that are no longer ours stay as they are. All of an instance at once: its short
/// ones end by themselves.
///
/// # Errors
/// When the database fails.
pub async fn renew(
    db: &impl ConnectionTrait,
    instance: &str,
    ids: &[String],
    now: DateTime<Utc>,
    lasts: Duration,
) -> Result<Vec<(String, i64)>, StoreError> {
    use endpoint::Column;
    let mut renewed = Vec::with_capacity(ids.len());
    // In the order of ids, as whatever locks many of these rows does.
    for block in ids.chunks(500) {
        let ours = Query::select()
            .column(Column::Id)
            .from(endpoint::Entity)
            .cond_where(
                Condition::all()
                    .add(Column::Id.is_in(block.iter().map(String::as_str)))
                    .add(Column::LeaseOwner.eq(instance))
                    .add(Expr::col(Column::LeaseUntil).gte(lease_clock(db, now, Duration::ZERO))),
            )
            .order_by(Column::Id, Order::Asc)
            .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
            .to_owned();
        let rows = endpoint::Entity::update_many()
            .col_expr(Column::LeaseUntil, lease_clock(db, now, lasts))
            .filter(Column::Id.in_subquery(ours))
            .filter(Column::LeaseOwner.eq(instance))
            .exec_with_returning(db)
            .await?;
        renewed.extend(rows.into_iter().map(|row| (row.id, row.epoch)));
    }
    Ok(renewed)
}

/// Whether an endpoint is there and was leased last under this epoch.
///
/// # Errors
/// When the database fails.
pub async fn is_leased(
    db: &impl ConnectionTrait,
    id: &str,
    epoch: i64,
) -> Result<bool, StoreError> {
    Ok(endpoint::Entity::find_by_id(id)
        .filter(endpoint::Column::Epoch.eq(epoch))
        .exists(db)
        .await?)
}

/// Whether a leased endpoint stands as its lease found it, and nothing beside the log is due: what its owner changes or
/// asks for counts at once.
///
/// # Errors
/// When the database fails.
pub async fn stands(
    db: &impl ConnectionTrait,
    row: &Row,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    Ok(endpoint::Entity::find_by_id(&row.id)
        .filter(endpoint::Column::Epoch.eq(row.epoch))
        .filter(endpoint::Column::Version.eq(row.version))
        .filter(endpoint::Column::DueAt.gt(now))
        .exists(db)
        .await?)
}

/// Which of some endpoints are leased by another instance than this one.
///
/// # Errors
/// When the database fails.
pub async fn taken_over(
    db: &impl ConnectionTrait,
    instance: &str,
    ids: &[&str],
) -> Result<HashSet<String>, StoreError> {
    let ids: Vec<String> = endpoint::Entity::find()
        .select_only()
        .column(endpoint::Column::Id)
        .filter(endpoint::Column::Id.is_in(ids.iter().copied()))
        .filter(endpoint::Column::LeaseOwner.ne(instance))
        .into_tuple()
        .all(db)
        .await?;
    Ok(ids.into_iter().collect())
}

/// Takes every lease back: right only where no other instance can be serving (SQLite at the start).
///
/// # Errors
/// When the database fails.
pub async fn free_all(db: &impl ConnectionTrait) -> Result<(), StoreError> {
    endpoint::Entity::update_many()
        .col_expr(
            endpoint::Column::LeaseOwner,
            Expr::value(Option::<String>::None),
        )
        .col_expr(
            endpoint::Column::Epoch,
            Expr::col(endpoint::Column::Epoch).add(1),
        )
        .filter(endpoint::Column::LeaseOwner.is_not_null())
        .exec(db)
        .await?;
    Ok(())
}
