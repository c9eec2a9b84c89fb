//! A new mapping.

use serde_json::Value;

use super::{MOST, office_of, refuse_others};
use crate::{
    commands::{
        CommandError, Services, answered,
        audit::{Audited, Trail, said},
        remember,
    },
    domain::{audit::Action, input, mapping::Mapping, role::Caller},
    ids::MappingId,
    store::{self, idempotency::Key, mappings::Kept, reference::Versioned},
};

/// Keeps a mapping that somebody sent; without an office it is their own office's.
///
/// # Errors
/// All faults of the input; [`CommandError::Conflict`] when the office has too many.
pub async fn create_mapping(
    services: &Services,
    caller: Caller,
    input: Value,
    key: Option<Key>,
) -> Result<Versioned<Kept>, CommandError> {
    let trail = Trail::of(&caller, Action::MappingCreate);
    services
        .audited(trail, async move |services, trail| {
            refuse_others(&caller)?;
            let tx = services.db.begin().await?;
            if let Some(made) = answered(&tx, key.as_ref(), services.now()).await? {
                return Ok(Audited::unchanged(made));
            }
            let mut mapping: Mapping = input::read(&input)?;
            let office = office_of(&caller, &mapping)?;
            mapping.office = Some(office);
            if store::mappings::count(&tx, office).await? >= MOST {
                return Err(CommandError::Conflict(format!(
                    "the office {office} has {MOST} mappings, and no more are kept"
                )));
            }
            let value = Kept {
                id: MappingId::new(services.now()).to_string(),
                mapping,
            };
            store::mappings::insert(&tx, &value, office).await?;
            let made = Versioned { value, version: 1 };
            remember(&tx, key.as_ref(), &made).await?;
            let fields = said(&made.value.mapping);
            let id = made.value.id.clone();
            let done = trail
                .on(&id)
                .commit(tx, services.now(), &fields, made)
                .await?;
            tracing::info!(mapping = id, caller = %caller.id, "the mapping {id} was made");
            Ok(done)
        })
        .await
}
