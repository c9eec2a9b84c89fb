//! Whole files in and out: imports, the demo programme, exports, restores and backups.
//!
//! Owns the file formats of `docs/IMPORT.md` and what becomes of their rows; refuses to know HTTP and the command
//! line, and decides nothing about activities itself (that is `domain::action`).
//! Architecture invariant: a file is taken whole or not at all, in one transaction; whatever is wrong with it is
//! told at once, in the file's own terms.

use std::path::Path;

use entity::vocab::{District, Kind};
use serde::{Deserialize, Serialize};

use crate::domain::mapping::Mapping;

mod alike;
pub mod backup;
mod carry_out;
mod columns;
mod content;
mod dates;
mod declared;
mod decode;
pub mod demo;
mod diff;
pub mod export;
mod feed;
mod formula;
mod here;
mod history;
mod ics;
mod json;
mod json_ld;
mod looked;
mod marks;
mod objects;
mod plain;
mod plan;
pub mod restore;
mod row;
mod steps;
mod table;
pub mod upstream;
mod words;

pub use carry_out::{Import, import, take_in};
pub use columns::heading_of;
pub use decode::{Encoding, UnknownCharset};
pub use diff::{ActivityLine, Change, Diff, EditionLine, SeriesLine};

/// The format of a whole database, which `import` without `--restore` must tell from a file of activities.
const WHOLE: &str = "yueli-export/1";

/// What a file is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// `yueli/1`: everything, with history.
    Json,
    /// A table.
    Csv,
    /// A workbook of tables.
    Xlsx,
    /// A calendar.
    Ics,
}

impl Format {
    /// The media type of workbooks.
    pub const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

    /// What to do with a workbook that is in no form of ours, by its name's extension.
    #[must_use]
    pub fn advice(path: &Path) -> Option<&'static str> {
        let extension = path.extension()?.to_str()?.to_ascii_lowercase();
        let others = ["xls", "xlsb", "xlsm", "xlt", "ods", "et", "numbers"];
        others
            .contains(&extension.as_str())
            .then_some("save it as .xlsx")
    }

    /// The format that a file's name says.
    #[must_use]
    pub fn of_path(path: &Path) -> Option<Self> {
        let extension = path.extension()?.to_str()?.to_ascii_lowercase();
        match extension.as_str() {
            "json" => Some(Self::Json),
            "csv" => Some(Self::Csv),
            "xlsx" => Some(Self::Xlsx),
            "ics" => Some(Self::Ics),
            _ => None,
        }
    }

    /// The format that a Content-Type says, without its parameters.
    #[must_use]
    pub fn of_media_type(media_type: &str) -> Option<Self> {
        match media_type.trim().to_ascii_lowercase().as_str() {
            "application/json" => Some(Self::Json),
            "text/csv" => Some(Self::Csv),
            Self::XLSX => Some(Self::Xlsx),
            "text/calendar" => Some(Self::Ics),
            _ => None,
        }
    }
}

/// What each row of an import becomes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Intent {
    /// A draft.
    #[default]
    Drafts,
    /// Announced now.
    Announced,
    /// Public, with its notices at the dates in the file.
    History,
}

impl std::str::FromStr for Intent {
    type Err = String;
    fn from_str(s: &str) -> Result<Self, String> {
        match s {
            "drafts" => Ok(Self::Drafts),
            "announced" => Ok(Self::Announced),
            "history" => Ok(Self::History),
            _ => Err(format!(
                "{:?} is not what rows can become; expected drafts, announced or history",
                row::short(s)
            )),
        }
    }
}

/// What is used where a row says nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Defaults {
    /// The edition's year.
    pub edition: Option<i32>,
    /// The district.
    pub district: Option<District>,
    /// The kind.
    pub kind: Option<Kind>,
}

impl Defaults {
    /// These, and what a mapping says where they say nothing.
    #[must_use]
    pub fn or(self, mapping: Option<&Mapping>) -> Self {
        let Some(Mapping { defaults, .. }) = mapping else {
            return self;
        };
        Self {
            edition: self.edition.or(defaults.edition),
            district: self.district.or(defaults.district),
            kind: self.kind.or(defaults.kind),
        }
    }
}
