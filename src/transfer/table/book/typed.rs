//! Typed cells as a person reads them.
//!
//! Refuses to know where they stand. Invariant: nothing is written more precisely than the cell shows it: a whole
//! day has no hour, and a month that is kept as its first day stays a month.

use std::collections::HashMap;

use calamine::{CellErrorType, DataRef, ExcelDateTime, Style};

use crate::transfer::dates::{Epoch, serial::moment};

/// What a number format shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shown {
    /// A year and a month.
    Month,
    /// A month and a day, without the year.
    NoYear,
    /// A hundredth.
    Percent,
    /// Whatever is there.
    All,
}

/// The formats of a workbook, each looked at once.
#[derive(Debug)]
pub(super) struct Formats {
    epoch: Epoch,
    shown: HashMap<usize, Shown>,
}

/// A cell as it is read.
#[derive(Debug, Default)]
pub(super) struct Read {
    /// Its text.
    pub text: String,
    /// Whether that is a formula's error.
    pub is_error: bool,
    /// What it shows of a day, when that is less than the year.
    pub shown: Option<String>,
}

impl Formats {
    pub(super) fn new(epoch: Epoch) -> Self {
        Self {
            epoch,
            shown: HashMap::new(),
        }
    }

    /// What a cell holds.
    pub(super) fn text(&mut self, value: &DataRef<'_>, style: usize, styles: &[Style]) -> Read {
        let mut shown = None;
        let text = match value {
            DataRef::Empty => String::new(),
            DataRef::String(text) => text.trim().to_owned(),
            DataRef::SharedString(text) => text.trim().to_owned(),
            DataRef::Int(number) => number.to_string(),
            DataRef::Float(value) if self.shown(style, styles) == Shown::Percent => {
                format!("{}%", number(value * 100.0))
            }
            DataRef::Float(value) => number(*value),
            DataRef::Bool(true) => "TRUE".to_owned(),
            DataRef::Bool(false) => "FALSE".to_owned(),
            DataRef::DateTime(value) => {
                shown = self.without_year(*value, style, styles);
                self.date(*value, style, styles)
            }
            DataRef::DateTimeIso(text) => whole_day(text).to_owned(),
            DataRef::DurationIso(text) => text.trim().to_owned(),
            DataRef::Error(error) => {
                return Read {
                    text: name(error).to_owned(),
                    is_error: true,
                    shown: None,
                };
            }
        };
        Read {
            text,
            is_error: false,
            shown,
        }
    }

    /// What a day shows that hides its year.
    fn without_year(
        &mut self,
        value: ExcelDateTime,
        style: usize,
        styles: &[Style],
    ) -> Option<String> {
        let is_hidden = self.shown(style, styles) == Shown::NoYear
            && !value.is_duration()
            && value.as_f64() >= 1.0;
        let (at, _) = is_hidden.then(|| moment(value.as_f64(), self.epoch))??;
        Some(at.format("%-m月%-d日").to_string())
    }

    fn date(&mut self, value: ExcelDateTime, style: usize, styles: &[Style]) -> String {
        let serial = value.as_f64();
        let Some((at, is_whole)) = moment(serial, self.epoch) else {
            return number(serial);
        };
        let hours = if at.format("%S").to_string() == "00" {
            "%H:%M"
        } else {
            "%H:%M:%S"
        };
        let form = if serial < 1.0 || value.is_duration() {
            hours.to_owned()
        } else if self.shown(style, styles) == Shown::Month {
            "%Y-%m".to_owned()
        } else if is_whole {
            "%Y-%m-%d".to_owned()
        } else {
            format!("%Y-%m-%d {hours}")
        };
        at.format(&form).to_string()
    }

    fn shown(&mut self, style: usize, styles: &[Style]) -> Shown {
        let format = styles
            .get(style)
            .and_then(|style| style.number_format.as_ref());
        *self.shown.entry(style).or_insert_with(|| match format {
            // Built-in formats of Chinese workbooks (ECMA-376 §18.8.30): year and month.
            Some(format) if matches!(format.format_id, Some(17 | 27 | 36 | 50 | 52 | 57)) => {
                Shown::Month
            }
            // A month and a day.
            Some(format) if matches!(format.format_id, Some(16 | 28 | 29 | 51 | 53 | 54 | 58)) => {
                Shown::NoYear
            }
            Some(format) => of_code(&format.format_code),
            None => Shown::All,
        })
    }
}

/// What a format's code shows: letters in quotes, brackets and after a backslash are text.
fn of_code(code: &str) -> Shown {
    let (mut letters, mut quoted, mut bracket, mut escaped) = (String::new(), false, false, false);
    for c in code.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' | '_' | '*' => escaped = true,
            '"' => quoted = !quoted,
            _ if quoted => {}
            '[' => bracket = true,
            ']' => bracket = false,
            _ if bracket => {}
            ';' => break,
            c => letters.extend(c.to_lowercase()),
        }
    }
    let has = |letter: char| letters.contains(letter);
    if has('y') && has('m') && !has('d') && !has('h') {
        Shown::Month
    } else if has('m') && has('d') && !has('y') && !has('e') {
        Shown::NoYear
    } else if has('%') {
        Shown::Percent
    } else {
        Shown::All
    }
}

/// A number with the 15 digits that a spreadsheet keeps.
fn number(value: f64) -> String {
    match format!("{value:.14e}").parse::<f64>() {
        Ok(rounded) => rounded.to_string(),
        Err(_) => value.to_string(),
    }
}

/// A date that a program wrote with a midnight nobody meant.
fn whole_day(text: &str) -> &str {
    let text = text.trim();
    match text.split_once('T') {
        Some((day, time)) if time.chars().all(|c| matches!(c, '0' | ':' | '.' | 'Z')) => day,
        _ => text,
    }
}

const fn name(error: &CellErrorType) -> &'static str {
    match error {
        CellErrorType::Div0 => "#DIV/0!",
        CellErrorType::NA => "#N/A",
        CellErrorType::Name => "#NAME?",
        CellErrorType::Null => "#NULL!",
        CellErrorType::Num => "#NUM!",
        CellErrorType::Ref => "#REF!",
        CellErrorType::Value => "#VALUE!",
        CellErrorType::GettingData => "#GETTING_DATA",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_says_how_much_of_a_date_is_shown() {
        for (code, shown) in [
            ("yyyy\"年\"m\"月\"", Shown::Month),
            ("[$-804]yyyy\\-mm;@", Shown::Month),
            ("mmm-yy", Shown::Month),
            ("yyyy\"年\"m\"月\"d\"日\"", Shown::All),
            ("m\"月\"d\"日\"", Shown::NoYear),
            ("m/d", Shown::NoYear),
            ("[$-804]m\"月\"d\"日\" h:mm", Shown::NoYear),
            ("m/d/yy", Shown::All),
            ("h:mm", Shown::All),
            ("0.0%", Shown::Percent),
            ("\"y%m\"0", Shown::All),
            ("General", Shown::All),
        ] {
            assert_eq!(of_code(code), shown, "{code}");
        }
    }

    #[test]
    fn numbers_stand_as_a_person_sees_them() {
        for (value, text) in [
            (2021.0, "2021"),
            (0.1 + 0.2, "0.3"),
            (13_800_000_000.0, "13800000000"),
            (44_463.5, "44463.5"),
            (-1.5, "-1.5"),
        ] {
            assert_eq!(number(value), text);
        }
        assert_eq!(whole_day("2021-09-24T00:00:00"), "2021-09-24");
        assert_eq!(whole_day("2021-09-24T20:00:00"), "2021-09-24T20:00:00");
    }
}
