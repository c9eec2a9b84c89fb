//! All sources that are due, a few at a time.
//!
//! Invariants: a round ends: it takes no new source after its time, and what it has taken it finishes; a poll goes on to its end, and
//! is logged, though the round is cut off.

use std::{sync::Arc, time::Duration};

use tokio::{task::JoinSet, time::Instant};

use super::poll::{Poll, poll};
use crate::{
    commands::{CommandError, Services},
    guard::Guard,
    store,
};

/// How much a round does.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Sources that are asked at the same time.
    pub at_once: usize,
    /// No source is taken after this.
    pub time: Duration,
}

/// Polls what is due; says how many.
///
/// # Errors
/// When the database fails before anything was begun; what fails in a poll is logged.
pub async fn round(
    services: &Services,
    guard: &Arc<Guard>,
    limits: Limits,
) -> Result<usize, CommandError> {
    let until = Instant::now() + limits.time;
    let (mut polls, mut polled) = (JoinSet::new(), 0);
    loop {
        while polls.len() < limits.at_once && Instant::now() < until {
            let now = services.now();
            if !store::sources::any_due(services.db.reader(), now).await? {
                break;
            }
            let Some(row) = store::sources::take_due(services.db.writer(), now).await? else {
                break;
            };
            let (services, guard) = (services.clone(), Arc::clone(guard));
            polls.spawn(async move {
                let id = row.id.clone();
                let polled = services
                    .run(async move |services| {
                        poll(&services, &guard, row, None, Poll::default()).await
                    })
                    .await;
                if let Err(error) = polled {
                    tracing::warn!(source = id, %error, "polling the source {id} failed: {error}");
                }
            });
            polled += 1;
        }
        if polls.join_next().await.is_none() {
            return Ok(polled);
        }
    }
}
