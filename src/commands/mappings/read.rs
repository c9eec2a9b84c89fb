//! Mappings that somebody may use.

use super::{refuse_others, usable};
use crate::{
    commands::{CommandError, Services},
    domain::{
        rights::{Deed, Reach},
        role::Caller,
    },
    ids::MappingId,
    store::{self, mappings::Kept, reference::Versioned},
};

/// Up to `limit` of them after an id.
///
/// # Errors
/// [`CommandError::Forbidden`] for whoever imports nothing.
pub async fn list_mappings(
    services: &Services,
    caller: &Caller,
    after: &str,
    limit: u64,
) -> Result<Vec<Versioned<Kept>>, CommandError> {
    refuse_others(caller)?;
    let all = caller.role.reach(Deed::Import) == Reach::All;
    let office = (!all).then_some(caller.role.own_office());
    Ok(store::mappings::page(services.db.reader(), office, after, limit).await?)
}

/// One.
///
/// # Errors
/// [`CommandError::Forbidden`] for whoever imports nothing; [`CommandError::NotFound`] when it is none of the caller's.
pub async fn find_mapping(
    services: &Services,
    caller: &Caller,
    id: &MappingId,
) -> Result<Versioned<Kept>, CommandError> {
    refuse_others(caller)?;
    let found = store::mappings::find(services.db.reader(), id.as_str()).await?;
    usable(caller, found, id.as_str())
}
