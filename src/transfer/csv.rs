//! Tables: RFC 4180, with the columns of `docs/IMPORT.md` §3.
//!
//! Owns column names and what cells mean; refuses to know what exists. Invariant: a cell that cannot be read is a
//! fault, never an empty field.

use std::{collections::HashMap, fmt::Display};

use entity::vocab::{Audience, District, Kind, Mode, Strand};
use serde_json::{Value, json};

use super::{
    Intent, columns,
    dates::{day, set_when},
    decode::{Encoding, NotText, decode},
    row::{File, Place, ROWS_MAX, Row, short},
};

/// Reads a file.
pub(super) fn read(
    bytes: &[u8],
    charset: Option<Encoding>,
    intent: Intent,
) -> Result<File, NotText> {
    let (text, encoding) = decode(bytes, charset)?;
    let mut file = File {
        encoding: Some(encoding),
        ..File::default()
    };
    if let Some(line) = open_quote(&text) {
        file.faults.add(
            "",
            format!("the quotation mark that opens on line {line} is never closed"),
        );
        return Ok(file);
    }
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut columns: Option<Vec<Option<&'static str>>> = None;
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                file.faults.add("", format!("not CSV: {error}"));
                return Ok(file);
            }
        };
        let line = record.position().map_or(0, |at| first_line(&text, at));
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        match &columns {
            None => columns = Some(header(&record, line, &mut file)),
            Some(_) if file.rows.len() == ROWS_MAX => {
                file.faults
                    .add("", format!("has more than {ROWS_MAX} rows"));
                return Ok(file);
            }
            Some(columns) => {
                let row = row(columns, &record, line, intent);
                file.rows.push(row);
            }
        }
    }
    if columns.is_none() {
        file.faults
            .add("", "is empty: a header row with title_zh is needed");
    }
    Ok(file)
}

/// The line where a row begins; the reader's position is before the empty lines above it.
fn first_line(text: &str, at: &csv::Position) -> u64 {
    let start = usize::try_from(at.byte()).unwrap_or(text.len());
    let above = text.as_bytes()[start.min(text.len())..]
        .iter()
        .take_while(|byte| matches!(byte, b'\r' | b'\n'));
    let lines = above.filter(|byte| **byte == b'\n').count();
    at.line() + u64::try_from(lines).unwrap_or(0)
}

/// The line of a quotation mark that is never closed: it would swallow the rest of the file.
fn open_quote(text: &str) -> Option<u64> {
    let (mut line, mut opened, mut cell_start) = (1, None, true);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match (c, opened) {
            ('"', None) if cell_start => opened = Some(line),
            ('"', Some(_)) if chars.peek() == Some(&'"') => {
                chars.next();
            }
            ('"', Some(_)) => opened = None,
            _ => {}
        }
        cell_start = opened.is_none() && matches!(c, ',' | '\n' | '\r');
        if c == '\n' {
            line += 1;
        }
    }
    opened
}

/// The columns' English names, in order; what is wrong with the header is noted. `None` for columns without a name,
/// whose cells must be empty.
fn header(record: &csv::StringRecord, line: u64, file: &mut File) -> Vec<Option<&'static str>> {
    let mut seen: HashMap<&str, &str> = HashMap::new();
    let mut names = Vec::new();
    for cell in record {
        let cell = cell.trim();
        if cell.is_empty() {
            names.push(None);
            continue;
        }
        let Some(name) = columns::named(cell) else {
            file.faults.add(
                format!("/lines/{line}"),
                format!(
                    "unknown column {:?}; expected one of {}",
                    short(cell),
                    columns::expected()
                ),
            );
            names.push(None);
            continue;
        };
        if let Some(earlier) = seen.insert(name, cell) {
            file.faults.add(
                format!("/lines/{line}/{name}"),
                format!("the column stands there twice, as {earlier:?} and {cell:?}"),
            );
        }
        names.push(Some(name));
    }
    if !seen.contains_key("title_zh") && file.faults.0.is_empty() {
        file.faults
            .add(format!("/lines/{line}/title_zh"), "the column is missing");
    }
    names
}

fn row(
    columns: &[Option<&'static str>],
    record: &csv::StringRecord,
    line: u64,
    intent: Intent,
) -> Row {
    let mut row = Row::new(Place::Line(line));
    let mut cells: HashMap<&str, &str> = HashMap::new();
    for (i, cell) in record.iter().enumerate() {
        let cell = columns::unguarded(cell.trim());
        if cell.is_empty() {
            continue;
        }
        match columns.get(i) {
            Some(Some(name)) => {
                cells.insert(name, cell);
            }
            Some(None) => row.faults.add(
                "",
                format!(
                    "{:?} stands in column {}, which has no name",
                    short(cell),
                    i + 1
                ),
            ),
            None => row.faults.add(
                "",
                format!(
                    "{:?} stands in column {}, but the header has only {}",
                    short(cell),
                    i + 1,
                    columns.len()
                ),
            ),
        }
    }
    let cell = |name: &str| cells.get(name).copied().unwrap_or_default();
    for (name, path) in [
        ("title_zh", "title/zh"),
        ("title_en", "title/en"),
        ("summary_zh", "summary/zh"),
        ("summary_en", "summary/en"),
        ("venue_zh", "venue/name/zh"),
        ("venue_en", "venue/name/en"),
        ("live_url", "live_url"),
        ("registration_url", "registration_url"),
        ("section", "section"),
        ("series", "series"),
        ("parent", "parent"),
        ("slug", "slug"),
    ] {
        if !cell(name).is_empty() {
            row.set(path, cell(name));
        }
    }
    if cell("title_zh").is_empty() {
        row.faults.add("/title", "is missing");
        // So that the missing title is told once.
        row.set("title/zh", "?");
    }
    edition(&mut row, cell("edition"));
    one(&mut row, "strand", cell("strand"), |word| match word {
        "系列活动" => Some(Strand::YearRound),
        _ => labelled(Strand::ALL, word, Strand::as_str, Strand::zh, Strand::en),
    });
    one(&mut row, "kind", cell("kind"), kind);
    one(&mut row, "mode", cell("mode"), |word| match word {
        "线上线下结合" => Some(Mode::Mixed),
        _ => labelled(Mode::ALL, word, Mode::as_str, Mode::zh, Mode::en),
    });
    several(&mut row, "districts", cell("districts"), district);
    several(&mut row, "audiences", cell("audiences"), audience);
    highlight(&mut row, cell("highlight"));
    office(&mut row, cell("office"));
    organizers(&mut row, cell("organizers"));
    set_when(&mut row, cell("starts"), cell("ends"));
    source(
        &mut row,
        cell("source_url"),
        cell("source_title"),
        cell("stated_on"),
        intent,
    );
    row
}

fn edition(row: &mut Row, cell: &str) {
    if cell.is_empty() {
        return;
    }
    let year = cell.strip_suffix('年').unwrap_or(cell).trim();
    match year.parse::<i32>() {
        Ok(year) => row.set("edition", year),
        Err(_) => row
            .faults
            .add("/edition", format!("{:?} is not a year", short(cell))),
    }
}

/// A word of a vocabulary by itself or by one of its labels.
pub(super) fn labelled<T: Copy>(
    all: &[T],
    text: &str,
    word: fn(T) -> &'static str,
    zh: fn(T) -> &'static str,
    en: fn(T) -> &'static str,
) -> Option<T> {
    all.iter().copied().find(|item| {
        word(*item).eq_ignore_ascii_case(text)
            || zh(*item) == text
            || en(*item).eq_ignore_ascii_case(text)
    })
}

/// A kind by its word or label.
pub(super) fn kind(text: &str) -> Option<Kind> {
    labelled(Kind::ALL, text, Kind::as_str, Kind::zh, Kind::en)
}

/// An audience by its word or label.
pub(super) fn audience(text: &str) -> Option<Audience> {
    labelled(
        Audience::ALL,
        text,
        Audience::as_str,
        Audience::zh,
        Audience::en,
    )
}

/// A district by slug, code, Chinese name with or without 区, or English name.
pub(super) fn district(text: &str) -> Option<District> {
    let by_label = |text| {
        labelled(
            District::ALL,
            text,
            District::as_str,
            District::zh,
            District::en,
        )
    };
    by_label(text)
        .or_else(|| text.strip_suffix('区').and_then(by_label))
        .or_else(|| {
            District::ALL
                .iter()
                .copied()
                .find(|district| district.adcode() == text)
        })
}

/// A cell with one word: known ones by their word; others as they stand, for the reader to refuse with the list.
fn one<T: Display>(row: &mut Row, name: &str, cell: &str, read: impl Fn(&str) -> Option<T>) {
    if !cell.is_empty() {
        let word = read(cell).map_or_else(|| cell.to_owned(), |word| word.to_string());
        row.set(name, word);
    }
}

fn several<T: Display>(row: &mut Row, name: &str, cell: &str, read: impl Fn(&str) -> Option<T>) {
    let words: Vec<Value> = parts(cell)
        .map(|part| {
            Value::String(read(part).map_or_else(|| part.to_owned(), |word| word.to_string()))
        })
        .collect();
    if !words.is_empty() {
        row.set(name, words);
    }
}

fn parts(cell: &str) -> impl Iterator<Item = &str> {
    cell.split([';', '；'])
        .map(str::trim)
        .filter(|part| !part.is_empty())
}

fn highlight(row: &mut Row, cell: &str) {
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

fn office(row: &mut Row, cell: &str) {
    if cell.is_empty() {
        return;
    }
    let office = match cell {
        "市" | "全市" => "city".to_owned(),
        _ if cell.eq_ignore_ascii_case("city") => "city".to_owned(),
        _ => district(cell).map_or_else(|| cell.to_owned(), |district| district.to_string()),
    };
    row.set("office", office);
}

fn organizers(row: &mut Row, cell: &str) {
    let organizers: Vec<Value> = parts(cell)
        .map(|part| {
            let (role, name) = part
                .split_once([':', '：'])
                .and_then(|(word, name)| Some((columns::role(word.trim())?, name.trim())))
                .unwrap_or(("host", part));
            json!({"role": role, "name": {"zh": name}})
        })
        .collect();
    if !organizers.is_empty() {
        row.set("organizers", organizers);
    }
}

fn source(row: &mut Row, url: &str, title: &str, stated_on: &str, intent: Intent) {
    let on = match day(stated_on) {
        Ok(on) => on,
        Err(detail) => {
            row.faults.add("/sources/0/stated_on", detail);
            None
        }
    };
    let text = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let source = json!({"url": text(url), "title": text(title), "stated_on": on});
    if !(url.is_empty() && title.is_empty() && on.is_none()) {
        row.set("sources", vec![source.clone()]);
    }
    if intent == Intent::History {
        match on {
            Some(on) => {
                row.history = Some(json!([{"action": "announce", "at": on, "source": source}]));
            }
            None if row.is_faulty_at("/sources/0/stated_on") => {}
            None => row.faults.add(
                "/sources/0/stated_on",
                "is missing: with history a row is announced on that day",
            ),
        }
    }
}

#[cfg(test)]
mod tests;
