//! What a job sends: a stretch of the log, and what waited and is due, in turn.
//!
//! Invariant: two notices of one activity are never on their way to an endpoint at the same time.

use std::{collections::VecDeque, sync::Arc};

use bytes::Bytes;
use chrono::{DateTime, Utc};
use entity::{delivery_exception, vocab::Trigger};

use super::{
    format::Telling,
    job::Job,
    walk::{Walk, walk},
};
use crate::{
    domain::{notice::Notice, subscription::Wanted},
    store::{self, StoreError, deliveries::Owed},
};

/// Deliveries in one job; then the endpoint's row is read again, and others have their turn.
const LONGEST: usize = 20;

/// Something to send.
#[derive(Debug)]
pub(super) struct Item {
    pub(super) delivery_id: String,
    pub(super) notice: Arc<Notice>,
    pub(super) seq: i64,
    pub(super) trigger: Trigger,
    pub(super) number: i32,
    pub(super) body: Bytes,
    pub(super) created_at: DateTime<Utc>,
    /// Where the cursor goes with it; `None` for an exception, which stands outside the walk.
    pub(super) through: Option<i64>,
}

impl Job<'_> {
    /// What is to be sent, and where the cursor stands after all of it.
    pub(super) async fn plan(
        &mut self,
        wanted: &Wanted,
        reach: i64,
        now: DateTime<Utc>,
    ) -> Result<(VecDeque<Item>, i64), StoreError> {
        let row = &self.lease.row;
        let mut exceptions = Vec::new();
        if row.due_at <= now {
            let db = self.shared.services.db.reader();
            let due = store::exceptions::due(db, &row.id, now, LONGEST as u64).await?;
            self.results.looked_at.push(row.id.clone());
            exceptions.extend(due.into_iter().filter_map(|due| self.exception(due, now)));
        }
        let room = LONGEST - exceptions.len().min(LONGEST / 2);
        let Walk { notices, through } = {
            let state = self.shared.services.catalogue.read();
            let after = state.notices_after(row.cursor);
            walk(after, row.cursor, reach, wanted, now, room)
        };
        let last = notices.len();
        let mut news = Vec::with_capacity(last);
        for (count, notice) in (1..).zip(notices) {
            news.push(Item {
                delivery_id: delivery_id(&row.id, notice.position),
                seq: row.seq + count,
                trigger: Trigger::Auto,
                number: 1,
                body: self.body(&notice),
                created_at: now,
                through: Some(if count == last as i64 {
                    through
                } else {
                    notice.position
                }),
                notice,
            });
        }
        exceptions.truncate(LONGEST - news.len());
        Ok((alternate(news, exceptions), through))
    }

    /// An exception as an item; what is over is settled here, what this instance cannot show yet is left.
    fn exception(&mut self, due: delivery_exception::Model, now: DateTime<Utc>) -> Option<Item> {
        let (notice, taken_back) = {
            let state = self.shared.services.catalogue.read();
            let notice = state.notice_at(due.position)?;
            (Arc::clone(notice), state.is_taken_back(notice))
        };
        if due.expires_at.is_some_and(|at| at <= now) {
            self.results.owed.push(Owed {
                id: due.id,
                endpoint_id: due.endpoint_id,
                position: due.position,
                seq: due.seq,
                trigger: due.trigger,
                body: due.body,
                attempts: due.attempts,
                next_attempt_at: None,
                expires_at: due.expires_at,
                created_at: due.created_at,
            });
            return None;
        }
        Some(Item {
            delivery_id: due.id,
            seq: due.seq,
            trigger: due.trigger,
            number: due.attempts.saturating_add(1),
            // What it said before its activity was withdrawn is said no more.
            body: due
                .body
                .filter(|_| !taken_back)
                .map_or_else(|| self.body(&notice), Bytes::from),
            created_at: due.created_at,
            through: None,
            notice,
        })
    }

    fn body(&self, notice: &Arc<Notice>) -> Bytes {
        let telling = Telling {
            notice,
            payload: self.lease.row.payload,
            language: self.lease.row.language,
            links: &self.shared.services.links,
            publisher: &self.shared.publisher,
        };
        self.shared.messages.body(notice, self.to.format, &telling)
    }
}

/// News and retries in turn, news first: neither a long replay nor a message that its receiver always refuses (and
/// that opens the breaker each time) may hold up what is new.
fn alternate<T>(news: Vec<T>, retries: Vec<T>) -> VecDeque<T> {
    let mut retries = retries.into_iter();
    let mut items = VecDeque::with_capacity(news.len() + retries.len());
    for item in news {
        items.push_back(item);
        items.extend(retries.next());
    }
    items.extend(retries);
    items
}

/// The next items to send at the same time: never two of one activity, whose revisions are to rise.
pub(super) fn wave(items: &mut VecDeque<Item>, width: usize) -> Vec<Item> {
    let mut wave: Vec<Item> = Vec::with_capacity(width);
    while wave.len() < width
        && let Some(next) = items.front()
    {
        let activity = &next.notice.activity_id;
        let met = wave
            .iter()
            .any(|item| activity.is_some() && item.notice.activity_id == *activity);
        if met {
            break;
        }
        wave.extend(items.pop_front());
    }
    wave
}

/// The id of the delivery of a position to an endpoint: the same whoever works it out.
fn delivery_id(endpoint_id: &str, position: i64) -> String {
    let endpoint = endpoint_id.strip_prefix("end_").unwrap_or(endpoint_id);
    format!("dlv_{endpoint}{position}")
}
