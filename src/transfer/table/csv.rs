//! CSV: RFC 4180, bytes to lines of cells.
//!
//! Refuses to know columns. Invariant: what is no table is one fault of the file, and no line is read after it.

use super::{CELL_MAX, COLUMNS_MAX, Cell, LINES_MAX, Line, Sheet};
use crate::transfer::{
    columns,
    decode::{Encoding, NotText, decode},
    row::{CutOff, File},
};

/// Reads a file; no sheet when it has a fault.
pub(super) fn read(
    bytes: &[u8],
    charset: Option<Encoding>,
) -> Result<(Option<Sheet>, File), NotText> {
    let (text, encoding) = decode(bytes, charset).map_err(NotText::of_table)?;
    let mut file = File {
        encoding: Some(encoding),
        ..File::default()
    };
    match lines(&text) {
        Ok(lines) if lines.is_empty() => file.faults.add(
            "",
            "is empty: a heading row with title_zh or 活动名称 is needed",
        ),
        Ok(lines) => {
            let sheet = Sheet {
                lines,
                ..Sheet::default()
            };
            return Ok((Some(sheet), file));
        }
        Err(fault) => file.faults.add("", fault),
    }
    Ok((None, file))
}

/// Whether a file breaks off in its last line: that has no end, and fewer cells than the heading row.
pub(super) fn cut_off(bytes: &[u8], sheet: &Sheet, width: usize) -> Option<CutOff> {
    let last = sheet.lines.last()?;
    let cells = last.cells.len();
    let is_cut = !bytes.ends_with(b"\n") && !bytes.ends_with(b"\r") && cells < width;
    is_cut.then(|| CutOff {
        why: format!(
            "line {} breaks off: it has {cells} of {width} cells and no line end; nothing is made of it, and nothing is taken for gone",
            last.number
        ),
        line: Some(last.number),
    })
}

fn lines(text: &str) -> Result<Vec<Line>, String> {
    if let Some(line) = open_quote(text) {
        return Err(format!(
            "the quotation mark that opens on line {line} is never closed"
        ));
    }
    let mut reader = ::csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let mut lines = Vec::new();
    let mut record = ::csv::StringRecord::new();
    while reader
        .read_record(&mut record)
        .map_err(|error| format!("not CSV: {error}"))?
    {
        let number = record.position().map_or(0, |at| first_line(text, at));
        let cells = record.iter().map(|cell| columns::unguarded(cell.trim()));
        let filled = cells
            .clone()
            .enumerate()
            .filter(|(_, cell)| !cell.is_empty())
            .map(|(index, _)| index + 1)
            .last();
        let Some(filled) = filled else { continue };
        if filled > COLUMNS_MAX {
            return Err(format!(
                "line {number} has something in column {filled}; at most {COLUMNS_MAX} columns are read"
            ));
        }
        if lines.len() == LINES_MAX {
            return Err(format!("has more than {LINES_MAX} lines"));
        }
        if let Some(index) = cells
            .clone()
            .position(|cell| cell.chars().count() > CELL_MAX)
        {
            return Err(format!(
                "line {number} has more than {CELL_MAX} characters in column {}",
                index + 1
            ));
        }
        // The empty cells behind count for a heading row: they say how wide the table is.
        let cells = cells.take(COLUMNS_MAX).map(|text| Cell {
            text: text.to_owned(),
            ..Cell::default()
        });
        lines.push(Line {
            number,
            cells: cells.collect(),
        });
    }
    Ok(lines)
}
/// The line where a row begins; the reader's position is before the empty lines above it.
fn first_line(text: &str, at: &::csv::Position) -> u64 {
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
