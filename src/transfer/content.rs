//! A row's value to an activity's content: gaps filled, references followed.
//!
//! Invariant: what is left out is never guessed: it is filled by a rule of `docs/IMPORT.md` §1, or stays unknown.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, Datelike, Utc};
use entity::vocab::{Kind, Strand};
use serde_json::{Map, Value, json};

use super::{Defaults, Intent, row::Place};
use crate::{
    domain::{
        activity::{Content, Draft},
        edition::Edition,
        input::{Faults, Read, shown},
        rights::{Deed, Reach},
        role::{Caller, Role},
        series::Series,
        text::Slug,
        when::{When, day_of},
    },
    ids::ActivityId,
};

/// Something that a row may name as its parent.
#[derive(Clone, Debug)]
pub(super) struct Parent {
    /// Its id.
    pub id: ActivityId,
    /// Whether the outside knows of it, or will by this import.
    pub public: bool,
}

/// What is known while a file is looked at.
#[derive(Debug)]
pub(super) struct Known {
    /// Who imports.
    pub caller: Caller,
    /// What rows become.
    pub intent: Intent,
    /// What fills gaps.
    pub defaults: Defaults,
    /// Now.
    pub now: DateTime<Utc>,
    /// The host in uids.
    pub authority: String,
    /// Editions in the database and in the file.
    pub editions: BTreeMap<i32, Edition>,
    /// Series in the database and in the file.
    pub series: BTreeMap<String, Series>,
    /// Years and slugs of editions and series that stand in the file with faults: what belongs to them is told once.
    pub doubtful: HashSet<String>,
    /// Activities in the database and in the file, by slug.
    pub parents: HashMap<String, Parent>,
}

impl Known {
    /// Puts the parent's id where its slug stands.
    pub(super) fn resolve_parent(
        &self,
        value: &mut Map<String, Value>,
        at: &str,
        faults: &mut Faults,
    ) {
        let at = format!("{at}/parent");
        let slug = match value.get("parent") {
            None | Some(Value::Null) => return,
            Some(parent) => Slug::read(parent, &at, faults),
        };
        value.remove("parent");
        let Some(slug) = slug else { return };
        match self.parents.get(&slug.0) {
            None => faults.add(
                at,
                format!(
                    "there is no activity {:?}, neither here nor in the file",
                    slug.0
                ),
            ),
            Some(parent) if !parent.public && self.intent != Intent::Drafts => faults.add(
                at,
                format!(
                    "{:?} is not public, and what belongs to it would tell of it",
                    slug.0
                ),
            ),
            Some(parent) => {
                value.insert("parent".to_owned(), json!(parent.id));
            }
        }
    }

    /// Reads the content; `value` holds the parent's id. Faults have pointers into `value`.
    pub(super) fn content(
        &self,
        place: &Place,
        value: &Map<String, Value>,
        faults: &mut Faults,
    ) -> Option<Draft> {
        let mut value = value.clone();
        self.fill(&mut value, faults);
        if matches!(place, Place::Line { .. }) {
            self.follow_titles(&mut value);
        }
        let before = faults.0.len();
        let draft = Draft::read(&Value::Object(value), self.caller.role.own_office(), faults);
        // One that is filled in or already told of is not told of again.
        faults.0[before..].iter_mut().for_each(|fault| {
            if fault.pointer == "/edition" && fault.detail == "is missing" {
                "is missing, and there is no start to take the year from"
                    .clone_into(&mut fault.detail);
            }
        });
        let mut draft = draft?;
        if draft.content.when == When::Unstated {
            draft.content.when = When::Unknown;
        }
        self.check_references(&draft.content, faults);
        Some(draft)
    }

    fn fill(&self, value: &mut Map<String, Value>, faults: &mut Faults) {
        value.retain(|_, field| !field.is_null());
        if !value.contains_key("edition") {
            let start = value
                .get("when")
                .and_then(|when| When::read(when, "", &mut Faults::default()))
                .and_then(|when| when.starts_at());
            let year = self
                .defaults
                .edition
                .or_else(|| start.map(|start| day_of(start).year()));
            if let Some(year) = year {
                value.insert("edition".to_owned(), json!(year));
            }
        }
        if !value.contains_key("strand") {
            let strand = if value.contains_key("section") {
                Strand::MainSession
            } else {
                Strand::YearRound
            };
            value.insert("strand".to_owned(), json!(strand));
        }
        if let (Some(district), false) = (self.defaults.district, value.contains_key("districts")) {
            value.insert("districts".to_owned(), json!([district]));
        }
        let other = (self.intent != Intent::Drafts).then_some(Kind::Other);
        if let (Some(kind), false) = (self.defaults.kind.or(other), value.contains_key("kind")) {
            value.insert("kind".to_owned(), json!(kind));
        }
        if let Some(history) = value.remove("history") {
            faults.add(
                "/history",
                format!("{} does not belong here", shown(&history)),
            );
        }
    }

    /// Tables name sections and series by their Chinese titles too.
    fn follow_titles(&self, value: &mut Map<String, Value>) {
        let edition = value
            .get("edition")
            .and_then(Value::as_i64)
            .and_then(|year| self.editions.get(&i32::try_from(year).ok()?));
        let section = value
            .get("section")
            .and_then(Value::as_str)
            .and_then(|title| {
                edition?
                    .sections
                    .iter()
                    .find(|section| section.title.zh == title)
            });
        if let Some(section) = section {
            value.insert("section".to_owned(), json!(section.slug));
        }
        let series = value
            .get("series")
            .and_then(Value::as_str)
            .and_then(|title| self.series.values().find(|series| series.title.zh == title));
        if let Some(series) = series {
            value.insert("series".to_owned(), json!(series.slug));
        }
    }

    fn check_references(&self, content: &Content, faults: &mut Faults) {
        match self.editions.get(&content.edition) {
            None if self.doubtful.contains(&content.edition.to_string()) => {}
            None => faults.add(
                "/edition",
                format!(
                    "there is no edition {}, neither here nor in the file",
                    content.edition
                ),
            ),
            Some(edition) => {
                if let Some(section) = &content.section
                    && !edition.sections.iter().any(|known| known.slug == *section)
                {
                    faults.add(
                        "/section",
                        format!(
                            "the edition {} has no section {:?}",
                            content.edition, section.0
                        ),
                    );
                }
            }
        }
        if let Some(series) = &content.series
            && !self.series.contains_key(&series.0)
            && !self.doubtful.contains(&series.0)
        {
            faults.add(
                "/series",
                format!(
                    "there is no series {:?}, neither here nor in the file",
                    series.0
                ),
            );
        }
    }

    /// What the caller may not do with this content.
    pub(super) fn forbidden(&self, content: &Content) -> Option<String> {
        let role: Role = self.caller.role;
        if !role.may(Deed::Import, content.office) {
            return Some(format!(
                "write for the office {:?}",
                content.office.to_string()
            ));
        }
        (content.highlight && role.reach(Deed::SetHighlight) != Reach::All)
            .then(|| "set highlight; the organising office does".to_owned())
    }
}
