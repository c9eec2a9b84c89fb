//! An edition rolled over to a later year: what stays the same from year to year need not be typed anew.
//!
//! Invariant: the old edition stays as it is, its contacts included; they are copied with the date that each has.

use serde_json::Value;

use super::{
    CommandError, Services, answered,
    audit::{Audited, Trail, said},
    reference::organisers_only,
    remember,
};
use crate::{
    domain::{audit::Action, edition::Edition, role::Caller},
    store::{self, idempotency::Key, reference::Versioned},
};

/// Makes the edition of the year after `year`, or of the later one that the input names, out of `year`'s.
///
/// # Errors
/// [`CommandError::NotFound`] without an edition `year`; all faults of the input; [`CommandError::Conflict`] when the
/// new year has an edition already.
pub async fn roll_over_edition(
    services: &Services,
    caller: Caller,
    year: i32,
    input: Value,
    key: Option<Key>,
) -> Result<Versioned<Edition>, CommandError> {
    let trail = Trail::of(&caller, Action::EditionRollOver).on(year);
    services
        .audited(trail, async move |services, trail| {
            organisers_only(&caller)?;
            let tx = services.db.begin().await?;
            if let Some(made) = answered(&tx, key.as_ref(), services.now()).await? {
                return Ok(Audited::unchanged(made));
            }
            let old = store::reference::find_edition_pinned(&tx, year).await?;
            let old = old.ok_or_else(|| CommandError::NotFound {
                what: "edition",
                id: year.to_string(),
            })?;
            let value = old.value.rolled_over(&input)?;
            let next = value.year;
            let taken = || CommandError::Conflict(format!("there is an edition {next} already"));
            if store::reference::find_edition(&tx, next).await?.is_some() {
                return Err(taken());
            }
            match store::reference::insert_edition(&tx, &value).await {
                Err(error) if error.is_taken() => return Err(taken()),
                done => done?,
            }
            let contacts = store::office_contacts::of_edition(&tx, year).await?;
            store::office_contacts::insert_many(&tx, next, contacts).await?;
            let made = Versioned { value, version: 1 };
            remember(&tx, key.as_ref(), &made).await?;
            store::log::bump_reference(&tx).await?;
            let fields = said(&made.value);
            let done = trail
                .on(next)
                .commit(tx, services.now(), &fields, made)
                .await?;
            tracing::info!(
                edition = next, from = year, caller = %caller.id,
                "the edition {year} was rolled over to {next}"
            );
            services.show().await;
            Ok(done)
        })
        .await
}
