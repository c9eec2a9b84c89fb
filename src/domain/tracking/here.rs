//! What stands in an activity, beside what a source says of it.

use entity::vocab::Kind;
use serde_json::{Map, Value, json};

use crate::domain::{activity::Activity, when::When};

/// Whether nothing was said here: no editor's word is lost where something is said instead.
pub(super) fn is_blank(name: &str, here: &Value) -> bool {
    match here {
        Value::Null => true,
        Value::String(text) => text.is_empty() || (name == "kind" && text == Kind::Other.as_str()),
        Value::Array(list) => list.is_empty(),
        Value::Object(parts) if parts.get("precision").is_some() => parts["precision"] == "unknown",
        Value::Object(parts) => parts.values().all(|part| is_blank("", part)),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// What stands in an activity under a name that is compared.
pub(super) fn here(activity: &Activity, uid: Option<&str>, name: &str) -> Value {
    if name == "status" {
        return json!(activity.status);
    }
    if name == "url" {
        let sources = &activity.content.sources;
        let of_uid = sources
            .iter()
            .find(|from| from.uid.is_some() && from.uid.as_deref() == uid);
        return json!(of_uid.or(sources.first()).and_then(|from| from.url.clone()));
    }
    let content = serde_json::to_value(&activity.content);
    let content = content.expect("content has string keys only");
    content.get(name).cloned().unwrap_or(Value::Null)
}

/// An activity's sources with another address for the one that has this UID.
#[must_use]
pub fn sources_with(activity: &Activity, uid: Option<&str>, url: &Value) -> Value {
    let sources = serde_json::to_value(&activity.content.sources);
    let mut list = match sources.expect("sources have string keys only") {
        Value::Array(list) => list,
        _ => Vec::new(),
    };
    let of_uid = |from: &Value| uid.is_some() && from["uid"].as_str() == uid;
    match list.iter().position(of_uid) {
        Some(index) => list[index]["url"] = url.clone(),
        None if list.is_empty() => list.push(json!({"url": url, "uid": uid})),
        None => list[0]["url"] = url.clone(),
    }
    Value::Array(list)
}

/// What stands in an activity under some names that are compared, or its status.
#[must_use]
pub fn here_of<'n>(
    activity: &Activity,
    uid: Option<&str>,
    names: impl Iterator<Item = &'n str>,
) -> Map<String, Value> {
    names
        .map(|name| (name.to_owned(), here(activity, uid, name)))
        .collect()
}

/// Whether all that a source says stands here; what it leaves open may be anything.
pub(super) fn covers(here: &Value, said: &Value) -> bool {
    match (here, said) {
        (_, Value::Null) => true,
        (Value::Object(here), Value::Object(said)) => said
            .iter()
            .all(|(name, value)| covers(here.get(name).unwrap_or(&Value::Null), value)),
        (Value::Array(here), Value::Array(said)) => {
            here.len() == said.len() && here.iter().zip(said).all(|(here, said)| covers(here, said))
        }
        (here, said) => here == said,
    }
}

/// Whether all that a source says in words stands here, whatever the width of the characters and the space between them.
pub(super) fn reads_like(here: &Value, said: &Value) -> bool {
    match (here, said) {
        (_, Value::Null) => true,
        (Value::Object(here), Value::Object(said)) => said
            .iter()
            .all(|(name, value)| reads_like(here.get(name).unwrap_or(&Value::Null), value)),
        (Value::String(here), Value::String(said)) => narrow(here).eq(narrow(said)),
        (here, said) => here == said,
    }
}

fn narrow(text: &str) -> impl Iterator<Item = char> {
    let narrow = text.chars().map(|c| match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        other => other,
    });
    narrow.filter(|c| !c.is_whitespace())
}

/// Whether a proposal's change stands here already, whoever made it.
#[must_use]
pub fn stands_here(activity: &Activity, uid: Option<&str>, now: &Map<String, Value>) -> bool {
    let mut said = now.iter().filter(|(name, _)| *name != "said").peekable();
    said.peek().is_some()
        && said.all(|(name, value)| match name.as_str() {
            "when" => serde_json::from_value::<When>(value.clone())
                .is_ok_and(|when| same_slot(&when, &activity.content.when)),
            name => covers(&here(activity, uid, name), value),
        })
}

/// Whether a slot stands here; a day that ends on itself is that day.
pub(super) fn same_slot(one: &When, other: &When) -> bool {
    one == other
        || (one.is_slot()
            && std::mem::discriminant(one) == std::mem::discriminant(other)
            && one.starts_at() == other.starts_at()
            && one.over_at() == other.over_at())
}
