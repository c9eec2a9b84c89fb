//! The heading row of a table: where it stands, and what its columns mean.
//!
//! Owns what stands above it too; refuses to know rows. Invariant: a column is known, named in a warning, or a fault.

use std::{collections::HashMap, sync::Arc};

use super::{
    Line, Sheet,
    heads::{Head, Heads, field, of_column},
    meanings::Meanings,
};
use crate::{
    domain::input::Fault,
    transfer::{
        columns::{self, Meaning},
        row::{File, short},
    },
};

/// The first lines, among which the heading row is looked for.
const TOP: usize = 20;

/// A heading row.
#[derive(Debug)]
pub(super) struct Heading {
    /// Its index among the sheet's lines.
    at: usize,
}

impl Heading {
    /// How many cells it has, empty ones too.
    pub(super) fn width(&self, sheet: &Sheet) -> usize {
        sheet.lines.get(self.at).map_or(0, |line| line.cells.len())
    }
}

/// What the columns of a table mean.
#[derive(Debug)]
pub(super) struct Columns {
    /// Those that are read.
    pub heads: Arc<Heads>,
    /// What each column is, from the first on.
    pub kinds: Vec<Kind>,
    /// The year that the lines above or the sheet's name say.
    pub year: Option<i32>,
    /// The index of the first line below.
    pub below: usize,
}

/// What a column is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// One of ours.
    Read,
    /// Known, and left out.
    LeftOut,
    /// Unknown, which is told of once.
    Unknown,
    /// Without a name: its cells must be empty.
    Nameless,
}

/// The first row that has a title's column and another known one; a table of titles alone begins with its heading.
pub(super) fn find(sheet: &Sheet, meanings: &Meanings<'_>) -> Option<Heading> {
    if let Some(number) = meanings.heading_row() {
        let at = sheet.lines.iter().position(|line| line.number == number);
        return at.map(|at| Heading { at });
    }
    let top = || sheet.lines.iter().enumerate().take(TOP);
    let at = top().find(|(at, line)| {
        let mut has_title = false;
        let mut others = 0;
        for cell in own(line) {
            match meanings.meaning(cell) {
                Some(Meaning::Column("title_zh")) => has_title = true,
                Some(_) => others += 1,
                None => {}
            }
        }
        has_title && (others > 0 || *at == 0)
    });
    at.map(|(at, _)| Heading {
        at: last_of(sheet, at, meanings),
    })
}

/// The texts of a line, each merged one once.
fn own(line: &Line) -> impl Iterator<Item = &str> {
    let cells = line.cells.iter().filter(|cell| {
        !cell.text.is_empty() && cell.from.is_none_or(|(number, _)| number != line.number)
    });
    cells.map(|cell| cell.text.as_str())
}

/// The last row of a heading whose title stands in a cell over several rows.
fn last_of(sheet: &Sheet, at: usize, meanings: &Meanings<'_>) -> usize {
    let line = &sheet.lines[at];
    let is_title = |text: &str| meanings.meaning(text) == Some(Meaning::Column("title_zh"));
    let Some(title) = line.cells.iter().position(|cell| is_title(&cell.text)) else {
        return at;
    };
    let more = sheet.lines[at + 1..].iter().take_while(|below| {
        let from = below.cells.get(title).and_then(|cell| cell.from);
        from == Some((line.number, title))
    });
    at + more.count()
}

/// Tells why a table without a heading row has none: its first row is taken for it.
pub(super) fn refuse(sheet: &Sheet, meanings: &Meanings<'_>, file: &mut File) {
    if let Some(number) = meanings.heading_row() {
        let heads = Heads {
            sheet: sheet.name.clone(),
            columns: Vec::new(),
        };
        let detail = "is empty or not there, and the mapping says that it is the heading row";
        return tell(&heads, number, "", detail.to_owned(), file);
    }
    read(sheet, Heading { at: 0 }, meanings, file);
}

/// Reads a heading row; what is wrong with it is noted.
pub(super) fn read(
    sheet: &Sheet,
    heading: Heading,
    meanings: &Meanings<'_>,
    file: &mut File,
) -> Columns {
    let line = &sheet.lines[heading.at];
    let mut heads = Heads {
        sheet: sheet.name.clone(),
        columns: Vec::new(),
    };
    let mut seen: HashMap<&str, &str> = HashMap::new();
    let mut kinds = Vec::new();
    for (index, cell) in line.cells.iter().enumerate() {
        let text = cell.text.as_str();
        let kind = match meanings.meaning(text) {
            _ if text.is_empty() => Kind::Nameless,
            None => {
                let detail = format!(
                    "unknown column {:?}; expected one of {}",
                    short(text),
                    columns::expected()
                );
                tell(&heads, line.number, &of_column(index), detail, file);
                Kind::Unknown
            }
            Some(Meaning::Dropped) => Kind::LeftOut,
            Some(Meaning::LeftOut(why)) => {
                let detail = format!("the column {:?} is left out: {why}", short(text));
                file.warnings
                    .push(spot(&heads, line.number, &of_column(index), detail));
                Kind::LeftOut
            }
            Some(Meaning::Column(column)) => {
                if let Some(earlier) = seen.insert(column, text)
                    && !are_halves(column, earlier, text)
                {
                    let detail =
                        format!("the column stands there twice, as {earlier:?} and {text:?}");
                    let at = match &heads.sheet {
                        None => field(column).map_or_else(|| format!("/{column}"), str::to_owned),
                        Some(_) => of_column(index),
                    };
                    tell(&heads, line.number, &at, detail, file);
                    Kind::Unknown
                } else {
                    heads.columns.push(Head {
                        index,
                        column,
                        heading: text.to_owned(),
                    });
                    Kind::Read
                }
            }
        };
        kinds.push(kind);
    }
    for heading in meanings.absent(line.cells.iter().map(|cell| cell.text.as_str())) {
        let detail = format!("the mapping's column {:?} is not there", short(heading));
        file.warnings.push(spot(&heads, line.number, "", detail));
    }
    if !heads.columns.iter().any(|head| head.column == "title_zh") && file.faults.0.is_empty() {
        tell(
            &heads,
            line.number,
            "/title",
            "the column is missing".to_owned(),
            file,
        );
    }
    Columns {
        heads: Arc::new(heads),
        kinds,
        year: year(sheet, heading.at),
        below: heading.at + 1,
    }
}

/// 日期 and 时间 beside each other: the day in one column, the hour in the other.
fn are_halves(column: &str, earlier: &str, later: &str) -> bool {
    ["when", "starts", "ends"].contains(&column)
        && earlier.contains("日期") != later.contains("日期")
}

fn spot(heads: &Heads, line: u64, at: &str, detail: String) -> Fault {
    Fault {
        pointer: heads.pointer(line, at),
        detail: match heads.name(line, at) {
            Some(name) => format!("{name}: {detail}"),
            None => detail,
        },
    }
}

fn tell(heads: &Heads, line: u64, at: &str, detail: String, file: &mut File) {
    let fault = spot(heads, line, at, detail);
    file.faults.add(fault.pointer, fault.detail);
}

/// The one year that the lines above the heading name, else the one in the sheet's name.
fn year(sheet: &Sheet, heading: usize) -> Option<i32> {
    let above = sheet.lines[..heading].iter().flat_map(own);
    let only = |mut years: Vec<i32>| {
        years.sort_unstable();
        years.dedup();
        (years.len() == 1).then(|| years[0])
    };
    only(above.flat_map(years).collect())
        .or_else(|| only(sheet.name.iter().flat_map(|name| years(name)).collect()))
}

/// The years that a text names: four digits before 年, or all there is.
fn years(text: &str) -> Vec<i32> {
    let Some(plain) = crate::transfer::dates::plain(text) else {
        return Vec::new();
    };
    let in_range = |digits: &str| {
        let year = digits.parse().ok()?;
        (digits.len() == 4 && (1990..=2100).contains(&year)).then_some(year)
    };
    if let Some(year) = in_range(&plain) {
        return vec![year];
    }
    let parts = plain.match_indices('年').filter_map(|(at, _)| {
        let before = plain[..at].trim_end();
        let digits = before.trim_end_matches(|c: char| c.is_ascii_digit());
        in_range(&before[digits.len()..])
    });
    parts.collect()
}
