//! A VEVENT as a row.
//!
//! Owns what its properties mean; refuses to know whether it repeats. Invariant: what is not taken over is said, but
//! for what `docs/IMPORT.md` §4 says is never kept.

use entity::vocab::District;
use icalendar::parser::Component;
use serde_json::{Value, json};

use super::{
    Calendar, all, find, is_english, parameter,
    provenance::{Moments, history, source},
    said, short,
    times::{self, End, Written},
    zones::Zones,
};
use crate::{
    domain::input::Fault,
    transfer::{
        Intent, marks,
        row::{Place, Row, Said},
        words::{audience, district, is_net, kind, strand},
    },
};

/// What the calendar of a programme calls its office.
const OFFICE: [&str; 2] = ["组织办公室", "Organising Office"];

/// When an event takes place, as it is written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span {
    pub(super) start: Written,
    pub(super) end: End,
}

/// Reads an event; its span where it has a start that can be read.
pub(super) fn event(
    component: &Component<'_>,
    index: usize,
    calendar: &Calendar<'_>,
    warnings: &mut Vec<Fault>,
) -> (Row, Option<Span>) {
    let uid = find(component, "UID")
        .map(|uid| uid.val.as_str().trim().to_owned())
        .filter(|uid| !uid.is_empty());
    let mut warn = |property: &str, detail: String| {
        warnings.push(Fault {
            pointer: format!("/events/{index}/{property}"),
            detail,
        });
    };
    let mut row = Row::new(Place::Event { index, uid });
    title(component, &mut row);
    let url = find(component, "URL").map_or("", |url| url.val.as_str().trim());
    for property in all(component, "DESCRIPTION") {
        let language = if is_english(property) { "en" } else { "zh" };
        let text = without_details(property.val.as_str(), url);
        row.set(&format!("description/{language}"), text);
    }
    let span = slot(component, &calendar.zones, &mut row, &mut warn);
    location(component, &mut row);
    categories(component, &mut row, &mut warn);
    let organizers: Vec<Value> = all(component, "ORGANIZER")
        .filter_map(|organizer| parameter(organizer, "CN"))
        // The office stands there where nobody else does: an event must name one (RFC 5546 §3.2.1).
        .filter(|name| !name.trim().is_empty() && !OFFICE.contains(&name.trim()))
        .map(|name| json!({"role": "host", "name": {"zh": name}}))
        .collect();
    if !organizers.is_empty() {
        row.set("organizers", organizers);
    }
    let moments = Moments::read(component, &calendar.zones, &mut row);
    let source = source(component, &mut row, calendar.name.as_deref(), &moments);
    row.set("sources", vec![source.clone()]);
    row.said = if calendar.calls_off {
        Said::Cancelled
    } else {
        said::said(component)
    };
    let cancelled = said::is_cancelled(component);
    match calendar.intent {
        Intent::History => history(&mut row, &moments, cancelled, &source),
        Intent::Drafts | Intent::Announced if row.said == Said::Cancelled => {
            row.skip = Some("is cancelled in the calendar".to_owned());
        }
        Intent::Drafts | Intent::Announced => {}
    }
    (row, span)
}

fn title(component: &Component<'_>, row: &mut Row) {
    for property in all(component, "SUMMARY") {
        let text = marks::unmarked(property.val.as_str());
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

/// Sets `when` of a row.
fn slot(
    component: &Component<'_>,
    zones: &Zones,
    row: &mut Row,
    warn: &mut impl FnMut(&str, String),
) -> Option<Span> {
    let mut read = |name: &str, at: &str| match find(component, name)
        .map(|property| times::written(property, zones))
    {
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
        return None;
    };
    let end = match (end.map(Written::time), length) {
        (Some(end), Some(length)) => {
            // Both at once are forbidden; where they say the same nothing is lost.
            let start = start.map(Written::time);
            let same = times::duration(length.val.as_str().trim()).is_ok_and(|length| {
                times::slot(start, End::After(length)) == times::slot(start, End::At(end))
            });
            if !same {
                row.faults.add(
                    "/DURATION",
                    "stands beside DTEND and says something else; one of them is meant",
                );
                return None;
            }
            End::At(end)
        }
        (Some(end), None) => End::At(end),
        (None, None) => End::Open,
        (None, Some(length)) => match times::duration(length.val.as_str().trim()) {
            Ok(length) => End::After(length),
            Err(detail) => {
                row.faults.add("/DURATION", detail);
                return None;
            }
        },
    };
    if let Some(Written::Local { floating: true, .. }) = start {
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
    match times::slot(start.map(Written::time), end) {
        Ok(when) => {
            row.set("when", when);
            start.map(|start| Span { start, end })
        }
        Err(detail) => {
            row.faults.add(at, detail);
            None
        }
    }
}

fn is_web_address(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    (lower.starts_with("http://") || lower.starts_with("https://"))
        && !text.contains(char::is_whitespace)
}

/// A text without the line that points to the event's own page: that stands in `URL`, and calendars of ours write it each time.
fn without_details(text: &str, url: &str) -> String {
    let points = |line: &str| {
        let address = line
            .strip_prefix("详情：")
            .or_else(|| line.strip_prefix("Details: "));
        address.is_some_and(|address| !url.is_empty() && address.trim() == url)
    };
    let lines: Vec<&str> = text.lines().filter(|line| !points(line)).collect();
    lines.join("\n").trim_end().to_owned()
}

/// A place, and the districts that it names behind it: `国家会议中心, 朝阳区、海淀区, 北京`.
fn place(text: &str) -> (&str, Vec<District>) {
    let is_city = |part: &str| matches!(part, "北京" | "北京市" | "Beijing");
    let (mut name, had_city) = match last_part(text) {
        Some((rest, part)) if is_city(part) => (rest, true),
        _ => (text, false),
    };
    let mut districts = Vec::new();
    while !name.is_empty() {
        let (before, part) = match last_part(name) {
            Some(parts) => parts,
            None if had_city => ("", name.trim()),
            None => break,
        };
        let names = part.split('、').map(|name| district(name.trim()));
        let found: Option<Vec<District>> = names.collect();
        match found {
            Some(mut found) if had_city || part.ends_with('区') => {
                found.append(&mut districts);
                districts = found;
                name = before;
            }
            _ => break,
        }
    }
    match (districts.is_empty(), is_city(name)) {
        (true, _) => (text, districts),
        (false, true) => ("", districts),
        (false, false) => (name, districts),
    }
}

/// What stands behind the last comma of a place, and what before it.
fn last_part(text: &str) -> Option<(&str, &str)> {
    let (rest, part) = text.rsplit_once([',', '，'])?;
    Some((rest.trim(), part.trim()))
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
        if is_net(text) {
            row.set("mode", "online");
            continue;
        }
        let language = if is_english(property) { "en" } else { "zh" };
        let (name, districts) = place(text);
        if !name.is_empty() {
            row.set(&format!("venue/name/{language}"), name);
        }
        if !districts.is_empty() {
            row.set("districts", json!(districts));
        }
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
    let (mut kinds, mut strands, mut audiences, mut districts, mut others) =
        (None, None, Vec::new(), Vec::new(), Vec::new());
    for item in all(component, "CATEGORIES").flat_map(|property| text_list(property.val.as_str())) {
        let item = item.trim();
        if item.is_empty() {
        } else if let (Some(kind), None) = (kind(item), kinds) {
            kinds = Some(kind);
        } else if let (Some(strand), None) = (strand(item), strands) {
            strands = Some(strand);
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
    if let Some(strand) = strands {
        row.set("strand", strand.as_str());
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
                "left out, being neither kind nor strand nor audience nor district: {}",
                short(&others.join(", "))
            ),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_may_name_several_districts_behind_it() {
        let two = vec![District::Chaoyang, District::Haidian];
        for (text, name, districts) in [
            (
                "国家会议中心, 朝阳区、海淀区, 北京",
                "国家会议中心",
                two.clone(),
            ),
            (
                "CNCC, Chaoyang District, Haidian District, Beijing",
                "CNCC",
                two.clone(),
            ),
            ("朝阳区、海淀区, 北京", "", two),
            (
                "国家会议中心, 朝阳区",
                "国家会议中心",
                vec![District::Chaoyang],
            ),
            ("北京国家会议中心", "北京国家会议中心", vec![]),
            ("甲厅, 乙楼, 北京", "甲厅, 乙楼, 北京", vec![]),
        ] {
            assert_eq!(place(text), (name, districts), "{text}");
        }
    }
}
