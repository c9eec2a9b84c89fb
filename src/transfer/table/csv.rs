//! CSV: RFC 4180, bytes to lines of cells.
//!
//! Refuses to know columns. Invariant: what is no table is one fault of the file, and no line is read after it.

use std::borrow::Cow;

use super::{CELL_MAX, COLUMNS_MAX, Cell, LINES_MAX, Line, Sheet};
use crate::transfer::{
    decode::{Encoding, NotText, decode_table},
    formula,
    row::{CutOff, File},
};

/// What may part cells; of two that part as many lines, the first one does.
const SEPARATORS: [u8; 3] = [b',', b';', b'\t'];

/// The first lines, by which the separator is found.
const TOP: usize = 20;

/// Reads a file; no sheet when it has a fault. The separator is the one under which a heading has the most `columns`; 0 = none.
pub(super) fn read(
    bytes: &[u8],
    charset: Option<Encoding>,
    columns: impl Fn(&Sheet) -> usize,
) -> Result<(Option<Sheet>, File), NotText> {
    let mut file = File::default();
    if let Some(why) = other_format(bytes) {
        file.faults.add("", why);
        return Ok((None, file));
    }
    let (text, encoding) = decode_table(bytes, charset)?;
    // A mark of the end that old programs write.
    let text = text.trim_end_matches('\u{1A}');
    file.encoding = Some(encoding);
    let sheet = |separator, is_named| {
        lines(text, separator, is_named).map(|lines| Sheet {
            lines,
            ..Sheet::default()
        })
    };
    let read = match named_separator(text) {
        Some(separator) => sheet(separator, true),
        None => {
            let found = |read: &Result<Sheet, String>| read.as_ref().map_or(0, &columns);
            let mut best = sheet(b',', false);
            if found(&best) < 2 {
                for separator in by_lines(text) {
                    let read = sheet(separator, false);
                    if found(&read) > found(&best) {
                        best = read;
                    }
                }
            }
            match found(&best) {
                0 => sheet(by_lines(text)[0], false),
                _ => best,
            }
        }
    };
    match read {
        Ok(sheet) if sheet.lines.is_empty() => file.faults.add(
            "",
            "is empty: a heading row with title_zh or 活动名称 is needed",
        ),
        Ok(sheet) => return Ok((Some(sheet), file)),
        Err(fault) => file.faults.add("", fault),
    }
    Ok((None, file))
}

/// Whether a file breaks off in its last line: that has no end, and fewer cells than the heading row.
pub(super) fn cut_off(bytes: &[u8], sheet: &Sheet, width: usize) -> Option<CutOff> {
    let last = sheet.lines.last()?;
    let cells = last.cells.len();
    let ends = |end: &[u8]| bytes.ends_with(end);
    let is_ended = ends(b"\n") || ends(b"\r") || ends(b"\n\0") || ends(b"\x1A");
    let is_cut = !is_ended && cells < width;
    is_cut.then(|| CutOff {
        why: format!(
            "line {} breaks off: it has {cells} of {width} cells and no line end; nothing is made of it, and nothing is taken for gone",
            last.number
        ),
        line: Some(last.number),
    })
}

/// That the bytes are a workbook, and what to do with it.
fn other_format(bytes: &[u8]) -> Option<&'static str> {
    if bytes.starts_with(b"PK\x03\x04") {
        Some(
            "the file is a workbook, though it was sent as CSV: send it as .xlsx, or save it as CSV",
        )
    } else if bytes.starts_with(b"\xD0\xCF\x11\xE0") {
        Some(
            "the file is an old workbook (.xls), though it was sent as CSV: save it as .xlsx or as CSV",
        )
    } else {
        None
    }
}

/// `sep=;` in the first line, by which spreadsheets are told.
fn named_separator(text: &str) -> Option<u8> {
    let line = text.lines().next()?.trim().trim_matches('"');
    match line.strip_prefix("sep=")?.as_bytes() {
        [separator] => Some(*separator).filter(u8::is_ascii),
        [] => Some(b'\t'),
        _ => None,
    }
}

/// The separators, those that part more of the first lines before the others.
fn by_lines(text: &str) -> [u8; 3] {
    let parts = |separator: u8| {
        let lines = text.lines().filter(|line| !line.is_empty()).take(TOP);
        lines
            .filter(|line| line.as_bytes().contains(&separator))
            .count()
    };
    let mut order = SEPARATORS;
    order.sort_by_key(|separator| std::cmp::Reverse(parts(*separator)));
    order
}

fn lines(text: &str, separator: u8, is_named: bool) -> Result<Vec<Line>, String> {
    if let Some(line) = open_quote(text, separator) {
        return Err(format!(
            "the quotation mark that opens on line {line} is never closed"
        ));
    }
    let mut reader = ::csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator)
        .from_reader(text.as_bytes());
    let mut lines = Vec::new();
    let mut record = ::csv::StringRecord::new();
    // The line that names the separator is none of the table.
    if is_named {
        reader
            .read_record(&mut record)
            .map_err(|error| format!("not CSV: {error}"))?;
    }
    while reader
        .read_record(&mut record)
        .map_err(|error| format!("not CSV: {error}"))?
    {
        let number = record.position().map_or(0, |at| first_line(text, at));
        let cells = record.iter().map(|cell| text_of(cell.trim()));
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
            text: text.into_owned(),
            ..Cell::default()
        });
        lines.push(Line {
            number,
            cells: cells.collect(),
        });
    }
    Ok(lines)
}

/// A cell's text: without the mark that guards a formula, and a formula that does nothing but quote as what it quotes.
fn text_of(cell: &str) -> Cow<'_, str> {
    let quoted = cell
        .strip_prefix("=\"")
        .and_then(|rest| rest.strip_suffix('"'))
        .filter(|inside| !inside.replace("\"\"", "").contains('"'));
    match quoted {
        Some(inside) => Cow::Owned(inside.replace("\"\"", "\"").trim().to_owned()),
        None => Cow::Borrowed(formula::unguarded(cell)),
    }
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
fn open_quote(text: &str, separator: u8) -> Option<u64> {
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
        cell_start = opened.is_none() && (matches!(c, '\n' | '\r') || c == char::from(separator));
        if c == '\n' {
            line += 1;
        }
    }
    opened
}
