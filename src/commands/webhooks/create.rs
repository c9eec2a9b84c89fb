//! A new endpoint.

use serde_json::Value;

use super::{Outcome, check_values, set, vet};
use crate::{
    commands::{
        CommandError, Services, answered,
        audit::{Audited, Trail, said, spared, watched},
        remember,
    },
    domain::{
        audit::Action,
        input::{Faults, Read},
        rights::{Deed, Reach},
        role::Caller,
        selection::Selection,
        subscription::Given,
    },
    guard::Guard,
    ids::{EndpointId, webhook_secret},
    store::{self, endpoints::fresh, idempotency::Key},
};

/// Endpoints of one owner: far more than anybody needs, and far less than would cost others something.
const MOST: u64 = 500;

/// Makes an endpoint of what somebody sent. It begins at the log's end, is `pending` until it answers a ping, and
/// loses nothing that is published in between.
///
/// # Errors
/// All faults of the input, an address that must not be delivered to and a series that nobody knows among them.
pub async fn create_webhook(
    services: &Services,
    guard: &Guard,
    caller: Caller,
    input: Value,
    key: Option<Key>,
) -> Result<Outcome, CommandError> {
    let trail = Trail::of(&caller, Action::WebhookCreate);
    let audit = trail.clone();
    spared();
    let asked = async {
        if caller.role.reach(Deed::Webhooks) == Reach::None {
            return Err(CommandError::Forbidden {
                role: caller.role,
                what: Deed::Webhooks.name().to_owned(),
            });
        }
        let mut faults = Faults::default();
        let given = Given::read(&input, "", &mut faults);
        if let Some(Given { subscription, .. }) = &given {
            // Before the transaction: it may ask a name server.
            vet(guard, subscription, &mut faults).await;
            let (wanted, named) = (&subscription.wanted.selection, Selection::default());
            check_values(services, wanted, &named, &mut faults).await;
        }
        let Given {
            subscription,
            secret,
        } = faults.check(given)?;
        services
            .run(async move |services| {
                let now = services.now();
                let tx = services.db.begin().await?;
                if let Some(outcome) = answered(&tx, key.as_ref(), now).await? {
                    return Ok(Audited::unchanged(outcome));
                }
                if store::endpoints::count_of(&tx, caller.owner()).await? >= MOST {
                    return Err(CommandError::Conflict(format!(
                        "{MOST} webhooks are the most that one token may have; delete one first"
                    )));
                }
                let cursor = store::log::head(&tx).await?.position;
                // A robot's own is known to whoever made it, and shown to nobody.
                let made = (!subscription.format.is_robot()).then(webhook_secret);
                let secret = made.clone().or(secret.map(|secret| secret.0));
                let id = EndpointId::new(now).to_string();
                let sealed = services.vault.seal(secret.as_deref().unwrap_or_default());
                let mut row = fresh(id, caller.owner().to_owned(), cursor, sealed, now);
                set(&services.vault, &mut row, &subscription);
                store::endpoints::insert(&tx, row.clone()).await?;
                let outcome = Outcome {
                    secret: made,
                    ..Outcome::of(&services.vault, row)
                };
                remember(&tx, key.as_ref(), &outcome).await?;
                let made = outcome.endpoint["id"]
                    .as_str()
                    .unwrap_or_default()
                    .to_owned();
                let fields = said(&subscription.to_json());
                let done = trail.on(&made).commit(tx, now, &fields, outcome).await?;
                tracing::info!(endpoint = made, caller = %caller.id, "an endpoint was made");
                Ok(done)
            })
            .await
    };
    watched(&services.db, &*services.clock, audit, asked).await
}
