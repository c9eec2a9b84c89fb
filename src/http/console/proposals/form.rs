//! What is asked for when a proposal is accepted otherwise than it stands: the fields of its action, filled by what it proposes.
//!
//! Invariant: only what somebody changed in the form is done otherwise.

use chrono::{DateTime, Utc};
use serde_json::{Map, Value, json};

use super::{
    super::{
        activities::{asks, editor},
        fields::{Group, Source},
        seat::Seated,
        sheet::Sheet,
    },
    Case,
};
use crate::{
    domain::{
        activity::Activity,
        input::{Faults, merge_patch},
        tracking::Do,
    },
    http::Web,
};

/// Whether all of an activity's fields are asked for.
const fn is_of_content(action: Do) -> bool {
    matches!(action, Do::Announce | Do::Update)
}

/// The form's fields before anybody changed them: what would be done.
pub(super) fn prefilled(case: &Case, activity: &Activity) -> Sheet {
    let document = &case.document;
    let action = document.action;
    let content = json!(activity.content);
    let mut asked = match action {
        Do::Announce | Do::Update => content,
        Do::Relocate => json!({"venue": content["venue"], "districts": content["districts"]}),
        Do::ChangeFormat => json!({"mode": content["mode"], "live_url": content["live_url"]}),
        Do::Reschedule | Do::Postpone | Do::Cancel | Do::Reinstate | Do::Delete => json!({}),
    };
    if document.body.get("when").is_some() {
        // Another precision has other fields.
        asked["when"] = Value::Null;
    }
    merge_patch(&mut asked, &document.body);
    let mut sheet = Sheet::of_json(&asked);
    match action {
        Do::Announce => sheet.set("/publish/when", "now"),
        Do::Reinstate => {
            let has_date = document.body.get("when").is_some();
            sheet.set("/slot", if has_date { "new" } else { "old" });
        }
        _ => {}
    }
    sheet
}

/// The form's fields.
pub(super) fn groups(
    web: &Web,
    seated: &Seated,
    source: &Source<'_>,
    (action, activity): (Do, &Activity),
) -> Vec<Group> {
    let mut groups = asks::groups(web, action.as_str(), source, activity);
    if action == Do::Announce {
        // A comment goes with a review, which this is not.
        groups.truncate(1);
    }
    if is_of_content(action) {
        groups.extend(editor::groups(web, seated, source));
    }
    groups
}

/// What is done otherwise than proposed, as a merge patch over the action's body.
pub(super) fn edits(
    action: Do,
    (sheet, base): (&Sheet, &Sheet),
    now: DateTime<Utc>,
    faults: &mut Faults,
) -> Value {
    let mut edits = sheet.json(faults);
    if action == Do::Announce {
        asks::publish_at(sheet, now, &mut edits, faults);
    }
    if action == Do::Reinstate && !sheet.has("/slot", "new") {
        edits["when"] = Value::Null;
    }
    let Some(fields) = edits.as_object_mut() else {
        return Value::Object(Map::new());
    };
    fields.remove("slot");
    fields.remove("publish");
    if is_of_content(action) {
        let changed = sheet.changed_from(base);
        let is_changed = |name: &str| {
            changed
                .iter()
                .any(|group| group[1..].split('/').next() == Some(name))
        };
        fields.retain(|name, _| name == "publish_at" || is_changed(name));
    }
    edits
}
