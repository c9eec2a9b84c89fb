//! A page as a browser reads it, as far as our own pages go: its elements, its texts, and what its forms send.
//!
//! Invariant: it fails on markup that we do not write, so a text that became markup fails the test that reads the page.

use super::seat::{Seat, post};
use crate::support::http::Answer;

/// A part of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Open(String, Vec<(String, String)>),
    Close(String),
    Text(String),
}

/// A page that was read to its end.
#[derive(Clone, Debug)]
pub(super) struct Page(Vec<Part>);

/// Elements that hold text alone, and whether escapes are read in it.
const TEXT_ALONE: [(&str, bool); 4] = [
    ("textarea", true),
    ("title", true),
    ("script", false),
    ("style", false),
];

impl Page {
    /// Reads it.
    #[track_caller]
    pub(super) fn read(html: &str) -> Self {
        let mut parts = Vec::new();
        let mut rest = html;
        while let Some(at) = rest.find('<') {
            if at > 0 {
                parts.push(Part::Text(unescaped(&rest[..at])));
            }
            rest = &rest[at + 1..];
            if let Some(after) = rest.strip_prefix('/') {
                let (name, after) = after.split_once('>').expect("a tag that ends");
                assert!(is_name(name), "</{name}>");
                parts.push(Part::Close(name.to_owned()));
                rest = after;
                continue;
            }
            if let Some(after) = rest.strip_prefix("![CDATA[") {
                // XML alone has these, and one text may stand in several.
                let (text, after) = after.split_once("]]>").expect("a section that ends");
                match parts.last_mut() {
                    Some(Part::Text(before)) => before.push_str(text),
                    _ => parts.push(Part::Text(text.to_owned())),
                }
                rest = after;
                continue;
            }
            if let Some(after) = rest.strip_prefix("!DOCTYPE html>") {
                rest = after;
                continue;
            }
            let (part, after) = opened(rest);
            rest = after;
            let Part::Open(name, _) = &part else {
                continue;
            };
            let alone = TEXT_ALONE.iter().find(|(alone, _)| alone == name).copied();
            parts.push(part);
            if let Some((name, has_escapes)) = alone {
                let end = rest.find(&format!("</{name}")).expect("an end tag");
                let text = &rest[..end];
                parts.push(Part::Text(match has_escapes {
                    true => unescaped(text),
                    false => text.to_owned(),
                }));
                rest = &rest[end..];
            }
        }
        assert_eq!(rest.trim(), "", "what follows the page");
        Self(parts)
    }

    /// Its elements and their attributes, without any text: what no text may change.
    pub(super) fn skeleton(&self) -> Vec<String> {
        let parts = self.0.iter().filter_map(|part| match part {
            Part::Open(name, attributes) => {
                let names: Vec<&str> = attributes.iter().map(|(name, _)| name.as_str()).collect();
                Some(format!("{name} {}", names.join(" ")))
            }
            Part::Close(name) => Some(format!("/{name}")),
            Part::Text(_) => None,
        });
        parts.collect()
    }

    /// All values of an attribute.
    pub(super) fn values(&self, wanted: &str) -> Vec<&str> {
        let parts = self.0.iter().filter_map(|part| match part {
            Part::Open(_, attributes) => Some(attributes),
            _ => None,
        });
        parts
            .flatten()
            .filter(|(name, _)| name == wanted)
            .map(|(_, value)| value.as_str())
            .collect()
    }

    /// The texts between elements, in their order; none of space alone.
    pub(super) fn texts(&self) -> Vec<&str> {
        let parts = self.0.iter().filter_map(|part| match part {
            Part::Text(text) => Some(text.trim()),
            _ => None,
        });
        parts.filter(|text| !text.is_empty()).collect()
    }

    /// The texts of all elements of a name.
    pub(super) fn inside(&self, element: &str) -> Vec<String> {
        let mut found = Vec::new();
        let mut open: Option<String> = None;
        for part in &self.0 {
            match part {
                Part::Open(name, _) if name == element => open = Some(String::new()),
                Part::Close(name) if name == element => found.extend(open.take()),
                Part::Text(text) => {
                    if let Some(open) = &mut open {
                        open.push_str(text);
                    }
                }
                _ => {}
            }
        }
        found
    }

    /// What a form of this address sends before anybody touched it, as browsers put it together (HTML, §4.10.21.4).
    #[track_caller]
    pub(super) fn form(&self, action: &str) -> Form {
        let found = self.forms().into_iter().find(|form| form.action == action);
        found.unwrap_or_else(|| panic!("no form that goes to {action}: {:?}", self.texts()))
    }

    /// All forms.
    pub(super) fn forms(&self) -> Vec<Form> {
        let mut forms: Vec<Form> = Vec::new();
        let mut is_open = false;
        let mut disabled = 0;
        let mut fieldsets: Vec<bool> = Vec::new();
        let mut parts = self.0.iter().peekable();
        let mut select: Option<(String, Option<String>, Option<String>)> = None;
        while let Some(part) = parts.next() {
            match part {
                Part::Open(name, attributes) => {
                    let get = |wanted: &str| {
                        let found = attributes.iter().find(|(name, _)| name == wanted);
                        found.map(|(_, value)| value.clone())
                    };
                    let value = get("value").unwrap_or_default();
                    match name.as_str() {
                        "form" => {
                            is_open = true;
                            forms.push(Form {
                                action: get("action").expect("a form goes somewhere"),
                                method: get("method").unwrap_or_else(|| "get".to_owned()),
                                fields: Vec::new(),
                            });
                        }
                        "fieldset" => {
                            let is_off = get("disabled").is_some();
                            fieldsets.push(is_off);
                            disabled += usize::from(is_off);
                        }
                        "select" => select = Some((get("name").unwrap_or_default(), None, None)),
                        "option" => {
                            if let Some((_, first, chosen)) = &mut select {
                                first.get_or_insert(value.clone());
                                if get("selected").is_some() {
                                    *chosen = Some(value);
                                }
                            }
                        }
                        "input" | "textarea" if is_open && disabled == 0 => {
                            let Some(field) = get("name").filter(|name| !name.is_empty()) else {
                                continue;
                            };
                            let kind = get("type").unwrap_or_default();
                            let is_ticked = !matches!(kind.as_str(), "checkbox" | "radio")
                                || get("checked").is_some();
                            let sent = match name.as_str() {
                                "textarea" => match parts.peek() {
                                    Some(Part::Text(text)) => {
                                        let text = text.strip_prefix('\n').unwrap_or(text);
                                        text.replace('\n', "\r\n")
                                    }
                                    _ => String::new(),
                                },
                                _ if kind == "hidden" => value,
                                // A line has no breaks in a browser.
                                _ => value.replace(['\r', '\n'], ""),
                            };
                            if is_ticked {
                                let form = forms.last_mut().expect("one is open");
                                form.fields.push((field, sent));
                            }
                        }
                        _ => {}
                    }
                }
                Part::Close(name) => match name.as_str() {
                    "form" => is_open = false,
                    "fieldset" => {
                        disabled -= usize::from(fieldsets.pop().unwrap_or_default());
                    }
                    "select" => {
                        if let Some((name, first, chosen)) = select.take()
                            && is_open
                            && disabled == 0
                        {
                            let form = forms.last_mut().expect("one is open");
                            let value = chosen.or(first).unwrap_or_default();
                            form.fields.push((name, value));
                        }
                    }
                    _ => {}
                },
                Part::Text(_) => {}
            }
        }
        forms
    }
}

/// What a form sends.
#[derive(Clone, Debug)]
pub(super) struct Form {
    pub(super) action: String,
    pub(super) method: String,
    pub(super) fields: Vec<(String, String)>,
}

impl Form {
    /// The same with another value in a field, which must be there but for a button's.
    pub(super) fn with(mut self, name: &str, value: &str) -> Self {
        self.fields.retain(|(field, _)| field != name);
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The value of a field.
    #[track_caller]
    pub(super) fn value(&self, name: &str) -> &str {
        let found = self.fields.iter().find(|(field, _)| field == name);
        let (_, value) = found.unwrap_or_else(|| panic!("no field {name} in {:?}", self.fields));
        value
    }

    /// Sends it as somebody.
    pub(super) async fn send(&self, seat: &Seat<'_>) -> Answer {
        assert_eq!(self.method, "post");
        let fields = self.fields.iter();
        let fields: Vec<(&str, &str)> = fields
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        post(seat.app, &self.action, &fields)
            .header("cookie", &seat.cookie)
            .header("accept-language", "en")
            .send()
            .await
    }
}

fn is_name(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b':')
}

/// A tag after its `<`.
#[track_caller]
fn opened(text: &str) -> (Part, &str) {
    let shown = &text[..text.floor_char_boundary(80)];
    let end = text
        .find(|c: char| c.is_whitespace() || c == '>' || c == '/')
        .unwrap_or_else(|| panic!("<{shown}"));
    let (name, mut rest) = text.split_at(end);
    assert!(is_name(name), "<{shown}");
    let mut attributes = Vec::new();
    loop {
        rest = rest.trim_start();
        if let Some(after) = rest.strip_prefix('>').or_else(|| rest.strip_prefix("/>")) {
            return (Part::Open(name.to_owned(), attributes), after);
        }
        let end = rest
            .find(|c: char| c == '=' || c == '>' || c == '/' || c.is_whitespace())
            .unwrap_or_else(|| panic!("<{shown}"));
        let (attribute, after) = rest.split_at(end);
        assert!(
            is_name(attribute),
            "the attribute {attribute:?} of <{shown}"
        );
        rest = after;
        let mut value = String::new();
        if let Some(after) = rest.strip_prefix("=\"") {
            let (quoted, after) = after.split_once('"').expect("a value that ends");
            value = unescaped(quoted);
            rest = after;
        } else {
            assert!(!rest.starts_with('='), "a value without quotes in <{shown}");
        }
        attributes.push((attribute.to_owned(), value));
    }
}

/// A text without its escapes.
pub(super) fn unescaped(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        let named = rest[1..].split_once(';').and_then(|(name, after)| {
            let c = match name {
                "lt" => '<',
                "gt" => '>',
                "amp" => '&',
                "quot" => '"',
                "apos" => '\'',
                _ => {
                    let number = name.strip_prefix('#')?;
                    let number = match number.strip_prefix('x') {
                        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                        None => number.parse().ok()?,
                    };
                    char::from_u32(number)?
                }
            };
            Some((c, after))
        });
        match named {
            Some((c, after)) => {
                plain.push(c);
                rest = after;
            }
            None => {
                plain.push('&');
                rest = &rest[1..];
            }
        }
    }
    plain.push_str(rest);
    plain
}
