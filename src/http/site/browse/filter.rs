//! What can be chosen, and what of it is: the boxes of a filter, of the builder and of a saved subscription.
//!
//! Invariant: the boxes stand in the order of the selection's canonical form, dimension by dimension, so that what a
//! form sends, joined, is that form.

use entity::vocab::{Audience, District, Kind, Language, Mode, Strand};

use super::super::words as w;
use crate::{
    catalogue::State,
    domain::selection::Selection,
    publish::wording::{HIGHLIGHT, Phrase, either},
};

/// A dimension with its boxes.
pub(crate) struct Choice {
    /// The parameter's name.
    pub(crate) name: &'static str,
    pub(crate) legend: &'static str,
    pub(crate) boxes: Vec<Tick>,
    /// Whether it is shown at once.
    pub(crate) open: bool,
    /// One of them at most can be chosen.
    pub(crate) single: bool,
}

/// A box.
pub(crate) struct Tick {
    pub(crate) value: String,
    pub(crate) label: String,
    pub(crate) checked: bool,
}

/// All that can be chosen.
pub(crate) struct Filter(pub(crate) Vec<Choice>);

fn choice(name: &'static str, legend: Phrase, boxes: Vec<Tick>, language: Language) -> Choice {
    Choice {
        name,
        legend: legend.plain(language),
        open: name == "district" || boxes.iter().any(|tick| tick.checked),
        boxes,
        single: false,
    }
}

/// The boxes of a closed vocabulary.
macro_rules! ticks {
    ($word:ty, $chosen:expr, $language:expr) => {
        <$word>::ALL
            .iter()
            .map(|word| Tick {
                value: word.to_string(),
                label: either($language, word.zh(), word.en()).to_owned(),
                checked: $chosen.contains(word),
            })
            .collect()
    };
}

impl Filter {
    /// With what a selection has chosen ticked.
    pub(crate) fn of(state: &State, chosen: &Selection, language: Language) -> Self {
        let mut sections: Vec<Tick> = Vec::new();
        for edition in state.editions().rev() {
            for section in &edition.value.sections {
                // Editions share the names of their sections.
                if !sections.iter().any(|tick| tick.value == section.slug.0) {
                    sections.push(Tick {
                        value: section.slug.0.clone(),
                        label: section.title.in_language(language).0.to_owned(),
                        checked: chosen.sections.contains(&section.slug),
                    });
                }
            }
        }
        sections.sort_by(|one, other| one.value.cmp(&other.value));
        let series = state
            .all_series()
            .map(|series| Tick {
                value: series.value.slug.0.clone(),
                label: series.value.title.in_language(language).0.to_owned(),
                checked: chosen.series.contains(&series.value.slug),
            })
            .collect();
        let editions = state
            .editions()
            .map(|edition| Tick {
                value: edition.value.year.to_string(),
                label: edition.value.year.to_string(),
                checked: chosen.editions.contains(&edition.value.year),
            })
            .collect();
        let highlight = [
            (String::new(), w::ANY, None),
            ("true".to_owned(), w::ONLY_HIGHLIGHTS, Some(true)),
            ("false".to_owned(), w::ALL_BUT_HIGHLIGHTS, Some(false)),
        ]
        .map(|(value, label, wanted)| Tick {
            value,
            label: label.plain(language).to_owned(),
            checked: chosen.highlight == wanted,
        });
        let make = |name, legend, boxes| choice(name, legend, boxes, language);
        let mut highlight = make("highlight", HIGHLIGHT, highlight.into());
        highlight.single = true;
        highlight.open = chosen.highlight.is_some();
        let all = [
            make(
                "district",
                w::DISTRICT_FIELD,
                ticks!(District, chosen.districts, language),
            ),
            make("section", w::SECTION, sections),
            make("kind", w::KIND, ticks!(Kind, chosen.kinds, language)),
            make(
                "audience",
                w::AUDIENCE,
                ticks!(Audience, chosen.audiences, language),
            ),
            make("mode", w::MODE, ticks!(Mode, chosen.modes, language)),
            make("series", w::SERIES, series),
            make("edition", w::YEAR, editions),
            make(
                "strand",
                w::STRAND,
                ticks!(Strand, chosen.strands, language),
            ),
            highlight,
        ];
        Self(
            all.into_iter()
                .filter(|choice| !choice.boxes.is_empty())
                .collect(),
        )
    }
}
