//! Calendars: RFC 5545, as `docs/IMPORT.md` §4 says.
//!
//! Owns what becomes of a calendar's events, repeated ones too; refuses to know what exists. Invariant: the parser only
//! sees what [`scan`] passed, and no file becomes more rows than one may have.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use icalendar::parser::{Component, Property, read_components};
use serde_json::Value;

use self::{
    event::{Span, event},
    lines::lines,
    repeats::{Budget, Ids, Names, Occurrences, occurrences},
    series::{Series, sequence, series},
    zones::Zones,
};
pub(super) use self::{lines::Spoiled, repeats::Window};
pub(super) use super::row::short;
use super::{
    Intent,
    decode::{Encoding, NotText},
    row::{File, Place, ROWS_MAX, Row},
};
use crate::domain::input::Fault;

mod event;
mod lines;
mod provenance;
mod repeats;
mod rule;
mod said;
mod scan;
mod series;
mod times;
mod windows;
mod zones;

/// Text that repeated events may have all together, in bytes: each occurrence has all of its event's.
const TEXT_MAX: usize = 32 * 1024 * 1024;

/// Reads a file; of repeated events what begins in the window.
pub(super) fn read(
    bytes: &[u8],
    charset: Option<Encoding>,
    intent: Intent,
    window: Window,
    spoiled: Spoiled,
) -> Result<File, NotText> {
    let lines = lines(bytes, charset, spoiled)?;
    let mut file = File {
        encoding: Some(lines.encoding),
        ..File::default()
    };
    let scanned = scan::calendars(&lines, &mut file.faults);
    file.warnings.extend(scanned.left_out);
    let mut calendars = Vec::new();
    for text in &scanned.calendars {
        match read_components(text) {
            Ok(found) => calendars.extend(found),
            Err(error) => {
                // The parser's message repeats the text around the place; its first line says enough.
                let error = error.lines().take(3).collect::<Vec<_>>().join(" ");
                file.faults
                    .add("", format!("not a calendar: {}", short(&error)));
            }
        }
    }
    let calendars: Vec<Calendar<'_>> = calendars
        .iter()
        .map(|component| Calendar::of(component, intent))
        .collect();
    let mut reading = Reading {
        series: series(&calendars),
        spoiled: scanned.spoiled,
        window,
        budget: Budget::default(),
        text: 0,
        file: &mut file,
    };
    let mut events = 0;
    for calendar in &calendars {
        for component in &calendar.component.components {
            match component.name.as_str() {
                "VEVENT" => {
                    reading.event(component, events, calendar);
                    events += 1;
                }
                "VTODO" | "VJOURNAL" | "VFREEBUSY" => reading.file.warnings.push(Fault {
                    pointer: String::new(),
                    detail: format!("a {} is left out: only events are taken", component.name),
                }),
                _ => {}
            }
            if reading.is_full() {
                break;
            }
        }
    }
    file.check_rows("events");
    Ok(file)
}

/// A VCALENDAR, and what holds for all its events.
struct Calendar<'c> {
    component: &'c Component<'c>,
    name: Option<String>,
    calls_off: bool,
    zones: Zones,
    intent: Intent,
}

impl<'c> Calendar<'c> {
    fn of(component: &'c Component<'c>, intent: Intent) -> Self {
        let name = find(component, "NAME")
            .map(|name| name.val.clone().unescape_text().as_str().to_owned())
            .or_else(|| find(component, "X-WR-CALNAME").map(|name| name.val.as_str().to_owned()));
        Self {
            component,
            name,
            calls_off: said::calls_off(component),
            zones: Zones::of(component),
            intent,
        }
    }
}

/// A file while it is read.
struct Reading<'f> {
    series: HashMap<&'f str, Series<'f>>,
    spoiled: BTreeMap<usize, Vec<Fault>>,
    window: Window,
    budget: Budget,
    text: usize,
    file: &'f mut File,
}

impl Reading<'_> {
    fn event(&mut self, component: &Component<'_>, index: usize, calendar: &Calendar<'_>) {
        let uid = find(component, "UID").map_or("", |uid| uid.val.as_str().trim());
        let known = self.series.get(uid).filter(|_| !uid.is_empty());
        if known.is_some_and(|series| series.outdates(component)) {
            self.file.warnings.push(Fault {
                pointer: format!("/events/{index}"),
                detail: format!(
                    "{}: is left out: a later SEQUENCE of it stands in the file",
                    short(uid)
                ),
            });
            return;
        }
        let (mut row, span) = event(component, index, calendar, &mut self.file.warnings);
        if let Some(spoiled) = self.spoiled.remove(&index) {
            if uid.is_empty() && find(component, "RECURRENCE-ID").is_some() {
                // The event that repeats would be told as if this occurrence were like the others.
                self.file.faults.0.extend(spoiled.clone());
            }
            // What is missing is missing because it cannot be read.
            row.faults.0.splice(..0, spoiled);
        }
        if let Some(id) = find(component, "RECURRENCE-ID") {
            match times::written(id, &calendar.zones) {
                Ok(written) => {
                    let known = known.filter(|series| series.repeats);
                    let begins = span.map_or(written, |span| span.start).time();
                    // Excluded since: the event was changed after the occurrence was.
                    if known.is_some_and(|series| {
                        series.excluded.hold(written) && sequence(component) <= series.sequence
                    }) {
                        return;
                    }
                    let none = Names::default();
                    let names = known.map_or(&none, |series| &series.names);
                    let holds = |time| self.window.holds(time);
                    if known.is_some() && !(holds(written.time()) || holds(begins)) {
                        self.file.passed.insert(names.key(uid, written.time()));
                        return;
                    }
                    row.occurrence = Some(written.time().day());
                    name(&mut row, written.time(), names);
                }
                Err(why) => row.faults.add("/RECURRENCE-ID", why),
            }
            if parameter(id, "RANGE").is_some() {
                row.faults.add(
                    "/RECURRENCE-ID",
                    "has a RANGE: write what changes as a repeated event of its own",
                );
            }
            self.file.rows.push(row);
            return;
        }
        let Some(span) = span else {
            if row.faults.0.is_empty() && repeats::repeats(component) {
                row.faults.add("/RRULE", "repeats without a DTSTART");
            }
            self.file.rows.push(row);
            return;
        };
        let none = Ids::default();
        let replaced = known.map_or(&none, |series| &series.replaced);
        if !repeats::repeats(component) {
            if !replaced.hold(span.start) {
                self.file.rows.push(row);
            }
            return;
        }
        let found = occurrences(
            component,
            span.start,
            &calendar.zones,
            self.window,
            replaced,
            &mut self.budget,
        );
        match found {
            Err((at, why)) => {
                row.faults.add(at, why);
                self.file.rows.push(row);
            }
            // What is wrong with the event is wrong with each of them.
            Ok(_) if !row.faults.0.is_empty() => self.file.rows.push(row),
            Ok(found) => {
                let names = Names::of(component, &calendar.zones);
                let found = self.sure(uid, found, &names);
                self.repeat(component, &row, span, found, &names);
            }
        }
    }

    /// Without those that are others than the event says: they are there, and cannot be read.
    fn sure(&mut self, uid: &str, mut all: Occurrences, names: &Names) -> Occurrences {
        if let Some(series) = self.series.get(uid) {
            let unread = &mut self.file.unread;
            let before = all.found.len();
            all.found.retain(|one| {
                let is_sure = !series.is_unsure(one.start);
                if !is_sure {
                    unread.insert(names.key(uid, one.start.time()));
                }
                is_sure
            });
            all.replaced |= all.found.len() < before;
        }
        all
    }

    fn repeat(
        &mut self,
        component: &Component<'_>,
        row: &Row,
        span: Span,
        found: Occurrences,
        names: &Names,
    ) {
        let mut warn = |detail: String| {
            self.file.warnings.push(row.place.fault(Fault {
                pointer: "/RRULE".to_owned(),
                detail,
            }));
        };
        let length: usize = component
            .properties
            .iter()
            .map(|it| it.val.as_str().len())
            .sum();
        self.text = self
            .text
            .saturating_add(length.saturating_mul(found.found.len()));
        if self.text > TEXT_MAX {
            if self.file.faults.0.is_empty() {
                let why = format!("repeated events have over {TEXT_MAX} bytes of text together");
                self.file.faults.add("", why);
            }
            return;
        }
        if found.left_out > 0 {
            let taken: Vec<NaiveDate> =
                found.found.iter().map(|it| it.start.time().day()).collect();
            let (first, last) = (taken.first().copied(), taken.last().copied());
            if let (Some(first), Some(last)) = (first, last) {
                warn(format!(
                    "repeats too often: {} from {first} to {last} are taken, and {} before or after them left out",
                    taken.len(),
                    found.left_out
                ));
                if let Place::Event { uid: Some(uid), .. } = &row.place {
                    self.file.cut.insert(uid.clone(), (first, last));
                }
            }
        } else if found.found.is_empty() && !found.replaced {
            warn(format!(
                "repeats, but not {}: nothing is taken",
                self.window
            ));
        }
        for occurrence in found.found {
            let mut row = row.clone();
            let start = occurrence.start.time();
            let end = occurrence
                .end
                .unwrap_or_else(|| span.end.moved(Some(span.start.time())));
            match times::slot(Some(start), end) {
                Ok(when) => row.set("when", when),
                Err(why) => row.faults.add("/RDATE", why),
            }
            row.occurrence = Some(start.day());
            name(&mut row, start, names);
            self.file.rows.push(row);
        }
    }

    fn is_full(&self) -> bool {
        self.file.rows.len() > ROWS_MAX || self.text > TEXT_MAX
    }
}

/// Gives a row the upstream id of an occurrence, in its sources and its history too.
fn name(row: &mut Row, id: times::Time, names: &Names) {
    let Place::Event { uid: Some(uid), .. } = &mut row.place else {
        return;
    };
    *uid = names.key(uid, id);
    let key = uid.clone();
    let rename = |source: Option<&mut Value>| {
        if let Some(uid) = source.and_then(|source| source.get_mut("uid")) {
            *uid = key.as_str().into();
        }
    };
    rename(
        row.value
            .get_mut("sources")
            .and_then(|sources| sources.get_mut(0)),
    );
    let steps = row.history.as_mut().and_then(Value::as_array_mut);
    for step in steps.into_iter().flatten() {
        rename(step.get_mut("source"));
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

#[cfg(test)]
mod tests;
