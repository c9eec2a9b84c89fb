//! A subscription to a topic.

use chrono::TimeDelta;
use entity::vocab::EndpointState;

use crate::{
    commands::{CommandError, Services},
    ids::EndpointId,
    store::{
        self,
        endpoints::{Row, fresh},
    },
};

/// Subscriptions at most: far more than a programme has followers, and far less than would fill a disk.
const MOST: u64 = 100_000;

/// Who they belong to: no token has such an id.
const OWNER: &str = "hub";

/// What stands in its column of wire formats.
const WEBSUB: &str = "websub";

/// A subscription that its callback confirmed.
#[derive(Clone, Debug)]
pub struct Subscribe {
    /// The feed's address below `/feeds/`.
    pub topic: String,
    /// Where it is sent to.
    pub callback: String,
    /// Signs it; empty for no signature.
    pub secret: String,
    /// For how long.
    pub lease: TimeDelta,
}

/// Subscribes, or renews. A new one begins at the log's end.
///
/// # Errors
/// When there are too many and this would be one more, or the database fails.
pub async fn subscribe(services: &Services, asked: Subscribe) -> Result<(), CommandError> {
    services
        .run(async move |services| {
            let now = services.now();
            let tx = services.db.begin().await?;
            let is_new = !store::subscriptions::exists(&tx, &asked.topic, &asked.callback).await?;
            if is_new && store::subscriptions::count(&tx, now).await? >= MOST {
                return Err(CommandError::Conflict(format!(
                    "the hub has {MOST} subscriptions and takes no more"
                )));
            }
            let secret = services.vault.seal(&asked.secret);
            let cursor = store::log::head(&tx).await?.position;
            let id = EndpointId::new(now).to_string();
            let row = Row {
                url: asked.callback,
                topic: Some(asked.topic),
                expires_at: Some(now + asked.lease),
                format: WEBSUB.to_owned(),
                state: EndpointState::Enabled,
                ..fresh(id, OWNER.to_owned(), cursor, secret, now)
            };
            store::subscriptions::upsert(&tx, row).await?;
            tx.commit().await?;
            Ok(())
        })
        .await
}
