//! The rows of webhook endpoints: what their owners set, and the lease under which one instance serves each.
//!
//! Invariant: a lease is taken by one statement that raises the epoch; whatever is written under a lease names that
//! epoch, so that an instance that lost its lease writes nothing. On PostgreSQL leases begin and end by the database's
//! clock alone.

use std::time::Duration;

use chrono::{DateTime, TimeZone, Utc};
use entity::{
    endpoint,
    vocab::{EndpointState, Language, Ordering, Payload, UnknownWord, WireFormat},
};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, DbBackend, DbErr, EntityTrait,
    ExprTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect, Select, SelectExt,
    sea_query::{Expr, LockBehavior, LockType, Order, Query},
};

use super::StoreError;
use crate::domain::{selection::Selection, subscription::Wanted};

/// An endpoint's row.
pub type Row = endpoint::Model;

/// `due_at` of an endpoint without exceptions.
#[must_use]
pub fn never() -> DateTime<Utc> {
    Utc.with_ymd_and_hms(9999, 1, 1, 0, 0, 0)
        .single()
        .expect("a plain date")
}

/// An endpoint as it begins: at a position of the log, with nothing to be told yet.
#[must_use]
pub fn fresh(id: String, owner_id: String, cursor: i64, secret: String, now: DateTime<Utc>) -> Row {
    Row {
        id,
        owner_id,
        version: 1,
        url: String::new(),
        topic: None,
        expires_at: None,
        selection: String::new(),
        notices: String::new(),
        language: Language::Zh,
        payload: Payload::Full,
        format: WireFormat::Standard.to_string(),
        ordering: Ordering::All,
        secret,
        old_secret: None,
        old_secret_until: None,
        state: EndpointState::Pending,
        cursor,
        seq: 0,
        replay_cursor: None,
        replay_until: None,
        replay_id: None,
        replay_renames: false,
        due_at: never(),
        epoch: 0,
        lease_owner: None,
        lease_until: now,
        failures: 0,
        failing_since: None,
        last_failure_at: None,
        last_success_at: None,
        held_until: None,
        created_at: now,
        updated_at: now,
    }
}

/// What an endpoint wants.
///
/// # Errors
/// When the columns cannot be read.
pub fn wanted(row: &Row) -> Result<Wanted, StoreError> {
    let unreadable = |detail: String| {
        StoreError::Database(DbErr::Type(format!(
            "endpoint {} wants what cannot be read: {detail}",
            row.id
        )))
    };
    let selection =
        Selection::parse(&row.selection).map_err(|faults| unreadable(format!("{:?}", faults.0)))?;
    let notices = row
        .notices
        .split(',')
        .filter(|word| !word.is_empty())
        .map(str::parse)
        .collect::<Result<_, _>>()
        .map_err(|error: UnknownWord| unreadable(error.to_string()))?;
    Ok(Wanted { selection, notices })
}

/// Adds one.
///
/// # Errors
/// When the database fails.
pub async fn insert(tx: &impl ConnectionTrait, row: Row) -> Result<(), StoreError> {
    let row = row.into_active_model().reset_all();
    endpoint::Entity::insert(row)
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// One by id; `None` when there is none.
///
/// # Errors
/// When the database fails.
pub async fn find(db: &impl ConnectionTrait, id: &str) -> Result<Option<Row>, StoreError> {
    Ok(webhook(id).one(db).await?)
}

/// A partner's endpoint: subscriptions are nobody's to look at.
fn webhook(id: &str) -> Select<endpoint::Entity> {
    endpoint::Entity::find_by_id(id).filter(endpoint::Column::Topic.is_null())
}

/// One by id, locked until the transaction ends.
///
/// # Errors
/// When the database fails.
pub async fn find_locked(tx: &impl ConnectionTrait, id: &str) -> Result<Option<Row>, StoreError> {
    Ok(webhook(id).lock_exclusive().one(tx).await?)
}

/// A page of them by id: of one owner, or of all.
///
/// # Errors
/// When the database fails.
pub async fn list(
    db: &impl ConnectionTrait,
    owner: Option<&str>,
    after: &str,
    limit: u64,
) -> Result<Vec<Row>, StoreError> {
    let mut query = endpoint::Entity::find()
        .filter(endpoint::Column::Topic.is_null())
        .filter(endpoint::Column::Id.gt(after));
    if let Some(owner) = owner {
        query = query.filter(endpoint::Column::OwnerId.eq(owner));
    }
    Ok(query
        .order_by_asc(endpoint::Column::Id)
        .limit(limit)
        .all(db)
        .await?)
}

/// Writes a row that was read with [`find_locked`] in this transaction.
///
/// # Errors
/// When the database fails.
pub async fn save(tx: &impl ConnectionTrait, row: Row) -> Result<(), StoreError> {
    row.into_active_model().reset_all().update(tx).await?;
    Ok(())
}

/// Deletes one.
///
/// # Errors
/// When the database fails.
pub async fn delete(tx: &impl ConnectionTrait, id: &str) -> Result<(), StoreError> {
    endpoint::Entity::delete_by_id(id).exec(tx).await?;
    Ok(())
}

/// How many there are of one owner.
///
/// # Errors
/// When the database fails.
pub async fn count_of(db: &impl ConnectionTrait, owner: &str) -> Result<u64, StoreError> {
    use sea_orm::PaginatorTrait;
    Ok(endpoint::Entity::find()
        .filter(endpoint::Column::OwnerId.eq(owner))
        .count(db)
        .await?)
}

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

/// Nobody has its lease.
fn free(db: &impl ConnectionTrait, claim: &Claim<'_>) -> Condition {
    use endpoint::Column;
    Condition::any()
        .add(Column::LeaseOwner.is_null())
        .add(Expr::col(Column::LeaseUntil).lt(lease_clock(db, claim.now, Duration::ZERO)))
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
        .col_expr(Column::LeaseUntil, lease_clock(db, claim.now, claim.lasts))
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

/// The partners' endpoints that are still owed something, for the operator's figures.
///
/// # Errors
/// When the database fails.
pub async fn behind(
    db: &impl ConnectionTrait,
    reach: i64,
    limit: u64,
) -> Result<Vec<Row>, StoreError> {
    Ok(endpoint::Entity::find()
        .filter(endpoint::Column::Topic.is_null())
        .filter(endpoint::Column::State.is_in([EndpointState::Enabled, EndpointState::Failing]))
        .filter(endpoint::Column::Cursor.lt(reach))
        .order_by_asc(endpoint::Column::Cursor)
        .limit(limit)
        .all(db)
        .await?)
}

/// How many endpoints the breaker keeps apart.
///
/// # Errors
/// When the database fails.
pub async fn count_failing(db: &impl ConnectionTrait) -> Result<u64, StoreError> {
    use sea_orm::PaginatorTrait;
    Ok(endpoint::Entity::find()
        .filter(endpoint::Column::State.eq(EndpointState::Failing))
        .count(db)
        .await?)
}
