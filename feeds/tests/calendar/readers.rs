//! Calendars as the parsers of `icalendar` and `calcard` read them, field by field.

use calcard::common::{IanaParse, PartialDateTime};
use calcard::icalendar::{ICalendar, ICalendarDuration, ICalendarEntry, ICalendarValue};
use icalendar::parser::{Component, Property, read_calendar, unfold};
use proptest::prelude::*;

use super::any;
use super::expected::{self, Line, Value};
use super::strict::{decode_param, decode_texts};
use feeds::ical::{Calendar, Event, render_calendar, render_event};

fn written(calendar: &Calendar, events: &[Event]) -> String {
    let fragments: Vec<Vec<u8>> = events.iter().map(render_event).collect();
    String::from_utf8(render_calendar(calendar, &fragments)).expect("UTF-8")
}

/// A line as a parser sees it: the borders of components have no entry of their own.
enum Read<T> {
    Begin(String),
    Entry(T),
    End(String),
}

fn calcard_lines(document: &ICalendar, at: usize, out: &mut Vec<Read<ICalendarEntry>>) {
    let component = &document.components[at];
    let name = component.component_type.as_str().to_owned();
    out.push(Read::Begin(name.clone()));
    out.extend(component.entries.iter().cloned().map(Read::Entry));
    for child in &component.component_ids {
        calcard_lines(document, *child as usize, out);
    }
    out.push(Read::End(name));
}

fn icalendar_lines<'a>(component: &'a Component<'a>, out: &mut Vec<Read<&'a Property<'a>>>) {
    out.push(Read::Begin(component.name.as_str().to_owned()));
    out.extend(component.properties.iter().map(Read::Entry));
    for child in &component.components {
        icalendar_lines(child, out);
    }
    out.push(Read::End(component.name.as_str().to_owned()));
}

/// Compares line by line; `same` says what is wrong with an entry.
fn compare<T>(
    found: Vec<Read<T>>,
    expected: &[Line],
    same: impl Fn(&T, &Line) -> Result<(), TestCaseError>,
) -> Result<(), TestCaseError> {
    prop_assert_eq!(found.len(), expected.len());
    for (read, line) in found.iter().zip(expected) {
        match read {
            Read::Entry(entry) => same(entry, line)?,
            Read::Begin(name) => {
                prop_assert_eq!(
                    (line.name, &line.value),
                    ("BEGIN", &Value::Word(name.clone()))
                );
            }
            Read::End(name) => {
                prop_assert_eq!(
                    (line.name, &line.value),
                    ("END", &Value::Word(name.clone()))
                );
            }
        }
    }
    Ok(())
}

/// calcard 0.3.14 is not asked for what it gets wrong:
/// it leaves the escapes of RFC 6868 in parameters as they are; in a list it drops spaces around an
/// item and joins those within (`a  b` becomes `a b`); it takes `data:` URIs apart.
fn calcard_agrees(entry: &ICalendarEntry, line: &Line) -> Result<(), TestCaseError> {
    prop_assert_eq!(entry.name.as_str(), line.name);
    for (name, values) in &line.params {
        let named = entry
            .params
            .iter()
            .filter(|param| param.name.as_str() == *name);
        let found: Vec<String> = named
            .map(|param| decode_param(param.value.as_text().unwrap_or_default()))
            .collect();
        prop_assert_eq!(&found, values, "{} of {}", name, line.name);
    }
    prop_assert_eq!(
        entry.params.len(),
        line.params
            .iter()
            .map(|(_, values)| values.len())
            .sum::<usize>()
    );
    let texts: Vec<&str> = entry
        .values
        .iter()
        .filter_map(ICalendarValue::as_text)
        .collect();
    match &line.value {
        Value::Text(text) => prop_assert_eq!(texts.concat(), text.as_str(), "{}", line.name),
        Value::Uri(uri) if uri.to_ascii_lowercase().starts_with("data:") => {}
        Value::Uri(uri) => prop_assert_eq!(texts.concat(), uri.as_str(), "{}", line.name),
        Value::Texts(items) => {
            let squeezed = |item: &str| item.replace(' ', "");
            let found: Vec<String> = texts.into_iter().map(squeezed).collect();
            let given: Vec<String> = items.iter().map(|item| squeezed(item)).collect();
            prop_assert_eq!(found, given);
        }
        Value::Word(word) => match entry.values.as_slice() {
            [ICalendarValue::Duration(found)] => {
                let given = ICalendarDuration::parse(word.as_bytes());
                prop_assert_eq!(Some(found), given.as_ref());
            }
            [ICalendarValue::PartialDateTime(at)] => prop_assert_eq!(&clock(at), word),
            [ICalendarValue::Integer(number)] => prop_assert_eq!(&number.to_string(), word),
            [ICalendarValue::Float(lat), ICalendarValue::Float(lon)] => {
                prop_assert_eq!(&format!("{lat:.6};{lon:.6}"), word);
            }
            _ => prop_assert_eq!(texts.concat(), word.as_str(), "{}", line.name),
        },
    }
    Ok(())
}

/// A date, a date with a time, or an offset, as the format writes it.
fn clock(at: &PartialDateTime) -> String {
    let day = at.year.map(|year| {
        format!(
            "{year:04}{:02}{:02}",
            at.month.unwrap_or(0),
            at.day.unwrap_or(0)
        )
    });
    let time = at.hour.map(|hour| {
        format!(
            "T{hour:02}{:02}{:02}",
            at.minute.unwrap_or(0),
            at.second.unwrap_or(0)
        )
    });
    let zone = match (at.tz_hour, at.tz_minute) {
        (Some(0), _) => "Z".to_owned(),
        (Some(hours), minutes) => format!("+{hours:02}{:02}", minutes.unwrap_or(0)),
        (None, _) => String::new(),
    };
    [day.unwrap_or_default(), time.unwrap_or_default(), zone].concat()
}

/// icalendar 0.17.17 is not asked for what it gets wrong: it leaves the escapes of RFC 6868 in
/// parameters, keeps the quotes of an empty one, and knows neither NAME nor a list's items.
fn icalendar_agrees(property: &&Property<'_>, line: &Line) -> Result<(), TestCaseError> {
    prop_assert_eq!(property.name.as_str(), line.name);
    let found: Vec<(&str, String)> = property
        .params
        .iter()
        .map(|param| {
            let value = param.val.as_ref().map_or("", |value| value.as_str());
            let value = if value == "\"\"" { "" } else { value };
            (param.key.as_str(), decode_param(value))
        })
        .collect();
    let given: Vec<(&str, String)> = line
        .params
        .iter()
        .map(|(name, values)| (*name, values.join(",")))
        .collect();
    prop_assert_eq!(found, given, "{}", line.name);
    let value = property.val.as_str();
    match &line.value {
        Value::Text(text) if line.name == "NAME" => {
            prop_assert_eq!(decode_texts(value), std::slice::from_ref(text));
        }
        Value::Texts(items) => prop_assert_eq!(&decode_texts(value), items),
        Value::Word(given) | Value::Text(given) | Value::Uri(given) => {
            prop_assert_eq!(value, given.as_str(), "{}", line.name);
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn calcard_reads_back_what_was_given((calendar, events) in any::document()) {
        let parsed = ICalendar::parse(written(&calendar, &events)).expect("a calendar");
        let mut found = Vec::new();
        calcard_lines(&parsed, 0, &mut found);
        compare(found, &expected::lines(&calendar, &events), calcard_agrees)?;
    }

    #[test]
    fn icalendar_reads_back_what_was_given((calendar, events) in any::document()) {
        let unfolded = unfold(&written(&calendar, &events));
        let parsed = read_calendar(&unfolded).expect("a calendar");
        let root = Component {
            name: "VCALENDAR".into(),
            properties: parsed.properties,
            components: parsed.components,
        };
        let mut found = Vec::new();
        icalendar_lines(&root, &mut found);
        compare(found, &expected::lines(&calendar, &events), icalendar_agrees)?;
    }
}
