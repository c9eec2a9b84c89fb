//! What endpoints are still to be told, and how the last day of one went.
//!
//! Invariant: a notice that is owed is counted once: in the log behind the cursor, or by its exception, or in the stretch
//! that is replayed.

use chrono::{DateTime, TimeDelta, Utc};

use crate::{
    catalogue::State,
    commands::Services,
    domain::subscription::Wanted,
    store::{self, StoreError, endpoints::Row},
};

/// An endpoint in figures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figures {
    /// The last position there is.
    pub head: i64,
    /// Notices that it is still to get, retries and a replay included.
    pub owed: u64,
    /// When the oldest notice after its cursor was written down.
    pub oldest_owed_at: Option<DateTime<Utc>>,
    /// Deliveries that failed and will be tried again.
    pub retrying: u64,
    /// Deliveries that were given up.
    pub failed: u64,
    /// How many attempts of the last 24 hours ended how, by code.
    pub last_day: Vec<(String, i64)>,
}

/// What of the log an endpoint is still to be told.
struct Backlog {
    /// How many notices, of a replay too.
    notices: u64,
    oldest: Option<DateTime<Utc>>,
}

fn backlog(state: &State, row: &Row, wanted: &Wanted, now: DateTime<Utc>) -> Backlog {
    let stretch = row.replay_cursor.zip(row.replay_until);
    let again = stretch.map_or(0, |(cursor, until)| {
        let notices = state.notices_after(cursor).iter();
        let notices = notices.take_while(|notice| notice.position <= until);
        notices.filter(|notice| wanted.is_owed(notice, now)).count() as u64
    });
    let mut missing = state
        .notices_after(row.cursor)
        .iter()
        .filter(|notice| wanted.is_owed(notice, now))
        .peekable();
    let oldest = missing.peek().map(|notice| notice.recorded_at);
    Backlog {
        notices: missing.count() as u64 + again,
        oldest,
    }
}

/// What an endpoint is owed, and how its last day went.
///
/// # Errors
/// When the database fails.
pub async fn figures(services: &Services, row: &Row) -> Result<Figures, StoreError> {
    let db = services.db.reader();
    let wanted = store::endpoints::wanted(row)?;
    let (retrying, failed) = store::delivery_log::exceptions_count(db, &row.id).await?;
    let now = services.now();
    let since = now - TimeDelta::hours(24);
    let last_day = store::delivery_log::outcomes_since(db, &row.id, since).await?;
    let state = services.catalogue.read();
    let Backlog { notices, oldest } = backlog(&state, row, &wanted, now);
    Ok(Figures {
        head: state.head(),
        owed: notices + retrying,
        oldest_owed_at: oldest,
        retrying,
        failed,
        last_day,
    })
}

/// How many notices each of some endpoints is still to get, in their order.
///
/// # Errors
/// When the database fails.
pub async fn owed(services: &Services, rows: &[Row]) -> Result<Vec<u64>, StoreError> {
    let ids = rows.iter().map(|row| row.id.as_str());
    let retrying = store::delivery_log::waiting_among(services.db.reader(), ids).await?;
    let now = services.now();
    let mut owed = Vec::with_capacity(rows.len());
    for row in rows {
        let wanted = store::endpoints::wanted(row)?;
        // One lock for each: who writes must not wait for all of them.
        let notices = backlog(&services.catalogue.read(), row, &wanted, now).notices;
        owed.push(notices + retrying.get(&row.id).copied().unwrap_or_default());
    }
    Ok(owed)
}
