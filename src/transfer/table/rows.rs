//! Lines of a table to activities.
//!
//! Owns what cells of a row mean together; refuses to know where tables come from. Invariant: a cell that cannot be
//! read is a fault, never an empty field.

use std::{borrow::Cow, sync::Arc};

use serde_json::json;

use super::{
    Asked, Cell, Line, Sheet, cells, check,
    filled::{Filled, filled, has_own, is_numbered, repeated, unrepeated},
    heading::{self, Columns, Heading},
    heads::of_column,
    meanings::Meanings,
    notes::note,
    organizers, years,
};
use crate::{
    domain::input::Fault,
    transfer::{
        Intent, columns,
        dates::{self, Setting, set_when},
        marks,
        row::{File, Place, ROWS_MAX, Row, short},
        words,
    },
};

/// Columns whose texts stand in the activity as they are.
const TEXTS: [(&str, &str); 12] = [
    ("title_zh", "title/zh"),
    ("title_en", "title/en"),
    ("summary_zh", "summary/zh"),
    ("summary_en", "summary/en"),
    ("live_url", "live_url"),
    ("registration_url", "registration_url"),
    ("section", "section"),
    ("series", "series"),
    ("parent", "parent"),
    ("slug", "slug"),
    ("contact_name", "contact/name"),
    ("contact_email", "contact/email"),
];

/// Reads the lines below a heading.
pub(super) fn read(
    sheet: &Sheet,
    heading: Heading,
    asked: &Asked,
    meanings: &Meanings<'_>,
    file: &mut File,
) {
    let mut columns = heading::read(sheet, heading, meanings, file);
    let title = columns
        .heads
        .columns
        .iter()
        .find(|head| head.column == "title_zh");
    let title = title.map_or(usize::MAX, |head| head.index);
    let mut above: Vec<Cell> = Vec::new();
    let lines = &sheet.lines[columns.below..];
    let is_numbered = is_numbered(lines, &columns);
    // Whether any date took it, of each year that the table said before another one.
    let mut has_borrowed = Vec::new();
    let mut is_used = false;
    for line in lines {
        let line = &repeated(line, title, &above);
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
        let alone = match filled(line, &columns, title, is_numbered) {
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
                // 二、2027年一季度: what stands below is of that year.
                if let Some(year) = years::only(text) {
                    has_borrowed.push((std::mem::take(&mut is_used), columns.year.take()));
                    let text = text.to_owned();
                    columns.year = Some(years::Named { year, text });
                }
                continue;
            }
            Filled::Title => true,
            Filled::More => false,
        };
        above.clone_from(&line.cells);
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
        let Read {
            mut row,
            mut remarks,
            is_borrowed,
        } = row(&named, place, sheet, asked);
        is_used |= is_borrowed;
        for (index, text) in unrepeated(line) {
            if matches!(columns.kinds.get(index), Some(heading::Kind::Read)) {
                row.faults.add(
                    of_column(index),
                    format!("{:?} stands below no other text", short(text)),
                );
            }
        }
        if alone {
            let name = named.get("title_zh").into_owned();
            nameless(&mut row, &mut remarks, &name, asked.intent);
        }
        file.warnings
            .extend(remarks.into_iter().map(|remark| row.place.fault(remark)));
        file.rows.push(row);
    }
    has_borrowed.push((is_used, columns.year));
    for table in has_borrowed {
        let (true, Some(table)) = table else { continue };
        let (year, text) = (table.year, short(&table.text));
        let detail = match asked.edition {
            Some(asked) if asked != year => format!(
                "dates without a year are read as of {asked}, as the request says, though {text:?} says {year}"
            ),
            Some(_) => continue,
            None => format!("dates without a year are read as of {year}, as {text:?} says"),
        };
        let place = Place::Line {
            line: columns.line,
            heads: Arc::clone(&columns.heads),
        };
        file.warnings.push(place.fault(Fault {
            pointer: String::new(),
            detail,
        }));
    }
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

    /// The text of a column; nothing where it says that nobody knows, but in a title.
    fn get(&self, column: &str) -> Cow<'t, str> {
        let mut cells = self.all(column);
        let text = cells.next().map(|(_, text)| text);
        text.filter(|text| column == "title_zh" || !words::is_unknown(text))
            .unwrap_or_default()
    }

    /// The day before the hour, when they stand in a column each.
    fn moment(&self, column: &str) -> Cow<'t, str> {
        let cells = self.all(column);
        let known = cells.filter(|(_, text)| !words::is_unknown(text));
        let mut cells: Vec<(&str, Cow<'t, str>)> = known.collect();
        cells.sort_by_key(|(heading, _)| !heading::is_of_days(heading));
        let mut texts = cells.into_iter().map(|(_, text)| text);
        match (texts.next(), texts.next()) {
            (None, _) => Cow::Borrowed(""),
            (Some(one), None) => one,
            (Some(day), Some(hour)) => Cow::Owned(format!("{day} {hour}")),
        }
    }
}

/// A line as it was read.
struct Read {
    row: Row,
    /// What its reader should know.
    remarks: Vec<Fault>,
    /// Whether it has a date without a year, and says no edition.
    is_borrowed: bool,
}

fn row(named: &Named<'_>, place: Place, sheet: &Sheet, asked: &Asked) -> Read {
    let (columns, line) = (named.columns, named.line);
    let mut row = Row::new(place);
    let mut remarks = Vec::new();
    check::cells(&mut row, columns, line);
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
    cells::venue(&mut row, &named.get("venue_zh"), &named.get("venue_en"));
    cells::districts(&mut row, &named.get("districts"), &mut remarks);
    cells::audiences(&mut row, &named.get("audiences"));
    cells::highlight(&mut row, &named.get("highlight"));
    cells::office(&mut row, &named.get("office"));
    cells::phone(&mut row, &named.get("contact_phone"));
    let mut organizers = Vec::new();
    for column in columns::ORGANIZERS {
        for (_, text) in named.all(column) {
            organizers.append(&mut organizers::organizers(column, &text, &mut remarks));
        }
    }
    if !organizers.is_empty() {
        row.set("organizers", organizers);
    }
    let table = columns.year.as_ref();
    let setting = Setting {
        year: edition.or(asked.edition).or(table.map(|table| table.year)),
        epoch: sheet.epoch,
    };
    let is_borrowed = slot(&mut row, &mut remarks, named, setting);
    if let (true, Some(edition), Some(table)) = (is_borrowed, edition, table)
        && edition != table.year
    {
        remarks.push(cells::kept_in_part(
            "/when",
            format!(
                "the date has no year and is read as of {edition}, the row's edition, though {:?} says {}",
                short(&table.text),
                table.year
            ),
        ));
    }
    // A table of one year says the edition of what has no date yet.
    if let (None, None, Some(table)) = (edition, asked.edition, table)
        && row
            .value
            .get("when")
            .is_some_and(|when| when["precision"] == "unknown")
        && !row.is_faulty_at("/edition")
    {
        row.set("edition", table.year);
    }
    source(&mut row, named, asked.intent, setting);
    Read {
        row,
        remarks,
        is_borrowed: is_borrowed && edition.is_none(),
    }
}

/// Sets `when`; says whether it has a year that is the table's.
fn slot(row: &mut Row, remarks: &mut Vec<Fault>, named: &Named<'_>, setting: Setting) -> bool {
    let (when, starts, ends) = (
        named.moment("when"),
        named.moment("starts"),
        named.moment("ends"),
    );
    if let Some(year) = setting.year {
        check::years(row, named.columns, named.line, year);
    }
    let when = dates::Cells {
        when: &when,
        starts: &starts,
        ends: &ends,
    };
    let mut found = set_when(row, when, setting);
    remarks.append(&mut found.remarks);
    found.is_borrowed
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
