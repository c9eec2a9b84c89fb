//! Tables, whatever they came in: sheets of rows of cells.
//!
//! Owns the model between bytes ([`csv`], [`book`]) and activities ([`heading`], [`rows`]); refuses to know what
//! exists. Invariant: from here on a CSV file and a workbook with the same texts are the same.

use self::meanings::Meanings;
use super::{
    Intent,
    dates::Epoch,
    decode::{Encoding, NotText},
    row::{File, ROWS_MAX},
};
use crate::domain::{input::Fault, mapping::Mapping};

mod book;
mod cells;
mod check;
mod csv;
mod filled;
mod heading;
pub(super) mod heads;
mod meanings;
mod notes;
pub(super) mod organizers;
mod rows;
mod years;

/// Columns with something in them at most.
const COLUMNS_MAX: usize = 100;

/// Lines with something in them at most: titles, headings and notes stand around the rows.
const LINES_MAX: usize = ROWS_MAX + 100;

/// Characters in a cell at most: a spreadsheet takes no more.
const CELL_MAX: usize = 32_767;

/// One table.
#[derive(Debug, Default)]
struct Sheet {
    /// Its name in a workbook.
    name: Option<String>,
    /// Its lines, without those that are empty.
    lines: Vec<Line>,
    /// What its serial numbers count from.
    epoch: Epoch,
}

/// One line.
#[derive(Clone, Debug, Default)]
struct Line {
    /// Its number, as the sender's program counts.
    number: u64,
    /// Its cells from the first column on.
    cells: Vec<Cell>,
}

/// The text of a cell whose formula has no result in the file.
const NO_RESULT: &str = "=?";

/// One cell.
#[derive(Clone, Debug, Default)]
struct Cell {
    /// What a person reads there, trimmed; dates and numbers as they are written in texts.
    text: String,
    /// Whether the text is a formula's error.
    is_error: bool,
    /// For a day that it holds with a year: what it shows, when that has none.
    shown: Option<String>,
    /// The cell that it has its text from, by line and column, when the two are merged.
    from: Option<(u64, usize)>,
}

/// What whoever sends a table says with it.
#[derive(Clone, Debug, Default)]
pub(super) struct Asked {
    /// What each row becomes.
    pub intent: Intent,
    /// The edition that is used where none is written; its year too.
    pub edition: Option<i32>,
    /// How the sender's tables are read.
    pub mapping: Option<Mapping>,
}

/// Reads a CSV file.
pub(super) fn read_csv(
    bytes: &[u8],
    charset: Option<Encoding>,
    asked: &Asked,
) -> Result<File, NotText> {
    let meanings = Meanings::of(asked);
    // A whole line may be known by a part of it: what parts it into more is the separator.
    let columns =
        |sheet: &Sheet| heading::find(sheet, &meanings).map_or(0, |heading| heading.parts(sheet));
    let (sheet, mut file) = csv::read(bytes, charset, columns)?;
    if let Some(sheet) = sheet {
        match heading::find(&sheet, &meanings) {
            Some(heading) => {
                file.cut_off = csv::cut_off(bytes, &sheet, heading.width(&sheet));
                rows::read(&sheet, heading, asked, &meanings, &mut file);
            }
            None => heading::refuse(&sheet, &meanings, &mut file),
        }
    }
    Ok(file)
}

/// Reads a workbook: every sheet that has a heading row and is shown.
pub(super) fn read_workbook(bytes: &[u8], asked: &Asked) -> File {
    let mut file = File::default();
    let book = match book::read(bytes) {
        Ok(book) => book,
        Err(why) => {
            file.faults.add("", why);
            return file;
        }
    };
    let mut warn = |name: &str, why: &str| {
        file.warnings.push(Fault {
            pointer: format!("/sheets/{}", heads::escaped(name)),
            detail: format!("the sheet {name:?} {why}, and is left out"),
        });
    };
    for name in &book.hidden {
        warn(name, "is hidden");
    }
    let meanings = Meanings::of(asked);
    let is_asked = |sheet: &&Sheet| {
        meanings
            .sheet()
            .is_none_or(|name| sheet.name.as_deref() == Some(name))
    };
    let (asked_for, beside): (Vec<&Sheet>, Vec<&Sheet>) = book.sheets.iter().partition(is_asked);
    for sheet in beside {
        let name = sheet.name.as_deref().unwrap_or_default();
        warn(name, "is not the one that the mapping names");
    }
    if let (Some(name), true) = (meanings.sheet(), asked_for.is_empty()) {
        file.faults.add(
            "",
            format!("no sheet {name:?} is shown and has something in it; the mapping reads that one alone"),
        );
        return file;
    }
    let (tables, others): (Vec<_>, Vec<_>) = asked_for
        .into_iter()
        .map(|sheet| (sheet, heading::find(sheet, &meanings)))
        .partition(|(_, heading)| heading.is_some());
    match (tables.is_empty(), others.is_empty()) {
        (true, true) => file.faults.add("", "the workbook's sheets are empty"),
        // Each is told what it lacks.
        (true, false) => others
            .iter()
            .for_each(|(sheet, _)| heading::refuse(sheet, &meanings, &mut file)),
        (false, _) => {
            for (sheet, _) in &others {
                let name = sheet.name.as_deref().unwrap_or_default();
                warn(
                    name,
                    "has no heading row with a title and another known column",
                );
            }
        }
    }
    for (sheet, heading) in tables {
        if let Some(heading) = heading {
            rows::read(sheet, heading, asked, &meanings, &mut file);
        }
    }
    file
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod workbooks;
