//! What stands in a line below a heading: an activity, a title alone, the heading again, or nothing.
//!
//! Refuses to know what cells mean. Invariant: a line with something of its own is read, or left out with its words.

use std::borrow::Cow;

use super::{
    Cell, Line,
    heading::{Columns, Kind},
    notes::{is_no_title, is_part, is_sample},
};

/// Whether a line has a cell of its own: those that are merged with cells above make no row by themselves.
pub(super) fn has_own(line: &Line) -> bool {
    let mut cells = line.cells.iter();
    cells.any(|cell| {
        !cell.text.is_empty() && cell.from.is_none_or(|(number, _)| number == line.number)
    })
}

/// What stands in a line.
pub(super) enum Filled<'t> {
    /// A running number at most.
    Nothing,
    /// Only what is left out.
    Aside(&'t str),
    /// The heading once more.
    Heading,
    /// What a form shows how to fill it in by.
    Sample(&'t str),
    /// One text that is no title.
    NoTitle(&'t str),
    /// A title and nothing else, in a table that has more columns.
    Title,
    /// More than a title.
    More,
}

/// Tells what stands in a line.
pub(super) fn filled<'t>(
    line: &'t Line,
    columns: &Columns,
    title: usize,
    is_numbered: bool,
) -> Filled<'t> {
    let is_read = |index: usize| !matches!(columns.kinds.get(index), Some(Kind::LeftOut));
    let cells = || {
        line.cells
            .iter()
            .enumerate()
            .filter(|(_, cell)| !cell.text.is_empty())
    };
    let mut aside = cells()
        .filter(|(index, _)| !is_read(*index))
        .map(|(_, cell)| cell.text.as_str());
    let texts: Vec<&'t str> = cells()
        .filter(|(index, _)| is_read(*index))
        .filter(|(_, cell)| cell.from.is_none_or(|(number, _)| number != line.number))
        .map(|(_, cell)| cell.text.as_str())
        .collect();
    let named = line.cells.get(title).map_or("", |cell| cell.text.as_str());
    match texts.as_slice() {
        // Merged from what is left out, or from above: as before.
        [] if cells().any(|(index, _)| is_read(index)) => Filled::More,
        [] => aside
            .find(|text| !is_number(text))
            .map_or(Filled::Nothing, Filled::Aside),
        _ if is_heading(line, columns) => Filled::Heading,
        _ if is_sample(named) || aside.clone().any(is_sample) => Filled::Sample(named),
        // A running number says that it is one.
        [text] if named == *text && aside.clone().any(is_number) => {
            match columns.heads.columns.len() > 1 {
                true => Filled::Title,
                false => Filled::More,
            }
        }
        [text] if named == *text && columns.heads.columns.len() > 1 => {
            let is_merged = cells().filter(|(index, _)| is_read(*index)).count() > 1;
            // Where no row has a running number, 一, 二, 三 may be those.
            let in_parts = is_numbered && aside.any(is_part);
            match is_merged || in_parts || is_no_title(text) {
                true => Filled::NoTitle(text),
                false => Filled::Title,
            }
        }
        _ => Filled::More,
    }
}

/// A running number.
fn is_number(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_digit() || c == '.')
}

/// Whether any line has a running number in digits.
pub(super) fn is_numbered(lines: &[Line], columns: &Columns) -> bool {
    let aside = |index: usize| matches!(columns.kinds.get(index), Some(Kind::LeftOut));
    lines.iter().any(|line| {
        let mut cells = line.cells.iter().enumerate();
        cells.any(|(index, cell)| aside(index) && !cell.text.is_empty() && is_number(&cell.text))
    })
}

/// Whether a line has the heading's own words, as it does where a table was printed over several pages.
fn is_heading(line: &Line, columns: &Columns) -> bool {
    let heads = &columns.heads.columns;
    let same = heads.iter().filter(|head| {
        let cell = line.cells.get(head.index);
        cell.is_some_and(|cell| cell.text == head.heading)
    });
    let filled = heads.iter().filter(|head| {
        let cell = line.cells.get(head.index);
        cell.is_some_and(|cell| !cell.text.is_empty())
    });
    let same = same.count();
    same > 1 && same == filled.count()
}

/// What says that a cell is as the one above it.
const AS_ABOVE: [&str; 7] = ["同上", "〃", "″", "”", "“", "\"", "同前"];

fn is_as_above(text: &str) -> bool {
    let bare: String = text
        .chars()
        .filter(|c| !c.is_whitespace() && !"（）()。.".contains(*c))
        .collect();
    AS_ABOVE.contains(&bare.as_str())
}

/// A line with the texts of the last activity above it where it says so; what has nothing above it stays, to be refused.
pub(super) fn repeated<'l>(line: &'l Line, title: usize, above: &[Cell]) -> Cow<'l, Line> {
    let mut line = Cow::Borrowed(line);
    for index in 0..line.cells.len() {
        if index != title
            && is_as_above(&line.cells[index].text)
            && let Some(before) = above.get(index).filter(|cell| !cell.text.is_empty())
        {
            let from = line.cells[index].from;
            line.to_mut().cells[index] = Cell {
                from,
                ..before.clone()
            };
        }
    }
    line
}

/// The cells that say that they are as the one above, where nothing is.
pub(super) fn unrepeated(line: &Line) -> impl Iterator<Item = (usize, &str)> {
    let cells = line.cells.iter().enumerate();
    let cells = cells.filter(|(_, cell)| is_as_above(&cell.text));
    cells.map(|(index, cell)| (index, cell.text.as_str()))
}
