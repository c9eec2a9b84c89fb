//! What every format becomes before anything is decided: rows, each a JSON activity in the form of
//! `docs/IMPORT.md` §2, and the place where each stood.
//!
//! Invariant: a fault always names a place in the file that was sent, in that file's own terms.

use std::{
    collections::{HashMap, HashSet, hash_map::Entry},
    sync::Arc,
};

use chrono::NaiveDate;
use serde_json::{Map, Value};

use super::{decode::Encoding, table::heads::Heads};
use crate::domain::input::{Fault, Faults};
pub(super) use crate::domain::tracking::Said;

/// Activities in one file at most: they enter the log in one transaction.
pub(super) const ROWS_MAX: usize = 5_000;

/// A file as it was read.
#[derive(Debug, Default)]
pub(super) struct File {
    /// The encoding it was in.
    pub encoding: Option<Encoding>,
    /// Editions, as JSON.
    pub editions: Vec<Value>,
    /// Series, as JSON.
    pub series: Vec<Value>,
    /// Activities.
    pub rows: Vec<Row>,
    /// What the sender should know, though it is no fault.
    pub warnings: Vec<Fault>,
    /// What is wrong with the file as a whole.
    pub faults: Faults,
    /// By UID, of events that repeat too often: from when to when their occurrences are among the rows.
    pub cut: HashMap<String, (NaiveDate, NaiveDate)>,
    /// UIDs of occurrences that are there, and of which nothing says what they are.
    pub unread: HashSet<String>,
    /// UIDs of occurrences that are there, and outside of what was asked for.
    pub passed: HashSet<String>,
    /// Why its end seems to be missing.
    pub cut_off: Option<CutOff>,
}

/// Where a file breaks off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct CutOff {
    /// What is seen of it.
    pub why: String,
    /// The line of a table on which it does, and of which some is missing.
    pub line: Option<u64>,
}

/// One activity of a file.
#[derive(Clone, Debug)]
pub(super) struct Row {
    /// Where it stands.
    pub place: Place,
    /// The activity, without `history`.
    pub value: Map<String, Value>,
    /// What happened to it, as JSON steps.
    pub history: Option<Value>,
    /// Why nothing is made of it.
    pub skip: Option<String>,
    /// What its source says of it.
    pub said: Said,
    /// For an occurrence of a repeated event: the day in Shanghai on which the rule puts it, so that one that is
    /// moved keeps its name.
    pub occurrence: Option<NaiveDate>,
    /// What reading it found, with pointers into `value`.
    pub faults: Faults,
}

impl Row {
    pub(super) fn new(place: Place) -> Self {
        Self {
            place,
            value: Map::new(),
            history: None,
            skip: None,
            said: Said::default(),
            occurrence: None,
            faults: Faults::default(),
        }
    }

    /// Sets a field of `value`, making the objects on the way: `set("venue/name/zh", …)`.
    pub(super) fn set(&mut self, path: &str, value: impl Into<Value>) {
        let mut fields = &mut self.value;
        let mut names = path.split('/').peekable();
        while let Some(name) = names.next() {
            if names.peek().is_none() {
                fields.insert(name.to_owned(), value.into());
                return;
            }
            let inner = fields
                .entry(name.to_owned())
                .or_insert_with(|| Value::Object(Map::new()));
            match inner {
                Value::Object(inner) => fields = inner,
                _ => return,
            }
        }
    }

    /// Whether a fault was found at or under a pointer.
    pub(super) fn is_faulty_at(&self, at: &str) -> bool {
        self.faults
            .0
            .iter()
            .any(|fault| fault.pointer.starts_with(at))
    }
}

/// Where a row stands in its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// In a JSON list, counted from 0.
    Activity {
        /// Its index.
        index: usize,
        /// Its slug, when it has one.
        slug: Option<String>,
    },
    /// In a table: the line where it begins, as the sender's program counts.
    Line {
        /// Its number.
        line: u64,
        /// The table's columns.
        heads: Arc<Heads>,
    },
    /// In a calendar: the VEVENT counted from 0.
    Event {
        /// Its index.
        index: usize,
        /// Its UID, when it has one; of an occurrence with the day (`docs/IMPORT.md` §4).
        uid: Option<String>,
    },
    /// In a feed: the item counted from 0.
    Item {
        /// Its index.
        index: usize,
        /// Its id, when it has one.
        uid: Option<String>,
    },
    /// In a page: the schema.org Event counted from 0.
    Thing {
        /// Its index.
        index: usize,
        /// Its id, when it has one.
        uid: Option<String>,
    },
}

/// Properties of a VEVENT by the JSON field they fill; the longest prefix counts.
const PROPERTIES: [(&str, &str); 17] = [
    ("/title", "SUMMARY"),
    ("/description", "DESCRIPTION"),
    ("/when/ends", "DTEND"),
    ("/when", "DTSTART"),
    ("/edition", "DTSTART"),
    ("/venue/name", "LOCATION"),
    ("/venue", "GEO"),
    ("/live_url", "CONFERENCE"),
    ("/organizers", "ORGANIZER"),
    ("/sources/0/url", "URL"),
    ("/sources/0/uid", "UID"),
    ("/sources", "X-WR-CALNAME"),
    ("/history/1", "LAST-MODIFIED"),
    ("/history", "CREATED"),
    ("/kind", "CATEGORIES"),
    ("/audiences", "CATEGORIES"),
    ("/districts", "CATEGORIES"),
];

/// Elements of a feed's item likewise.
const ELEMENTS: [(&str, &str); 5] = [
    ("/description", "content"),
    ("/sources/0/url", "link"),
    ("/sources/0/uid", "id"),
    ("/sources/0/stated_on", "published"),
    ("/sources", "link"),
];

/// Properties of a schema.org Event likewise.
const TERMS: [(&str, &str); 9] = [
    ("/title", "name"),
    ("/when/ends", "endDate"),
    ("/when", "startDate"),
    ("/edition", "startDate"),
    ("/venue", "location"),
    ("/live_url", "location"),
    ("/registration_url", "offers"),
    ("/organizers", "organizer"),
    ("/sources/0/uid", "@id"),
];

impl Place {
    /// The upstream id of the row, where it has one.
    pub(super) fn uid(&self) -> Option<&str> {
        match self {
            Self::Activity { .. } | Self::Line { .. } => None,
            Self::Event { uid, .. } | Self::Item { uid, .. } | Self::Thing { uid, .. } => {
                uid.as_deref()
            }
        }
    }

    /// The row's own pointer.
    pub(super) fn row(&self) -> String {
        match self {
            Self::Activity { index, .. } => format!("/activities/{index}"),
            Self::Line { line, heads } => heads.pointer(*line, ""),
            Self::Event { index, .. } | Self::Thing { index, .. } => format!("/events/{index}"),
            Self::Item { index, .. } => format!("/items/{index}"),
        }
    }

    /// The place of a field, by its pointer into the row's value.
    pub(super) fn pointer(&self, at: &str) -> String {
        let row = self.row();
        let named = |names: &[(&str, &'static str)]| {
            names
                .iter()
                .filter(|(prefix, _)| at.starts_with(prefix))
                .max_by_key(|(prefix, _)| prefix.len())
                .map(|(_, name)| *name)
        };
        let first = || at.split('/').nth(1).unwrap_or_default().to_owned();
        let inner = match self {
            Self::Activity { .. } => return format!("{row}{at}"),
            Self::Line { line, heads } => return heads.pointer(*line, at),
            Self::Event { .. } => named(&PROPERTIES).map_or_else(first, str::to_owned),
            Self::Item { .. } => named(&ELEMENTS).map_or_else(first, str::to_owned),
            Self::Thing { .. } => named(&TERMS).map_or_else(first, str::to_owned),
        };
        if inner.is_empty() {
            row
        } else {
            format!("{row}/{inner}")
        }
    }

    /// The fault as the sender sees it: its place in the file, and which activity is meant.
    pub(super) fn fault(&self, fault: Fault) -> Fault {
        let name = match self {
            Self::Activity { slug, .. } => slug.as_deref().map(short),
            Self::Line { line, heads } => heads.name(*line, &fault.pointer),
            Self::Event { .. } | Self::Item { .. } | Self::Thing { .. } => self.uid().map(short),
        };
        Fault {
            pointer: self.pointer(&fault.pointer),
            detail: match name {
                Some(name) => format!("{name}: {}", fault.detail),
                None => fault.detail,
            },
        }
    }
}

impl File {
    /// Faults of rows that have an upstream id in common, and of a file with more rows than one may have.
    pub(super) fn check_rows(&mut self, rows: &str) {
        if self.rows.len() > ROWS_MAX {
            self.faults
                .add("", format!("has more than {ROWS_MAX} {rows}"));
            self.rows.clear();
        }
        let mut seen = HashMap::new();
        for row in &mut self.rows {
            let (Some(uid), at) = (row.place.uid(), row.place.row()) else {
                continue;
            };
            match seen.entry(uid.to_owned()) {
                Entry::Occupied(earlier) => row
                    .faults
                    .add("/sources/0/uid", format!("stands at {} too", earlier.get())),
                Entry::Vacant(free) => {
                    free.insert(at);
                }
            }
        }
    }
}

/// At most 80 characters of a text, for messages.
pub(super) fn short(text: &str) -> String {
    if text.chars().count() > 80 {
        format!("{}…", text.chars().take(79).collect::<String>())
    } else {
        text.to_owned()
    }
}
