//! Asking for a ping.

use entity::vocab::EndpointState;

use super::{load_for, refused};
use crate::{
    commands::{CommandError, Services, audit::Trail},
    domain::{audit::Action, role::Caller},
    store::endpoints::Row,
};

/// The endpoint of the caller's that a ping is to be sent to.
///
/// # Errors
/// When there is none of the caller's, or it asked for no more requests.
pub async fn ping_webhook(
    services: &Services,
    caller: Caller,
    id: String,
) -> Result<Row, CommandError> {
    let trail = Trail::of(&caller, Action::WebhookPing).on(&id);
    services
        .audited(trail, async move |services, trail| {
            let tx = services.db.begin().await?;
            let row = load_for(&tx, &caller, &id, None).await?;
            if row.state == EndpointState::Gone {
                let hint = ": give it an address by PATCH";
                return Err(refused(&row, "ping", hint));
            }
            Ok(trail.commit(tx, services.now(), &[], row).await?)
        })
        .await
}
