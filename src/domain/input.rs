//! Reading JSON that somebody sent, with all its faults at once.
//!
//! Owns the walk and the pointers (RFC 6901); each type says itself how it is read.
//! Invariant: reading returns a value only when it reported no fault for it; an unknown field is a fault.

use std::str::FromStr;

use serde_json::{Map, Value};

/// One fault of an input.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Fault {
    /// Where it stands: a JSON pointer, or a parameter's or column's name.
    pub pointer: String,
    /// What is wrong, naming the value.
    pub detail: String,
}

/// Faults told at once at most, so that a request full of faults does not get an answer many times its size.
const FAULTS: usize = 100;

/// The faults found so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults(pub Vec<Fault>);

impl Faults {
    /// Notes one.
    pub fn add(&mut self, pointer: impl Into<String>, detail: impl Into<String>) {
        match self.0.len() {
            0..FAULTS => {}
            FAULTS => {
                return self.0.push(Fault {
                    pointer: String::new(),
                    detail: "and more faults; these are the first".to_owned(),
                });
            }
            _ => return,
        }
        self.0.push(Fault {
            pointer: pointer.into(),
            detail: detail.into(),
        });
    }

    /// Gives the value when nothing was wrong.
    ///
    /// # Errors
    /// The faults, when there are any, or when there is no value.
    pub fn check<T>(self, value: Option<T>) -> Result<T, Self> {
        match value {
            Some(value) if self.0.is_empty() => Ok(value),
            _ => Err(self),
        }
    }
}

/// What can be read from JSON.
pub trait Read: Sized {
    /// Reads it; what is wrong is noted in `faults` under the pointer `at`.
    fn read(value: &Value, at: &str, faults: &mut Faults) -> Option<Self>;
}

/// Reads a whole document.
///
/// # Errors
/// All faults found.
pub fn read<T: Read>(value: &Value) -> Result<T, Faults> {
    let mut faults = Faults::default();
    let read = T::read(value, "", &mut faults);
    faults.check(read)
}

/// A value as an error message shows it: at most 80 characters.
#[must_use]
pub fn shown(value: &Value) -> String {
    let text = value.to_string();
    if text.chars().count() > 80 {
        format!("{}…", text.chars().take(79).collect::<String>())
    } else {
        text
    }
}

/// An object being read field by field.
#[derive(Debug)]
pub struct Object<'a> {
    fields: &'a Map<String, Value>,
    at: String,
    known: Vec<&'static str>,
}

impl<'a> Object<'a> {
    /// Opens one; anything but an object is a fault.
    pub fn open(value: &'a Value, at: &str, faults: &mut Faults) -> Option<Self> {
        match value {
            Value::Object(fields) => Some(Self {
                fields,
                at: at.to_owned(),
                known: Vec::new(),
            }),
            other => {
                faults.add(at, format!("{} is not an object", shown(other)));
                None
            }
        }
    }

    /// The pointer of a field.
    #[must_use]
    pub fn at(&self, name: &str) -> String {
        format!("{}/{}", self.at, name.replace('~', "~0").replace('/', "~1"))
    }

    /// Whether a field stands there (null counts).
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.fields.contains_key(name)
    }

    /// A field that may be absent or null.
    pub fn optional<T: Read>(&mut self, name: &'static str, faults: &mut Faults) -> Option<T> {
        self.known.push(name);
        match self.fields.get(name) {
            None | Some(Value::Null) => None,
            Some(value) => T::read(value, &self.at(name), faults),
        }
    }

    /// A field that must be there.
    pub fn required<T: Read>(&mut self, name: &'static str, faults: &mut Faults) -> Option<T> {
        self.known.push(name);
        match self.fields.get(name) {
            None => faults.add(self.at(name), "is missing"),
            Some(Value::Null) => faults.add(self.at(name), "must not be null"),
            Some(value) => return T::read(value, &self.at(name), faults),
        }
        None
    }

    /// A field that is accepted and not used (a server's own, sent back to it).
    pub fn ignored(&mut self, name: &'static str) {
        self.known.push(name);
    }

    /// Ends the object: every field not asked for is a fault.
    pub fn close(self, faults: &mut Faults) {
        for name in self.fields.keys() {
            if faults.0.len() > FAULTS {
                break;
            }
            if !self.known.contains(&name.as_str()) {
                let expected = self.known.join(", ");
                faults.add(
                    self.at(name),
                    format!("unknown field {name:?}; expected one of {expected}"),
                );
            }
        }
    }
}

/// Reads a string through `FromStr`.
pub fn parsed<T>(value: &Value, at: &str, faults: &mut Faults) -> Option<T>
where
    T: FromStr,
    T::Err: std::fmt::Display,
{
    match value {
        Value::String(text) => match text.parse() {
            Ok(value) => Some(value),
            Err(error) => {
                faults.add(at, T::Err::to_string(&error));
                None
            }
        },
        other => {
            faults.add(at, format!("{} is not a string", shown(other)));
            None
        }
    }
}

macro_rules! read_by_from_str {
    ($($type:ty),+ $(,)?) => {$(
        impl Read for $type {
            fn read(value: &Value, at: &str, faults: &mut Faults) -> Option<Self> {
                parsed(value, at, faults)
            }
        }
    )+};
}

read_by_from_str!(
    entity::vocab::Audience,
    entity::vocab::District,
    entity::vocab::Kind,
    entity::vocab::Language,
    entity::vocab::Mode,
    entity::vocab::NoticeKind,
    entity::vocab::Ordering,
    entity::vocab::Payload,
    entity::vocab::Qualifier,
    entity::vocab::ReasonCode,
    entity::vocab::Strand,
    entity::vocab::WireFormat,
    crate::ids::ActivityId,
);

impl Read for bool {
    fn read(value: &Value, at: &str, faults: &mut Faults) -> Option<Self> {
        let read = value.as_bool();
        if read.is_none() {
            faults.add(at, format!("{} is not true or false", shown(value)));
        }
        read
    }
}

impl Read for i64 {
    fn read(value: &Value, at: &str, faults: &mut Faults) -> Option<Self> {
        let read = value.as_i64();
        if read.is_none() {
            faults.add(at, format!("{} is not a whole number", shown(value)));
        }
        read
    }
}

impl Read for f64 {
    fn read(value: &Value, at: &str, faults: &mut Faults) -> Option<Self> {
        let read = value.as_f64();
        if read.is_none() {
            faults.add(at, format!("{} is not a number", shown(value)));
        }
        read
    }
}

impl<T: Read> Read for Vec<T> {
    fn read(value: &Value, at: &str, faults: &mut Faults) -> Option<Self> {
        let Value::Array(items) = value else {
            faults.add(at, format!("{} is not a list", shown(value)));
            return None;
        };
        if items.len() > 200 {
            faults.add(
                at,
                format!("has {} entries; at most 200 are allowed", items.len()),
            );
            return None;
        }
        let read: Vec<Option<T>> = items
            .iter()
            .enumerate()
            .map(|(i, item)| T::read(item, &format!("{at}/{i}"), faults))
            .collect();
        read.into_iter().collect()
    }
}

/// Any JSON, taken as it is.
impl Read for Value {
    fn read(value: &Value, _at: &str, _faults: &mut Faults) -> Option<Self> {
        Some(value.clone())
    }
}

/// Applies a JSON merge patch (RFC 7396 §2).
pub fn merge_patch(target: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let Value::Object(fields) = target else {
        unreachable!("made an object just above")
    };
    for (name, value) in patch {
        if value.is_null() {
            fields.remove(name);
        } else {
            merge_patch(fields.entry(name.clone()).or_insert(Value::Null), value);
        }
    }
}
