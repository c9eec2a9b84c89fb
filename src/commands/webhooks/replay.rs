//! Delivering a stretch of the log once more.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{load_for, must_deliver, touch};
use crate::{
    commands::{
        CommandError, Services, answered,
        audit::{Audited, Trail, spared},
        remember,
    },
    domain::{audit::Action, role::Caller},
    ids::DeliveryId,
    store::{self, endpoints::Row, idempotency::Key},
};

/// Which stretch.
#[derive(Clone, Copy, Debug)]
pub struct Range {
    /// After this position.
    pub after: i64,
    /// Up to this one; absent = as far as the endpoint has come.
    pub until: Option<i64>,
    /// Only count.
    pub dry_run: bool,
    /// Under new ids, so that a receiver which has seen a notice takes it once more.
    pub new_ids: bool,
}

/// What is, or would be, delivered once more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replayed {
    /// After this position.
    pub after: i64,
    /// Up to this one.
    pub until: i64,
    /// How many notices of that stretch the endpoint wants.
    pub notices: u64,
    /// Whether they were only counted.
    pub dry_run: bool,
}

/// Owes an endpoint a stretch of the log again, as far as its cursor has come: what lies beyond is delivered anyway. A
/// second cursor goes through it, behind what is new and what failed, over restarts too.
///
/// # Errors
/// When there is none of the caller's, nothing is delivered to it, or another replay is under way.
pub async fn replay_webhook(
    services: &Services,
    caller: Caller,
    id: String,
    range: Range,
    key: Option<Key>,
) -> Result<Replayed, CommandError> {
    if range.dry_run {
        spared();
        return services
            .run(async move |services| dry(&services, &caller, &id, range).await)
            .await;
    }
    let trail = Trail::of(&caller, Action::WebhookReplay).on(&id);
    services
        .audited(trail, async move |services, trail| {
            let now = services.now();
            let tx = services.db.begin().await?;
            if let Some(replayed) = answered(&tx, key.as_ref(), now).await? {
                return Ok(Audited::unchanged(replayed));
            }
            let mut row = load_for(&tx, &caller, &id, None).await?;
            must_deliver(&row, "replay")?;
            let replayed = counted(&services, &row, range, now)?;
            let (notices, until) = (replayed.notices, replayed.until);
            if let (Some(_), Some(until)) = (row.replay_cursor, row.replay_until) {
                return Err(CommandError::Conflict(format!(
                    "a replay of {id} up to position {until} is under way"
                )));
            }
            if notices > 0 {
                row.replay_cursor = Some(range.after);
                row.replay_until = Some(until);
                row.replay_id = Some(DeliveryId::new(now).to_string());
                row.replay_renames = range.new_ids;
                // Whoever serves it now would write over that.
                super::fence(&mut row);
                touch(&mut row, now);
                store::endpoints::save(&tx, row).await?;
            }
            remember(&tx, key.as_ref(), &replayed).await?;
            let done = trail.commit(tx, now, &[], replayed).await?;
            tracing::info!(endpoint = %id, caller = %caller.id, notices, "{notices} notices are delivered to {id} once more");
            Ok(done)
        })
        .await
}

/// What would be replayed.
async fn dry(
    services: &Services,
    caller: &Caller,
    id: &str,
    range: Range,
) -> Result<Replayed, CommandError> {
    let tx = services.db.begin().await?;
    let row = load_for(&tx, caller, id, None).await?;
    must_deliver(&row, "replay")?;
    counted(services, &row, range, services.now())
}

/// The stretch as far as the cursor has come, with how much of it the endpoint wants.
fn counted(
    services: &Services,
    row: &Row,
    range: Range,
    now: DateTime<Utc>,
) -> Result<Replayed, CommandError> {
    let until = range.until.unwrap_or(i64::MAX).min(row.cursor);
    let wanted = store::endpoints::wanted(row)?;
    let state = services.catalogue.read();
    let stretch = state.notices_after(range.after).iter();
    let stretch = stretch.take_while(|notice| notice.position <= until);
    let notices = stretch.filter(|notice| wanted.is_owed(notice, now)).count();
    Ok(Replayed {
        after: range.after,
        until,
        notices: notices as u64,
        dry_run: range.dry_run,
    })
}
