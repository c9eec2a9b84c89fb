//! Delivering a stretch of the log once more.

use entity::vocab::Trigger;
use serde::{Deserialize, Serialize};

use super::{load_for, must_deliver, owed_again, touch};
use crate::{
    commands::{CommandError, Services, answered, remember},
    domain::role::Caller,
    ids::DeliveryId,
    store::{self, idempotency::Key},
};

/// Notices replayed at once: each becomes a row, beside live traffic.
const MOST: usize = 1_000;

/// Which stretch.
#[derive(Clone, Copy, Debug)]
pub struct Range {
    /// After this position.
    pub after: i64,
    /// Up to this one; absent = as far as the endpoint has come.
    pub until: Option<i64>,
    /// Only count.
    pub dry_run: bool,
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

/// Owes an endpoint a stretch of the log again, as far as its cursor has come: what lies beyond is delivered anyway.
///
/// # Errors
/// When there is none of the caller's, nothing is delivered to it, or the stretch is too long.
pub async fn replay_webhook(
    services: &Services,
    caller: Caller,
    id: String,
    range: Range,
    key: Option<Key>,
) -> Result<Replayed, CommandError> {
    services
        .run(async move |services| {
            let now = services.now();
            let tx = services.db.begin().await?;
            if let Some(replayed) = answered(&tx, key.as_ref(), now).await? {
                return Ok(replayed);
            }
            let mut row = load_for(&tx, &caller, &id, None).await?;
            must_deliver(&row, "replay")?;
            let until = range.until.unwrap_or(i64::MAX).min(row.cursor);
            let wanted = store::endpoints::wanted(&row)?;
            let positions: Vec<i64> = {
                let state = services.catalogue.read();
                let stretch = state.notices_after(range.after).iter();
                stretch
                    .take_while(|notice| notice.position <= until)
                    .filter(|notice| wanted.wants(notice))
                    .map(|notice| notice.position)
                    .collect()
            };
            let replayed = Replayed {
                after: range.after,
                until,
                notices: positions.len() as u64,
                dry_run: range.dry_run,
            };
            if range.dry_run {
                return Ok(replayed);
            }
            if positions.len() > MOST {
                return Err(CommandError::fault(
                    "/until",
                    format!(
                        "{} notices lie in that stretch; at most {MOST} are replayed at once: position {} is as far \
                         as this call can go",
                        positions.len(),
                        positions[MOST - 1]
                    ),
                ));
            }
            let owed: Vec<_> = positions
                .into_iter()
                .map(|position| {
                    row.seq += 1;
                    let id = DeliveryId::new(now).to_string();
                    owed_again(id, &row, position, row.seq, Trigger::Replay, now)
                })
                .collect();
            if !owed.is_empty() {
                store::exceptions::insert(&tx, owed).await?;
                row.due_at = row.due_at.min(now);
                // The engine counts on with the numbers taken here.
                super::fence(&mut row);
                touch(&mut row, now);
                store::endpoints::save(&tx, row).await?;
            }
            remember(&tx, key.as_ref(), &replayed).await?;
            tx.commit().await?;
            tracing::info!(endpoint = %id, caller = %caller.id, notices = replayed.notices, "{} notices are delivered to {id} once more", replayed.notices);
            Ok(replayed)
        })
        .await
}
