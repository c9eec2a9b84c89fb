//! Pausing an endpoint.

use entity::vocab::EndpointState;

use super::{GONE, Outcome, load_for, refused, touch};
use crate::{
    commands::{
        CommandError, Services, answered,
        audit::{Audited, Trail},
        remember,
    },
    domain::{audit::Action, role::Caller},
    store::{self, idempotency::Key},
};

/// Stops delivering; everything published meanwhile is kept owed. What is under way still ends.
///
/// # Errors
/// When there is none of the caller's, or nothing is delivered to it anyway.
pub async fn pause_webhook(
    services: &Services,
    caller: Caller,
    id: String,
    key: Option<Key>,
) -> Result<Outcome, CommandError> {
    let trail = Trail::of(&caller, Action::WebhookPause).on(&id);
    services
        .audited(trail, async move |services, trail| {
            let now = services.now();
            let tx = services.db.begin().await?;
            if let Some(outcome) = answered(&tx, key.as_ref(), now).await? {
                return Ok(Audited::unchanged(outcome));
            }
            let mut row = load_for(&tx, &caller, &id, None).await?;
            match row.state {
                EndpointState::Enabled | EndpointState::Failing | EndpointState::Paused => {}
                EndpointState::Pending => {
                    return Err(refused(&row, "pause", ": it has not answered a ping yet"));
                }
                EndpointState::Disabled => return Err(refused(&row, "pause", "")),
                EndpointState::Gone => return Err(refused(&row, "pause", GONE)),
            }
            let pauses = row.state != EndpointState::Paused;
            if pauses {
                row.state = EndpointState::Paused;
                touch(&mut row, now);
                store::endpoints::save(&tx, row.clone()).await?;
                tracing::info!(endpoint = %id, caller = %caller.id, "the endpoint {id} was paused");
            }
            let outcome = Outcome::of(&services.vault, row);
            remember(&tx, key.as_ref(), &outcome).await?;
            if pauses {
                let fields = ["/state".to_owned()];
                return Ok(trail.commit(tx, now, &fields, outcome).await?);
            }
            tx.commit().await?;
            Ok(Audited::unchanged(outcome))
        })
        .await
}
