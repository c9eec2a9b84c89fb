//! What headings and cells mean: as everybody writes them, and as one office's mapping says.
//!
//! Invariant: a mapping goes before what is known of itself.

use std::{borrow::Cow, collections::HashMap};

use super::Asked;
use crate::{
    domain::mapping::Mapping,
    transfer::columns::{self, Meaning},
};

/// What separates several values in a cell; commas stand in names of organisers.
const SEPARATORS: [char; 6] = [';', '；', '\n', '、', ',', '，'];

/// What one sender's table means.
#[derive(Debug, Default)]
pub(super) struct Meanings<'m> {
    headings: HashMap<String, (&'m str, Option<&'static str>)>,
    mapping: Option<&'m Mapping>,
}

impl<'m> Meanings<'m> {
    pub(super) fn of(asked: &'m Asked) -> Self {
        let mapping = asked.mapping.as_ref();
        let entries = mapping.into_iter().flat_map(|mapping| &mapping.columns);
        let headings = entries.map(|(heading, column)| {
            let column = column.as_deref().and_then(columns::named);
            (columns::keys(heading).0, (heading.as_str(), column))
        });
        Self {
            headings: headings.collect(),
            mapping,
        }
    }

    /// What a heading means.
    pub(super) fn meaning(&self, heading: &str) -> Option<Meaning> {
        if !self.headings.is_empty()
            && let Some((_, column)) = self.headings.get(&columns::keys(heading).0)
        {
            return Some(column.map_or(Meaning::Dropped, Meaning::Column));
        }
        columns::meaning(heading)
    }

    /// The mapping's headings that are none of these.
    pub(super) fn absent<'h>(&self, headings: impl Iterator<Item = &'h str>) -> Vec<&'m str> {
        let mut left: HashMap<&str, &str> = self
            .headings
            .iter()
            .map(|(key, (heading, _))| (key.as_str(), *heading))
            .collect();
        for heading in headings {
            left.remove(columns::keys(heading).0.as_str());
        }
        let mut left: Vec<&str> = left.into_values().collect();
        left.sort_unstable();
        left
    }

    /// The number of the heading row, when it is not looked for.
    pub(super) fn heading_row(&self) -> Option<u64> {
        Some(u64::from(self.mapping?.heading_row?))
    }

    /// The one sheet that is read.
    pub(super) fn sheet(&self) -> Option<&'m str> {
        self.mapping?.sheet.as_deref()
    }

    /// A cell's text as the mapping reads it: whole, else value by value.
    pub(super) fn read<'t>(&self, column: &str, text: &'t str) -> Cow<'t, str> {
        let values = self.mapping.and_then(|mapping| mapping.values.get(column));
        let Some(values) = values else {
            return Cow::Borrowed(text);
        };
        if let Some(meant) = values.get(text) {
            return Cow::Owned(meant.clone());
        }
        let separators = match column {
            "districts" => SEPARATORS.as_slice(),
            "audiences" | "organizers" | "co_host" | "organizer" | "co_organizer" | "supporter" => {
                &SEPARATORS[..3]
            }
            _ => return Cow::Borrowed(text),
        };
        let parts = text.split(separators).map(str::trim);
        let parts = parts.map(|part| values.get(part).map_or(part, String::as_str));
        Cow::Owned(parts.collect::<Vec<_>>().join(";"))
    }
}
