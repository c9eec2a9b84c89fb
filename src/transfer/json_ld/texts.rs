//! Terms and texts of JSON-LD.
//!
//! Invariant: a text in a language that is neither Chinese nor English is taken only where there is no other.

use serde_json::Value;

use super::Thing;
use crate::transfer::plain::plain;

/// Where terms of schema.org may begin.
const PREFIXES: [&str; 3] = ["https://schema.org/", "http://schema.org/", "schema:"];

/// A term without what stands before it.
pub(super) fn term(name: &str) -> &str {
    let name = name.trim();
    PREFIXES
        .iter()
        .find_map(|prefix| name.strip_prefix(prefix))
        .unwrap_or(name)
}

/// A property, whether or not its name has a prefix.
pub(super) fn get<'t>(thing: &'t Thing, name: &str) -> Option<&'t Value> {
    thing
        .get(name)
        .or_else(|| thing.get(&format!("schema:{name}")))
        .filter(|value| !value.is_null())
}

/// One value or several.
pub(super) fn each(value: Option<&Value>) -> &[Value] {
    match value {
        Some(Value::Array(values)) => values,
        Some(value) => std::slice::from_ref(value),
        None => &[],
    }
}

/// The text of a value that stands for itself, or of `{"@value": …}`.
pub(super) fn literal(value: &Value) -> Option<String> {
    let value = value.get("@value").unwrap_or(value);
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    Some(text).filter(|text| !text.is_empty())
}

/// The first text of a property.
pub(super) fn first(thing: &Thing, name: &str) -> Option<String> {
    each(get(thing, name)).iter().find_map(literal)
}

/// A text in both languages.
#[derive(Debug, Default)]
pub(super) struct Texts {
    pub(super) zh: Option<String>,
    pub(super) en: Option<String>,
}

/// The texts of a property; what names no language is in `language`.
pub(super) fn texts(thing: &Thing, name: &str, language: &str) -> Texts {
    let mut texts = Texts::default();
    let mut other = None;
    for value in each(get(thing, name)) {
        let Some(text) = literal(value).map(readable) else {
            continue;
        };
        let named = value.get("@language").and_then(Value::as_str);
        let slot = match named.unwrap_or(language).get(..2) {
            Some(tag) if tag.eq_ignore_ascii_case("en") => &mut texts.en,
            Some(tag) if tag.eq_ignore_ascii_case("zh") => &mut texts.zh,
            _ if named.is_none() => &mut texts.zh,
            _ => &mut other,
        };
        slot.get_or_insert(text);
    }
    if texts.zh.is_none() && texts.en.is_none() {
        texts.zh = other;
    }
    texts
}

/// Pages write HTML into these texts, and some escape it once more. What looks like none is left as it stands.
fn readable(text: String) -> String {
    let is_markup = |text: &str| {
        let tags = [
            "</", "<br", "<p>", "&lt;", "&gt;", "&amp;", "&quot;", "&nbsp;", "&#",
        ];
        tags.iter().any(|tag| text.contains(tag))
    };
    let once = if is_markup(&text) { plain(&text) } else { text };
    if is_markup(&once) { plain(&once) } else { once }
}
