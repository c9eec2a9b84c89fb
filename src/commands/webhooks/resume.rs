//! Delivering again after a pause or an outage.

use std::{collections::BTreeMap, sync::Arc};

use chrono::{DateTime, Utc};
use entity::vocab::{EndpointState, Trigger, UnknownWord};
use sea_orm::DatabaseTransaction;

use super::{GONE, Outcome, fence, heal, load_for, owed_again, refused, touch};
use crate::{
    commands::{
        CommandError, Services, answered,
        audit::{Audited, Trail},
        remember,
    },
    domain::{audit::Action, notice::Notice, role::Caller},
    ids::DeliveryId,
    store::{
        self,
        endpoints::{Row, never},
        idempotency::Key,
    },
};

/// What of the time in between is delivered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Replay {
    /// Nothing.
    None,
    /// Everything, in order.
    #[default]
    Missed,
    /// Of each activity only the last notice.
    LatestPerActivity,
}

impl std::str::FromStr for Replay {
    type Err = UnknownWord;
    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        match text {
            "none" => Ok(Self::None),
            "missed" => Ok(Self::Missed),
            "latest_per_activity" => Ok(Self::LatestPerActivity),
            other => Err(UnknownWord {
                what: "way to replay",
                value: other.chars().take(80).collect(),
                expected: "none, missed, latest_per_activity".to_owned(),
            }),
        }
    }
}

/// Delivers to an endpoint again that was paused, failing or disabled.
///
/// # Errors
/// When there is none of the caller's, or it has to answer a ping first.
pub async fn resume_webhook(
    services: &Services,
    caller: Caller,
    id: String,
    replay: Replay,
    key: Option<Key>,
) -> Result<Outcome, CommandError> {
    let trail = Trail::of(&caller, Action::WebhookResume).on(&id);
    services
        .audited(trail, async move |services, trail| {
            let now = services.now();
            let tx = services.db.begin().await?;
            if let Some(outcome) = answered(&tx, key.as_ref(), now).await? {
                return Ok(Audited::unchanged(outcome));
            }
            let mut row = load_for(&tx, &caller, &id, None).await?;
            match row.state {
                EndpointState::Enabled
                | EndpointState::Paused
                | EndpointState::Failing
                | EndpointState::Disabled => {}
                EndpointState::Pending => {
                    return Err(refused(&row, "resume", ": ping it first"));
                }
                EndpointState::Gone => return Err(refused(&row, "resume", GONE)),
            }
            match replay {
                Replay::Missed => revive(&tx, &mut row, now).await?,
                Replay::None => skip(&tx, &mut row, services.catalogue.applied().position).await?,
                Replay::LatestPerActivity => latest(&tx, &services, &mut row, now).await?,
            }
            row.state = EndpointState::Enabled;
            heal(&mut row);
            fence(&mut row);
            touch(&mut row, now);
            store::endpoints::save(&tx, row.clone()).await?;
            let outcome = Outcome::of(&services.vault, row);
            remember(&tx, key.as_ref(), &outcome).await?;
            let fields = ["/state".to_owned()];
            let done = trail.commit(tx, now, &fields, outcome).await?;
            tracing::info!(endpoint = %id, caller = %caller.id, "the endpoint {id} was resumed");
            Ok(done)
        })
        .await
}

/// What waits is due now, and what was given up since the failures began is owed again.
async fn revive(
    tx: &DatabaseTransaction,
    row: &mut Row,
    now: DateTime<Utc>,
) -> Result<(), CommandError> {
    store::exceptions::make_due(tx, &row.id, row.failing_since, now).await?;
    // Where nothing is due, the engine finds that out and sets it right.
    row.due_at = now;
    Ok(())
}

/// The cursor goes to an end of the log; nothing waits any more.
async fn skip(tx: &DatabaseTransaction, row: &mut Row, end: i64) -> Result<(), CommandError> {
    store::exceptions::forget(tx, &row.id).await?;
    row.cursor = row.cursor.max(end);
    row.replay_cursor = None;
    row.due_at = never();
    Ok(())
}

/// The cursor goes to the end; of what lies in between, and of what waited, each activity's last change is owed. A
/// reminder is no change: it is owed beside it, while it is of use.
async fn latest(
    tx: &DatabaseTransaction,
    services: &Services,
    row: &mut Row,
    now: DateTime<Utc>,
) -> Result<(), CommandError> {
    let waiting = store::exceptions::positions_waiting(tx, &row.id, row.failing_since).await?;
    let wanted = store::endpoints::wanted(row)?;
    let (last, end) = {
        let state = services.catalogue.read();
        let missed = state.notices_after(row.cursor).iter();
        let before = waiting
            .iter()
            .filter_map(|position| state.notice_at(*position));
        let mut last: BTreeMap<(bool, Option<String>), Arc<Notice>> = BTreeMap::new();
        let owed = |notice: &&Arc<Notice>| wanted.is_owed(notice, now);
        for notice in before.chain(missed).filter(owed) {
            let activity = notice.activity_id.as_ref().map(ToString::to_string);
            let latest = last
                .entry((notice.kind.is_revision(), activity))
                .or_insert_with(|| Arc::clone(notice));
            if latest.position < notice.position {
                *latest = Arc::clone(notice);
            }
        }
        (last, state.head())
    };
    // The end that was looked at: what came since is told as the log goes on.
    skip(tx, row, end).await?;
    let mut notices: Vec<_> = last.into_values().collect();
    notices.sort_unstable_by_key(|notice| notice.position);
    let owed = notices.into_iter().map(|notice| {
        row.seq += 1;
        let id = DeliveryId::new(now).to_string();
        let mut owed = owed_again(id, row, notice.position, row.seq, Trigger::Replay, now);
        owed.expires_at = notice.expires_at();
        owed
    });
    let owed: Vec<_> = owed.collect();
    if !owed.is_empty() {
        row.due_at = now;
    }
    store::exceptions::insert(tx, owed).await?;
    Ok(())
}
