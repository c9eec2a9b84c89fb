//! New settings of an endpoint by merge patch (RFC 7396).

use chrono::{DateTime, Utc};
use entity::vocab::EndpointState;
use sea_orm::DatabaseTransaction;
use serde_json::Value;

use super::{
    Outcome, check_values, fence, find_for, heal, load_for, masked, set, subscription, touch, vet,
};
use crate::{
    commands::{
        CommandError, Services,
        audit::{Audited, Trail, between, spared, watched},
    },
    domain::{
        audit::Action,
        input::{Faults, Read, merge_patch},
        role::Caller,
        subscription::Given,
    },
    guard::Guard,
    store::{self, endpoints::Row},
};

/// Changes an endpoint. A new address makes it `pending` again (the same one, too, where its receiver had said that
/// it is gone); what it is owed stays owed, and a pause stays a pause.
///
/// # Errors
/// All faults of the patched settings; a stale version.
pub async fn patch_webhook(
    services: &Services,
    guard: &Guard,
    caller: Caller,
    id: String,
    version: Option<i64>,
    patch: Value,
) -> Result<Outcome, CommandError> {
    let trail = Trail::of(&caller, Action::WebhookUpdate).on(&id);
    let audit = trail.clone();
    spared();
    let asked = async {
        if !patch.is_object() {
            return Err(CommandError::fault("", "a merge patch is an object"));
        }
        let seen = find_for(services.db.reader(), &caller, &id).await?;
        let before = subscription(&services.vault, &seen)?;
        let mut patch = patch;
        // Whoever sends back what they were shown changes no address.
        if before.format.is_robot()
            && let Some(fields) = patch.as_object_mut()
            && fields.get("url").and_then(Value::as_str) == Some(&masked(&before.url))
        {
            fields.remove("url");
        }
        let mut merged = Value::Object(before.to_json());
        merge_patch(&mut merged, &patch);
        let mut faults = Faults::default();
        let after = Given::read(&merged, "", &mut faults);
        if let Some(Given {
            subscription: after,
            ..
        }) = &after
        {
            if after.format != before.format {
                let (given, stays) = (after.format, before.format);
                faults.add(
                    "/format",
                    format!("is {given}, but stays {stays}: make another endpoint"),
                );
            }
            // Before the transaction: it may ask a name server.
            vet(guard, after, &mut faults).await;
            let (wanted, named) = (&after.wanted.selection, &before.wanted.selection);
            check_values(services, wanted, named, &mut faults).await;
        }
        let Given {
            subscription: after,
            secret,
        } = faults.check(after)?;
        let names_secret = patch.get("secret").is_some();
        let names_url = patch.get("url").is_some();
        services
            .run(async move |services| {
                let now = services.now();
                let tx = services.db.begin().await?;
                // What was read before must still stand, whether or not the caller named a version.
                let mut row = load_for(&tx, &caller, &id, version.or(Some(seen.version))).await?;
                let moved = after.url != before.url;
                let is_asked_again = moved || (names_url && row.state == EndpointState::Gone);
                if is_asked_again {
                    confirm_again(&tx, &mut row, now).await?;
                }
                let mut fields = between(&before.to_json(), &after.to_json());
                if names_secret {
                    fields.push("/secret".to_owned());
                }
                if fields.is_empty() && !is_asked_again {
                    return Ok(Audited::unchanged(Outcome::of(&services.vault, row)));
                }
                set(&services.vault, &mut row, &after);
                if names_secret && after.format.is_robot() {
                    let secret = secret.map(|secret| secret.0).unwrap_or_default();
                    row.secret = services.vault.seal(&secret);
                }
                touch(&mut row, now);
                store::endpoints::save(&tx, row.clone()).await?;
                let outcome = Outcome::of(&services.vault, row);
                let done = trail.commit(tx, now, &fields, outcome).await?;
                tracing::info!(endpoint = %id, caller = %caller.id, "the endpoint {id} was changed");
                Ok(done)
            })
            .await
    };
    watched(&services.db, &*services.clock, audit, asked).await
}

/// Another address has to answer a ping first. Then an endpoint that was paused or disabled is so again: what it is
/// owed goes out when its owner says so. For the others what was given up since the failures began is owed anew.
async fn confirm_again(
    tx: &DatabaseTransaction,
    row: &mut Row,
    now: DateTime<Utc>,
) -> Result<(), CommandError> {
    match row.state {
        EndpointState::Paused | EndpointState::Disabled => row.resumes_as = Some(row.state),
        EndpointState::Gone if row.resumes_as.is_some() => {}
        EndpointState::Enabled | EndpointState::Failing | EndpointState::Gone => {
            store::exceptions::make_due(tx, &row.id, row.failing_since, now).await?;
            // Where nothing is due, the engine finds that out and sets it right.
            row.due_at = now;
            heal(row);
        }
        EndpointState::Pending => {}
    }
    row.state = EndpointState::Pending;
    fence(row);
    Ok(())
}
