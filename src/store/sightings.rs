//! Which kinds of clients fetched which feed, by day.
//!
//! Invariant: counts of several instances add up, whoever writes first; what is written names a kind of clients, never
//! one of them.

use chrono::{DateTime, NaiveDate, Utc};
use entity::feed_sighting::{ActiveModel, Column, Entity};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Alias, CaseStatement, Expr, ExprTrait as _, OnConflict, Order},
};

use super::StoreError;
use crate::{domain::client::Client, sightings::Sighting};

/// Rows written by one statement: six values each, and SQLite takes 32,766.
const ROWS: usize = 1_000;

/// What one kind of clients fetched of one feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The feed's address below `/feeds/`, or what several are counted under ([`crate::sightings`]).
    pub feed: String,
    /// The kind of clients.
    pub client: Client,
    /// The last time.
    pub last_seen_at: DateTime<Utc>,
    /// The newest position of the log whose state it was sent; 0 where none is known.
    pub position: i64,
    /// How often, since the day that was asked for.
    pub requests: i64,
}

/// Adds to what is written already. Rows are to come in one order from all instances ([`crate::sightings::Sightings::take`]),
/// so that no two wait for each other.
///
/// # Errors
/// When the database fails.
pub async fn add(tx: &impl ConnectionTrait, sightings: &[Sighting]) -> Result<(), StoreError> {
    for rows in sightings.chunks(ROWS) {
        let models = rows.iter().map(|it| ActiveModel {
            feed: Set(it.feed.to_string()),
            client: Set(it.client.word().to_owned()),
            day: Set(it.day),
            requests: Set(it.requests),
            last_seen_at: Set(it.last_seen_at),
            position: Set(it.position),
        });
        let together = OnConflict::columns([Column::Feed, Column::Client, Column::Day])
            .value(
                Column::Requests,
                there(Column::Requests).add(new(Column::Requests)),
            )
            .value(Column::LastSeenAt, later(Column::LastSeenAt))
            .value(Column::Position, later(Column::Position))
            .to_owned();
        Entity::insert_many(models)
            .on_conflict(together)
            .exec_without_returning(tx)
            .await?;
    }
    Ok(())
}

fn there(column: Column) -> Expr {
    Expr::col((Entity, column))
}

fn new(column: Column) -> Expr {
    Expr::col((Alias::new("excluded"), column))
}

/// The greater one; the databases have no function in common for that.
fn later(column: Column) -> CaseStatement {
    let is_later = new(column).gt(there(column));
    CaseStatement::new()
        .case(is_later, new(column))
        .finally(there(column))
}

/// What was fetched since a day, what was fetched last first; so many at most.
///
/// # Errors
/// When the database fails.
pub async fn latest(
    db: &impl ConnectionTrait,
    since: NaiveDate,
    most: u64,
) -> Result<Vec<Seen>, StoreError> {
    let rows: Vec<(String, String, DateTime<Utc>, i64, i64)> = Entity::find()
        .select_only()
        .column(Column::Feed)
        .column(Column::Client)
        .column_as(Column::LastSeenAt.max(), "seen")
        .column_as(Column::Position.max(), "newest")
        // PostgreSQL adds up integers to something else.
        .column_as(Column::Requests.sum().cast_as("bigint"), "times")
        .filter(Column::Day.gte(since))
        .group_by(Column::Feed)
        .group_by(Column::Client)
        .order_by(Column::LastSeenAt.max(), Order::Desc)
        .order_by_asc(Column::Feed)
        .order_by_asc(Column::Client)
        .limit(most)
        .into_tuple()
        .all(db)
        .await?;
    let seen = rows
        .into_iter()
        .map(|(feed, client, last_seen_at, position, requests)| Seen {
            feed,
            // A word that a later version wrote.
            client: client.parse().unwrap_or(Client::Other),
            last_seen_at,
            position,
            requests,
        });
    Ok(seen.collect())
}
