//! Calendars: RFC 5545, as `docs/IMPORT.md` §4 says.
//!
//! Owns what an event's properties mean; refuses to know what exists. Invariant: the parser only sees what [`scan`]
//! passed.

use icalendar::parser::{Component, Property, read_components};
use serde_json::{Value, json};

use self::{
    provenance::{Moments, history, source},
    times::{End, Time},
};
pub(super) use super::row::short;
use super::{
    Intent,
    decode::{Encoding, NotText, decode},
    row::{File, Place, Row, Said},
    words::{audience, district, kind},
};
use crate::domain::input::Fault;

mod provenance;
mod said;
mod scan;
mod times;

/// Reads a file.
pub(super) fn read(
    bytes: &[u8],
    charset: Option<Encoding>,
    intent: Intent,
) -> Result<File, NotText> {
    let (text, encoding) = decode(bytes, charset)?;
    let mut file = File {
        encoding: Some(encoding),
        ..File::default()
    };
    for text in scan::calendars(&text, &mut file.faults) {
        match read_components(&text) {
            Ok(calendars) => calendars
                .iter()
                .for_each(|calendar| events(calendar, intent, &mut file)),
            Err(error) => {
                // The parser's message repeats the text around the place; its first line says enough.
                let error = error.lines().take(3).collect::<Vec<_>>().join(" ");
                file.faults
                    .add("", format!("not a calendar: {}", short(&error)));
            }
        }
    }
    file.check_rows("events");
    Ok(file)
}

fn events(calendar: &Component<'_>, intent: Intent, file: &mut File) {
    let name = find(calendar, "NAME")
        .map(|name| name.val.clone().unescape_text().as_str().to_owned())
        .or_else(|| find(calendar, "X-WR-CALNAME").map(|name| name.val.as_str().to_owned()));
    let calls_off = said::calls_off(calendar);
    for component in &calendar.components {
        match component.name.as_str() {
            "VEVENT" => {
                let index = file.rows.len();
                let mut row = event(
                    component,
                    index,
                    name.as_deref(),
                    intent,
                    &mut file.warnings,
                );
                if calls_off {
                    row.said = Said::Cancelled;
                }
                file.rows.push(row);
            }
            "VTODO" | "VJOURNAL" | "VFREEBUSY" => file.warnings.push(Fault {
                pointer: String::new(),
                detail: format!("a {} is left out: only events are taken", component.name),
            }),
            _ => {}
        }
    }
}

fn find<'c, 'a>(component: &'c Component<'a>, name: &str) -> Option<&'c Property<'a>> {
    component
        .properties
        .iter()
        .find(|property| property.name == name)
}

fn all<'c, 'a>(
    component: &'c Component<'a>,
    name: &'c str,
) -> impl Iterator<Item = &'c Property<'a>> {
    component
        .properties
        .iter()
        .filter(move |property| property.name == name)
}

/// A parameter's value.
fn parameter<'p>(property: &'p Property<'_>, name: &str) -> Option<&'p str> {
    property
        .params
        .iter()
        .find(|parameter| parameter.key.as_str().eq_ignore_ascii_case(name))
        .and_then(|parameter| parameter.val.as_ref())
        .map(icalendar::parser::ParseString::as_str)
}

fn is_english(property: &Property<'_>) -> bool {
    parameter(property, "LANGUAGE").is_some_and(|tag| {
        tag.get(..2)
            .is_some_and(|start| start.eq_ignore_ascii_case("en"))
    })
}

fn event(
    component: &Component<'_>,
    index: usize,
    calendar: Option<&str>,
    intent: Intent,
    warnings: &mut Vec<Fault>,
) -> Row {
    let uid = find(component, "UID")
        .map(|uid| uid.val.as_str().trim().to_owned())
        .filter(|uid| !uid.is_empty());
    let place = Place::Event { index, uid };
    let mut warn = |property: &str, detail: String| {
        warnings.push(Fault {
            pointer: format!("/events/{index}/{property}"),
            detail,
        });
    };
    let mut row = Row::new(place);
    title(component, &mut row);
    for property in all(component, "DESCRIPTION") {
        let language = if is_english(property) { "en" } else { "zh" };
        row.set(&format!("description/{language}"), property.val.as_str());
    }
    slot(component, &mut row, &mut warn);
    for name in ["RRULE", "RDATE", "EXDATE", "RECURRENCE-ID"] {
        if find(component, name).is_some() {
            row.faults.add(
                format!("/{name}"),
                "repeated events are not taken: write each day as an event of its own, or one event over all days",
            );
        }
    }
    location(component, &mut row);
    categories(component, &mut row, &mut warn);
    let organizers: Vec<Value> = all(component, "ORGANIZER")
        .filter_map(|organizer| parameter(organizer, "CN"))
        .filter(|name| !name.trim().is_empty())
        .map(|name| json!({"role": "host", "name": {"zh": name}}))
        .collect();
    if !organizers.is_empty() {
        row.set("organizers", organizers);
    }
    let moments = Moments::read(component, &mut row);
    let source = source(component, &mut row, calendar, &moments);
    row.set("sources", vec![source.clone()]);
    row.said = said::said(component);
    let cancelled = said::is_cancelled(component);
    match intent {
        Intent::History => history(&mut row, &moments, cancelled, &source),
        Intent::Drafts | Intent::Announced if cancelled => {
            row.skip = Some("is cancelled in the calendar".to_owned());
        }
        Intent::Drafts | Intent::Announced => {}
    }
    row
}

fn title(component: &Component<'_>, row: &mut Row) {
    for property in all(component, "SUMMARY") {
        let text = said::unmarked(property.val.as_str());
        let language = if is_english(property) { "en" } else { "zh" };
        if !text.is_empty() {
            row.set(&format!("title/{language}"), text);
        }
    }
    let has_zh = row
        .value
        .get("title")
        .is_some_and(|title| title.get("zh").is_some());
    if !has_zh {
        // An English calendar has one SUMMARY, and it is marked as what it is.
        match row
            .value
            .get("title")
            .and_then(|title| title.get("en"))
            .cloned()
        {
            Some(en) => row.set("title/zh", en),
            None => {
                row.faults.add("/title", "is missing");
                row.set("title/zh", "?");
            }
        }
    }
}

fn slot(component: &Component<'_>, row: &mut Row, warn: &mut impl FnMut(&str, String)) {
    let mut read = |name: &str, at: &str| match find(component, name).map(times::time) {
        None => Ok(None),
        Some(Ok(time)) => Ok(Some(time)),
        Some(Err(detail)) => {
            row.faults.add(at, detail);
            Err(())
        }
    };
    let (start, end) = (read("DTSTART", "/when"), read("DTEND", "/when/ends"));
    let length = find(component, "DURATION");
    let (Ok(start), Ok(end)) = (start, end) else {
        return;
    };
    let end = match (end, length) {
        (Some(_), Some(_)) => {
            row.faults
                .add("/DURATION", "stands beside DTEND; one of them is meant");
            return;
        }
        (Some(end), None) => End::At(end),
        (None, None) => End::Open,
        (None, Some(length)) => match times::duration(length.val.as_str().trim()) {
            Ok(length) => End::After(length),
            Err(detail) => {
                row.faults.add("/DURATION", detail);
                return;
            }
        },
    };
    if let Some(Time::Floating(_)) = start {
        warn(
            "DTSTART",
            "has no time zone: it is taken for Shanghai's time".to_owned(),
        );
    }
    let at = if matches!(end, End::After(_)) {
        "/DURATION"
    } else {
        "/when/ends"
    };
    match times::slot(start, end) {
        Ok(when) => row.set("when", when),
        Err(detail) => row.faults.add(at, detail),
    }
}

fn is_web_address(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    (lower.starts_with("http://") || lower.starts_with("https://"))
        && !text.contains(char::is_whitespace)
}

fn location(component: &Component<'_>, row: &mut Row) {
    for property in all(component, "LOCATION") {
        let text = property.val.as_str().trim();
        if text.is_empty() {
            continue;
        }
        if is_web_address(text) {
            row.set("live_url", text);
            continue;
        }
        let language = if is_english(property) { "en" } else { "zh" };
        row.set(&format!("venue/name/{language}"), text);
    }
    if let Some(geo) = find(component, "GEO")
        && row.value.contains_key("venue")
    {
        let numbers: Vec<Option<f64>> = geo
            .val
            .as_str()
            .split(';')
            .map(|number| number.trim().parse().ok())
            .collect();
        match numbers.as_slice() {
            [Some(latitude), Some(longitude)] => {
                row.set("venue/latitude", *latitude);
                row.set("venue/longitude", *longitude);
            }
            _ => row.faults.add(
                "/venue",
                format!("{:?} is not latitude;longitude", short(geo.val.as_str())),
            ),
        }
    }
    if let Some(address) = all(component, "CONFERENCE")
        .map(|conference| conference.val.as_str().trim())
        .find(|address| is_web_address(address))
    {
        row.set("live_url", address);
    }
}

/// Splits a list of texts at its unescaped commas (RFC 5545 §3.3.11).
fn text_list(raw: &str) -> Vec<String> {
    let mut items = vec![String::new()];
    let mut chars = raw.chars();
    while let Some(c) = chars.next() {
        let item = items.last_mut().expect("starts with one and only grows");
        match c {
            '\\' => match chars.next() {
                Some('n' | 'N') => item.push('\n'),
                Some(escaped) => item.push(escaped),
                None => {}
            },
            ',' => items.push(String::new()),
            other => item.push(other),
        }
    }
    items
}

fn categories(component: &Component<'_>, row: &mut Row, warn: &mut impl FnMut(&str, String)) {
    let (mut kinds, mut audiences, mut districts, mut others) =
        (None, Vec::new(), Vec::new(), Vec::new());
    for item in all(component, "CATEGORIES").flat_map(|property| text_list(property.val.as_str())) {
        let item = item.trim();
        if item.is_empty() {
        } else if let (Some(kind), None) = (kind(item), kinds) {
            kinds = Some(kind);
        } else if let Some(audience) = audience(item) {
            audiences.push(json!(audience));
        } else if let Some(district) = district(item) {
            districts.push(json!(district));
        } else {
            others.push(item.to_owned());
        }
    }
    if let Some(kind) = kinds {
        row.set("kind", kind.as_str());
    }
    if !audiences.is_empty() {
        row.set("audiences", audiences);
    }
    if !districts.is_empty() {
        row.set("districts", districts);
    }
    if !others.is_empty() {
        warn(
            "CATEGORIES",
            format!(
                "left out, being neither kind nor audience nor district: {}",
                short(&others.join(", "))
            ),
        );
    }
}

#[cfg(test)]
mod tests;
