//! What an import does, or would do.

use serde::{Deserialize, Serialize};

use super::{Encoding, Intent};
use crate::{
    domain::{input::Fault, text::Text, when::When},
    ids::ActivityId,
};

/// What becomes of one thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// It is made.
    Create,
    /// It is there, and equal.
    Unchanged,
    /// Nothing is made of it; a warning says why.
    Skip,
}

/// An edition of the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct EditionLine {
    /// Its year.
    pub year: i32,
    /// What becomes of it.
    pub change: Change,
}

/// A series of the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SeriesLine {
    /// Its slug.
    pub slug: String,
    /// What becomes of it.
    pub change: Change,
}

/// An activity of the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ActivityLine {
    /// Where it stands in the file.
    pub pointer: String,
    /// Its id; null in a dry run, and when nothing is made of it.
    #[schema(value_type = Option<String>)]
    pub id: Option<ActivityId>,
    /// Its slug; null when nothing is made of it.
    pub slug: Option<String>,
    /// What it is called.
    pub title: Text,
    /// When it takes place, as it was read; null when nothing is made of it.
    #[serde(with = "crate::domain::when::or_null")]
    #[schema(value_type = Option<Object>)]
    pub when: When,
    /// Where: the venue's name, or the districts.
    pub location: Option<String>,
    /// What becomes of it.
    pub change: Change,
    /// How many notices it brings.
    pub notices: usize,
}

/// The answer to an import.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Diff {
    /// Whether nothing was written.
    pub dry_run: bool,
    /// What the rows become.
    #[serde(rename = "as")]
    pub intent: Intent,
    /// The encoding the file was read in.
    pub encoding: Encoding,
    /// Editions that stand in the file.
    pub editions: Vec<EditionLine>,
    /// Series that stand in the file.
    pub series: Vec<SeriesLine>,
    /// Activities, one for each row.
    pub activities: Vec<ActivityLine>,
    /// How many notices enter the log.
    pub notices: usize,
    /// What the sender should know.
    #[schema(value_type = Vec<Object>)]
    pub warnings: Vec<Fault>,
}

impl Diff {
    /// How many activities are made.
    #[must_use]
    pub fn created(&self) -> usize {
        self.activities
            .iter()
            .filter(|line| line.change == Change::Create)
            .count()
    }
}
