//! What single cells of a row mean.
//!
//! Invariant: a word that is not known stays as it stands, for the reader of activities to refuse with the list.

use std::fmt::Display;

use serde_json::{Value, json};

use crate::transfer::{
    columns,
    row::{Row, short},
    words,
};

/// Sets the edition; gives it when the cell is one.
pub(super) fn edition(row: &mut Row, cell: &str) -> Option<i32> {
    if cell.is_empty() {
        return None;
    }
    let year = cell.strip_suffix('年').unwrap_or(cell).trim();
    match year.parse::<i32>() {
        Ok(year) => {
            row.set("edition", year);
            Some(year)
        }
        Err(_) => {
            row.faults
                .add("/edition", format!("{:?} is not a year", short(cell)));
            None
        }
    }
}

/// A cell with one word.
pub(super) fn one<T: Display>(
    row: &mut Row,
    name: &str,
    cell: &str,
    read: impl Fn(&str) -> Option<T>,
) {
    if !cell.is_empty() {
        let word = read(cell).map_or_else(|| cell.to_owned(), |word| word.to_string());
        row.set(name, word);
    }
}

/// Districts: no name of one holds a comma.
pub(super) fn districts(row: &mut Row, cell: &str) {
    let parts = parts(cell, &[';', '；', '\n', '、', ',', '，']);
    several(row, "districts", parts, words::district);
}

/// Audiences.
pub(super) fn audiences(row: &mut Row, cell: &str) {
    several(row, "audiences", parts(cell, &SEPARATORS), words::audience);
}

fn several<'t, T: Display>(
    row: &mut Row,
    name: &str,
    parts: impl Iterator<Item = &'t str>,
    read: impl Fn(&str) -> Option<T>,
) {
    let words: Vec<Value> = parts
        .map(|part| {
            Value::String(read(part).map_or_else(|| part.to_owned(), |word| word.to_string()))
        })
        .collect();
    if !words.is_empty() {
        row.set(name, words);
    }
}

/// What parts several values; commas stand in names.
const SEPARATORS: [char; 3] = [';', '；', '\n'];

fn parts<'t>(cell: &'t str, separators: &'t [char]) -> impl Iterator<Item = &'t str> {
    cell.split(separators)
        .map(str::trim)
        .filter(|part| !part.is_empty())
}

/// Whether it is one.
pub(super) fn highlight(row: &mut Row, cell: &str) {
    match cell.to_ascii_lowercase().as_str() {
        "" => {}
        "true" | "yes" | "1" | "是" => row.set("highlight", true),
        "false" | "no" | "0" | "否" => row.set("highlight", false),
        _ => row.faults.add(
            "/highlight",
            format!(
                "{:?} is neither true (yes, 1, 是) nor false (no, 0, 否)",
                short(cell)
            ),
        ),
    }
}

/// Who may change it.
pub(super) fn office(row: &mut Row, cell: &str) {
    if cell.is_empty() {
        return;
    }
    let office = match cell {
        "市" | "全市" => "city".to_owned(),
        _ if cell.eq_ignore_ascii_case("city") => "city".to_owned(),
        _ => words::district(cell).map_or_else(|| cell.to_owned(), |district| district.to_string()),
    };
    row.set("office", office);
}

/// The organisers in a cell: with the role before a name, else with that of the column.
pub(super) fn organizers(column: &str, cell: &str) -> Vec<Value> {
    let Some(role) = columns::role_of(column) else {
        return Vec::new();
    };
    parts(cell, &SEPARATORS)
        .map(|part| {
            let (role, name) = part
                .split_once([':', '：'])
                .and_then(|(word, name)| Some((columns::role(word.trim())?, name.trim())))
                .unwrap_or((role, part));
            json!({"role": role, "name": {"zh": name}})
        })
        .collect()
}
