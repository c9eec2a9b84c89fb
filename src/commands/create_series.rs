//! A new series.

use serde_json::Value;

use super::{
    CommandError, Services, answered,
    audit::{Audited, Trail, said},
    reference::organisers_only,
    remember,
};
use crate::{
    domain::{audit::Action, input, role::Caller, series::Series},
    store::{self, idempotency::Key, reference::Versioned},
};

/// Makes a series of what somebody sent.
///
/// # Errors
/// All faults of the input; [`CommandError::Conflict`] when its slug is taken.
pub async fn create_series(
    services: &Services,
    caller: Caller,
    input: Value,
    key: Option<Key>,
) -> Result<Versioned<Series>, CommandError> {
    let trail = Trail::of(&caller, Action::SeriesCreate);
    services
        .audited(trail, async move |services, trail| {
            organisers_only(&caller)?;
            let tx = services.db.begin().await?;
            if let Some(made) = answered(&tx, key.as_ref(), services.now()).await? {
                return Ok(Audited::unchanged(made));
            }
            let value: Series = input::read(&input)?;
            let slug = value.slug.0.clone();
            let taken = || CommandError::Conflict(format!("there is a series {slug:?} already"));
            if store::reference::find_series(&tx, &slug).await?.is_some() {
                return Err(taken());
            }
            match store::reference::insert_series(&tx, &value).await {
                Err(error) if error.is_taken() => return Err(taken()),
                done => done?,
            }
            let made = Versioned { value, version: 1 };
            remember(&tx, key.as_ref(), &made).await?;
            store::log::bump_reference(&tx).await?;
            let fields = said(&made.value);
            let trail = trail.on(&slug);
            let done = trail.commit(tx, services.now(), &fields, made).await?;
            tracing::info!(series = slug, caller = %caller.id, "the series {slug} was made");
            services.show().await;
            Ok(done)
        })
        .await
}
