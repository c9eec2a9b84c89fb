//! New content by merge patch (RFC 7396) for an edition: its theme, its days, its sections.

use serde_json::{Value, json};

use super::{
    CommandError, Services,
    audit::{Audited, Trail, between},
    reference::{at_version, keep_name, merged, organisers_only},
};
use crate::{
    domain::{audit::Action, edition::Edition, input::Faults, role::Caller},
    store::{self, reference::Versioned},
};

/// Patches an edition at the version that the caller saw.
///
/// # Errors
/// All faults of the new content, a section that is dropped while activities stand in it among them.
pub async fn patch_edition(
    services: &Services,
    caller: Caller,
    year: i32,
    version: i64,
    patch: Value,
) -> Result<Versioned<Edition>, CommandError> {
    let trail = Trail::of(&caller, Action::EditionUpdate).on(year);
    services
        .audited(trail, async move |services, trail| {
            organisers_only(&caller)?;
            let tx = services.db.begin().await?;
            let found = store::reference::find_edition_locked(&tx, year).await?;
            let present = at_version(found, version, "edition", year)?;
            let mut faults = Faults::default();
            keep_name("year", &json!(year), &patch, &mut faults);
            let value = merged(&present.value, &patch, &mut faults);
            if let Some(value) = &value {
                drop_unused(&tx, year, value, &mut faults).await?;
            }
            let value = faults.check(value)?;
            if value == present.value {
                return Ok(Audited::unchanged(present));
            }
            if !store::reference::save_edition(&tx, &value, version).await? {
                return Err(CommandError::Stale {
                    expected: version,
                    present: version + 1,
                });
            }
            store::log::bump_reference(&tx).await?;
            let fields = between(&present.value, &value);
            let saved = Versioned {
                value,
                version: version + 1,
            };
            let done = trail.commit(tx, services.now(), &fields, saved).await?;
            tracing::info!(edition = year, caller = %caller.id, "the edition {year} was changed");
            services.show().await;
            Ok(done)
        })
        .await
}

/// Notes as faults the sections that are gone while activities, drafts included, stand in them.
async fn drop_unused(
    tx: &impl sea_orm::ConnectionTrait,
    year: i32,
    edition: &Edition,
    faults: &mut Faults,
) -> Result<(), CommandError> {
    if faults
        .0
        .iter()
        .any(|fault| fault.pointer.starts_with("/sections/"))
    {
        // What cannot be read is not dropped.
        return Ok(());
    }
    for section in store::activities::sections_of_edition(tx, year).await? {
        if edition.sections.iter().all(|kept| kept.slug.0 != section) {
            let detail = format!("{section:?} cannot be dropped: activities stand in it");
            faults.add("/sections", detail);
        }
    }
    Ok(())
}
