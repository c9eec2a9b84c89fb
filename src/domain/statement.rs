//! What a notice says of a change: which fields, as they were and as they are.
//!
//! Invariant: a withdrawal tells nothing of the content once more.

use entity::vocab::NoticeKind;
use serde_json::{Map, Value};

use super::{
    activity::{Activity, SourceRef},
    notice::Reason,
};

/// What a notice will say.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// Its kind.
    pub kind: NoticeKind,
    /// Why.
    pub reason: Option<Reason>,
    /// Content fields that changed.
    pub changed: Vec<String>,
    /// As they were.
    pub before: Map<String, Value>,
    /// As they are.
    pub after: Map<String, Value>,
    /// Where a historic statement is taken from.
    pub source: Option<SourceRef>,
}

impl Statement {
    /// Of a change from one state of an activity to another.
    pub(super) fn of(
        kind: NoticeKind,
        reason: Option<Reason>,
        was: &Activity,
        is: &Activity,
    ) -> Self {
        let (changed, before, after) = match kind {
            NoticeKind::Announced => (Vec::new(), Map::new(), Map::new()),
            NoticeKind::Withdrawn => {
                let (_, mut before, mut after) = differences(was, is);
                before.retain(|name, _| name == "status");
                after.retain(|name, _| name == "status");
                (Vec::new(), before, after)
            }
            _ => differences(was, is),
        };
        Self {
            kind,
            reason,
            changed,
            before,
            after,
            source: None,
        }
    }
}

fn differences(
    before: &Activity,
    after: &Activity,
) -> (Vec<String>, Map<String, Value>, Map<String, Value>) {
    let fields = |activity: &Activity| match serde_json::to_value(&activity.content) {
        Ok(Value::Object(fields)) => fields,
        _ => Map::new(),
    };
    let (old, new) = (fields(before), fields(after));
    let mut changed = Vec::new();
    let (mut was, mut is) = (Map::new(), Map::new());
    for (name, value) in &new {
        if old.get(name) != Some(value) {
            changed.push(name.clone());
            was.insert(name.clone(), old.get(name).cloned().unwrap_or(Value::Null));
            is.insert(name.clone(), value.clone());
        }
    }
    if before.status != after.status {
        was.insert("status".to_owned(), before.status.as_str().into());
        is.insert("status".to_owned(), after.status.as_str().into());
    }
    (changed, was, is)
}
