//! Which series, sections and editions a selection may name: unlike districts and kinds they are data.
//!
//! Owns the names that the log has told. Refuses to know drafts. Invariant: a name that any notice was told under stays
//! known, also when what it named is deleted: who subscribed to it keeps a feed, and a restart gives the same answer.

use std::{collections::HashSet, hash::Hash};

use super::State;
use crate::domain::{
    edition::Section, input::Fault, notice::Notice, selection::Selection, text::Slug,
};

/// Names in the log.
#[derive(Debug, Default)]
pub(super) struct Names {
    series: HashSet<Slug>,
    /// Each of an edition.
    sections: HashSet<(i32, Slug)>,
    editions: HashSet<i32>,
}

impl Names {
    /// Takes in what a notice's activity belongs to (to what it belonged before, an earlier one told). Redacting takes
    /// none of it away.
    pub(super) fn take(&mut self, notice: &Notice) {
        let Some(activity) = &notice.activity else {
            return;
        };
        let content = &activity.content;
        note(&mut self.series, content.series.as_ref());
        let section = content.section.clone();
        let section = section.map(|slug| (content.edition, slug));
        note(&mut self.sections, section.as_ref());
        note(&mut self.editions, Some(&content.edition));
    }
}

fn note<T: Eq + Hash + Clone>(names: &mut HashSet<T>, name: Option<&T>) {
    if let Some(name) = name
        && !names.contains(name)
    {
        names.insert(name.clone());
    }
}

impl State {
    /// The values of a selection that name nothing there is or ever was, each with its dimension: mistyped, most likely.
    /// A section is known when any edition has it.
    #[must_use]
    pub fn unknown_values(&self, selection: &Selection) -> Vec<Fault> {
        let sections = selection
            .sections
            .iter()
            .filter(|slug| !self.has_section(slug))
            .map(|slug| fault("section", format!("no edition has a section {:?}", slug.0)));
        let series = selection
            .series
            .iter()
            .filter(|slug| !self.knows_series(slug))
            .map(|slug| fault("series", format!("there is no series {:?}", slug.0)));
        let editions = selection
            .editions
            .iter()
            .filter(|year| !self.knows_edition(**year))
            .map(|year| fault("edition", format!("there is no edition {year}")));
        sections.chain(series).chain(editions).collect()
    }

    /// Whether there is or was such a series.
    #[must_use]
    pub fn knows_series(&self, slug: &Slug) -> bool {
        self.one_series(&slug.0).is_some() || self.names.series.contains(slug)
    }

    /// Whether there is or was such an edition.
    #[must_use]
    pub fn knows_edition(&self, year: i32) -> bool {
        self.edition(year).is_some() || self.names.editions.contains(&year)
    }

    /// Whether an edition has or had such a section.
    #[must_use]
    pub fn knows_section(&self, year: i32, slug: &Slug) -> bool {
        let sections = self.edition(year).map(|edition| &edition.value.sections);
        let mut present = sections.into_iter().flatten();
        present.any(|section| section.slug == *slug)
            || self.names.sections.contains(&(year, slug.clone()))
    }

    /// Whether any edition has or had such a section.
    #[must_use]
    pub fn has_section(&self, slug: &Slug) -> bool {
        let is_it = |section: &Section| section.slug == *slug;
        let mut editions = self.editions();
        editions.any(|edition| edition.value.sections.iter().any(is_it))
            || self.names.sections.iter().any(|(_, told)| told == slug)
    }
}

fn fault(dimension: &str, detail: String) -> Fault {
    Fault {
        pointer: dimension.to_owned(),
        detail,
    }
}
