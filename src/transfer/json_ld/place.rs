//! Where an event takes place: `location` of schema.org.
//!
//! Invariant: a district is taken from an address only where the address is in Beijing, or says nothing else.

use serde_json::{Value, json};

use super::{Thing, texts};
use crate::{
    domain::text::WebAddress,
    transfer::{row::Row, words::district},
};

/// Sets venue, districts and broadcast of a row.
pub(super) fn location(thing: &Thing, language: &str, row: &mut Row) {
    let page = texts::first(thing, "url");
    for place in texts::each(texts::get(thing, "location")) {
        let Some(place) = place.as_object() else {
            if let Some(name) = texts::literal(place)
                && !row.value.contains_key("venue")
            {
                row.set(&format!("venue/name/{}", tag(language)), name);
            }
            continue;
        };
        let kind = place.get("@type").and_then(Value::as_str).map(texts::term);
        if kind == Some("VirtualLocation") {
            // An event whose address is not known is said to take place on its own page.
            if let Some(url) = texts::first(place, "url")
                && Some(&url) != page.as_ref()
                && url.parse::<WebAddress>().is_ok()
                && !row.value.contains_key("live_url")
            {
                row.set("live_url", url);
            }
        } else if !row.value.contains_key("venue") {
            venue(place, language, row);
        }
    }
}

fn tag(language: &str) -> &'static str {
    match language.get(..2) {
        Some(tag) if tag.eq_ignore_ascii_case("en") => "en",
        _ => "zh",
    }
}

fn venue(place: &Thing, language: &str, row: &mut Row) {
    let names = texts::texts(place, "name", language);
    let mut address = None;
    let mut locality = None;
    match texts::get(place, "address") {
        Some(Value::Object(parts)) => {
            let part = |name: &str| texts::first(parts, name);
            locality = part("addressLocality");
            let region = part("addressRegion");
            let in_beijing = region.as_deref().is_none_or(|region| {
                region.starts_with("北京") || region.to_ascii_lowercase().starts_with("beijing")
            });
            let districts = locality
                .as_deref()
                .filter(|_| in_beijing)
                .and_then(districts);
            address = match districts {
                Some(districts) => {
                    let districts: Vec<Value> = districts.iter().map(|it| json!(it)).collect();
                    row.set("districts", districts);
                    part("streetAddress")
                }
                None => whole([region, locality.clone(), part("streetAddress")]),
            };
        }
        Some(text) => address = texts::literal(text),
        None => {}
    }
    // A place that is called like its district or its street has no name of its own.
    let own = |name: &String| Some(name) != locality.as_ref() && Some(name) != address.as_ref();
    let language = tag(language);
    for (name, tag) in [(names.zh, "zh"), (names.en, "en")] {
        if let Some(name) = name.filter(own) {
            row.set(&format!("venue/name/{tag}"), name);
        }
    }
    if let Some(address) = address {
        if !row.value.contains_key("venue") {
            row.set("venue/name", json!({}));
        }
        row.set(&format!("venue/address/{language}"), address);
    }
    let number = |name: &str| {
        let geo = texts::get(place, "geo")?.as_object()?;
        texts::first(geo, name)?.parse::<f64>().ok()
    };
    if row.value.contains_key("venue")
        && let (Some(latitude), Some(longitude)) = (number("latitude"), number("longitude"))
    {
        row.set("venue/latitude", latitude);
        row.set("venue/longitude", longitude);
    }
}

/// The districts that a locality names, when it names nothing else.
fn districts(locality: &str) -> Option<Vec<entity::vocab::District>> {
    locality
        .split(['、', '，', ','])
        .map(|name| {
            let name = name.trim();
            district(name.strip_suffix(" District").unwrap_or(name))
        })
        .collect()
}

/// The parts of an address as they are written one after the other: Chinese from the large to the small.
fn whole(parts: [Option<String>; 3]) -> Option<String> {
    let mut parts: Vec<String> = parts.into_iter().flatten().collect();
    parts.dedup();
    let is_chinese = parts
        .iter()
        .any(|part| part.chars().any(|c| ('\u{4E00}'..='\u{9FFF}').contains(&c)));
    let whole = if is_chinese {
        parts.concat()
    } else {
        parts.reverse();
        parts.join(", ")
    };
    Some(whole).filter(|whole| !whole.is_empty())
}
