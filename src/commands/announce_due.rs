//! Announcing what was embargoed until now.
//!
//! Invariant: an embargo is kept by the activity's row alone (`publish_at`), so several instances may do this at
//! once: the version decides who announces.

use std::collections::HashSet;

use super::{
    CommandError, Services,
    act::{Act, Outcome, act},
    audit::WORKER,
};
use crate::{
    domain::{
        action::Action,
        role::{Caller, Role},
    },
    ids::ActivityId,
    store::{self, activities::Stored},
};

/// What became of the embargoes that had ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Announced {
    /// How many were announced.
    pub count: usize,
    /// Those that cannot be announced as they are.
    pub refused: Vec<ActivityId>,
}

/// Announces every embargoed activity whose hour has come, but those in `except`.
///
/// # Errors
/// When the database fails. One that cannot be announced is logged and does not hold up the others.
pub async fn announce_due(
    services: &Services,
    except: &HashSet<ActivityId>,
) -> Result<Announced, CommandError> {
    let mut due =
        store::activities::due_embargoes(services.db.reader(), services.now(), except).await?;
    let mut done = Announced::default();
    loop {
        let mut refused = Vec::new();
        let before = done.count;
        for stored in due {
            match announce(services, &stored).await {
                Ok(_) => done.count += 1,
                // Somebody saved or deleted it, or another instance announced it, in between.
                Err(CommandError::Stale { .. } | CommandError::NotFound { .. }) => {}
                Err(CommandError::Store(error)) => return Err(error.into()),
                Err(error) => refused.push((stored, error)),
            }
        }
        // A child is refused as long as its parent is not public, and that may have come after it.
        if done.count > before && !refused.is_empty() {
            due = refused.into_iter().map(|(stored, _)| stored).collect();
            continue;
        }
        for (stored, error) in refused {
            let id = stored.activity.id;
            tracing::error!(activity = %id, %error, "the embargo of {id} has ended, but it cannot be announced");
            done.refused.push(id);
        }
        return Ok(done);
    }
}

async fn announce(services: &Services, stored: &Stored) -> Result<Outcome, CommandError> {
    let request = Act {
        caller: Caller::new(WORKER, Role::Admin),
        id: stored.activity.id.clone(),
        version: stored.version,
        action: Action::Announce { publish_at: None },
        children: false,
        comment: None,
        key: None,
    };
    act(services, request).await
}
