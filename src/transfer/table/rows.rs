//! Lines of a table to activities.
//!
//! Owns what cells of a row mean together; refuses to know where tables come from. Invariant: a cell that cannot be
//! read is a fault, never an empty field.

use std::{borrow::Cow, sync::Arc};

use serde_json::json;

use super::{
    Asked, Line, NO_RESULT, Sheet, cells,
    heading::{self, Columns, Heading, Kind},
    heads::{field, of_column},
    meanings::Meanings,
    notes::{is_no_title, is_part, is_sample, note},
};
use crate::{
    domain::input::Fault,
    transfer::{
        Intent,
        dates::{self, Setting, set_when},
        marks,
        row::{File, Place, ROWS_MAX, Row, short},
        words,
    },
};

/// Columns whose texts stand in the activity as they are.
const TEXTS: [(&str, &str); 15] = [
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
    ("contact_name", "contact/name"),
    ("contact_email", "contact/email"),
    ("contact_phone", "contact/phone"),
];

/// Reads the lines below a heading.
pub(super) fn read(
    sheet: &Sheet,
    heading: Heading,
    asked: &Asked,
    meanings: &Meanings<'_>,
    file: &mut File,
) {
    let columns = heading::read(sheet, heading, meanings, file);
    let title = columns
        .heads
        .columns
        .iter()
        .find(|head| head.column == "title_zh");
    let title = title.map_or(usize::MAX, |head| head.index);
    let mut above: Vec<String> = Vec::new();
    for line in &sheet.lines[columns.below..] {
        let line = &repeated(line, title, &mut above);
        // Cells that are merged with those above make no row by themselves.
        let has_own = |line: &Line| {
            let mut cells = line.cells.iter();
            cells.any(|cell| {
                !cell.text.is_empty() && cell.from.is_none_or(|(number, _)| number == line.number)
            })
        };
        if !has_own(line) {
            continue;
        }
        let place = Place::Line {
            line: line.number,
            heads: Arc::clone(&columns.heads),
        };
        let mut leave = |why: String| {
            file.warnings.push(place.fault(Fault {
                pointer: String::new(),
                detail: format!("is left out: {why}"),
            }));
        };
        if let Some(text) = note(line, title) {
            leave(format!("{:?} is no activity", short(text)));
            continue;
        }
        let alone = match filled(line, &columns, title) {
            Filled::Nothing => continue,
            Filled::Aside(text) => {
                leave(format!("nothing but {:?} stands there", short(text)));
                continue;
            }
            Filled::Heading => {
                leave("it repeats the heading".to_owned());
                continue;
            }
            Filled::Sample(text) => {
                leave(format!("{:?} is a sample", short(text)));
                continue;
            }
            Filled::NoTitle(text) => {
                leave(format!("{:?} is no activity", short(text)));
                continue;
            }
            Filled::Title => true,
            Filled::More => false,
        };
        if file.rows.len() == ROWS_MAX {
            file.faults
                .add("", format!("has more than {ROWS_MAX} rows"));
            return;
        }
        let named = Named {
            columns: &columns,
            line,
            meanings,
        };
        let (mut row, mut remarks) = row(&named, place, sheet, asked);
        if alone {
            let name = named.get("title_zh").into_owned();
            nameless(&mut row, &mut remarks, &name, asked.intent);
        }
        file.warnings
            .extend(remarks.into_iter().map(|remark| row.place.fault(remark)));
        file.rows.push(row);
    }
}

/// What stands in a line.
enum Filled<'t> {
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

fn filled<'t>(line: &'t Line, columns: &Columns, title: usize) -> Filled<'t> {
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
    let is_number = |text: &str| text.chars().all(|c| c.is_ascii_digit() || c == '.');
    let named = line.cells.get(title).map_or("", |cell| cell.text.as_str());
    match texts.as_slice() {
        // Merged from what is left out, or from above: as before.
        [] if cells().any(|(index, _)| is_read(index)) => Filled::More,
        [] => aside
            .find(|text| !is_number(text))
            .map_or(Filled::Nothing, Filled::Aside),
        _ if is_heading(line, columns) => Filled::Heading,
        _ if is_sample(named) => Filled::Sample(named),
        [text] if named == *text && columns.heads.columns.len() > 1 => {
            let is_merged = cells().filter(|(index, _)| is_read(*index)).count() > 1;
            let in_parts = aside.any(is_part);
            match is_merged || in_parts || is_no_title(text) {
                true => Filled::NoTitle(text),
                false => Filled::Title,
            }
        }
        _ => Filled::More,
    }
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

/// A title with nothing beside it may be the name of a part, or a title's second line.
fn nameless(row: &mut Row, remarks: &mut Vec<Fault>, name: &str, intent: Intent) {
    let why = format!(
        "{:?} stands there alone, without a date, a place or anything else",
        short(name)
    );
    match intent {
        Intent::Drafts => remarks.push(Fault {
            pointer: "/title".to_owned(),
            detail: why,
        }),
        _ => row
            .faults
            .add("/title", format!("{why}: fill it in, or take it out")),
    }
}

/// What says that a cell is as the one above it.
const AS_ABOVE: [&str; 6] = ["同上", "〃", "″", "”", "\"", "同前"];

/// A line with the texts of those above it where it says so; `above` holds the texts of the last one.
fn repeated<'l>(line: &'l Line, title: usize, above: &mut Vec<String>) -> Cow<'l, Line> {
    let mut line = Cow::Borrowed(line);
    for index in 0..line.cells.len() {
        let text = line.cells[index].text.as_str();
        if index != title
            && AS_ABOVE.contains(&text)
            && let Some(before) = above.get(index).filter(|text| !text.is_empty())
        {
            line.to_mut().cells[index].text.clone_from(before);
        }
    }
    *above = line.cells.iter().map(|cell| cell.text.clone()).collect();
    line
}

/// The cells of a line by their columns.
struct Named<'t> {
    columns: &'t Columns,
    line: &'t Line,
    meanings: &'t Meanings<'t>,
}

impl<'t> Named<'t> {
    /// The cells of a column that has something in them, with their headings.
    fn all(&self, column: &str) -> impl Iterator<Item = (&'t str, Cow<'t, str>)> {
        let columns = self.columns.heads.columns.iter();
        let heads = columns.filter(move |head| head.column == column);
        heads.filter_map(|head| {
            let cell = self.line.cells.get(head.index)?;
            let is_read = !cell.is_error && !cell.text.is_empty();
            is_read.then(|| {
                (
                    head.heading.as_str(),
                    self.meanings.read(head.column, &cell.text),
                )
            })
        })
    }

    fn get(&self, column: &str) -> Cow<'t, str> {
        self.all(column)
            .next()
            .map_or(Cow::Borrowed(""), |(_, text)| text)
    }

    /// The day before the hour, when they stand in a column each.
    fn moment(&self, column: &str) -> Cow<'t, str> {
        let mut cells: Vec<(&str, Cow<'t, str>)> = self.all(column).collect();
        cells.sort_by_key(|(heading, _)| !heading.contains("日期"));
        let mut texts = cells.into_iter().map(|(_, text)| text);
        match (texts.next(), texts.next()) {
            (None, _) => Cow::Borrowed(""),
            (Some(one), None) => one,
            (Some(day), Some(hour)) => Cow::Owned(format!("{day} {hour}")),
        }
    }
}

fn row(named: &Named<'_>, place: Place, sheet: &Sheet, asked: &Asked) -> (Row, Vec<Fault>) {
    let (columns, line) = (named.columns, named.line);
    let mut row = Row::new(place);
    check_cells(&mut row, columns, line);
    for (column, path) in TEXTS {
        let text = named.get(column);
        if !text.is_empty() {
            row.set(path, &*text);
        }
    }
    if named.get("title_zh").is_empty() {
        if !row.is_faulty_at("/title") {
            row.faults.add("/title", "is missing");
        }
        // So that the missing title is told once.
        row.set("title/zh", "?");
    }
    if asked.intent != Intent::History {
        marks::take(&mut row);
    }
    let edition = cells::edition(&mut row, &named.get("edition"));
    cells::one(&mut row, "strand", &named.get("strand"), words::strand);
    cells::one(&mut row, "kind", &named.get("kind"), words::kind);
    cells::one(&mut row, "mode", &named.get("mode"), words::mode);
    cells::districts(&mut row, &named.get("districts"));
    cells::audiences(&mut row, &named.get("audiences"));
    cells::highlight(&mut row, &named.get("highlight"));
    cells::office(&mut row, &named.get("office"));
    let roles = [
        "organizers",
        "co_host",
        "organizer",
        "co_organizer",
        "supporter",
    ];
    let organizers = roles.iter().flat_map(|column| {
        let cells = named.all(column);
        cells.flat_map(|(_, text)| cells::organizers(column, &text))
    });
    let organizers: Vec<_> = organizers.collect();
    if !organizers.is_empty() {
        row.set("organizers", organizers);
    }
    let setting = Setting {
        year: edition.or(asked.edition).or(columns.year),
        epoch: sheet.epoch,
    };
    let (when, starts, ends) = (
        named.moment("when"),
        named.moment("starts"),
        named.moment("ends"),
    );
    let when = dates::Cells {
        when: &when,
        starts: &starts,
        ends: &ends,
    };
    let remarks = set_when(&mut row, when, setting);
    // A table of one year says the edition of what has no date yet.
    if let (None, None, Some(year)) = (edition, asked.edition, columns.year)
        && row
            .value
            .get("when")
            .is_some_and(|when| when["precision"] == "unknown")
        && !row.is_faulty_at("/edition")
    {
        row.set("edition", year);
    }
    source(&mut row, named, asked.intent, setting);
    (row, remarks)
}

/// What stands where nothing may stand, and formulas that failed.
fn check_cells(row: &mut Row, columns: &Columns, line: &Line) {
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

fn source(row: &mut Row, named: &Named<'_>, intent: Intent, setting: Setting) {
    let on = match dates::day(&named.get("stated_on"), setting) {
        Ok(on) => on,
        Err(detail) => {
            row.faults.add("/sources/0/stated_on", detail);
            None
        }
    };
    let text = |column: &str| Some(named.get(column)).filter(|text| !text.is_empty());
    let (url, title) = (text("source_url"), text("source_title"));
    let source = json!({"url": url, "title": title, "stated_on": on});
    if !(url.is_none() && title.is_none() && on.is_none()) {
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
