//! Asking the sources that are due.
//!
//! Invariant: a run ends before it is cut off: it takes no source whose poll would not end by then.

use std::{sync::Arc, time::Duration};

use super::JobError;
use crate::{
    commands::Services,
    guard::Guard,
    store::{self, StoreError},
    track::{Limits, round},
};

/// No source is taken after this: it is asked and read within 30 s, before the run is cut off. What is due still is taken by the next
/// run.
const LIMITS: Limits = Limits {
    at_once: 8,
    time: Duration::from_secs(6),
};

/// Whether any is due.
pub(super) async fn any_due(services: &Services) -> Result<bool, StoreError> {
    store::sources::any_due(services.db.reader(), services.now()).await
}

/// Asks them.
pub(super) async fn run(services: &Services, guard: &Arc<Guard>) -> Result<(), JobError> {
    let polled = round(services, guard, LIMITS).await?;
    tracing::debug!(polled, "{polled} sources were asked");
    Ok(())
}
