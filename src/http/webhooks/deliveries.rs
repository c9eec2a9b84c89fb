//! Deliveries as their partner reads them: what the last attempt came to, and what is still owed.
//!
//! Invariant: a delivery to an endpoint of somebody else does not exist.

use entity::vocab::Trigger;

use crate::{
    commands::{
        CommandError,
        webhooks::{find_for, not_found},
    },
    deliver::Outcome,
    domain::role::Caller,
    http::Web,
    store::{self, StoreError, deliveries::Attempt, endpoints::Row, exceptions::Exception},
};

/// A delivery: at least one of the two is there.
pub(in crate::http) struct Delivery {
    /// Its last attempt.
    pub(in crate::http) last: Option<Attempt>,
    /// What is owed of it, or was given up.
    pub(in crate::http) owed: Option<Exception>,
}

/// Where a delivery is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::http) enum State {
    Waiting,
    Retrying,
    Delivered,
    Failed,
}

impl State {
    /// The word in the API.
    pub(in crate::http) const fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Retrying => "retrying",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
        }
    }
}

/// What both kinds of rows say of a delivery.
pub(in crate::http) struct Facts<'a> {
    /// `dlv_…`
    pub(in crate::http) id: &'a str,
    /// Which notice; none for a ping.
    pub(in crate::http) position: Option<i64>,
    /// Its sequence number; none for a ping.
    pub(in crate::http) seq: Option<i64>,
    pub(in crate::http) trigger: Trigger,
    /// Tries made.
    pub(in crate::http) attempts: i32,
    /// The `webhook-id`, where it is not the notice's.
    own_id: Option<&'a str>,
}

impl Delivery {
    /// Its facts; `None` where neither row is there.
    pub(in crate::http) fn facts(&self) -> Option<Facts<'_>> {
        if let Some(last) = &self.last {
            return Some(Facts {
                id: &last.delivery_id,
                position: last.position,
                seq: (last.trigger != Trigger::Test).then_some(last.seq),
                trigger: last.trigger,
                attempts: last.number,
                own_id: last.webhook_id.as_deref(),
            });
        }
        self.owed.as_ref().map(|owed| Facts {
            id: &owed.id,
            position: Some(owed.position),
            seq: Some(owed.seq),
            trigger: owed.trigger,
            attempts: owed.attempts,
            own_id: owed.webhook_id.as_deref(),
        })
    }

    /// Where it is: by its last attempt, and what is still owed of it.
    pub(in crate::http) fn state(&self) -> State {
        let is_due = |owed: &Exception| owed.next_attempt_at.is_some();
        match (&self.last, &self.owed) {
            (Some(last), _) if last.outcome == Outcome::Success.code() => State::Delivered,
            (Some(_), Some(owed)) if is_due(owed) => State::Retrying,
            (None, Some(owed)) if is_due(owed) => State::Waiting,
            _ => State::Failed,
        }
    }
}

impl Facts<'_> {
    /// The `webhook-id` it is sent with: its own, or its notice's; a ping's is its id.
    pub(in crate::http) fn webhook_id(&self, web: &Web) -> Option<String> {
        let Some(position) = self.position else {
            return Some(self.id.to_owned());
        };
        let state = web.services.catalogue.read();
        let notice = || {
            let notice = state.notice_at(position)?;
            Some(notice.id.to_string())
        };
        self.own_id.map(str::to_owned).or_else(notice)
    }
}

/// An endpoint's deliveries, each with the key that the next page starts before: what was not tried yet, then the one
/// tried last first. One more than `limit` where there are more.
///
/// # Errors
/// When the database fails.
pub(in crate::http) async fn page(
    web: &Web,
    endpoint: &Row,
    before: Option<i64>,
    outcomes: &[Outcome],
    limit: usize,
) -> Result<Vec<(String, Delivery)>, StoreError> {
    let db = web.services.db.reader();
    let id = endpoint.id.as_str();
    let outcomes: Vec<&str> = outcomes.iter().map(|outcome| outcome.code()).collect();
    // What was never tried stands before what was, and leaves room for it.
    let untried = match before.is_none() && outcomes.is_empty() {
        true => store::delivery_log::untried(db, id, limit as u64 / 2).await?,
        false => Vec::new(),
    };
    let room = (limit - untried.len()) as u64 + 1;
    let attempts = store::delivery_log::last_attempts(db, id, before, &outcomes, room).await?;
    let ids = attempts.iter().map(|attempt| attempt.delivery_id.as_str());
    let mut owed = store::delivery_log::exceptions_among(db, ids).await?;
    let untried = untried.into_iter().map(|exception| {
        let delivery = Delivery {
            last: None,
            owed: Some(exception),
        };
        (String::new(), delivery)
    });
    let tried = attempts.into_iter().map(|attempt| {
        let key = attempt.id.to_string();
        let owed = owed.remove(&attempt.delivery_id);
        let last = Some(attempt);
        (key, Delivery { last, owed })
    });
    Ok(untried.chain(tried).collect())
}

/// A delivery with all that is known of it.
pub(in crate::http) struct Whole {
    pub(in crate::http) endpoint: Row,
    pub(in crate::http) delivery: Delivery,
    /// The first one first.
    pub(in crate::http) attempts: Vec<Attempt>,
}

/// A delivery of the caller's.
///
/// # Errors
/// When there is none, or it went to an endpoint of somebody else.
pub(in crate::http) async fn find(
    web: &Web,
    caller: &Caller,
    id: &str,
) -> Result<Whole, CommandError> {
    let missing = || not_found("delivery", id);
    let db = web.services.db.reader();
    let found = store::delivery_log::find(db, id).await?;
    let found = found.ok_or_else(missing)?;
    let endpoint = find_for(db, caller, &found.endpoint_id)
        .await
        .map_err(|error| match error {
            CommandError::NotFound { .. } => missing(),
            other => other,
        })?;
    let attempts = store::delivery_log::attempts_of(db, id).await?;
    let delivery = Delivery {
        last: attempts.last().cloned(),
        owed: store::delivery_log::exception(db, id).await?,
    };
    Ok(Whole {
        endpoint,
        delivery,
        attempts,
    })
}
