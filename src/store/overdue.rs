//! What became due while nobody was there to try it again.
//!
//! Invariant: only the hour changes, and only to a later one; what is new waits for nothing of this.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use entity::endpoint::{Column, Entity};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, sea_query::Expr,
};

use super::StoreError;

/// What is overdue by more than this was not tried because nobody was there.
const OVERDUE: TimeDelta = TimeDelta::seconds(30);
/// It is spread over so many seconds.
const OVER_SECONDS: u8 = 30;

/// Gives endpoints whose retries are long overdue an hour from now on, each its own: `chance` gives numbers from 0 to 1.
/// Returns how many there were.
///
/// # Errors
/// When the database fails.
pub async fn spread(
    db: &impl ConnectionTrait,
    now: DateTime<Utc>,
    chance: impl Fn() -> f64,
) -> Result<usize, StoreError> {
    let is_overdue = || Column::DueAt.lt(now - OVERDUE);
    let ids: Vec<String> = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(is_overdue())
        .into_tuple()
        .all(db)
        .await?;
    let count = ids.len();
    let mut by_second: BTreeMap<i64, Vec<String>> = BTreeMap::new();
    for id in ids {
        let second = (chance() * f64::from(OVER_SECONDS)) as i64;
        by_second.entry(second).or_default().push(id);
    }
    for (second, mut ids) in by_second {
        // In the order of ids, as whatever locks many of these rows does.
        ids.sort_unstable();
        for block in ids.chunks(500) {
            Entity::update_many()
                .col_expr(Column::DueAt, Expr::value(now + TimeDelta::seconds(second)))
                .filter(Column::Id.is_in(block.iter().map(String::as_str)))
                // Another instance may have tried it meanwhile.
                .filter(is_overdue())
                .exec(db)
                .await?;
        }
    }
    Ok(count)
}
