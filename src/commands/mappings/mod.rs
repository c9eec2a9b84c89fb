//! Mappings: how offices' tables are read. Whoever may import for an office keeps them for it.
//!
//! Invariant: what somebody may not use does not exist for them.

use super::{CommandError, reference::at_version};
use crate::{
    domain::{
        mapping::Mapping,
        rights::{Deed, Reach},
        role::{Caller, Office},
    },
    store::{mappings::Kept, reference::Versioned},
};

mod create;
mod delete;
mod put;
mod read;

pub use self::{
    create::create_mapping,
    delete::delete_mapping,
    put::put_mapping,
    read::{find_mapping, list_mappings},
};

/// Mappings of one office at most.
const MOST: u64 = 200;

/// Whose a mapping is, when the caller may say that.
fn office_of(caller: &Caller, mapping: &Mapping) -> Result<Office, CommandError> {
    let office = mapping.office.unwrap_or(caller.role.own_office());
    if caller.role.may(Deed::Import, office) {
        return Ok(office);
    }
    Err(CommandError::Forbidden {
        role: caller.role,
        what: format!("keep mappings for the office {office}"),
    })
}

/// What was found, when the caller may use it.
fn usable(
    caller: &Caller,
    found: Option<Versioned<Kept>>,
    id: &str,
) -> Result<Versioned<Kept>, CommandError> {
    let usable = found.filter(|found| {
        let office = found.value.mapping.office.unwrap_or(Office::City);
        caller.role.may(Deed::Import, office)
    });
    usable.ok_or_else(|| CommandError::NotFound {
        what: "mapping",
        id: id.to_owned(),
    })
}

/// What was found, when the caller may change it and saw it as it is.
fn changeable(
    caller: &Caller,
    found: Option<Versioned<Kept>>,
    version: i64,
    id: &str,
) -> Result<Versioned<Kept>, CommandError> {
    refuse_others(caller)?;
    let found = usable(caller, found, id)?;
    at_version(Some(found), version, "mapping", id)
}

/// Refuses whoever imports nothing at all.
fn refuse_others(caller: &Caller) -> Result<(), CommandError> {
    if caller.role.reach(Deed::Import) == Reach::None {
        return Err(CommandError::Forbidden {
            role: caller.role,
            what: "use mappings; whoever imports activities does".to_owned(),
        });
    }
    Ok(())
}
