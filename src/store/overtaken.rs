//! Proposals beside what is done to their activities: those that wait, and those on whose word something was done last.
//!
//! Invariant: what is done here makes a proposal moot, hands it over, or leaves it; it never decides one.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use entity::proposal::{Column, Entity};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::Expr,
};

use super::{
    StoreError, log,
    proposals::{BLOCK, Row, State, moot},
};

/// The open ones about an activity, locked.
///
/// # Errors
/// When the database fails.
pub async fn open_about(tx: &impl ConnectionTrait, activity: &str) -> Result<Vec<Row>, StoreError> {
    // Put in order here: asked for in order, SQLite would go through all that are open.
    let mut rows = Entity::find()
        .filter(Column::ActivityId.eq(activity))
        .filter(Column::State.eq(State::Open.as_str()))
        .lock_exclusive()
        .all(tx)
        .await?;
    rows.sort_by(|one, other| one.id.cmp(&other.id));
    Ok(rows)
}

/// Gives the open ones about an activity to another office, whose it is now.
///
/// # Errors
/// When the database fails.
pub async fn hand_over(
    tx: &impl ConnectionTrait,
    activity: &str,
    office: &str,
) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::Office, Expr::value(office))
        .filter(Column::ActivityId.eq(activity))
        .filter(Column::State.eq(State::Open.as_str()))
        .exec(tx)
        .await?;
    Ok(())
}

/// The keys of a source's entries on whose word an activity was put off or called off, and nothing was said of its taking place since,
/// by whomever; each with that activity.
///
/// # Errors
/// When the database fails.
pub async fn took_off(
    db: &impl ConnectionTrait,
    source: &str,
) -> Result<HashMap<String, String>, StoreError> {
    let done = [State::Accepted, State::CarriedOut].map(|state| state.as_str());
    let kinds = ["cancel", "postpone", "reinstate", "reschedule"];
    let rows: Vec<(String, String, String, Option<i64>)> = Entity::find()
        .select_only()
        .columns([
            Column::EntryKey,
            Column::Kind,
            Column::ActivityId,
            Column::Position,
        ])
        .filter(Column::SourceId.eq(source))
        .filter(Column::State.is_in(done))
        .filter(Column::Kind.is_in(kinds))
        .order_by_asc(Column::DecidedAt)
        .order_by_asc(Column::Id)
        .into_tuple()
        .all(db)
        .await?;
    let mut taken_off = HashMap::new();
    for (key, kind, activity, position) in rows {
        match kind.as_str() {
            "cancel" | "postpone" => taken_off.insert(key, (activity, position)),
            _ => taken_off.remove(&key),
        };
    }
    let mut last: HashMap<String, i64> = HashMap::new();
    let activities: HashSet<&str> = taken_off.values().map(|(id, _)| id.as_str()).collect();
    let activities: Vec<&str> = activities.into_iter().collect();
    for block in activities.chunks(BLOCK) {
        last.extend(log::last_of_standing(db, block).await?);
    }
    // A draft that was put off has no position: that is over once it is public.
    let stands = taken_off.into_iter().filter(|(_, (activity, position))| {
        position.is_some_and(|position| last.get(activity) == Some(&position))
    });
    Ok(stands.map(|(key, (activity, _))| (key, activity)).collect())
}

/// The last one of the same kind about the same entry that was decided after this one.
///
/// # Errors
/// When the database fails.
pub async fn decided_since(
    db: &impl ConnectionTrait,
    row: &Row,
) -> Result<Option<String>, StoreError> {
    let decided = [State::Accepted, State::Rejected, State::CarriedOut];
    Ok(Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::SourceId.eq(&row.source_id))
        .filter(Column::EntryKey.eq(&row.entry_key))
        .filter(Column::Kind.eq(&row.kind))
        .filter(Column::State.is_in(decided.map(|state| state.as_str())))
        .filter(Column::Id.gt(&row.id))
        .order_by_desc(Column::Id)
        .into_tuple()
        .one(db)
        .await?)
}

/// Makes the open ones about an activity moot.
///
/// # Errors
/// When the database fails.
pub async fn supersede_about(
    tx: &impl ConnectionTrait,
    activity: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    moot(now)
        .filter(Column::ActivityId.eq(activity))
        .exec(tx)
        .await?;
    Ok(())
}
