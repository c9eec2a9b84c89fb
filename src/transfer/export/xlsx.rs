//! The programme's table as a workbook.
//!
//! Invariant: the same programme has the same bytes; a text is a text, whatever it begins with.

use std::io::{self, Write};

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, Timelike, Utc};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

use super::{
    ExportError,
    table::{Cell, rows},
};
use crate::{clock::shanghai, store::Db, transfer::columns};

/// Widths of columns in characters: titles and places are long, codes are short.
const WIDE: [&str; 6] = [
    "title_zh",
    "title_en",
    "summary_zh",
    "summary_en",
    "venue_zh",
    "organizers",
];

/// Writes the table with Chinese headings, and dates as dates.
///
/// # Errors
/// When reading or writing fails, or when the table is larger than a sheet.
pub async fn write_workbook(db: &Db, out: &mut impl Write) -> Result<(), ExportError> {
    let rows = rows(db).await?;
    let bytes = workbook(&rows).map_err(|error| ExportError::Write(io::Error::other(error)))?;
    out.write_all(&bytes)?;
    Ok(())
}

fn workbook(rows: &[Vec<Cell>]) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    // A file says when it was made, and no clock is asked: the day spreadsheets count from will do.
    let made = ExcelDateTime::from_ymd(1900, 1, 1)?;
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&made));
    let sheet = workbook.add_worksheet();
    sheet.set_name("活动")?;
    let heading = Format::new().set_bold();
    for ((column, name), text) in (0..).zip(columns::all()).zip(columns::headings()) {
        sheet.write_string_with_format(0, column, text, &heading)?;
        sheet.set_column_width(column, if WIDE.contains(&name) { 36 } else { 16 })?;
    }
    sheet.set_freeze_panes(1, 0)?;
    let formats = Formats {
        day: Format::new().set_num_format("yyyy-mm-dd"),
        minute: Format::new().set_num_format("yyyy-mm-dd hh:mm"),
    };
    for (row, cells) in (1..).zip(rows) {
        for (column, cell) in (0..).zip(cells) {
            formats.write(sheet, row, column, cell)?;
        }
    }
    workbook.save_to_buffer()
}

struct Formats {
    day: Format,
    minute: Format,
}

impl Formats {
    fn write(
        &self,
        sheet: &mut Worksheet,
        row: u32,
        column: u16,
        cell: &Cell,
    ) -> Result<(), XlsxError> {
        let typed = match cell {
            Cell::Text(_) => None,
            Cell::Day(day) => date(*day).map(|date| (date, &self.day)),
            Cell::Instant(at) => minute(*at).map(|date| (date, &self.minute)),
        };
        match (typed, cell.text()) {
            (Some((date, format)), _) => {
                sheet.write_datetime_with_format(row, column, date, format)?;
            }
            (None, text) if text.is_empty() => {}
            (None, text) => {
                sheet.write_string(row, column, text)?;
            }
        }
        Ok(())
    }
}

/// A day of those that spreadsheets count.
fn date(day: NaiveDate) -> Option<ExcelDateTime> {
    let year = u16::try_from(day.year()).ok().filter(|year| *year > 1900)?;
    let month = u8::try_from(day.month()).ok()?;
    ExcelDateTime::from_ymd(year, month, u8::try_from(day.day()).ok()?).ok()
}

/// An instant in Shanghai. A midnight stays a text: as a number it would be a day without an hour.
fn minute(at: DateTime<Utc>) -> Option<ExcelDateTime> {
    let local: NaiveDateTime = at.with_timezone(&shanghai()).naive_local();
    let time = local.time();
    if time == NaiveTime::MIN || time.second() != 0 || time.nanosecond() != 0 {
        return None;
    }
    let hour = u16::try_from(time.hour()).ok()?;
    let minute = u8::try_from(time.minute()).ok()?;
    date(local.date())?.and_hms(hour, minute, 0).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_rows_have_the_same_bytes_and_hold_no_formula() {
        let row: Vec<Cell> = columns::all()
            .map(|column| match column {
                "starts" => Cell::Instant("2021-09-24T12:00:00Z".parse().unwrap()),
                "ends" => Cell::Instant("2021-09-24T16:00:00Z".parse().unwrap()),
                "stated_on" => Cell::Day("2021-09-15".parse().unwrap()),
                "summary_zh" => Cell::Text(String::new()),
                _ => Cell::Text("=1+1".to_owned()),
            })
            .collect();
        let first = workbook(std::slice::from_ref(&row)).unwrap();
        assert!(workbook(std::slice::from_ref(&row)).unwrap() == first);
        let mut archive = zip::ZipArchive::new(io::Cursor::new(first)).unwrap();
        // No clock was asked: both times are the one written above.
        let core = io::read_to_string(archive.by_name("docProps/core.xml").unwrap()).unwrap();
        assert_eq!(core.matches("1900-01-01T00:00:00Z").count(), 2, "{core}");
        let sheet = archive.by_name("xl/worksheets/sheet1.xml").unwrap();
        let sheet = io::read_to_string(sheet).unwrap();
        assert!(!sheet.contains("<f>"), "{sheet}");
        assert!(sheet.contains("<v>44463.8333"), "{sheet}");
        assert!(minute("2021-09-24T16:00:00Z".parse().unwrap()).is_none());
    }
}
