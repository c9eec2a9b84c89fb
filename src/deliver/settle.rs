//! What a result means: for the cursor, the exceptions and the breaker of its endpoint.
//!
//! Invariant: the cursor moves over a notice only together with its result.

use std::sync::Arc;

use super::{
    job::Job,
    judge::Outcome,
    plan::{Item, Place},
    post::Receipt,
};
use crate::{domain::retry, ids, store::deliveries::Owed};

impl Job<'_> {
    /// Takes a result into the endpoint's state and into what is to be written down.
    pub(super) fn settle(&mut self, item: Item, receipt: Receipt) {
        let now = self.shared.services.now();
        let (outcome, retry_after) = (receipt.outcome, receipt.retry_after);
        let endpoint_id = self.lease.row.id.clone();
        // Of what failed first, when it did: `failing_since` is no later than what it began with.
        let created_at = match item.place {
            Place::Exception => item.created_at,
            Place::Log(_) | Place::Replay(_) => now,
        };
        let mut tried = receipt.tried(
            item.delivery_id.clone(),
            endpoint_id.clone(),
            Some(item.notice.position),
            item.seq,
            item.number,
            item.trigger,
        );
        tried.webhook_id.clone_from(&item.webhook_id);
        self.results.tried.push(tried);
        match item.place {
            Place::Log(through) => self.cursor = through,
            Place::Replay(through) => {
                let until = self.lease.row.replay_until;
                self.replay_cursor = Some(through).filter(|through| Some(*through) < until);
            }
            Place::Exception => {}
        }
        if item.place != Place::Exception {
            self.seq = item.seq;
        }
        let next_attempt_at = match outcome {
            Outcome::Success => {
                self.health.succeeded(now);
                if item.place == Place::Exception {
                    self.results.settled.push((item.delivery_id, endpoint_id));
                }
                return;
            }
            Outcome::Internal => {
                self.health.hindered(now);
                self.health.held_until
            }
            failure => {
                if failure == Outcome::Gone {
                    self.health.gone(now);
                } else {
                    let first_pause = self.shared.schedule.first_pause();
                    self.health.failed(now, first_pause, retry_after);
                }
                let pace = retry::pace(&item.notice);
                self.shared
                    .schedule
                    .wait(item.number.saturating_add(1), pace, ids::jitter())
                    .map(|wait| now + wait.max(retry_after.unwrap_or_default()))
            }
        };
        if next_attempt_at.is_none() {
            tracing::warn!(
                endpoint = %endpoint_id, delivery = %item.delivery_id, position = item.notice.position,
                attempts = item.number, code = outcome.code(),
                "the delivery {} is given up after {} tries", item.delivery_id, item.number
            );
        }
        // Our own faults do not use up the budget.
        let attempts = item.number - i32::from(outcome == Outcome::Internal);
        let body = self.kept_body(&item);
        self.has_exceptions = true;
        self.results.looked_at.push(endpoint_id.clone());
        self.results.owed.push(Owed {
            id: item.delivery_id,
            endpoint_id,
            position: item.notice.position,
            seq: item.seq,
            trigger: item.trigger,
            body,
            webhook_id: item.webhook_id,
            attempts,
            next_attempt_at,
            expires_at: item.notice.expires_at(),
            created_at,
        });
    }

    /// The bytes to send again; none when the notice was redacted while they were under way.
    fn kept_body(&self, item: &Item) -> Option<String> {
        let state = self.shared.services.catalogue.read();
        let present = state.notice_at(item.notice.position)?;
        Arc::ptr_eq(present, &item.notice).then(|| String::from_utf8_lossy(&item.body).into_owned())
    }
}
