//! A new secret for an endpoint.

use chrono::{DateTime, TimeDelta, Utc};
use entity::vocab::WireFormat;

use super::{Outcome, load_for, touch};
use crate::{
    commands::{
        CommandError, Services, answered,
        audit::{Audited, Trail},
        remember,
    },
    domain::{
        audit::Action,
        role::Caller,
        rotation::{self, Old},
    },
    ids::webhook_secret,
    store::{self, endpoints::Row, idempotency::Key},
    vault::{self, Vault},
};

/// The old secret signs on for so long when nothing else is said.
pub const GRACE: TimeDelta = TimeDelta::hours(24);
/// The longest grace.
pub const LONGEST_GRACE: TimeDelta = TimeDelta::days(7);

/// Makes a new secret. Messages are signed by both until the grace is over; without grace by the new one alone.
///
/// # Errors
/// When there is none of the caller's.
pub async fn rotate_webhook(
    services: &Services,
    caller: Caller,
    id: String,
    grace: TimeDelta,
    key: Option<Key>,
) -> Result<Outcome, CommandError> {
    let trail = Trail::of(&caller, Action::WebhookRotate).on(&id);
    services
        .audited(trail, async move |services, trail| {
            let now = services.now();
            let tx = services.db.begin().await?;
            if let Some(outcome) = answered(&tx, key.as_ref(), now).await? {
                return Ok(Audited::unchanged(outcome));
            }
            let mut row = load_for(&tx, &caller, &id, None).await?;
            if row.format.parse().is_ok_and(WireFormat::is_robot) {
                return Err(CommandError::Conflict(format!(
                    "the secret of {id} is its robot's own: give the new one by PATCH"
                )));
            }
            let secret = webhook_secret();
            let old = std::mem::replace(&mut row.secret, services.vault.seal(&secret));
            let grace = grace.clamp(TimeDelta::zero(), LONGEST_GRACE);
            let old = old_secrets(&services.vault, &row, &old, grace, now)?;
            row.old_secret_until = old.iter().map(|old| old.until).max();
            row.old_secret =
                (!old.is_empty()).then(|| services.vault.seal(&rotation::write(&old)));
            touch(&mut row, now);
            store::endpoints::save(&tx, row.clone()).await?;
            let outcome = Outcome {
                secret: Some(secret),
                ..Outcome::of(&services.vault, row)
            };
            remember(&tx, key.as_ref(), &outcome).await?;
            let fields = ["/secret".to_owned()];
            let done = trail.commit(tx, now, &fields, outcome).await?;
            tracing::info!(endpoint = %id, caller = %caller.id, grace_hours = grace.num_hours(), "the endpoint {id} has a new secret");
            Ok(done)
        })
        .await
}

/// Those that sign on: none where there is no grace, since then the one before must not be believed any more.
fn old_secrets(
    vault: &Vault,
    row: &Row,
    newest: &str,
    grace: TimeDelta,
    now: DateTime<Utc>,
) -> Result<Vec<Old>, CommandError> {
    if grace.is_zero() {
        return Ok(Vec::new());
    }
    let unreadable = |error: vault::CannotOpen| {
        CommandError::Conflict(format!(
            "a secret of {} cannot be read ({error}): rotate without grace",
            row.id
        ))
    };
    let before = row
        .old_secret
        .as_deref()
        .filter(|_| row.old_secret_until > Some(now));
    // One that cannot be read signs nothing anyway.
    let before = before.and_then(|old| vault.open(old).ok());
    let before = before.map(|old| rotation::read(&old, row.old_secret_until));
    let newest = Old {
        secret: vault.open(newest).map_err(unreadable)?,
        until: now + grace,
    };
    Ok(rotation::with(before.unwrap_or_default(), newest, now))
}
