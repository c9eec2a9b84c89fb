//! A source's document as entries that can be compared.
//!
//! Owns what a row of any format says of an activity that is tracked; refuses to know what was said before. Invariants: an entry
//! that cannot be read is told and hides no other; whether anything could be missing without being noticed is known.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde_json::{Value, json};

use self::fill::{fields, fill};
use super::{
    Encoding, Intent,
    decode::NotText,
    feed, ics, json_ld,
    row::{self, File, Place, Row},
    table,
};
use crate::{
    domain::{
        activity::{Content, Draft},
        edition::Edition,
        input::Faults,
        likeness::folded,
        mapping::Mapping,
        source::{Source, SourceFormat},
        text::cleaned,
        tracking::{COMPARED, Seen},
        when::{When, midnight},
    },
    ids::sha256_hex,
};

mod fill;
#[cfg(test)]
mod tests;

/// Bytes of a key at most; longer ids are known by their hash.
const KEY: usize = 200;
/// Of events that repeat, what lies no further back or ahead is taken.
const YEAR: TimeDelta = TimeDelta::days(366);
/// Entries that cannot be read, and warnings, that are told one by one.
const TOLD: usize = 50;

/// What a document is read by.
#[derive(Clone, Debug)]
pub struct By {
    /// What its office set.
    pub source: Source,
    /// How the headings of a table map.
    pub mapping: Option<Mapping>,
    /// The editions that there are: tables name sections by their titles.
    pub editions: Vec<Edition>,
}

impl By {
    /// With what a mapping fills gaps by, where the source does not.
    #[must_use]
    pub fn new(mut source: Source, mapping: Option<Mapping>, editions: Vec<Edition>) -> Self {
        if let Some(defaults) = mapping.as_ref().map(|mapping| mapping.defaults) {
            source.edition = source.edition.or(defaults.edition);
            source.district = source.district.or(defaults.district);
            source.kind = source.kind.or(defaults.kind);
        }
        Self {
            source,
            mapping,
            editions,
        }
    }
}

/// What a document says.
#[derive(Debug, Default)]
pub struct Upstream {
    /// Its entries, each with a key of its own.
    pub entries: Vec<Entry>,
    /// Keys of those that stand there and cannot be read.
    unread: HashSet<String>,
    /// By key, events that repeat too often, and from when to when their occurrences are told.
    cut: HashMap<String, (NaiveDate, NaiveDate)>,
    /// How many cannot be read.
    pub faulty: usize,
    /// Of which, and why; and what else its reader should know.
    pub notes: Vec<String>,
    /// How many were over long ago and are passed over.
    pub passed: usize,
    /// Keys of those, and the titles of those that have no id.
    passed_keys: HashSet<String>,
    passed_titles: HashSet<String>,
    /// What was over by then is passed over.
    since: Option<DateTime<Utc>>,
    /// Whether something that is missing was taken out, and is not merely unreadable.
    pub is_whole: bool,
}

/// One entry.
#[derive(Debug)]
pub struct Entry {
    /// What it is known by.
    pub key: String,
    /// Its id upstream, where it has one.
    pub uid: Option<String>,
    /// What it says.
    pub seen: Seen,
    /// As a new activity.
    pub content: Content,
}

/// Reads a document. It may take long: not for the threads that answer requests.
///
/// # Errors
/// Why nothing of it is taken.
pub fn read(
    bytes: &[u8],
    charset: Option<Encoding>,
    by: &By,
    now: DateTime<Utc>,
) -> Result<Upstream, String> {
    let file = file(bytes, charset, by, now).map_err(|error| error.to_string())?;
    if !file.faults.0.is_empty() {
        return Err(sentence(&file.faults));
    }
    let mut upstream = Upstream {
        is_whole: file.cut_off.is_none(),
        since: by.source.since.map(midnight),
        unread: file.unread.iter().map(|uid| key_of(&clean(uid))).collect(),
        passed_keys: file.passed.iter().map(|uid| key_of(&clean(uid))).collect(),
        ..Upstream::default()
    };
    let cut_line = file.cut_off.as_ref().and_then(|cut_off| cut_off.line);
    if let Some(cut_off) = file.cut_off {
        upstream.note(cut_off.why);
    }
    let mut keys = HashSet::new();
    for row in file.rows {
        let is_cut = matches!(row.place, Place::Line { line, .. } if Some(line) == cut_line);
        match is_cut {
            true => upstream.faulty += 1,
            false => take(row, by, now, &mut keys, &mut upstream),
        }
    }
    let cut = file.cut.into_iter();
    let cut = cut.map(|(uid, days)| (key_of(&clean(&uid)), days));
    upstream.cut = cut.collect();
    for warning in file.warnings {
        upstream.note(format!("{}: {}", warning.pointer, warning.detail));
    }
    Ok(upstream)
}

fn file(
    bytes: &[u8],
    charset: Option<Encoding>,
    by: &By,
    now: DateTime<Utc>,
) -> Result<File, NotText> {
    let source = &by.source;
    let window = ics::Window {
        from: source.since.map_or(now - YEAR, midnight),
        to: now + YEAR,
        present: now,
    };
    let asked = table::Asked {
        intent: Intent::Drafts,
        edition: source.edition,
        mapping: by.mapping.clone(),
    };
    match source.format {
        SourceFormat::Ics => {
            let spoiled = ics::Spoiled::IsTold;
            ics::read(bytes, charset, Intent::Drafts, window, spoiled)
        }
        SourceFormat::Csv => table::read_csv(bytes, charset, &asked),
        SourceFormat::Feed => feed::read(bytes, charset),
        SourceFormat::JsonLd => json_ld::read(bytes, charset),
        SourceFormat::Xlsx => Ok(table::read_workbook(bytes, &asked)),
    }
}

/// All faults in a line.
fn sentence(faults: &Faults) -> String {
    let told = faults
        .0
        .iter()
        .take(5)
        .map(|fault| match fault.pointer.as_str() {
            "" => fault.detail.clone(),
            pointer => format!("{pointer}: {}", fault.detail),
        });
    let mut told: Vec<String> = told.collect();
    if faults.0.len() > 5 {
        told.push(format!("and {} more", faults.0.len() - 5));
    }
    told.join("; ")
}

impl Upstream {
    /// Whether an entry that is not told may stand there: it, or the repeated event that it is one of, cannot be read, it is one of
    /// more occurrences than are told, or it is passed over.
    pub fn may_hold(&self, key: &str, uid: Option<&str>, seen: &Seen) -> bool {
        if self.unread.contains(key) || self.is_passed(key, uid, seen) {
            return true;
        }
        let Some((event, _)) = uid.and_then(|uid| uid.rsplit_once('#')) else {
            return false;
        };
        let event = key_of(event);
        let day = || seen.when().and_then(|when| when.first_day());
        let untold = |(first, last): &(NaiveDate, NaiveDate)| {
            // Of the first and the last day some may be among those that are left out.
            day().is_none_or(|day| !(*first < day && day < *last))
        };
        self.unread.contains(&event) || self.cut.get(&event).is_some_and(untold)
    }

    /// Whether an entry is among those that are passed over: it was over by the day that the source's office named, or is now.
    fn is_passed(&self, key: &str, uid: Option<&str>, seen: &Seen) -> bool {
        let over = || seen.when().and_then(|when| when.over_at());
        let is_over = |since| over().is_some_and(|over| over <= since);
        self.passed_keys.contains(key)
            || self.since.is_some_and(is_over)
            // Without an id it has another key on another day.
            || uid.is_none() && self.passed_titles.contains(&folded(seen.title()))
    }

    fn note(&mut self, note: String) {
        match self.notes.len() {
            told if told < TOLD => self.notes.push(note),
            TOLD => self.notes.push("and more".to_owned()),
            _ => {}
        }
    }
}

/// An id without what no database takes.
fn clean(uid: &str) -> String {
    cleaned(uid, false)
}

/// What an id is known by.
fn key_of(uid: &str) -> String {
    match uid.len() {
        0..=KEY => uid.to_owned(),
        _ => format!("h:{}", &sha256_hex(uid.as_bytes())[..40]),
    }
}

fn take(
    mut row: Row,
    by: &By,
    now: DateTime<Utc>,
    keys: &mut HashSet<String>,
    upstream: &mut Upstream,
) {
    let source = &by.source;
    let uid = row
        .value
        .get("sources")
        .and_then(|sources| sources.pointer("/0/uid"))
        .and_then(Value::as_str)
        .map(clean)
        .filter(|uid| !uid.is_empty());
    let said = row.said;
    let mut faults = std::mem::take(&mut row.faults);
    let stated: Vec<&'static str> = COMPARED
        .into_iter()
        .filter(|name| row.value.get(*name).is_some_and(|value| !value.is_null()))
        .collect();
    fill(&mut row.value, by, now);
    let draft = match faults.0.is_empty() {
        true => Draft::read(
            &Value::Object(row.value.clone()),
            source.office,
            &mut faults,
        ),
        false => None,
    };
    let content = match (draft, faults.0.is_empty()) {
        (Some(draft), true) => draft.content,
        _ => {
            upstream.faulty += 1;
            match &uid {
                Some(uid) => {
                    upstream.unread.insert(key_of(uid));
                }
                None => upstream.is_whole = false,
            }
            let told = faults.0.into_iter().map(|fault| row.place.fault(fault));
            let faults = Faults(told.collect());
            upstream.note(sentence(&faults));
            return;
        }
    };
    let over = content.when.over_at();
    let is_passed = upstream
        .since
        .is_some_and(|since| over.is_some_and(|over| over <= since));
    let mut content = content;
    if content.when == When::Unstated {
        content.when = When::Unknown;
    }
    let seen = Seen {
        said,
        fields: fields(&content, &stated),
        ..Seen::default()
    };
    let key = match &uid {
        Some(uid) => key_of(uid),
        None => {
            let named = format!("{}\n{}", folded(seen.title()), json!(content.when));
            format!("t:{}", &sha256_hex(named.as_bytes())[..40])
        }
    };
    if is_passed {
        upstream.passed += 1;
        if uid.is_none() {
            upstream.passed_titles.insert(folded(seen.title()));
        }
        upstream.passed_keys.insert(key);
        return;
    }
    if !keys.insert(key.clone()) {
        upstream.faulty += 1;
        let which = uid.as_deref().unwrap_or(seen.title());
        upstream.note(format!(
            "{}: {:?} stands there twice; the first one is taken",
            row.place.row(),
            row::short(which)
        ));
        return;
    }
    upstream.entries.push(Entry {
        key,
        uid,
        seen,
        content,
    });
}
