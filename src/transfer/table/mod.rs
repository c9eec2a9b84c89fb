//! Tables, whatever they came in: sheets of rows of cells.
//!
//! Owns the model between bytes ([`csv`], [`book`]) and activities ([`heading`], [`rows`]); refuses to know what
//! exists. Invariant: from here on a CSV file and a workbook with the same texts are the same.

use super::{
    Intent,
    dates::Epoch,
    decode::{Encoding, NotText},
    row::{File, ROWS_MAX},
};

mod cells;
mod csv;
mod heading;
pub(super) mod heads;
mod notes;
mod rows;

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
#[derive(Debug, Default)]
struct Line {
    /// Its number, as the sender's program counts.
    number: u64,
    /// Its cells from the first column on.
    cells: Vec<Cell>,
}

/// One cell.
#[derive(Clone, Debug, Default)]
struct Cell {
    /// What a person reads there, trimmed; dates and numbers as they are written in texts.
    text: String,
    /// Whether the text is a formula's error.
    is_error: bool,
    /// The cell that it has its text from, by line and column, when the two are merged.
    from: Option<(u64, usize)>,
}

impl Line {
    fn is_empty(&self) -> bool {
        self.cells.iter().all(|cell| cell.text.is_empty())
    }

    fn text(&self, index: usize) -> &str {
        self.cells.get(index).map_or("", |cell| &cell.text)
    }
}

/// What whoever sends a table says with it.
#[derive(Clone, Debug, Default)]
pub(super) struct Asked {
    /// What each row becomes.
    pub intent: Intent,
    /// The edition that is used where none is written; its year too.
    pub edition: Option<i32>,
}

/// Reads a CSV file.
pub(super) fn read_csv(
    bytes: &[u8],
    charset: Option<Encoding>,
    asked: &Asked,
) -> Result<File, NotText> {
    let (sheet, mut file) = csv::read(bytes, charset)?;
    if let Some(sheet) = sheet {
        match heading::find(&sheet) {
            Some(heading) => rows::read(&sheet, heading, asked, &mut file),
            None => heading::refuse(&sheet, &mut file),
        }
    }
    Ok(file)
}

#[cfg(test)]
mod tests;
