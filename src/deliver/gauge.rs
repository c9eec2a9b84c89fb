//! What is owed at the moment, for operators.
//!
//! Invariant: it only reads, and looks at a bounded number of endpoints and notices.

use std::{sync::Arc, time::Duration};

use tokio::time::interval;

use super::shared::Shared;
use crate::store::{self, StoreError};

/// Often enough for a graph.
const EVERY: Duration = Duration::from_secs(5);
/// Endpoints that are counted one by one; with more behind than that the figure is a lower bound.
const COUNTED: u64 = 500;

pub(super) async fn run(shared: Arc<Shared>) {
    let mut ticks = interval(EVERY);
    loop {
        ticks.tick().await;
        let reached = *shared.reached.borrow();
        if let Err(error) = measure(&shared, reached).await {
            tracing::warn!(%error, "what is owed to endpoints cannot be counted");
        }
    }
}

async fn measure(shared: &Shared, reach: i64) -> Result<(), StoreError> {
    let db = shared.services.db.reader();
    let now = shared.services.now();
    let behind = store::endpoints::behind(db, reach, COUNTED).await?;
    let failing = store::endpoints::count_failing(db).await?;
    let waiting = store::exceptions::waiting(db, now).await?;
    let mut owed = waiting.count;
    let mut oldest = waiting.oldest_due;
    for row in &behind {
        let Ok(wanted) = store::endpoints::wanted(row) else {
            continue;
        };
        let state = shared.services.catalogue.read();
        let mut first = None;
        let mut count = 0;
        for notice in state.notices_after(row.cursor) {
            if notice.position <= reach && wanted.is_owed(notice, now) {
                first.get_or_insert(notice.recorded_at);
                count += 1;
            }
        }
        owed += count;
        oldest = [oldest, first].into_iter().flatten().min();
    }
    let age = oldest
        .and_then(|oldest| (now - oldest).to_std().ok())
        .unwrap_or_default();
    shared.courier.metrics.delivery_backlog(owed, age, failing);
    Ok(())
}
