//! JSON Feed 1.0 and 1.1.
//!
//! Read here and not by the parser of the XML feeds: that one gives every item a copy of the feed's authors, which a
//! short document can make terabytes of. Invariant: only what is taken over is kept of a document.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::Value;

use super::{Feed, Item};
use crate::transfer::{
    objects::{OBJECTS_MAX, objects},
    plain::plain,
};

#[derive(Deserialize)]
struct Document {
    version: String,
    title: Option<String>,
    items: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    id: Option<Value>,
    url: Option<String>,
    external_url: Option<String>,
    title: Option<String>,
    summary: Option<String>,
    content_html: Option<String>,
    content_text: Option<String>,
    date_published: Option<String>,
    date_modified: Option<String>,
}

/// Reads a feed.
///
/// # Errors
/// Why it is none.
pub(super) fn feed(text: &str) -> Result<Feed, String> {
    let count = objects(text);
    if count > OBJECTS_MAX {
        return Err(format!(
            "has {count} objects; at most {OBJECTS_MAX} are allowed"
        ));
    }
    let document: Document = serde_json::from_str(text.trim_start())
        .map_err(|error| format!("is no JSON Feed: {error}"))?;
    if !document
        .version
        .starts_with("https://jsonfeed.org/version/1")
    {
        return Err(format!(
            "version {:?} is no JSON Feed of version 1",
            super::short(&document.version)
        ));
    }
    Ok(Feed {
        kind: "JSON Feed",
        title: document.title,
        items: document.items.into_iter().map(item).collect(),
        left_out: 0,
    })
}

fn item(entry: Entry) -> Item {
    // A number is to be taken for the text it is written as (JSON Feed 1.1, id).
    let id = entry.id.and_then(|id| match id {
        Value::String(id) => Some(id),
        Value::Number(id) => Some(id.to_string()),
        _ => None,
    });
    let date = |text: Option<String>| DateTime::parse_from_rfc3339(text?.trim()).ok();
    let html = entry.content_html.as_deref().map(plain);
    Item {
        id,
        link: entry.url.or(entry.external_url),
        title: entry.title,
        summary: entry.summary,
        content: html.or(entry.content_text),
        published: date(entry.date_published)
            .or_else(|| date(entry.date_modified))
            .map(|at| at.with_timezone(&Utc)),
    }
}
