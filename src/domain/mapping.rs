//! How one office's tables are read: what its headings mean, and what fills their gaps.
//!
//! Owns the form of a mapping and the names of columns; refuses to know files. Invariant: a mapping names only
//! columns that there are, so that whoever uses it need not doubt it.

use std::collections::BTreeMap;

use entity::vocab::{District, Kind};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{
    input::{Faults, Object, Read, shown},
    role::Office,
    text::Line,
};

/// The columns that a table may have (`docs/IMPORT.md` §3).
pub const COLUMNS: [&str; 34] = [
    "title_zh",
    "title_en",
    "summary_zh",
    "summary_en",
    "edition",
    "strand",
    "section",
    "series",
    "kind",
    "starts",
    "ends",
    "districts",
    "venue_zh",
    "venue_en",
    "mode",
    "live_url",
    "registration_url",
    "audiences",
    "organizers",
    "highlight",
    "office",
    "source_url",
    "source_title",
    "stated_on",
    "parent",
    "slug",
    "when",
    "co_host",
    "organizer",
    "co_organizer",
    "supporter",
    "contact_name",
    "contact_phone",
    "contact_email",
];

/// Headings, or values of one column, at most.
const ENTRIES_MAX: usize = 500;

/// Characters of a heading or a value at most.
const TEXT_MAX: usize = 200;

/// A mapping.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mapping {
    /// What its office calls it.
    pub name: String,
    /// Whose it is; in a file, nobody's.
    pub office: Option<Office>,
    /// The one sheet that is read, when not all are.
    pub sheet: Option<String>,
    /// The number of the heading row, when it is not looked for.
    pub heading_row: Option<u32>,
    /// Columns by their headings; `null` for those that are left out.
    pub columns: BTreeMap<String, Option<String>>,
    /// What fills gaps, when the request does not.
    pub defaults: MappingDefaults,
    /// For cells of a column: what stands there, and what it is read as.
    pub values: BTreeMap<String, BTreeMap<String, String>>,
}

/// What fills gaps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MappingDefaults {
    /// The edition's year.
    pub edition: Option<i32>,
    /// The district.
    pub district: Option<District>,
    /// The kind.
    pub kind: Option<Kind>,
}

impl Read for Mapping {
    fn read(value: &Value, at: &str, faults: &mut Faults) -> Option<Self> {
        let mut object = Object::open(value, at, faults)?;
        let name = object.required::<Line>("name", faults).map(|line| line.0);
        let office = object
            .optional::<Line>("office", faults)
            .and_then(|line| named(&line.0, &object.at("office"), faults));
        let sheet = object.optional::<Line>("sheet", faults).map(|line| line.0);
        let heading_row = object.optional::<i64>("heading_row", faults);
        let heading_row = heading_row.and_then(|row| match u32::try_from(row) {
            Ok(row @ 1..=1_048_576) => Some(row),
            _ => {
                faults.add(
                    object.at("heading_row"),
                    format!("{row} is no row of a table"),
                );
                None
            }
        });
        let columns = object
            .optional::<Value>("columns", faults)
            .map(|columns| columns_of(&columns, &object.at("columns"), faults))
            .unwrap_or_default();
        let defaults = object
            .optional::<MappingDefaults>("defaults", faults)
            .unwrap_or_default();
        let values = object
            .optional::<Value>("values", faults)
            .map(|values| values_of(&values, &object.at("values"), faults))
            .unwrap_or_default();
        object.close(faults);
        Some(Self {
            name: name?,
            office,
            sheet,
            heading_row,
            columns,
            defaults,
            values,
        })
    }
}

impl Read for MappingDefaults {
    fn read(value: &Value, at: &str, faults: &mut Faults) -> Option<Self> {
        let mut object = Object::open(value, at, faults)?;
        let edition = object.optional::<i64>("edition", faults);
        let edition = edition.and_then(|year| match i32::try_from(year) {
            Ok(year @ 1900..=2199) => Some(year),
            _ => {
                faults.add(
                    object.at("edition"),
                    format!("{year} is not a year of 1900 to 2199"),
                );
                None
            }
        });
        let district = object.optional::<District>("district", faults);
        let kind = object.optional::<Kind>("kind", faults);
        object.close(faults);
        Some(Self {
            edition,
            district,
            kind,
        })
    }
}

fn columns_of(value: &Value, at: &str, faults: &mut Faults) -> BTreeMap<String, Option<String>> {
    let mut columns = BTreeMap::new();
    for (heading, column) in entries(value, at, faults) {
        let at = place(at, heading);
        let column = match column {
            Value::Null => None,
            Value::String(name) => match named_column(name, &at, faults) {
                Some(column) => Some(column),
                None => continue,
            },
            other => {
                faults.add(at, format!("{} is neither a column nor null", shown(other)));
                continue;
            }
        };
        if let Some(heading) = checked(heading, &at, faults) {
            columns.insert(heading, column);
        }
    }
    columns
}

fn values_of(
    value: &Value,
    at: &str,
    faults: &mut Faults,
) -> BTreeMap<String, BTreeMap<String, String>> {
    let mut values = BTreeMap::new();
    for (column, cells) in entries(value, at, faults) {
        let at = place(at, column);
        let Some(column) = named_column(column, &at, faults) else {
            continue;
        };
        let mut read = BTreeMap::new();
        for (text, meant) in entries(cells, &at, faults) {
            let at = place(&at, text);
            let Value::String(meant) = meant else {
                faults.add(at, format!("{} is not a string", shown(meant)));
                continue;
            };
            read.extend(checked(text, &at, faults).zip(checked(meant, &at, faults)));
        }
        values.insert(column, read);
    }
    values
}

/// The entries of an object of names that somebody chose.
fn entries<'v>(
    value: &'v Value,
    at: &str,
    faults: &mut Faults,
) -> impl Iterator<Item = (&'v str, &'v Value)> + use<'v> {
    let object: Option<&Map<String, Value>> = value.as_object();
    match object {
        None => faults.add(at, format!("{} is not an object", shown(value))),
        Some(object) if object.len() > ENTRIES_MAX => faults.add(
            at,
            format!(
                "has {} entries; at most {ENTRIES_MAX} are allowed",
                object.len()
            ),
        ),
        Some(_) => {}
    }
    let entries = object.into_iter().flatten().take(ENTRIES_MAX);
    entries.map(|(name, value)| (name.as_str(), value))
}

fn named_column(name: &str, at: &str, faults: &mut Faults) -> Option<String> {
    if COLUMNS.contains(&name) {
        return Some(name.to_owned());
    }
    let expected = COLUMNS.join(", ");
    let shown: String = name.chars().take(80).collect();
    faults.add(
        at,
        format!("{shown:?} is not a column; expected one of {expected}"),
    );
    None
}

fn checked(text: &str, at: &str, faults: &mut Faults) -> Option<String> {
    let trimmed = text.trim();
    if trimmed.is_empty() || trimmed.chars().count() > TEXT_MAX {
        faults.add(
            at,
            format!("is empty, or has more than {TEXT_MAX} characters"),
        );
        return None;
    }
    Some(trimmed.to_owned())
}

fn named(office: &str, at: &str, faults: &mut Faults) -> Option<Office> {
    let read = office.parse();
    if let Err(error) = &read {
        faults.add(at, <Office as std::str::FromStr>::Err::to_string(error));
    }
    read.ok()
}

/// A place by a name that somebody chose (RFC 6901).
fn place(at: &str, name: &str) -> String {
    let short: String = name.chars().take(80).collect();
    format!("{at}/{}", short.replace('~', "~0").replace('/', "~1"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::input;

    #[test]
    fn a_mapping_is_read_whole_and_written_as_it_was() {
        let value = json!({
            "name": "海淀月报", "office": "haidian", "sheet": "活动", "heading_row": 3,
            "columns": {"活动主题": "title_zh", "预计人数": null},
            "defaults": {"edition": 2021, "district": "haidian", "kind": "roadshow"},
            "values": {"kind": {"峰会": "forum"}},
        });
        let mapping: Mapping = input::read(&value).unwrap();
        assert_eq!(json!(mapping), value);
        let least: Mapping = input::read(&json!({"name": "x"})).unwrap();
        assert_eq!(least.columns.len(), 0);
    }

    #[test]
    fn all_faults_of_a_mapping_are_named_at_once() {
        let value = json!({
            "office": "pudong", "heading_row": 0, "colums": {},
            "columns": {"a/b": "titel", "c": 7, " ": null},
            "defaults": {"edition": 21, "kind": "party"},
            "values": {"kinds": {}, "kind": {"x": null}, "mode": 1},
        });
        let found = input::read::<Mapping>(&value).unwrap_err();
        let pointers: Vec<&str> = found.0.iter().map(|fault| fault.pointer.as_str()).collect();
        assert_eq!(
            pointers,
            [
                "/name",
                "/office",
                "/heading_row",
                "/columns/ ",
                "/columns/a~1b",
                "/columns/c",
                "/defaults/edition",
                "/defaults/kind",
                "/values/kind/x",
                "/values/kinds",
                "/values/mode",
                "/colums",
            ]
        );
        let many: Map<String, Value> = (0..501).map(|n| (n.to_string(), Value::Null)).collect();
        let found = input::read::<Mapping>(&json!({"name": "x", "columns": many})).unwrap_err();
        assert!(found.0[0].detail.contains("at most 500"), "{found:?}");
    }
}
