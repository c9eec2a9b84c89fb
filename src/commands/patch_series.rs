//! New content by merge patch (RFC 7396) for a series: its title and description.

use serde_json::{Value, json};

use super::{
    CommandError, Services,
    reference::{keep_name, merged, organisers_only},
};
use crate::{
    domain::{input::Faults, role::Caller, series::Series, text::Slug},
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
    organisers_only(&caller)?;
    services
        .run(async move |services| {
            let tx = services.db.begin().await?;
            let present = load_locked(&tx, &slug, version).await?;
            let mut faults = Faults::default();
            keep_name("slug", &json!(slug), &patch, &mut faults);
            let value = merged(&present.value, &patch, &mut faults);
            let value = faults.check(value)?;
            if value == present.value {
                return Ok(present);
            }
            if !store::reference::save_series(&tx, &value, version).await? {
                return Err(stale(version, version + 1));
            }
            store::log::bump_reference(&tx).await?;
            tx.commit().await?;
            tracing::info!(series = slug.0, caller = %caller.id, "the series {} was changed", slug.0);
            services.show().await;
            Ok(Versioned {
                value,
                version: version + 1,
            })
        })
        .await
}

/// The series, locked, when it is at the version that the caller saw.
pub(super) async fn load_locked(
    tx: &impl sea_orm::ConnectionTrait,
    slug: &Slug,
    version: i64,
) -> Result<Versioned<Series>, CommandError> {
    let present = store::reference::find_series_locked(tx, &slug.0)
        .await?
        .ok_or_else(|| CommandError::NotFound {
            what: "series",
            id: slug.0.clone(),
        })?;
    if present.version == version {
        Ok(present)
    } else {
        Err(stale(version, present.version))
    }
}

fn stale(expected: i64, present: i64) -> CommandError {
    CommandError::Stale { expected, present }
}
