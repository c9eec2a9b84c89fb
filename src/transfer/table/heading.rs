//! The heading row of a table: where it stands, and what its columns mean.
//!
//! Owns what stands above it too; refuses to know rows. Invariant: a column is known, named in a warning, or a fault.

use std::{collections::HashMap, sync::Arc};

use super::{
    Cell, Line, Sheet,
    heads::{Head, Heads, field, of_column},
    meanings::Meanings,
    years,
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

/// What stands before the names that are known.
const EXPECTED: &str = "; expected one of ";

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

    /// How many cells of it have something in them.
    pub(super) fn parts(&self, sheet: &Sheet) -> usize {
        sheet.lines.get(self.at).map_or(0, |line| own(line).count())
    }
}

/// What the columns of a table mean.
#[derive(Debug)]
pub(super) struct Columns {
    /// Those that are read.
    pub heads: Arc<Heads>,
    /// What each column is, from the first on.
    pub kinds: Vec<Kind>,
    /// The number of the heading's line.
    pub line: u64,
    /// The year that the heading, the lines above or the sheet's name say.
    pub year: Option<years::Named>,
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
pub(super) fn own(line: &Line) -> impl Iterator<Item = &str> {
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

/// Tells why a table has no heading row, and which row comes closest.
pub(super) fn refuse(sheet: &Sheet, meanings: &Meanings<'_>, file: &mut File) {
    let heads = Heads {
        sheet: sheet.name.clone(),
        columns: Vec::new(),
    };
    if let Some(number) = meanings.heading_row() {
        let detail = "is empty or not there, and the mapping says that it is the heading row";
        return tell(&heads, number, "", detail.to_owned(), file);
    }
    let count = |line: &Line| {
        let known = own(line).filter(|text| meanings.meaning(text).is_some());
        (known.count(), own(line).count())
    };
    // Of two that are as close, the first one.
    let top = sheet.lines.iter().take(TOP).rev();
    let why = format!("no row among the first {TOP} has 活动名称 and another known heading");
    let Some(line) = top.max_by_key(|line| count(line)) else {
        return tell(&heads, 1, "", why, file);
    };
    let unknown: Vec<String> = own(line)
        .filter(|text| meanings.meaning(text).is_none())
        .map(|text| format!("{:?}", short(text)))
        .collect();
    let detail = match unknown.is_empty() {
        true => format!("{why}; row {} comes closest, and has no title", line.number),
        false => format!(
            "{why}; row {} comes closest: unknown there are {}",
            line.number,
            unknown.join(", ")
        ),
    };
    tell(&heads, line.number, "", detail, file);
}

/// Reads a heading row; what is wrong with it is noted.
pub(super) fn read(
    sheet: &Sheet,
    heading: Heading,
    meanings: &Meanings<'_>,
    file: &mut File,
) -> Columns {
    let line = &sheet.lines[heading.at];
    let mut reading = Reading {
        heads: Heads {
            sheet: sheet.name.clone(),
            columns: Vec::new(),
        },
        seen: HashMap::new(),
        line: line.number,
        file,
    };
    let below = &sheet.lines[heading.at + 1..];
    let meant = meant(line, meanings);
    let mut kinds = Vec::new();
    for (index, cell) in line.cells.iter().enumerate() {
        let kind = match meant.get(index).copied().flatten() {
            _ if cell.text.is_empty() || is_part_of(line, index, below) => Kind::Nameless,
            meaning => reading.column(index, &cell.text, meaning),
        };
        kinds.push(kind);
    }
    for heading in meanings.absent(line.cells.iter().map(|cell| cell.text.as_str())) {
        let detail = format!("the mapping's column {:?} is not there", short(heading));
        reading.warn("", detail);
    }
    let Reading { heads, file, .. } = reading;
    if !heads.columns.iter().any(|head| head.column == "title_zh") && file.faults.0.is_empty() {
        let detail = "the column is missing".to_owned();
        tell(&heads, line.number, "/title", detail, file);
    }
    Columns {
        heads: Arc::new(heads),
        kinds,
        line: line.number,
        year: years::year(sheet, heading.at, meanings),
        below: heading.at + 1,
    }
}

/// What the cells of a heading row mean; an English name beside the Chinese one is that of the English texts.
fn meant(line: &Line, meanings: &Meanings<'_>) -> Vec<Option<Meaning>> {
    let texts = line.cells.iter().map(|cell| cell.text.as_str());
    let mut meant: Vec<Option<Meaning>> = texts.map(|text| meanings.meaning(text)).collect();
    for zh in ["title_zh", "venue_zh"] {
        let Some(en) = columns::english_of(zh) else {
            continue;
        };
        let at = |column: &str| -> Vec<usize> {
            let is = |index: &usize| matches!(meant[*index], Some(Meaning::Column(meant)) if meant == column);
            (0..meant.len()).filter(is).collect()
        };
        // Our own name of the column is what it says.
        let is_english = |index: &usize| {
            let text = &line.cells[*index].text;
            text.is_ascii() && columns::keys(text).0 != zh
        };
        if let ([a, b], []) = (at(zh).as_slice(), at(en).as_slice())
            && is_english(a) != is_english(b)
        {
            let english = if is_english(a) { *a } else { *b };
            meant[english] = Some(Meaning::Column(en));
        }
    }
    meant
}

/// Whether a heading's cell is merged with the one before it, and the cells below say nothing of their own.
fn is_part_of(line: &Line, index: usize, below: &[Line]) -> bool {
    let is_merged = |cell: &Cell| cell.from.is_some_and(|(_, column)| column < index);
    line.cells.get(index).is_some_and(is_merged)
        && below.iter().all(|line| {
            let cell = line.cells.get(index);
            cell.is_none_or(|cell| cell.text.is_empty() || is_merged(cell))
        })
}

/// A heading row while it is read.
struct Reading<'f, 't> {
    heads: Heads,
    seen: HashMap<&'static str, &'t str>,
    line: u64,
    file: &'f mut File,
}

impl<'t> Reading<'_, 't> {
    fn warn(&mut self, at: &str, detail: String) {
        let warning = spot(&self.heads, self.line, at, detail);
        self.file.warnings.push(warning);
    }

    fn column(&mut self, index: usize, text: &'t str, meaning: Option<Meaning>) -> Kind {
        let at = of_column(index);
        match meaning {
            None => {
                // The list of names is long, and stands there once.
                let is_told = self
                    .file
                    .faults
                    .0
                    .iter()
                    .any(|it| it.detail.contains(EXPECTED));
                let detail = match is_told {
                    true => format!("unknown column {:?}", short(text)),
                    false => format!(
                        "unknown column {:?}{EXPECTED}{}",
                        short(text),
                        columns::expected()
                    ),
                };
                tell(&self.heads, self.line, &at, detail, self.file);
                Kind::Unknown
            }
            Some(Meaning::Dropped) => Kind::LeftOut,
            Some(Meaning::LeftOut(why)) => {
                self.warn(
                    &at,
                    format!("the column {:?} is left out: {why}", short(text)),
                );
                Kind::LeftOut
            }
            Some(Meaning::Column(column)) => {
                if let Some(earlier) = self.seen.insert(column, text)
                    && !columns::ORGANIZERS.contains(&column)
                    && !are_halves(column, earlier, text)
                {
                    let detail =
                        format!("the column stands there twice, as {earlier:?} and {text:?}");
                    let at = match &self.heads.sheet {
                        None => field(column).map_or_else(|| format!("/{column}"), str::to_owned),
                        Some(_) => at,
                    };
                    tell(&self.heads, self.line, &at, detail, self.file);
                    return Kind::Unknown;
                }
                self.heads.columns.push(Head {
                    index,
                    column,
                    heading: text.to_owned(),
                });
                Kind::Read
            }
        }
    }
}

/// 日期 and 时间 beside each other: the day in one column, the hour in the other.
fn are_halves(column: &str, earlier: &str, later: &str) -> bool {
    ["when", "starts", "ends"].contains(&column) && is_of_days(earlier) != is_of_days(later)
}

/// Whether a heading stands above days, where another one stands above hours.
pub(super) fn is_of_days(heading: &str) -> bool {
    heading.contains("日期") || heading.to_ascii_lowercase().contains("date")
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
