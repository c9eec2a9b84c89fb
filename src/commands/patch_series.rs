//! New content by merge patch (RFC 7396) for a series: its title and description.

use serde_json::{Value, json};

use super::{
    CommandError, Services,
    audit::{Audited, Trail, between},
    reference::{at_version, keep_name, merged, organisers_only},
};
use crate::{
    domain::{audit::Action, input::Faults, role::Caller, series::Series, text::Slug},
    store::{self, reference::Versioned},
};

/// Patches a series at the version that the caller saw.
///
/// # Errors
/// All faults of the new content.
pub async fn patch_series(
    services: &Services,
    caller: Caller,
    slug: Slug,
    version: i64,
    patch: Value,
) -> Result<Versioned<Series>, CommandError> {
    let trail = Trail::of(&caller, Action::SeriesUpdate).on(&slug.0);
    services
        .audited(trail, async move |services, trail| {
            organisers_only(&caller)?;
            let tx = services.db.begin().await?;
            let found = store::reference::find_series_locked(&tx, &slug.0).await?;
            let present = at_version(found, version, "series", &slug.0)?;
            let mut faults = Faults::default();
            keep_name("slug", &json!(slug), &patch, &mut faults);
            let value = merged(&present.value, &patch, &mut faults);
            let value = faults.check(value)?;
            if value == present.value {
                return Ok(Audited::unchanged(present));
            }
            if !store::reference::save_series(&tx, &value, version).await? {
                return Err(CommandError::Stale {
                    expected: version,
                    present: version + 1,
                });
            }
            store::log::bump_reference(&tx).await?;
            let fields = between(&present.value, &value);
            let saved = Versioned { value, version: version + 1 };
            let done = trail.commit(tx, services.now(), &fields, saved).await?;
            tracing::info!(series = slug.0, caller = %caller.id, "the series {} was changed", slug.0);
            services.show().await;
            Ok(done)
        })
        .await
}
