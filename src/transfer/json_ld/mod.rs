//! Events of schema.org: JSON-LD in a page or by itself, as `docs/IMPORT.md` §4 says.
//!
//! Owns where events stand in a document; refuses to know what exists. Invariants: a page with a block that cannot be
//! read, or without an event, is no page without events; of one that breaks off that is told.

use std::collections::HashMap;

use serde_json::{Map, Value};

use self::ids::Ids;

use super::{
    declared,
    decode::{Encoding, NotText, decode},
    objects::{OBJECTS_MAX, objects},
    row::{CutOff, File, ROWS_MAX, short},
};
use crate::domain::input::Faults;

mod blocks;
mod event;
mod ids;
mod place;
mod texts;
mod when;

/// Lists, graphs and parts of events in each other; real pages come to five.
const DEPTH_MAX: usize = 8;

/// Properties under which events stand.
const INSIDE: [&str; 7] = [
    "@graph",
    "itemListElement",
    "item",
    "subEvent",
    "event",
    "events",
    "mainEntity",
];

/// Events whose type does not say so.
const EVENTS: [&str; 4] = ["Festival", "Hackathon", "EventSeries", "CourseInstance"];

/// An object of a document.
type Thing = Map<String, Value>;

/// Reads a file.
pub(super) fn read(bytes: &[u8], charset: Option<Encoding>) -> Result<File, NotText> {
    let mut file = File::default();
    let named = match charset {
        Some(charset) => Some(charset),
        None => match declared::of_html(bytes) {
            Ok(named) => named,
            Err(unknown) => {
                file.faults.add("", unknown.to_string());
                return Ok(file);
            }
        },
    };
    let (text, encoding) = decode(bytes, named)?;
    file.encoding = Some(encoding);
    let documents = documents(&text, &mut file.faults);
    if !file.faults.0.is_empty() {
        return Ok(file);
    }
    let mut found = Vec::new();
    for document in &documents {
        collect(document, 0, &mut found, &mut file.faults);
    }
    let events = without_repeats(found);
    if events.len() > ROWS_MAX {
        file.faults.add(
            "",
            format!(
                "has {} events; at most {ROWS_MAX} are allowed",
                events.len()
            ),
        );
        return Ok(file);
    }
    let ids = Ids::of(&events);
    for (index, thing) in events.into_iter().enumerate() {
        let row = event::row(index, thing, &ids, &mut file.warnings);
        file.rows.push(row);
    }
    file.cut_off = blocks::breaks_off(&text).then(|| CutOff {
        why: "the page breaks off: it has neither </body> nor </html>; nothing is taken for gone"
            .to_owned(),
        line: None,
    });
    file.check_rows("events");
    if file.rows.is_empty() && file.faults.0.is_empty() {
        file.faults.add("", "holds no schema.org Event");
    }
    Ok(file)
}

/// The JSON documents of a file: its own, or those in a page's scripts.
fn documents(text: &str, faults: &mut Faults) -> Vec<Value> {
    let is_json = text.trim_start().starts_with(['{', '[']);
    let blocks = if is_json {
        vec![(String::new(), text.to_owned())]
    } else {
        let blocks = blocks::blocks(text).into_iter().zip(1..);
        blocks
            .map(|(block, number)| {
                (
                    format!("block {number} (line {}): ", block.line),
                    block.json,
                )
            })
            .collect()
    };
    let count: usize = blocks.iter().map(|(_, json)| objects(json)).sum();
    if count > OBJECTS_MAX {
        faults.add(
            "",
            format!("has {count} JSON objects; at most {OBJECTS_MAX} are allowed"),
        );
        return Vec::new();
    }
    let mut documents = Vec::new();
    for (place, json) in blocks {
        match serde_json::from_str(&json) {
            Ok(document) => documents.push(document),
            Err(error) => faults.add(
                "",
                format!("{place}not JSON: {}", short(&error.to_string())),
            ),
        }
    }
    documents
}

/// The events of a document, each before its parts.
fn collect<'d>(document: &'d Value, depth: usize, found: &mut Vec<&'d Thing>, faults: &mut Faults) {
    if depth > DEPTH_MAX {
        if faults.0.is_empty() {
            faults.add("", format!("events are nested more than {DEPTH_MAX} deep"));
        }
        return;
    }
    match document {
        Value::Array(items) => {
            for item in items {
                // A list in a list is one level; objects in a list are none of their own.
                let depth = if item.is_array() { depth + 1 } else { depth };
                collect(item, depth, found, faults);
            }
        }
        Value::Object(thing) => {
            if is_event(thing) {
                found.push(thing);
            }
            for name in INSIDE {
                if let Some(inner) = texts::get(thing, name) {
                    collect(inner, depth + 1, found, faults);
                }
            }
        }
        _ => {}
    }
}

fn is_event(thing: &Thing) -> bool {
    let is = |name: &Value| {
        let name = texts::term(name.as_str().unwrap_or_default());
        name.ends_with("Event") || EVENTS.contains(&name)
    };
    match thing.get("@type") {
        Some(Value::Array(types)) => types.iter().any(is),
        Some(one) => is(one),
        None => false,
    }
}

/// The same event stands in a page twice where it is listed and described.
fn without_repeats(found: Vec<&Thing>) -> Vec<&Thing> {
    let mut first: HashMap<&str, &Thing> = HashMap::new();
    found
        .into_iter()
        .filter(|thing| {
            let Some(id) = thing.get("@id").and_then(Value::as_str) else {
                return true;
            };
            match first.get(id) {
                Some(earlier) => earlier != thing,
                None => {
                    first.insert(id, thing);
                    true
                }
            }
        })
        .collect()
}

#[cfg(test)]
mod tests;
