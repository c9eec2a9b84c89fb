//! What an entry leaves open, and what it says.
//!
//! Invariants: gaps are filled by what the source's office set, and by nothing else; what the source is called here does not become
//! public: that is for its office.

use chrono::{DateTime, Datelike, Utc};
use entity::vocab::{Kind, Strand};
use serde_json::{Map, Value, json};

use super::By;
use crate::domain::{
    activity::Content,
    when::{When, day_of},
};

/// Fills what an entry leaves open by what its source's office said, and by nothing else.
pub(super) fn fill(value: &mut Map<String, Value>, by: &By, now: DateTime<Utc>) {
    let source = &by.source;
    value.retain(|_, field| !field.is_null());
    // What imports know besides, and what nobody upstream may set here.
    for name in [
        "slug",
        "parent",
        "office",
        "highlight",
        "figures",
        "outcomes",
        "contact",
        "series",
    ] {
        value.remove(name);
    }
    if !value.contains_key("edition") {
        let start = value
            .get("when")
            .and_then(|when| serde_json::from_value::<When>(when.clone()).ok())
            .and_then(|when| when.starts_at())
            .map(|start| day_of(start).year());
        let told = value
            .get("sources")
            .and_then(|sources| sources.pointer("/0/stated_on"))
            .and_then(Value::as_str)
            .and_then(|day| day.get(..4)?.parse().ok());
        let year = source.edition.or(start).or(told);
        value.insert(
            "edition".to_owned(),
            json!(year.unwrap_or_else(|| day_of(now).year())),
        );
    }
    let year = value.get("edition").and_then(Value::as_i64);
    let edition = by
        .editions
        .iter()
        .find(|edition| Some(i64::from(edition.year)) == year);
    let titled = value.get("section").and_then(Value::as_str);
    let titled = titled.and_then(|title| {
        let mut sections = edition?.sections.iter();
        sections.find(|section| section.title.zh == title)
    });
    if let Some(section) = titled {
        value.insert("section".to_owned(), json!(section.slug));
    }
    if !value.contains_key("strand") {
        let strand = match value.contains_key("section") {
            true => Strand::MainSession,
            false => Strand::YearRound,
        };
        value.insert("strand".to_owned(), json!(strand));
    }
    if let (Some(district), false) = (source.district, value.contains_key("districts")) {
        value.insert("districts".to_owned(), json!([district]));
    }
    if !value.contains_key("kind") {
        let kind = source.kind.unwrap_or(Kind::Other);
        value.insert("kind".to_owned(), json!(kind));
    }
}

/// What an entry says, as an activity writes it.
pub(super) fn fields(content: &Content, stated: &[&'static str]) -> Map<String, Value> {
    let whole = serde_json::to_value(content).expect("content has string keys only");
    let mut fields: Map<String, Value> = stated
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), whole.get(*name)?.clone())))
        .collect();
    if let Some(url) = content.sources.first().and_then(|from| from.url.as_ref()) {
        fields.insert("url".to_owned(), json!(url));
    }
    fields
}
