//! New settings of a source by merge patch (RFC 7396).

use serde_json::Value;

use super::{Outcome, authorise, check_mapping, find_for, load_for, vet};
use crate::{
    commands::{
        CommandError, Services,
        audit::{Audited, Trail, between, spared, watched},
    },
    domain::{
        audit::Action,
        input::{Faults, merge_patch},
        role::Caller,
        source::Source,
    },
    guard::Guard,
    store,
};

/// Changes a source. Where it is read from, or how, is another thing then: it is read anew as a whole by the next round.
///
/// # Errors
/// All faults of the patched settings; a stale version.
pub async fn patch_source(
    services: &Services,
    guard: &Guard,
    caller: Caller,
    id: String,
    version: i64,
    patch: Value,
) -> Result<Outcome, CommandError> {
    let trail = Trail::of(&caller, Action::SourceUpdate).on(&id);
    let audit = trail.clone();
    spared();
    let asked = async {
        // Before the transaction, which must not wait for a name server.
        let row = find_for(services.db.reader(), &caller, &id).await?;
        if row.version != version {
            return Err(CommandError::Stale {
                expected: version,
                present: row.version,
            });
        }
        let present = store::sources::settings(&row)?;
        if !patch.is_object() {
            return Err(CommandError::fault("", "a merge patch is an object"));
        }
        let mut merged = serde_json::to_value(&present).expect("a source has string keys only");
        merge_patch(&mut merged, &patch);
        let mut faults = Faults::default();
        let source = Source::read(&merged, present.office, &mut faults);
        if let Some(source) = &source {
            if source.url != present.url {
                vet(guard, source, &mut faults).await;
            }
            if source.mapping != present.mapping {
                check_mapping(services, &caller, source, &mut faults).await?;
            }
        }
        let source = faults.check(source)?;
        authorise(&caller, &source)?;
        services
            .run(async move |services| {
                let now = services.now();
                let tx = services.db.begin().await?;
                let mut row = load_for(&tx, &caller, &id, version).await?;
                if source == present {
                    return Ok(Audited::unchanged(Outcome::of(&row)?));
                }
                store::sources::set(&mut row, &source);
                row.version += 1;
                row.updated_at = now;
                // What was read by other settings is not what they make of it.
                (row.etag, row.last_modified, row.content_hash) = (None, None, None);
                (row.failures, row.busy_until) = (0, None);
                row.due_at = source.url.is_some().then_some(now);
                store::sources::save(&tx, row.clone()).await?;
                let fields = between(&present, &source);
                let outcome = Outcome::of(&row)?;
                Ok(trail.commit(tx, now, &fields, outcome).await?)
            })
            .await
    };
    watched(&services.db, &*services.clock, audit, asked).await
}
