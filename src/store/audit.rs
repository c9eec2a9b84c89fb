//! Who did what, and who was refused what: written once, read in pages, the newest first.
//!
//! Owns the table. Refuses to know which words may stand in it (`domain::audit`) and who may read it. Invariants: what was
//! done is never changed nor deleted; what one caller was refused takes a thousand rows a day and one that counts the rest.

use chrono::{DateTime, TimeDelta, Utc};
pub use entity::audit_entry::Model as Entry;
use entity::audit_entry::{Column, Entity};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder, QuerySelect, Select,
    sea_query::{Expr, ExprTrait},
};

use super::StoreError;
use crate::domain::audit::{Action, Outcome};

/// Refusals of one caller that are written down one by one within a day.
pub const DAYS_MEASURE: u64 = 1_000;

/// The reason of the entry that counts what goes beyond that.
pub const BEYOND: &str = "beyond-measure";

/// A failed login is written down once in so long for an account and a network.
pub const APART: TimeDelta = TimeDelta::minutes(1);

/// What a reader asks for; all that is named must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// By whom.
    pub actor: Option<String>,
    /// To what.
    pub subject: Option<String>,
    /// What.
    pub action: Option<Action>,
    /// What became of it.
    pub outcome: Option<Outcome>,
    /// From this instant on.
    pub from: Option<DateTime<Utc>>,
    /// Before this one.
    pub to: Option<DateTime<Utc>>,
}

/// Writes an entry down.
///
/// # Errors
/// When the database fails.
pub async fn insert(tx: &impl ConnectionTrait, entry: Entry) -> Result<(), StoreError> {
    Entity::insert(entry.into_active_model().reset_all())
        .exec_without_returning(tx)
        .await?;
    Ok(())
}

/// Writes a refusal down, or counts it where its caller has had a day's measure since `midnight`.
///
/// # Errors
/// When the database fails.
pub async fn insert_refusal(
    tx: &impl ConnectionTrait,
    entry: Entry,
    midnight: DateTime<Utc>,
) -> Result<(), StoreError> {
    let of_today = || {
        let query = Entity::find()
            .filter(Column::Outcome.eq(Outcome::Refused.as_str()))
            .filter(Column::At.gte(midnight));
        match &entry.actor_id {
            Some(actor) => query.filter(Column::ActorId.eq(actor)),
            None => query.filter(Column::ActorId.is_null()),
        }
    };
    let ids: Vec<String> = of_today()
        .select_only()
        .column(Column::Id)
        .limit(DAYS_MEASURE)
        .into_tuple()
        .all(tx)
        .await?;
    if (ids.len() as u64) < DAYS_MEASURE {
        return insert(tx, entry).await;
    }
    let beyond = of_today().filter(Column::Reason.eq(BEYOND)).one(tx).await?;
    let Some(beyond) = beyond else {
        let first = Entry {
            subject: None,
            reason: Some(BEYOND.to_owned()),
            fields: String::new(),
            request: None,
            ..entry
        };
        return insert(tx, first).await;
    };
    Entity::update_many()
        .col_expr(Column::Times, Expr::col(Column::Times).add(1))
        .filter(Column::Id.eq(beyond.id))
        .exec(tx)
        .await?;
    Ok(())
}

fn query(wanted: &Wanted) -> Select<Entity> {
    let mut query = Entity::find();
    if let Some(actor) = &wanted.actor {
        query = query.filter(Column::ActorId.eq(actor));
    }
    if let Some(subject) = &wanted.subject {
        query = query.filter(Column::Subject.eq(subject));
    }
    if let Some(action) = wanted.action {
        query = query.filter(Column::Action.eq(action.as_str()));
    }
    if let Some(outcome) = wanted.outcome {
        query = query.filter(Column::Outcome.eq(outcome.as_str()));
    }
    if let Some(from) = wanted.from {
        query = query.filter(Column::At.gte(from));
    }
    if let Some(to) = wanted.to {
        query = query.filter(Column::At.lt(to));
    }
    query
}

/// A page of what is wanted, the newest first, behind the entry `after`.
///
/// # Errors
/// When the database fails.
pub async fn page(
    db: &impl ConnectionTrait,
    wanted: &Wanted,
    after: Option<&str>,
    limit: u64,
) -> Result<Vec<Entry>, StoreError> {
    let mut query = query(wanted);
    if let Some(after) = after {
        query = query.filter(Column::Id.lt(after));
    }
    Ok(query.order_by_desc(Column::Id).limit(limit).all(db).await?)
}

/// The last thing that was done to something.
///
/// # Errors
/// When the database fails.
pub async fn last_done(
    db: &impl ConnectionTrait,
    subject: &str,
) -> Result<Option<Entry>, StoreError> {
    let wanted = Wanted {
        subject: Some(subject.to_owned()),
        outcome: Some(Outcome::Done),
        ..Wanted::default()
    };
    Ok(page(db, &wanted, None, 1).await?.pop())
}
