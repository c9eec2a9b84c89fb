//! A reader that takes nothing but RFC 5545 and RFC 6868 to the letter.

use proptest::prelude::*;

use super::any;
use super::expected::{self, Line, Value};
use feeds::ical::{render_calendar, render_event};

/// A content line with its value as written.
#[derive(Debug)]
struct Raw {
    name: String,
    params: Vec<(String, Vec<String>)>,
    value: String,
}

/// The content lines of a document whose every physical line is in order.
fn unfold(document: &[u8]) -> Vec<String> {
    let text = str::from_utf8(document).expect("UTF-8");
    let body = text.strip_suffix("\r\n").expect("the last line ends");
    let mut lines: Vec<String> = Vec::new();
    for physical in body.as_bytes().split(|octet| *octet == b'\n') {
        let physical = physical.strip_suffix(b"\r").unwrap_or(physical);
        let physical = str::from_utf8(physical).expect("no character is cut by a fold");
        assert!(physical.len() <= 75, "too long: {physical:?}");
        // Readers exist that end lines at the separators of Unicode, too.
        let breaks = |c: char| c.is_control() && c != '\t' || matches!(c, '\u{2028}' | '\u{2029}');
        assert!(!physical.contains(breaks), "it breaks: {physical:?}");
        match physical.strip_prefix([' ', '\t']) {
            Some(rest) => lines.last_mut().expect("a line to go on").push_str(rest),
            None => lines.push(physical.to_owned()),
        }
    }
    let ends = text.matches('\n').count();
    assert_eq!(ends, text.matches("\r\n").count(), "a bare line feed");
    lines
}

/// RFC 5545 §3.1: `name *(";" param-name "=" param-value *("," param-value)) ":" value`.
fn parse(line: &str) -> Raw {
    let token = |text: &str| {
        !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
    };
    let end = line.find([';', ':']).expect("a value");
    let (name, mut rest) = line.split_at(end);
    assert!(token(name), "{line:?}");
    let mut params = Vec::new();
    while let Some(param) = rest.strip_prefix(';') {
        let (name, values) = param.split_once('=').expect("a parameter has values");
        assert!(token(name), "{line:?}");
        rest = values;
        let mut found = Vec::new();
        loop {
            let (value, after) = match rest.strip_prefix('"') {
                Some(quoted) => quoted.split_once('"').expect("a closing quote"),
                None => rest.split_at(rest.find([';', ':', ',']).expect("a value")),
            };
            assert!(!value.contains('"'), "{line:?}");
            found.push(decode_param(value));
            rest = after;
            match rest.strip_prefix(',') {
                Some(next) => rest = next,
                None => break,
            }
        }
        params.push((name.to_owned(), found));
    }
    let value = rest.strip_prefix(':').expect("a colon before the value");
    Raw {
        name: name.to_owned(),
        params,
        value: value.to_owned(),
    }
}

/// RFC 6868 §3.1.
pub(crate) fn decode_param(value: &str) -> String {
    let mut chars = value.chars();
    let mut out = String::new();
    while let Some(c) = chars.next() {
        out.push(match c {
            '^' => match chars.next() {
                Some('n') => '\n',
                Some('^') => '^',
                Some('\'') => '"',
                other => panic!("no escape: ^{other:?}"),
            },
            c => c,
        });
    }
    out
}

/// RFC 5545 §3.3.11: the TEXT values of a list, unescaped.
pub(crate) fn decode_texts(value: &str) -> Vec<String> {
    let mut chars = value.chars();
    let mut items = vec![String::new()];
    while let Some(c) = chars.next() {
        let item = items.last_mut().expect("never empty");
        match c {
            ',' => items.push(String::new()),
            ';' => panic!("a bare semicolon in {value:?}"),
            '\\' => item.push(match chars.next() {
                Some('n' | 'N') => '\n',
                Some(c @ ('\\' | ',' | ';')) => c,
                other => panic!("no escape: \\{other:?}"),
            }),
            c => item.push(c),
        }
    }
    items
}

fn decoded(raw: &Raw, like: &Value) -> Value {
    match like {
        Value::Word(_) => Value::Word(raw.value.clone()),
        Value::Text(_) => match <[String; 1]>::try_from(decode_texts(&raw.value)) {
            Ok([text]) => Value::Text(text),
            Err(several) => Value::Texts(several),
        },
        Value::Texts(_) => Value::Texts(decode_texts(&raw.value)),
        Value::Uri(_) => {
            let allowed = |c: char| c.is_ascii_graphic() && !r#""<>\^`{|}"#.contains(c);
            assert!(raw.value.chars().all(allowed), "no URI: {}", raw.value);
            Value::Uri(raw.value.clone())
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_in_any_field_stays_whole_in_its_own_line((calendar, events) in any::document()) {
        let fragments: Vec<Vec<u8>> = events.iter().map(render_event).collect();
        let document = render_calendar(&calendar, &fragments);
        let expected: Vec<Line> = expected::lines(&calendar, &events);
        let lines = unfold(&document);
        let found: Vec<Raw> = lines.iter().map(|line| parse(line)).collect();
        let names = |raw: &[Raw]| raw.iter().map(|line| line.name.clone()).collect::<Vec<_>>();
        let wanted: Vec<&str> = expected.iter().map(|line| line.name).collect();
        prop_assert_eq!(names(&found), wanted, "a line more, less or elsewhere");
        for (raw, line) in found.iter().zip(&expected) {
            let params: Vec<(&str, Vec<String>)> =
                raw.params.iter().map(|(name, values)| (name.as_str(), values.clone())).collect();
            prop_assert_eq!(&params, &line.params, "{}", line.name);
            prop_assert_eq!(&decoded(raw, &line.value), &line.value, "{}", line.name);
        }
    }

    #[test]
    fn the_same_state_gives_the_same_bytes((calendar, events) in any::document()) {
        let render = || {
            let fragments: Vec<Vec<u8>> = events.iter().map(render_event).collect();
            render_calendar(&calendar, &fragments)
        };
        let (copy, again) = ((calendar.clone(), events.clone()), render());
        prop_assert_eq!(&render(), &again);
        let fragments: Vec<Vec<u8>> = copy.1.iter().map(render_event).collect();
        prop_assert_eq!(render_calendar(&copy.0, &fragments), again);
    }
}
