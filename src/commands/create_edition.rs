//! A new edition.

use serde_json::Value;

use super::{
    CommandError, Services, answered,
    audit::{Audited, Trail, said},
    reference::organisers_only,
    remember,
};
use crate::{
    domain::{audit::Action, edition::Edition, input, role::Caller},
    store::{self, idempotency::Key, reference::Versioned},
};

/// Makes an edition of what somebody sent.
///
/// # Errors
/// All faults of the input; [`CommandError::Conflict`] when the year has one already.
pub async fn create_edition(
    services: &Services,
    caller: Caller,
    input: Value,
    key: Option<Key>,
) -> Result<Versioned<Edition>, CommandError> {
    let trail = Trail::of(&caller, Action::EditionCreate);
    services
        .audited(trail, async move |services, trail| {
            organisers_only(&caller)?;
            let tx = services.db.begin().await?;
            if let Some(made) = answered(&tx, key.as_ref(), services.now()).await? {
                return Ok(Audited::unchanged(made));
            }
            let value: Edition = input::read(&input)?;
            let year = value.year;
            let taken = || CommandError::Conflict(format!("there is an edition {year} already"));
            if store::reference::find_edition(&tx, year).await?.is_some() {
                return Err(taken());
            }
            match store::reference::insert_edition(&tx, &value).await {
                Err(error) if error.is_taken() => return Err(taken()),
                done => done?,
            }
            let made = Versioned { value, version: 1 };
            remember(&tx, key.as_ref(), &made).await?;
            store::log::bump_reference(&tx).await?;
            let fields = said(&made.value);
            let trail = trail.on(year);
            let done = trail.commit(tx, services.now(), &fields, made).await?;
            tracing::info!(edition = year, caller = %caller.id, "the edition {year} was made");
            services.show().await;
            Ok(done)
        })
        .await
}
