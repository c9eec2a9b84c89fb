//! What a job sends: a stretch of the log, and what waited and is due, in turn.
//!
//! Invariant: two notices of one activity are never on their way to an endpoint at the same time.

use std::{collections::VecDeque, sync::Arc};

use bytes::Bytes;
use chrono::{DateTime, Utc};
use entity::{
    delivery_exception,
    vocab::{Ordering, Trigger},
};

use super::{
    format::Telling,
    job::Job,
    walk::{Walk, walk},
};
use crate::{
    catalogue::State,
    domain::{notice::Notice, subscription::Wanted},
    store::{self, StoreError, deliveries::Owed},
};

/// Deliveries in one job; then the endpoint's row is read again, and others have their turn.
const LONGEST: usize = 64;

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
    /// The `webhook-id`, where it is not the notice's.
    pub(super) webhook_id: Option<String>,
    /// What goes on with it.
    pub(super) place: Place,
}

/// What an item was found by, and where that stands once it was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// The endpoint's cursor.
    Log(i64),
    /// Its replay.
    Replay(i64),
    /// An exception, which stands outside of both.
    Exception,
}

/// What to send, and where both cursors stand when nothing of theirs is left in it.
#[derive(Debug)]
pub(super) struct Plan {
    pub(super) items: VecDeque<Item>,
    pub(super) cursor: i64,
    /// None where no replay is under way, or it ends here.
    pub(super) replay_cursor: Option<i64>,
}

impl Job<'_> {
    /// What is to be sent.
    pub(super) async fn plan(
        &mut self,
        wanted: &Wanted,
        reach: i64,
        now: DateTime<Utc>,
    ) -> Result<Plan, StoreError> {
        let row = &self.lease.row;
        let mut exceptions = Vec::new();
        // Once: what was found is written down only after what was reported.
        if row.due_at <= now && !self.has_exceptions {
            self.has_exceptions = true;
            let db = &self.shared.services.db;
            let due = store::exceptions::due(db.reader(), &row.id, now, LONGEST as u64);
            let due = db.answered(due).await?;
            self.results.looked_at.push(row.id.clone());
            let items = due
                .into_iter()
                .filter_map(|due| self.exception(due, wanted, reach, now));
            exceptions.extend(items);
        }
        let room = LONGEST - exceptions.len().min(LONGEST / 2);
        let live = {
            let state = self.shared.services.catalogue.read();
            let after = state.notices_after(self.cursor);
            let latest =
                |notice: &Notice| !is_superseded(row.ordering, &state, notice, reach, wanted);
            let owes = |notice: &Notice| wanted.is_owed(notice, now) && latest(notice);
            walk(after, self.cursor, reach, owes, room)
        };
        let cursor = live.through;
        let news = self.found(live, Trigger::Auto, now);
        exceptions.truncate(LONGEST - news.len());
        // What is new and what failed go before what is told again.
        let room = LONGEST - news.len() - exceptions.len();
        let (mut again, mut replay_cursor) = (Vec::new(), self.replay_cursor);
        if let Some((cursor, until)) = self.replay_cursor.zip(row.replay_until)
            && room > 0
        {
            let stretch = {
                let state = self.shared.services.catalogue.read();
                let after = state.notices_after(cursor);
                walk(
                    after,
                    cursor,
                    until,
                    |notice| wanted.is_owed(notice, now),
                    room,
                )
            };
            replay_cursor = Some(stretch.through);
            again = self.found(stretch, Trigger::Replay, now);
        }
        let is_over = |cursor: &i64| Some(*cursor) >= row.replay_until;
        let retries = alternate(exceptions, again).into();
        let mut items = alternate(news, retries);
        // In the order in which they are sent: a job that ends early leaves no gap.
        let fresh = items
            .iter_mut()
            .filter(|item| item.place != Place::Exception);
        for (count, item) in (1..).zip(fresh) {
            item.seq = self.seq + count;
        }
        Ok(Plan {
            items,
            cursor,
            replay_cursor: replay_cursor.filter(|cursor| !is_over(cursor)),
        })
    }

    /// What a walk found, as items; their numbers are to come.
    fn found(&self, walk: Walk, trigger: Trigger, now: DateTime<Utc>) -> Vec<Item> {
        let row = &self.lease.row;
        let Walk { notices, through } = walk;
        let last = notices.last().map(|notice| notice.position);
        let item = |notice: Arc<Notice>| {
            let through = if Some(notice.position) == last {
                through
            } else {
                notice.position
            };
            let (of, place) = match (trigger, &row.replay_id) {
                (Trigger::Replay, Some(id)) => (id, Place::Replay(through)),
                _ => (&row.id, Place::Log(through)),
            };
            let delivery_id = delivery_id(of, notice.position);
            let renamed = trigger == Trigger::Replay && row.replay_renames;
            Item {
                webhook_id: renamed.then(|| delivery_id.clone()),
                delivery_id,
                seq: 0,
                trigger,
                number: 1,
                body: self.body(&notice),
                created_at: now,
                place,
                notice,
            }
        };
        notices.into_iter().map(item).collect()
    }

    /// An exception as an item; what is over is settled here, what this instance cannot show yet is left.
    fn exception(
        &mut self,
        due: delivery_exception::Model,
        wanted: &Wanted,
        reach: i64,
        now: DateTime<Utc>,
    ) -> Option<Item> {
        if due.position > reach {
            return None;
        }
        let ordering = self.lease.row.ordering;
        let (notice, taken_back, superseded) = {
            let state = self.shared.services.catalogue.read();
            let notice = state.notice_at(due.position)?;
            let superseded = is_superseded(ordering, &state, notice, reach, wanted);
            (Arc::clone(notice), state.is_taken_back(notice), superseded)
        };
        // What somebody asked for by name is told all the same.
        let dropped = match due.trigger {
            Trigger::Auto => superseded || !wanted.wants(&notice),
            Trigger::Replay => !wanted.wants(&notice),
            Trigger::Manual | Trigger::Test => false,
        };
        if dropped || due.expires_at.is_some_and(|at| at <= now) {
            self.results.owed.push(Owed {
                id: due.id,
                endpoint_id: due.endpoint_id,
                position: due.position,
                seq: due.seq,
                trigger: due.trigger,
                body: due.body,
                webhook_id: due.webhook_id,
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
            webhook_id: due.webhook_id,
            place: Place::Exception,
            notice,
        })
    }

    pub(super) fn body(&self, notice: &Arc<Notice>) -> Bytes {
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

/// Whether an endpoint that wants the latest alone is, or was, told of a newer change of a notice's activity.
fn is_superseded(
    ordering: Ordering,
    state: &State,
    notice: &Notice,
    reach: i64,
    wanted: &Wanted,
) -> bool {
    if ordering == Ordering::All || !notice.kind.is_revision() {
        return false;
    }
    let id = notice.activity_id.as_ref();
    let Some(entry) = id.and_then(|id| state.activity(id)) else {
        return false;
    };
    let newer = entry.positions.iter().rev();
    newer
        .take_while(|position| **position > notice.position)
        .filter(|position| **position <= reach)
        .filter_map(|position| state.notice_at(*position))
        .any(|newer| newer.kind.is_revision() && wanted.wants(newer))
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

/// The id of the delivery of a position to an endpoint, or by a replay: the same whoever works it out.
fn delivery_id(of: &str, position: i64) -> String {
    let of = of.split_once('_').map_or(of, |(_, of)| of);
    format!("dlv_{of}{position}")
}
