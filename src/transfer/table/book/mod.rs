//! XLSX: a workbook to sheets of lines of cells.
//!
//! Owns what is read of a workbook, and how much; refuses to know columns. Invariant: `calamine` sees only what
//! [`guard`] passed, a cell at a time, so that where a cell stands costs nothing.

use std::{
    collections::{BTreeMap, HashSet},
    io::Cursor,
    panic::{AssertUnwindSafe, catch_unwind},
};

use calamine::{DataRef, Reader, SheetType, SheetVisible, Xlsx, XlsxError};

use self::{
    merged::fill,
    typed::{Formats, Read},
};
use super::{CELL_MAX, COLUMNS_MAX, Cell, LINES_MAX, Line, NO_RESULT, Sheet, heads::letters};
use crate::transfer::dates::Epoch;

mod guard;
mod merged;
mod scan;
mod typed;

/// Sheets of a workbook at most.
const SHEETS_MAX: usize = 200;

/// Bytes that all sheets may have together: several may name one member.
const READ_MAX: u64 = 256 * 1024 * 1024;

/// Bytes of all cells' texts at most: many cells may share one.
const TEXTS_MAX: usize = 32 * 1024 * 1024;

/// A workbook.
#[derive(Debug, Default)]
pub(super) struct Book {
    /// The sheets that are shown, those without a cell left out.
    pub sheets: Vec<Sheet>,
    /// The names of those that are hidden.
    pub hidden: Vec<String>,
}

/// Reads a file.
///
/// # Errors
/// Why nothing of it is read.
pub(super) fn read(bytes: &[u8]) -> Result<Book, String> {
    let passed = guard::check(bytes)?;
    // Places of cells and regions are counted without checks in there.
    catch_unwind(AssertUnwindSafe(|| open(&passed.bytes, passed.largest)))
        .unwrap_or_else(|_| Err("the workbook has places of cells that are none".to_owned()))
}

fn open(bytes: &[u8], largest: u64) -> Result<Book, String> {
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(unreadable)?;
    let epoch = if workbook.has_1904_epoch() {
        Epoch::Y1904
    } else {
        Epoch::Y1900
    };
    let listed = workbook.sheets_metadata().to_vec();
    if listed.is_empty() {
        return Err("the archive holds no workbook".to_owned());
    }
    if listed.len() > SHEETS_MAX {
        return Err(format!("the workbook has more than {SHEETS_MAX} sheets"));
    }
    if largest.saturating_mul(listed.len() as u64) > READ_MAX {
        return Err("the workbook has too many sheets for its size; split it".to_owned());
    }
    let mut book = Book::default();
    let mut names = HashSet::new();
    let mut texts = 0;
    for sheet in listed {
        if !names.insert(sheet.name.clone()) {
            return Err(format!("two sheets are called {:?}", sheet.name));
        }
        match (sheet.typ, sheet.visible) {
            (SheetType::WorkSheet, SheetVisible::Visible) => {}
            (SheetType::WorkSheet, _) => {
                book.hidden.push(sheet.name);
                continue;
            }
            _ => continue,
        }
        let mut lines = cells(&mut workbook, &sheet.name, epoch, &mut texts)?;
        let regions = workbook
            .merge_cells_by_sheet_name(&sheet.name)
            .map_err(|error| in_sheet(&sheet.name, error))?;
        fill(&mut lines, &regions, &mut texts)
            .map_err(|why| format!("the sheet {:?} {why}", sheet.name))?;
        if !lines.is_empty() {
            let lines = lines.into_iter().map(|(row, cells)| Line {
                number: u64::from(row) + 1,
                cells,
            });
            book.sheets.push(Sheet {
                name: Some(sheet.name),
                lines: lines.collect(),
                epoch,
            });
        }
    }
    Ok(book)
}

/// The cells of a sheet with something in them, by row.
fn cells(
    workbook: &mut Xlsx<Cursor<&[u8]>>,
    sheet: &str,
    epoch: Epoch,
    texts: &mut usize,
) -> Result<BTreeMap<u32, Vec<Cell>>, String> {
    let mut reader = workbook
        .worksheet_cells_reader(sheet)
        .map_err(|error| in_sheet(sheet, error))?;
    let mut formats = Formats::new(epoch);
    let mut lines: BTreeMap<u32, Vec<Cell>> = BTreeMap::new();
    while let Some((cell, style)) = reader
        .next_cell_with_style_id()
        .map_err(|error| in_sheet(sheet, error))?
    {
        let Read {
            text,
            is_error,
            shown,
        } = formats.text(cell.get_value(), style, reader.styles());
        if text.is_empty() {
            continue;
        }
        let (row, column) = cell.get_position();
        let column = usize::try_from(column).unwrap_or(usize::MAX);
        let refuse = |why: String| {
            let name = sheet.replace('\'', "''");
            let row = u64::from(row) + 1;
            Err(format!(
                "'{name}'!{}{row} {why}",
                letters(column.min(1 << 20))
            ))
        };
        if column >= COLUMNS_MAX {
            return refuse(format!(
                "has something in it; at most {COLUMNS_MAX} columns are read"
            ));
        }
        if !lines.contains_key(&row) && lines.len() == LINES_MAX {
            return refuse(format!(
                "has something in it; at most {LINES_MAX} rows are read"
            ));
        }
        if text.chars().count() > CELL_MAX {
            return refuse(format!("has more than {CELL_MAX} characters"));
        }
        *texts += text.len();
        if *texts > TEXTS_MAX {
            return refuse(format!(
                "makes the cells' texts more than {TEXTS_MAX} bytes together"
            ));
        }
        let line = lines.entry(row).or_default();
        if line.len() <= column {
            line.resize(column + 1, Cell::default());
        }
        line[column] = Cell {
            text,
            is_error,
            shown,
            from: None,
        };
    }
    drop(reader);
    for (row, column) in without_result(workbook, sheet)? {
        // A row that has nothing else is worth no word.
        let Some(line) = lines.get_mut(&row) else {
            continue;
        };
        line.resize(line.len().max(column + 1), Cell::default());
        if line[column].text.is_empty() {
            (line[column].text, line[column].is_error) = (NO_RESULT.to_owned(), true);
        }
    }
    Ok(lines)
}

/// Where a sheet has formulas whose results no program has written down.
fn without_result(
    workbook: &mut Xlsx<Cursor<&[u8]>>,
    sheet: &str,
) -> Result<Vec<(u32, usize)>, String> {
    let mut reader = workbook
        .worksheet_cells_reader(sheet)
        .map_err(|error| in_sheet(sheet, error))?;
    let mut found = Vec::new();
    while let Some(record) = reader
        .next_cell_with_formula_metadata()
        .map_err(|error| in_sheet(sheet, error))?
    {
        let (row, column) = record.pos;
        let column = usize::try_from(column).unwrap_or(usize::MAX);
        if record.formula.is_some()
            && matches!(record.value, DataRef::Empty)
            && column < COLUMNS_MAX
        {
            found.push((row, column));
        }
    }
    Ok(found)
}

fn in_sheet(sheet: &str, error: XlsxError) -> String {
    format!("the sheet {sheet:?} cannot be read: {error}")
}

fn unreadable(error: XlsxError) -> String {
    match error {
        XlsxError::FileNotFound(_) | XlsxError::RelationshipNotFound => {
            format!("the archive holds no workbook: {error}")
        }
        error => format!("the workbook cannot be read: {error}"),
    }
}

#[cfg(test)]
mod samples;
#[cfg(test)]
mod tests;
