//! Reading who did what, and taking it out as a file.
//!
//! Invariant: whoever takes it out stands in it.

use super::{CommandError, Services, audit::Trail};
use crate::{
    domain::{audit::Action, rights::Deed, role::Caller},
    store::{
        self,
        audit::{Entry, Wanted},
    },
};

/// A page, the newest first, behind the entry `after`.
///
/// # Errors
/// [`CommandError::Forbidden`] for who may not read it.
pub async fn read_audit(
    services: &Services,
    caller: &Caller,
    wanted: &Wanted,
    after: Option<&str>,
    limit: u64,
) -> Result<Vec<Entry>, CommandError> {
    caller.must(Deed::ReadAudit)?;
    Ok(store::audit::page(services.db.reader(), wanted, after, limit).await?)
}

/// Notes that somebody takes it out as a file; its pages are read by [`read_audit`].
///
/// # Errors
/// [`CommandError::Forbidden`] for who may not read it.
pub async fn export_audit(services: &Services, caller: &Caller) -> Result<(), CommandError> {
    let trail = Trail::of(caller, Action::AuditExport);
    let caller = caller.clone();
    services
        .audited(trail, async move |services, trail| {
            caller.must(Deed::ReadAudit)?;
            let tx = services.db.begin().await?;
            Ok(trail.commit(tx, services.now(), &[], ()).await?)
        })
        .await
}
