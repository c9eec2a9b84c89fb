//! JSON in the form of `docs/IMPORT.md` §2.

use serde_json::{Map, Value};

use super::{
    decode::{Encoding, NotText, decode},
    row::{File, Place, ROWS_MAX, Row},
};
use crate::domain::input::{Faults, shown};

/// The only format there is.
pub(super) const FORMAT: &str = "yueli/1";

/// Reads a file.
pub(super) fn read(bytes: &[u8]) -> Result<File, NotText> {
    let (text, encoding) = decode(bytes, Some(Encoding::Utf8))?;
    let mut file = File {
        encoding: Some(encoding),
        ..File::default()
    };
    let mut document = match serde_json::from_str::<Value>(&text) {
        Ok(Value::Object(document)) => document,
        Ok(other) => {
            file.faults
                .add("", format!("{} is not an object", shown(&other)));
            return Ok(file);
        }
        Err(error) => {
            file.faults.add("", format!("not JSON: {error}"));
            return Ok(file);
        }
    };
    match document.remove("format") {
        Some(Value::String(format)) if format == FORMAT => {}
        Some(Value::String(format)) if format == super::WHOLE => {
            file.faults.add(
                "/format",
                format!("{format:?} is a whole database's export: yueli import --restore takes it, into an empty database"),
            );
            return Ok(file);
        }
        Some(other) => file
            .faults
            .add("/format", format!("{} is not {FORMAT:?}", shown(&other))),
        None => file
            .faults
            .add("/format", format!("is missing; it must be {FORMAT:?}")),
    }
    file.editions = list(&mut document, "editions", &mut file.faults);
    file.series = list(&mut document, "series", &mut file.faults);
    let activities = list(&mut document, "activities", &mut file.faults);
    for name in document.keys() {
        file.faults.add(
            format!("/{}", name.replace('~', "~0").replace('/', "~1")),
            format!("unknown field {name:?}; expected one of format, editions, series, activities"),
        );
    }
    for (index, value) in activities.into_iter().enumerate() {
        match value {
            Value::Object(value) => file.rows.push(row(index, value)),
            other => file.faults.add(
                format!("/activities/{index}"),
                format!("{} is not an object", shown(&other)),
            ),
        }
    }
    Ok(file)
}

fn row(index: usize, mut value: Map<String, Value>) -> Row {
    let slug = value
        .get("slug")
        .and_then(Value::as_str)
        .map(ToOwned::to_owned);
    let history = value.remove("history").filter(|history| {
        !matches!(history, Value::Null) && history.as_array().is_none_or(|steps| !steps.is_empty())
    });
    Row {
        value,
        history,
        ..Row::new(Place::Activity { index, slug })
    }
}

fn list(document: &mut Map<String, Value>, name: &str, faults: &mut Faults) -> Vec<Value> {
    match document.remove(name) {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(items)) if items.len() <= ROWS_MAX => items,
        Some(Value::Array(items)) => {
            faults.add(
                format!("/{name}"),
                format!(
                    "has {} entries; at most {ROWS_MAX} are allowed",
                    items.len()
                ),
            );
            Vec::new()
        }
        Some(other) => {
            faults.add(
                format!("/{name}"),
                format!("{} is not a list", shown(&other)),
            );
            Vec::new()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(text: &str) -> Vec<(String, String)> {
        read(text.as_bytes())
            .unwrap()
            .faults
            .0
            .into_iter()
            .map(|fault| (fault.pointer, fault.detail))
            .collect()
    }

    #[test]
    fn what_is_no_json_is_one_fault_with_its_line() {
        let found = faults("{\"format\":\"yueli/1\",\n \"activities\":[}");
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].0, "");
        assert!(found[0].1.contains("line 2"), "{}", found[0].1);
    }

    #[test]
    fn deep_nesting_is_refused_and_not_a_crash() {
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        assert!(faults(&deep)[0].1.contains("recursion limit"));
    }

    #[test]
    fn the_format_must_be_ours_and_unknown_fields_are_faults() {
        let pointers: Vec<_> = faults(r#"{"activites":[],"format":"yueli/2","series":7}"#)
            .into_iter()
            .map(|fault| fault.0)
            .collect();
        assert_eq!(pointers, ["/format", "/series", "/activites"]);
    }

    #[test]
    fn a_mark_before_the_first_brace_is_no_fault() {
        assert!(faults("\u{FEFF}{\"format\":\"yueli/1\"}").is_empty());
    }
}
