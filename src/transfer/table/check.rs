//! Cells that cannot be what they are taken for: formulas that failed, texts outside the table, days of a hidden year.
//!
//! Invariant: each is told of at its own cell.

use super::{
    Line, NO_RESULT,
    heading::{Columns, Kind},
    heads::{field, of_column},
};
use crate::transfer::row::{Row, short};

/// A day whose year its cell does not show is of the table's year, or somebody has to look.
pub(super) fn years(row: &mut Row, columns: &Columns, line: &Line, year: i32) {
    let mut start: Option<&str> = None;
    for column in ["when", "starts", "ends"] {
        let heads = columns.heads.columns.iter();
        for head in heads.filter(|head| head.column == column) {
            let Some(cell) = line.cells.get(head.index) else {
                continue;
            };
            let Some(shown) = cell.shown.as_deref() else {
                continue;
            };
            let held = cell.text.get(..10).unwrap_or_default();
            let of_year = |year: i32| held.get(..4) == Some(year.to_string().as_str());
            // An end may lie in the next year, before the day on which it began in this one.
            let turns = column == "ends"
                && of_year(year + 1)
                && start.is_some_and(|start| held.get(5..) < start.get(5..10));
            if !of_year(year) && !turns {
                row.faults.add(
                    of_column(head.index),
                    format!("shows {shown:?} and holds {held}, but the table is of {year}: write the year"),
                );
            }
            start = start.or(Some(&cell.text));
        }
    }
}

/// What stands where nothing may stand, and formulas that failed.
pub(super) fn cells(row: &mut Row, columns: &Columns, line: &Line) {
    for (index, cell) in line.cells.iter().enumerate() {
        if cell.text.is_empty() {
            continue;
        }
        match columns.kinds.get(index) {
            Some(Kind::Read) if cell.is_error => {
                let head = columns
                    .heads
                    .columns
                    .iter()
                    .find(|head| head.index == index);
                let at = head.and_then(|head| field(head.column));
                let why = match cell.text.as_str() {
                    NO_RESULT => {
                        "is a formula without its result: open the file in its program, and save it"
                            .to_owned()
                    }
                    text => format!("{:?} is a formula's error", short(text)),
                };
                row.faults
                    .add(at.map_or_else(|| of_column(index), str::to_owned), why);
            }
            Some(Kind::Read | Kind::LeftOut | Kind::Unknown) => {}
            // What is merged with a cell of a named column says nothing of its own.
            Some(Kind::Nameless) | None if cell.from.is_some() => {}
            Some(Kind::Nameless) => row.faults.add(
                of_column(index),
                format!(
                    "{:?} stands in column {}, which has no name",
                    short(&cell.text),
                    index + 1
                ),
            ),
            None => row.faults.add(
                of_column(index),
                format!(
                    "{:?} stands in column {}, but the heading has only {}",
                    short(&cell.text),
                    index + 1,
                    columns.kinds.len()
                ),
            ),
        }
    }
}
