//! Delivering one delivery once more.

use entity::vocab::Trigger;
use serde::{Deserialize, Serialize};

use super::{load_for, must_deliver, not_found, owed_again};
use crate::{
    commands::{
        CommandError, Services, answered,
        audit::{Audited, Trail},
        remember,
    },
    domain::{audit::Action, role::Caller},
    ids::DeliveryId,
    store::{self, idempotency::Key},
};

/// A delivery that was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Redelivery {
    /// Its id: a delivery of its own.
    pub id: String,
    /// To whom.
    pub endpoint_id: String,
}

/// Owes a notice to its endpoint again, with the same `webhook-id`, bytes and sequence number. While that waits, asking
/// again changes nothing.
///
/// # Errors
/// When there is no such delivery of the caller's, it was a ping, or nothing is delivered to its endpoint.
pub async fn redeliver(
    services: &Services,
    caller: Caller,
    delivery_id: String,
    key: Option<Key>,
) -> Result<Redelivery, CommandError> {
    let trail = Trail::of(&caller, Action::WebhookRedeliver).on(&delivery_id);
    services
        .audited(trail, async move |services, trail| {
            let now = services.now();
            let tx = services.db.begin().await?;
            if let Some(redelivery) = answered(&tx, key.as_ref(), now).await? {
                return Ok(Audited::unchanged(redelivery));
            }
            let missing = || not_found("delivery", &delivery_id);
            let first = store::delivery_log::find(&tx, &delivery_id)
                .await?
                .ok_or_else(missing)?;
            let mut row = load_for(&tx, &caller, &first.endpoint_id, None)
                .await
                .map_err(|error| match error {
                    CommandError::NotFound { .. } => missing(),
                    other => other,
                })?;
            let Some(position) = first.position else {
                return Err(CommandError::Conflict(format!(
                    "{delivery_id} was a ping: POST /webhooks/{}/ping sends another",
                    row.id
                )));
            };
            must_deliver(&row, "deliver to")?;
            if let Some(waiting) =
                store::exceptions::asked_for(&tx, &row.id, position).await?
            {
                let redelivery = Redelivery {
                    id: waiting.id,
                    endpoint_id: waiting.endpoint_id,
                };
                remember(&tx, key.as_ref(), &redelivery).await?;
                tx.commit().await?;
                return Ok(Audited::unchanged(redelivery));
            }
            let id = DeliveryId::new(now).to_string();
            let mut owed = owed_again(id, &row, position, first.seq, Trigger::Manual, now);
            owed.body = first.body;
            owed.webhook_id = first.webhook_id;
            let redelivery = Redelivery {
                id: owed.id.clone(),
                endpoint_id: row.id.clone(),
            };
            store::exceptions::insert(&tx, vec![owed]).await?;
            row.due_at = row.due_at.min(now);
            store::endpoints::save(&tx, row).await?;
            remember(&tx, key.as_ref(), &redelivery).await?;
            let (id, endpoint) = (redelivery.id.clone(), redelivery.endpoint_id.clone());
            let done = trail.commit(tx, now, &[], redelivery).await?;
            tracing::info!(delivery = %id, %endpoint, caller = %caller.id, "{delivery_id} is delivered once more");
            Ok(done)
        })
        .await
}
