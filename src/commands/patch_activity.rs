//! New content by merge patch (RFC 7396): silently for a draft, as `updated` or `corrected` for a public activity.

use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use super::{
    CommandError, Services,
    act::{Act, Outcome, perform},
    answered,
    audit::{Audited, Trail},
    create_activity::authorise,
    references::check_references,
};
use crate::{
    domain::{
        action::{self, Telling},
        activity::{Content, Draft},
        audit::Action,
        input::{Faults, merge_patch},
        rights::Deed,
        role::Caller,
    },
    ids::ActivityId,
    store::{self, activities::Stored, idempotency::Key},
};

/// Patches an activity.
///
/// # Errors
/// All faults of the patched content; stale versions; fields of a public activity that have an action of their own.
pub async fn patch_activity(
    services: &Services,
    caller: Caller,
    id: ActivityId,
    version: i64,
    patch: Value,
    telling: Telling,
    key: Option<Key>,
) -> Result<Outcome, CommandError> {
    let trail = Trail::of(&caller, Action::ActivityUpdate).on(&id);
    services
        .audited(trail, async move |services, trail| {
            let content = match content(&services, &caller, &id, version, &patch).await {
                Err(stale @ CommandError::Stale { .. }) if key.is_some() => {
                    // It may be what this very request did the first time.
                    let tx = services.db.begin().await?;
                    return match answered(&tx, key.as_ref(), services.now()).await {
                        Ok(Some(outcome)) => Ok(Audited::unchanged(outcome)),
                        Ok(None) | Err(CommandError::KeyReused(_)) => Err(stale),
                        Err(error) => Err(error),
                    };
                }
                content => content?,
            };
            let action = action::Action::Update {
                content: Box::new(content),
                telling,
            };
            let act = Act {
                caller,
                id,
                version,
                action,
                children: false,
                comment: None,
                key,
            };
            perform(&services, trail, &act).await
        })
        .await
}

/// The content as patched.
async fn content(
    services: &Services,
    caller: &Caller,
    id: &ActivityId,
    version: i64,
    patch: &Value,
) -> Result<Content, CommandError> {
    let not_found = || CommandError::NotFound {
        what: "activity",
        id: id.to_string(),
    };
    // Read before the transaction: `act` refuses when the version moved on in between.
    let stored = store::activities::find(services.db.reader(), id)
        .await?
        .ok_or_else(not_found)?;
    let office = stored.activity.content.office;
    if !stored.activity.status.is_public() && !caller.role.may(Deed::ReadDrafts, office) {
        return Err(not_found());
    }
    if stored.version != version {
        return Err(CommandError::Stale {
            expected: version,
            present: stored.version,
        });
    }
    let content = patched(services.db.reader(), caller, &stored, patch).await?;
    authorise(caller, &content, stored.activity.content.highlight)?;
    Ok(content)
}

/// The content of an activity after a merge patch.
///
/// # Errors
/// All its faults.
pub(super) async fn patched(
    db: &impl ConnectionTrait,
    caller: &Caller,
    stored: &Stored,
    patch: &Value,
) -> Result<Content, CommandError> {
    if !patch.is_object() {
        return Err(CommandError::fault("", "a merge patch is an object"));
    }
    let mut merged =
        serde_json::to_value(&stored.activity.content).expect("content has string keys only");
    merged["slug"] = json!(stored.activity.slug);
    if patch.pointer("/when/precision").is_some() {
        // Another precision has other fields: a whole `when` stands for itself.
        merged["when"] = Value::Null;
    }
    merge_patch(&mut merged, patch);
    let mut faults = Faults::default();
    let draft = Draft::read(&merged, stored.activity.content.office, &mut faults);
    if let Some(draft) = &draft {
        if draft.slug.as_ref() != Some(&stored.activity.slug) {
            faults.add("/slug", "a slug stays for ever");
        }
        check_references(
            db,
            caller,
            &draft.content,
            Some(&stored.activity),
            &mut faults,
        )
        .await?;
    }
    Ok(faults.check(draft)?.content)
}
