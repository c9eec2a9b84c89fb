//! A mapping in the place of another.

use serde_json::Value;

use super::{changeable, office_of};
use crate::{
    commands::{
        CommandError, Services,
        audit::{Audited, Trail, between},
    },
    domain::{audit::Action, input, mapping::Mapping, role::Caller},
    ids::MappingId,
    store::{self, mappings::Kept, reference::Versioned},
};

/// Replaces a mapping at the version that the caller saw; without an office it stays whose it was.
///
/// # Errors
/// All faults of the input; [`CommandError::NotFound`] when it is none of the caller's.
pub async fn put_mapping(
    services: &Services,
    caller: Caller,
    id: MappingId,
    version: i64,
    input: Value,
) -> Result<Versioned<Kept>, CommandError> {
    let trail = Trail::of(&caller, Action::MappingUpdate).on(id.as_str());
    services
        .audited(trail, async move |services, trail| {
            let tx = services.db.begin().await?;
            let found = store::mappings::find_locked(&tx, id.as_str()).await?;
            let present = changeable(&caller, found, version, id.as_str())?;
            let mut mapping: Mapping = input::read(&input)?;
            mapping.office = mapping.office.or(present.value.mapping.office);
            let office = office_of(&caller, &mapping)?;
            if mapping == present.value.mapping {
                return Ok(Audited::unchanged(present));
            }
            let fields = between(&present.value.mapping, &mapping);
            let value = Kept {
                id: id.to_string(),
                mapping,
            };
            if !store::mappings::save(&tx, &value, office, version).await? {
                return Err(CommandError::Stale {
                    expected: version,
                    present: version + 1,
                });
            }
            store::sources::read_anew(&tx, id.as_str()).await?;
            let saved = Versioned {
                value,
                version: version + 1,
            };
            let done = trail.commit(tx, services.now(), &fields, saved).await?;
            tracing::info!(mapping = %id, caller = %caller.id, "the mapping {id} was changed");
            Ok(done)
        })
        .await
}
