//! A row while it is looked at: its id, its slug, its content, its history.
//!
//! Invariant: a row gives a making only when it gave no fault.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};

use super::{
    Intent, alike,
    content::{Known, Parent},
    here::Here,
    history::{Tale, Told},
    row::{Row, Said},
};
use crate::{
    commands::references::GENERATIONS,
    domain::{
        activity::{Activity, Content},
        input::{Faults, Read},
        text::{Slug, Text},
        when::When,
    },
    ids::ActivityId,
};

/// A row with what was found out about it.
pub(super) struct Looked {
    /// The id it gets.
    pub id: ActivityId,
    /// As it was read.
    pub row: Row,
    /// The slug it asked for or was given.
    slug: Option<Slug>,
    /// What it says.
    content: Option<Content>,
    /// What happened to it.
    told: Vec<Told>,
    /// Whether the row names its slug, and so is no other activity.
    has_own_slug: bool,
    /// What its reader should know.
    pub notes: Vec<String>,
}

/// An activity to be made.
#[derive(Debug)]
pub(super) struct Making {
    /// As a draft.
    pub draft: Activity,
    /// Its history; only with [`Intent::History`].
    pub told: Vec<Told>,
}

/// Something that the caller may not do, and where the file asks for it.
#[derive(Debug)]
pub(super) struct Forbidden {
    /// What.
    pub what: String,
    /// Where.
    pub at: String,
}

impl Looked {
    pub(super) fn new(row: Row, id: ActivityId) -> Self {
        Self {
            id,
            row,
            slug: None,
            content: None,
            told: Vec::new(),
            has_own_slug: false,
            notes: Vec::new(),
        }
    }

    /// What is called off, and a calendar's event that is here already, are left alone.
    pub(super) fn skip_known(&mut self, known: &Known, here: &Here) {
        let is_told = known.intent == Intent::History;
        if self.row.said == Said::Cancelled && !is_told && self.row.skip.is_none() {
            self.row.skip = Some("is called off".to_owned());
        }
        if let Some(uid) = self.row.place.uid()
            && let Some(id) = here.by_uid(uid)
        {
            self.row.skip = Some(format!("was imported from the same UID before, as {id}"));
        }
    }

    /// Takes the slug that the row asks for, so that other rows can name it as their parent.
    pub(super) fn claim_slug(&mut self, slugs: &mut Slugs, known: &mut Known) {
        let Some(value) = self
            .row
            .value
            .remove("slug")
            .filter(|value| !value.is_null())
        else {
            return;
        };
        let Some(slug) = Slug::read(&value, "/slug", &mut self.row.faults) else {
            return;
        };
        match slugs.claim(&slug, self.row.place.row()) {
            Ok(()) => {
                let parent = Parent {
                    id: self.id.clone(),
                    public: known.intent != Intent::Drafts,
                };
                known.parents.insert(slug.0.clone(), parent);
                self.slug = Some(slug);
                self.has_own_slug = true;
            }
            Err(why) => self.row.faults.add("/slug", format!("{:?} {why}", slug.0)),
        }
    }

    /// Whether its date is off: it has none until another one is named.
    pub(super) fn is_put_off(&self, known: &Known) -> bool {
        self.row.said == Said::Postponed && known.intent != Intent::History
    }

    /// Reads the row's content and tells its history.
    pub(super) fn look(
        &mut self,
        known: &Known,
        here: &Here,
        slugs: &mut Slugs,
        forbidden: &mut Vec<Forbidden>,
    ) {
        let mut value = self.row.value.clone();
        let told = self.row.is_faulty_at("/edition")
            || (self.row.is_faulty_at("/when") && value.get("edition").is_none_or(Value::is_null));
        known.resolve_parent(&mut value, "", &mut self.row.faults);
        let mut found = Faults::default();
        let draft = known.content(&self.row.place, &value, &mut found);
        // What could not be read of the date is told already; that the year is missing follows from it.
        found
            .0
            .retain(|fault| !(told && fault.pointer == "/edition"));
        self.row.faults.0.append(&mut found.0);
        let Some(mut content) = draft.map(|draft| draft.content) else {
            return;
        };
        if self.is_put_off(known) {
            content.when = When::Unknown;
        }
        if self.slug.is_none()
            && let Some(there) = here.like(&content)
        {
            let id = &there.id;
            self.row.skip = Some(format!(
                "is here already, as {id}; a row that names a slug of its own is made all the same"
            ));
            self.notes = alike::differences(&content, there);
            return;
        }
        let slug = self
            .slug
            .get_or_insert_with(|| slugs.make(&content.title, content.edition))
            .clone();
        if known.intent == Intent::History {
            self.told = self.tell(known, &value, &content, slug);
        }
        let contents = self.told.iter().map(|told| &told.activity.content);
        let mut refused: Vec<String> = std::iter::once(&content)
            .chain(contents)
            .filter_map(|content| known.forbidden(content))
            .collect();
        refused.dedup();
        forbidden.extend(refused.into_iter().map(|what| Forbidden {
            what,
            at: self.row.place.row(),
        }));
        self.content = Some(content);
    }

    fn tell(
        &mut self,
        known: &Known,
        value: &Map<String, Value>,
        content: &Content,
        slug: Slug,
    ) -> Vec<Told> {
        let Some(history) = self.row.history.take() else {
            if ![
                "/history",
                "/sources/0/stated_on",
                "/CREATED",
                "/LAST-MODIFIED",
                "/DTSTAMP",
            ]
            .iter()
            .any(|at| self.row.is_faulty_at(at))
            {
                self.row
                    .faults
                    .add("/history", "is missing: as history a row needs its steps");
            }
            return Vec::new();
        };
        let tale = Tale {
            known,
            place: &self.row.place,
            value,
            content,
            id: self.id.clone(),
            slug,
            clean: self.row.faults.0.is_empty(),
        };
        tale.tell(&history, &mut self.row.faults)
            .unwrap_or_default()
    }

    /// What it says, where it is made and the row does not say that it is another activity than those that are here.
    pub(super) fn may_be_known(&self) -> Option<&Content> {
        let content = self.content.as_ref();
        content.filter(|_| !self.has_own_slug && self.row.skip.is_none())
    }

    /// The title, as far as it was read.
    pub(super) fn title(&self) -> Text {
        match &self.content {
            Some(content) => content.title.clone(),
            None => self
                .row
                .value
                .get("title")
                .and_then(|title| Text::read(title, "", &mut Faults::default()))
                .unwrap_or_default(),
        }
    }

    /// The activity to be made of it; nothing when it is left out.
    pub(super) fn making(self, known: &Known) -> Option<Making> {
        let draft = Activity::draft(
            self.id,
            &known.authority,
            self.slug?,
            self.content?,
            known.now,
        );
        Some(Making {
            draft,
            told: self.told,
        })
    }
}

/// Slugs that are taken, and by which row.
pub(super) struct Slugs {
    stored: HashSet<String>,
    claimed: HashMap<String, String>,
    numbers: HashMap<String, u32>,
}

impl Slugs {
    pub(super) fn new(stored: HashSet<String>) -> Self {
        Self {
            stored,
            claimed: HashMap::new(),
            numbers: HashMap::new(),
        }
    }

    fn claim(&mut self, slug: &Slug, row: String) -> Result<(), String> {
        if self.stored.contains(&slug.0) {
            return Err("is taken: change that activity by its actions instead".to_owned());
        }
        match self.claimed.get(&slug.0) {
            Some(earlier) => Err(format!("stands at {earlier} too")),
            None => {
                self.claimed.insert(slug.0.clone(), row);
                Ok(())
            }
        }
    }

    /// A free one made of the title, else of the year; numbered where it is taken.
    fn make(&mut self, title: &Text, year: i32) -> Slug {
        let text = title.en.as_deref().unwrap_or(&title.zh);
        let base = Slug::of_title(text).map_or_else(|| year.to_string(), |slug| slug.0);
        loop {
            let number = self.numbers.entry(base.clone()).or_insert(0);
            *number += 1;
            let slug = if *number == 1 {
                base.clone()
            } else {
                format!("{base}-{number}")
            };
            if !self.stored.contains(&slug) && !self.claimed.contains_key(&slug) {
                self.claimed.insert(slug.clone(), String::new());
                return Slug(slug);
            }
        }
    }
}

/// Rows must not be each other's parents in a circle, nor lie deeper than live ones may; `above` has the parents of
/// what is in the database.
pub(super) fn check_generations(rows: &mut [Looked], above: &HashMap<ActivityId, ActivityId>) {
    let in_file: HashMap<ActivityId, ActivityId> = rows
        .iter()
        .filter_map(|looked| Some((looked.id.clone(), looked.content.as_ref()?.parent.clone()?)))
        .collect();
    let parent_of = |id: &ActivityId| in_file.get(id).or_else(|| above.get(id));
    for looked in rows {
        let mut generations = 0;
        let mut at = parent_of(&looked.id);
        // A way longer than the file and the database goes round a circle that this row is not on.
        while let Some(parent) = at
            && *parent != looked.id
            && generations <= in_file.len() + GENERATIONS
        {
            generations += 1;
            at = parent_of(parent);
        }
        if at.is_some_and(|parent| *parent == looked.id) {
            looked
                .row
                .faults
                .add("/parent", "leads back to the activity itself");
        } else if at.is_none() && generations > GENERATIONS {
            looked.row.faults.add(
                "/parent",
                format!("lies under {generations} generations; at most {GENERATIONS} are allowed"),
            );
        }
    }
}
