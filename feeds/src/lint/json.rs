//! What stands in a JSON Feed.

use serde_json::Value;

use super::{Fault, Seen, SeenEntry};
use crate::json::VERSION;

pub(super) fn read(document: &str) -> Result<Seen, Fault> {
    let document: Value =
        serde_json::from_str(document).map_err(|error| Fault::of(error.to_string()))?;
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    if document["version"] != VERSION {
        return Err(Fault::of(format!("the version is {}", document["version"])));
    }
    let Some(items) = document["items"].as_array() else {
        return Err(Fault::of("the feed has no items"));
    };
    let mut urls = Vec::new();
    addresses(&document, &mut urls);
    Ok(Seen {
        id: String::new(),
        title: text(&document["title"]),
        language: text(&document["language"]),
        self_urls: vec![text(&document["feed_url"])],
        updated: None,
        entries: items
            .iter()
            .map(|item| SeenEntry {
                id: text(&item["id"]),
                title: text(&item["title"]),
                link: text(&item["url"]),
                date: text(&item["date_published"]),
                enclosures: item["attachments"].as_array().map_or(0, Vec::len),
            })
            .collect(),
        urls,
    })
}

/// Every member that is an address by its name.
fn addresses(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                match value {
                    Value::String(text)
                        if name.ends_with("url")
                            || matches!(name.as_str(), "href" | "icon" | "is_version_of") =>
                    {
                        found.push(text.clone());
                    }
                    other => addresses(other, found),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| addresses(item, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
