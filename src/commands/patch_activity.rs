//! New content by merge patch (RFC 7396): silently for a draft, as `updated` or `corrected` for a public activity.

use serde_json::{Value, json};

use super::{
    CommandError, Services,
    act::{Act, Outcome, act},
    create_activity::authorise,
    references::check_references,
};
use crate::{
    domain::{
        action::{Action, Telling},
        activity::Draft,
        input::{Faults, merge_patch},
        rights::Deed,
        role::Caller,
    },
    ids::ActivityId,
    store::{self, idempotency::Key},
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
    let not_found = || CommandError::NotFound {
        what: "activity",
        id: id.to_string(),
    };
    // Read before the transaction: `act` refuses when the version moved on in between.
    let stored = store::activities::find(services.db.reader(), &id)
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
    merge_patch(&mut merged, &patch);
    let mut faults = Faults::default();
    let draft = Draft::read(&merged, stored.activity.content.office, &mut faults);
    if let Some(draft) = &draft {
        if draft.slug.as_ref() != Some(&stored.activity.slug) {
            faults.add("/slug", "a slug stays for ever");
        }
        check_references(
            services.db.reader(),
            &caller,
            &draft.content,
            Some(&stored.activity),
            &mut faults,
        )
        .await?;
    }
    let content = faults.check(draft)?.content;
    authorise(&caller, &content, stored.activity.content.highlight)?;
    let action = Action::Update {
        content: Box::new(content),
        telling,
    };
    act(
        services,
        Act {
            caller,
            id,
            version,
            action,
            children: false,
            comment: None,
            key,
        },
    )
    .await
}
