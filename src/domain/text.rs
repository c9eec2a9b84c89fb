//! Texts that people read, and addresses.
//!
//! Invariant: a text that was read holds no control character but line feed (in long texts) and only
//! characters that XML 1.0 allows; an address is an absolute http(s) URL.

use entity::vocab::Language;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::input::{Faults, Object, Read, shown};

/// Characters of a title or name at most.
pub const TITLE_MAX: usize = 4_096;
/// Characters of a description at most.
pub const LONG_MAX: usize = 20_000;

/// A text that has at least its Chinese form.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Text {
    /// Chinese.
    pub zh: String,
    /// English, when there is a translation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub en: Option<String>,
}

impl Text {
    /// The text in a language, or the Chinese one, with the language it really is in.
    #[must_use]
    pub fn in_language(&self, language: Language) -> (&str, Language) {
        match (language, &self.en) {
            (Language::En, Some(en)) => (en, Language::En),
            _ => (&self.zh, Language::Zh),
        }
    }
}

/// A text that may be empty: `{}`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Words {
    /// Chinese.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zh: Option<String>,
    /// English.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub en: Option<String>,
}

impl Words {
    /// The text in a language, else in the other one, with the language it really is in.
    #[must_use]
    pub fn in_language(&self, language: Language) -> Option<(&str, Language)> {
        let zh = self.zh.as_deref().map(|text| (text, Language::Zh));
        let en = self.en.as_deref().map(|text| (text, Language::En));
        match language {
            Language::Zh => zh.or(en),
            Language::En => en.or(zh),
        }
    }

    /// Whether there is no text at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.zh.is_none() && self.en.is_none()
    }
}

/// Takes out what no document may hold: control characters and what XML 1.0 forbids. Line ends become `\n`.
#[must_use]
pub fn cleaned(text: &str, keep_lines: bool) -> String {
    let text = text
        .replace("\r\n", "\n")
        .replace(['\r', '\u{2028}', '\u{2029}'], "\n");
    let cleaned: String = text
        .chars()
        .filter_map(|c| match c {
            '\n' if keep_lines => Some('\n'),
            '\n' | '\t' => Some(' '),
            c if c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}' | '\u{FEFF}') => None,
            c => Some(c),
        })
        .collect();
    cleaned.trim().to_owned()
}

fn string(
    value: &Value,
    at: &str,
    max: usize,
    keep_lines: bool,
    faults: &mut Faults,
) -> Option<String> {
    let Value::String(raw) = value else {
        faults.add(at, format!("{} is not a string", shown(value)));
        return None;
    };
    let text = cleaned(raw, keep_lines);
    let length = text.chars().count();
    if length > max {
        let start: String = text.chars().take(40).collect();
        faults.add(
            at,
            format!("\"{start}…\" has {length} characters; at most {max} are allowed"),
        );
        return None;
    }
    Some(text)
}

/// One line of text, not empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line(pub String);

impl Read for Line {
    fn read(value: &Value, at: &str, faults: &mut Faults) -> Option<Self> {
        let text = string(value, at, TITLE_MAX, false, faults)?;
        if text.is_empty() {
            faults.add(at, format!("{} is empty", shown(value)));
            return None;
        }
        Some(Self(text))
    }
}

/// Text of several lines; empty counts as absent.
struct Long(Option<String>);

impl Read for Long {
    fn read(value: &Value, at: &str, faults: &mut Faults) -> Option<Self> {
        let text = string(value, at, LONG_MAX, true, faults)?;
        Some(Self((!text.is_empty()).then_some(text)))
    }
}

impl Read for Text {
    fn read(value: &Value, at: &str, faults: &mut Faults) -> Option<Self> {
        let mut object = Object::open(value, at, faults)?;
        let zh = object.required::<Line>("zh", faults);
        let en = object.optional::<Line>("en", faults);
        object.close(faults);
        Some(Self {
            zh: zh?.0,
            en: en.map(|line| line.0),
        })
    }
}

impl Read for Words {
    fn read(value: &Value, at: &str, faults: &mut Faults) -> Option<Self> {
        let mut object = Object::open(value, at, faults)?;
        let zh = object
            .optional::<Long>("zh", faults)
            .and_then(|long| long.0);
        let en = object
            .optional::<Long>("en", faults)
            .and_then(|long| long.0);
        object.close(faults);
        Some(Self { zh, en })
    }
}

/// An absolute http or https address of at most 2,000 characters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(transparent)]
pub struct WebAddress(pub String);

impl std::str::FromStr for WebAddress {
    type Err = String;

    fn from_str(raw: &str) -> Result<Self, String> {
        let shown = || format!("{:?}", raw.chars().take(80).collect::<String>());
        if raw.chars().count() > 2_000 {
            return Err(format!("{}… has over 2,000 characters", shown()));
        }
        if raw.chars().any(|c| c.is_control() || c.is_whitespace()) {
            return Err(format!(
                "{} holds white space or a control character",
                shown()
            ));
        }
        let url = url::Url::parse(raw)
            .map_err(|error| format!("{} is not an address: {error}", shown()))?;
        match url.scheme() {
            "http" | "https" if url.as_str().len() > 2_000 => Err(format!(
                "{}… has over 2,000 characters once it is encoded",
                shown()
            )),
            "http" | "https" if !url.username().is_empty() || url.password().is_some() => {
                Err("names a user or a password, which everybody would read".to_owned())
            }
            "http" | "https" => Ok(Self(url.into())),
            other => Err(format!(
                "{} has the scheme {other:?}; only http and https are allowed",
                shown()
            )),
        }
    }
}

impl Read for WebAddress {
    fn read(value: &Value, at: &str, faults: &mut Faults) -> Option<Self> {
        super::input::parsed(value, at, faults)
    }
}

/// A name in addresses: 1–80 of `a-z 0-9 -`, not starting or ending with a hyphen.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(transparent)]
pub struct Slug(pub String);

impl std::str::FromStr for Slug {
    type Err = String;

    fn from_str(raw: &str) -> Result<Self, String> {
        let ok = (1..=80).contains(&raw.len())
            && raw
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            && !raw.starts_with('-')
            && !raw.ends_with('-');
        if ok {
            return Ok(Self(raw.to_owned()));
        }
        let shown: String = raw.chars().take(80).collect();
        Err(format!(
            "{shown:?} is not a slug: 1–80 of a–z, 0–9 and hyphens"
        ))
    }
}

impl Slug {
    /// A slug made of a title's ASCII letters and digits; `None` when it has none.
    #[must_use]
    pub fn of_title(title: &str) -> Option<Self> {
        let mut slug = String::new();
        for c in title.chars() {
            if c.is_ascii_alphanumeric() {
                slug.push(c.to_ascii_lowercase());
            } else if !slug.is_empty() && !slug.ends_with('-') {
                slug.push('-');
            }
            if slug.len() >= 60 {
                break;
            }
        }
        let slug = slug.trim_end_matches('-');
        (!slug.is_empty()).then(|| Self(slug.to_owned()))
    }
}

impl Read for Slug {
    fn read(value: &Value, at: &str, faults: &mut Faults) -> Option<Self> {
        super::input::parsed(value, at, faults)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cleaning_takes_out_controls_and_keeps_scripts() {
        assert_eq!(
            cleaned("a\u{8}b\u{FFFE}\r\nc𠮷\u{200F}", true),
            "ab\nc𠮷\u{200F}"
        );
        assert_eq!(cleaned(" a\r\nb ", false), "a b");
    }

    #[test]
    fn addresses_are_web_addresses() {
        for bad in [
            "javascript:alert(1)",
            "https://a\r\nX: y",
            "//a/b",
            "ftp://a/",
            "mailto:a@b.c",
            "https://user:secret@a.example/",
        ] {
            assert!(bad.parse::<WebAddress>().is_err(), "{bad}");
        }
        assert!(
            "https://会议.example/路演?x=1"
                .parse::<WebAddress>()
                .is_ok()
        );
    }
}
