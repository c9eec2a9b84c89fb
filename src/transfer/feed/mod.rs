//! Feeds: RSS, Atom and JSON Feed, as `docs/IMPORT.md` §4 says.
//!
//! Owns what an item's elements mean; refuses to know what exists. Invariant: a feed says when something was
//! published, never when it takes place, so no item has a date; the parser only sees what [`sieve`] passed.

use chrono::{DateTime, Utc};
use feed_rs::{
    model::{Entry, FeedType},
    parser,
};
use serde_json::{Value, json};

use super::{
    declared,
    decode::{Encoding, NotText, decode},
    plain::plain,
    row::{File, Place, Row, short},
};
use crate::{
    clock::shanghai,
    domain::{
        input::Fault,
        text::{LONG_MAX, WebAddress, cleaned},
    },
};

mod json;
mod sieve;

/// Reads a file.
pub(super) fn read(bytes: &[u8], charset: Option<Encoding>) -> Result<File, NotText> {
    let mut file = File::default();
    let named = match charset {
        Some(charset) => Some(charset),
        None => match declared::of_xml(bytes) {
            Ok(named) => named,
            Err(unknown) => {
                file.faults.add("", unknown.to_string());
                return Ok(file);
            }
        },
    };
    let (text, encoding) = decode(bytes, named)?;
    file.encoding = Some(encoding);
    let feed = if text.trim_start().starts_with('{') {
        json::feed(&text)
    } else {
        xml(&text)
    };
    match feed {
        Ok(feed) => {
            for (index, item) in feed.items.into_iter().enumerate() {
                let row = row(index, item, &feed.title, feed.kind, &mut file.warnings);
                file.rows.push(row);
            }
            file.check_rows("items");
            if feed.left_out > 0 {
                file.warnings.push(Fault {
                    pointer: String::new(),
                    detail: format!("{} items without a link are left out", feed.left_out),
                });
            }
        }
        Err(why) => file.faults.add("", why),
    }
    Ok(file)
}

/// A feed as far as it matters.
struct Feed {
    /// What it is written in.
    kind: &'static str,
    /// What it is called.
    title: Option<String>,
    items: Vec<Item>,
    /// Items that the parser passed over.
    left_out: usize,
}

/// An item, its texts as a person reads them.
#[derive(Default)]
struct Item {
    id: Option<String>,
    link: Option<String>,
    title: Option<String>,
    summary: Option<String>,
    content: Option<String>,
    published: Option<DateTime<Utc>>,
}

fn xml(text: &str) -> Result<Feed, String> {
    let sieved = sieve::sieve(text)?;
    let parser = parser::Builder::new()
        // What has no id gets none: the next fetch would find another one.
        .id_generator(|_, _, _| String::new())
        .sanitize_content(false)
        .build();
    let feed = parser
        .parse(sieved.xml.as_slice())
        .map_err(|error| format!("is no feed that can be read: {}", short(&error.to_string())))?;
    // RSS does not say whether a text is HTML, and in practice it is.
    let is_rss = !matches!(feed.feed_type, FeedType::Atom);
    let kind = match feed.feed_type {
        FeedType::Atom => "Atom",
        FeedType::JSON => "JSON Feed",
        FeedType::RSS0 | FeedType::RSS1 | FeedType::RSS2 => "RSS",
    };
    let left_out = sieved.items.saturating_sub(feed.entries.len());
    let readable = |text: feed_rs::model::Text| {
        readable(
            text.content,
            is_rss || text.content_type.as_str() != "text/plain",
        )
    };
    Ok(Feed {
        kind,
        title: feed.title.map(readable),
        items: feed
            .entries
            .into_iter()
            .map(|entry| item(entry, is_rss, &readable))
            .collect(),
        left_out,
    })
}

fn readable(text: String, is_html: bool) -> String {
    if is_html { plain(&text) } else { text }
}

fn item(entry: Entry, is_rss: bool, text: &impl Fn(feed_rs::model::Text) -> String) -> Item {
    let link = entry
        .links
        .into_iter()
        .filter(|link| link.target.is_none())
        .find(|link| link.rel.as_deref().is_none_or(|rel| rel == "alternate"))
        .map(|link| link.href);
    let content = entry.content.and_then(|content| {
        let kind = content.content_type.to_string();
        let is_text = kind.starts_with("text/") || kind.starts_with("application/xhtml");
        let body = content.body.filter(|_| is_text)?;
        Some(readable(body, is_rss || kind != "text/plain"))
    });
    let id = Some(entry.id).filter(|id| !id.is_empty());
    Item {
        // An RSS guid is the item's address unless it says otherwise.
        link: link.or_else(|| id.clone().filter(|id| is_rss && id.starts_with("http"))),
        id,
        title: entry.title.map(text),
        summary: entry.summary.map(text),
        content,
        published: entry.published.or(entry.updated),
    }
}

fn row(
    index: usize,
    item: Item,
    feed: &Option<String>,
    kind: &str,
    warnings: &mut Vec<Fault>,
) -> Row {
    let mut warn = |name: &str, detail: String| {
        warnings.push(Fault {
            pointer: format!("/items/{index}/{name}"),
            detail,
        });
    };
    let url = item.link.as_deref().and_then(|link| {
        let address = link.parse::<WebAddress>();
        address
            .map_err(|why| warn("link", format!("is left out: {why}")))
            .ok()
    });
    let id = item.id.map(|id| id.trim().to_owned());
    let uid = id
        .filter(|id| !id.is_empty())
        .or_else(|| url.clone().map(|url| url.0));
    let mut row = Row::new(Place::Item {
        index,
        uid: uid.clone(),
    });
    match item.title.map(|title| cleaned(&title, false)) {
        Some(title) if !title.is_empty() => row.set("title/zh", title),
        _ => {
            row.faults.add("/title", "is missing");
            row.set("title/zh", "?");
        }
    }
    let mut long = |name: &str, text: Option<String>| {
        let text = cleaned(&text?, true);
        let length = text.chars().count();
        if length <= LONG_MAX {
            return Some(text).filter(|text| !text.is_empty());
        }
        warn(
            name,
            format!("has {length} characters; it is cut after {}", LONG_MAX - 1),
        );
        let start: String = text.chars().take(LONG_MAX - 1).collect();
        Some(format!("{start}…"))
    };
    let summary = long("summary", item.summary);
    let content = long("content", item.content).filter(|content| summary.as_ref() != Some(content));
    if let Some(summary) = summary {
        row.set("summary/zh", summary);
    }
    if let Some(content) = content {
        row.set("description/zh", content);
    }
    let stated_on = item
        .published
        .map(|at| at.with_timezone(&shanghai()).date_naive());
    let source: Value = json!({
        "url": url.map(|url| url.0),
        "title": feed.as_deref().map(|title| short(&cleaned(title, false))),
        "stated_on": stated_on,
        "basis": kind,
        "uid": uid,
    });
    row.set("sources", vec![source]);
    row
}

#[cfg(test)]
mod tests;
