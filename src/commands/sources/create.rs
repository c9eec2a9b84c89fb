//! A new source.

use serde_json::Value;

use super::{Outcome, authorise, check_mapping, vet};
use crate::{
    commands::{
        CommandError, Services, answered,
        audit::{Audited, Trail, said, spared, watched},
        remember,
    },
    domain::{
        audit::Action,
        input::Faults,
        rights::{Deed, Reach},
        role::Caller,
        source::Source,
    },
    guard::Guard,
    ids::SourceId,
    store::{self, idempotency::Key, sources::fresh},
};

/// Makes a source of what somebody sent; it is asked at once, by the next round.
///
/// # Errors
/// All faults of the input, an address that must not be asked among them.
pub async fn create_source(
    services: &Services,
    guard: &Guard,
    caller: Caller,
    input: Value,
    key: Option<Key>,
) -> Result<Outcome, CommandError> {
    let trail = Trail::of(&caller, Action::SourceCreate);
    let audit = trail.clone();
    spared();
    let asked = async {
        if caller.role.reach(Deed::ManageSources) == Reach::None {
            return Err(CommandError::Forbidden {
                role: caller.role,
                what: Deed::ManageSources.name().to_owned(),
            });
        }
        let mut faults = Faults::default();
        let source = Source::read(&input, caller.role.own_office(), &mut faults);
        if let Some(source) = &source {
            // Before the transaction: it may ask a name server.
            vet(guard, source, &mut faults).await;
            check_mapping(services, &caller, source, &mut faults).await?;
        }
        let source = faults.check(source)?;
        authorise(&caller, &source)?;
        services
            .run(async move |services| {
                let now = services.now();
                let tx = services.db.begin().await?;
                if let Some(outcome) = answered(&tx, key.as_ref(), now).await? {
                    return Ok(Audited::unchanged(outcome));
                }
                let row = fresh(SourceId::new(now).to_string(), &source, now);
                store::sources::insert(&tx, row.clone()).await?;
                let outcome = Outcome::of(&row)?;
                remember(&tx, key.as_ref(), &outcome).await?;
                let fields = said(&source);
                let done = trail.on(&row.id).commit(tx, now, &fields, outcome).await?;
                tracing::info!(source = row.id, caller = %caller.id, "a source was made");
                Ok(done)
            })
            .await
    };
    watched(&services.db, &*services.clock, audit, asked).await
}
