//! Which activities or notices somebody wants: one grammar for feeds, API and webhooks.
//!
//! Invariant: dimensions are joined by AND, their values by OR; `parse(canonical())` gives the same
//! selection, and two selections that ask for the same have one canonical form.

use std::fmt::Write;

use entity::vocab::{Audience, District, Kind, Mode, Strand};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::{
    activity::Content,
    input::{Faults, shown},
    notice::Notice,
    text::Slug,
};

mod sieve;

pub use sieve::{Sieve, Traits};

/// The names of the dimensions, in canonical order.
pub const DIMENSIONS: [&str; 9] = [
    "district",
    "section",
    "kind",
    "audience",
    "mode",
    "series",
    "edition",
    "strand",
    "highlight",
];

/// Values of one dimension at most.
const WORDS: usize = 100;

/// What somebody wants; empty dimensions ask for everything.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Selection {
    /// In any of these districts.
    pub districts: Vec<District>,
    /// In any of these sections.
    pub sections: Vec<Slug>,
    /// Of any of these kinds.
    pub kinds: Vec<Kind>,
    /// For any of these audiences.
    pub audiences: Vec<Audience>,
    /// Attended in any of these ways.
    pub modes: Vec<Mode>,
    /// Of any of these series.
    pub series: Vec<Slug>,
    /// Of any of these editions.
    pub editions: Vec<i32>,
    /// Of any of these strands.
    pub strands: Vec<Strand>,
    /// Highlights only, or all but highlights.
    pub highlight: Option<bool>,
}

impl std::hash::Hash for Slug {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

fn list<T>(name: &str, text: &str, faults: &mut Faults, into: &mut Vec<T>)
where
    T: std::str::FromStr + Ord,
    T::Err: std::fmt::Display,
{
    if text.split(',').count() > WORDS {
        return faults.add(name, format!("has over {WORDS} values"));
    }
    for word in text.split(',') {
        match word.parse() {
            Ok(value) => into.push(value),
            Err(error) => faults.add(name, T::Err::to_string(&error)),
        }
    }
    into.sort_unstable();
    into.dedup();
}

struct Year(i32);

impl std::str::FromStr for Year {
    type Err = String;
    fn from_str(s: &str) -> Result<Self, String> {
        s.parse()
            .ok()
            .filter(|year| (1900..=2199).contains(year) && s.len() == 4)
            .map(Self)
            .ok_or_else(|| {
                format!(
                    "{:?} is not an edition's year",
                    s.chars().take(40).collect::<String>()
                )
            })
    }
}

impl Selection {
    /// Takes one dimension; `false` when the name is none of a selection's.
    pub fn take(&mut self, name: &str, text: &str, faults: &mut Faults) -> bool {
        match name {
            "district" => list(name, text, faults, &mut self.districts),
            "section" => list(name, text, faults, &mut self.sections),
            "kind" => list(name, text, faults, &mut self.kinds),
            "audience" => list(name, text, faults, &mut self.audiences),
            "mode" => list(name, text, faults, &mut self.modes),
            "series" => list(name, text, faults, &mut self.series),
            "edition" if text.split(',').count() > WORDS => {
                faults.add(name, format!("has over {WORDS} values"));
            }
            "edition" => {
                for word in text.split(',') {
                    match word.parse::<Year>() {
                        Ok(year) => self.editions.push(year.0),
                        Err(error) => faults.add(name, error),
                    }
                }
                self.editions.sort_unstable();
                self.editions.dedup();
            }
            "strand" => list(name, text, faults, &mut self.strands),
            "highlight" => match text {
                "true" => self.highlight = Some(true),
                "false" => self.highlight = Some(false),
                other => faults.add(
                    name,
                    format!(
                        "{:?} is not true or false",
                        other.chars().take(40).collect::<String>()
                    ),
                ),
            },
            _ => return false,
        }
        true
    }

    /// Reads a selection from its canonical form.
    ///
    /// # Errors
    /// All faults of it, each under its dimension's name.
    pub fn parse(query: &str) -> Result<Self, Faults> {
        let mut selection = Self::default();
        let mut faults = Faults::default();
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            if !selection.take(&name, &value, &mut faults) {
                faults.add(name.as_ref(), unknown_dimension(&name));
            }
        }
        faults.check(Some(selection))
    }

    /// Reads `{"district":["haidian"],"highlight":true}`; a single value may stand without its list.
    pub fn read_json(value: &Value, at: &str, faults: &mut Faults) -> Option<Self> {
        let Value::Object(fields) = value else {
            faults.add(at, format!("{} is not an object", shown(value)));
            return None;
        };
        let mut selection = Self::default();
        let mut inner = Faults::default();
        for (name, value) in fields {
            let words: Vec<&Value> = match value {
                Value::Null => continue,
                Value::Array(items) => items.iter().collect(),
                single => vec![single],
            };
            if !DIMENSIONS.contains(&name.as_str()) {
                inner.add(name, unknown_dimension(name));
            }
            for word in words {
                let text = match word {
                    Value::String(text) if !text.contains(',') => text.clone(),
                    Value::Bool(_) | Value::Number(_) => word.to_string(),
                    other => {
                        inner.add(name, format!("{} is not a value of {name}", shown(other)));
                        continue;
                    }
                };
                selection.take(name, &text, &mut inner);
            }
        }
        let faulty = !inner.0.is_empty();
        for fault in inner.0 {
            faults.add(format!("{at}/{}", fault.pointer), fault.detail);
        }
        (!faulty).then_some(selection)
    }

    /// As JSON, the reverse of [`Selection::read_json`].
    #[must_use]
    pub fn to_json(&self) -> Value {
        let mut fields = Map::new();
        for (name, words) in self.dimensions() {
            let value = match name {
                "highlight" => Value::Bool(words == ["true"]),
                "edition" => self.editions.clone().into(),
                _ => words.into(),
            };
            fields.insert(name.to_owned(), value);
        }
        Value::Object(fields)
    }

    fn dimensions(&self) -> Vec<(&'static str, Vec<String>)> {
        fn words<T: std::fmt::Display>(items: &[T]) -> Vec<String> {
            items.iter().map(ToString::to_string).collect()
        }
        fn slugs(items: &[Slug]) -> Vec<String> {
            items.iter().map(|slug| slug.0.clone()).collect()
        }
        let Self {
            districts,
            sections,
            kinds,
            audiences,
            modes,
            series,
            editions,
            strands,
            highlight,
        } = self;
        let all = [
            words(districts),
            slugs(sections),
            words(kinds),
            words(audiences),
            words(modes),
            slugs(series),
            words(editions),
            words(strands),
            highlight.iter().map(ToString::to_string).collect(),
        ];
        DIMENSIONS
            .into_iter()
            .zip(all)
            .filter(|(_, words)| !words.is_empty())
            .collect()
    }

    /// The one form of this selection as a query: `district=haidian,xicheng&kind=roadshow`; empty for everything.
    #[must_use]
    pub fn canonical(&self) -> String {
        let mut query = String::new();
        for (name, words) in self.dimensions() {
            let separator = if query.is_empty() { "" } else { "&" };
            write!(query, "{separator}{name}={}", words.join(","))
                .expect("writing to a String does not fail");
        }
        query
    }

    /// Whether it asks for everything.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        *self == Self::default()
    }

    /// Whether an activity with this content is wanted.
    #[must_use]
    pub fn matches(&self, content: &Content) -> bool {
        self.wants(&Dimensions::of(content))
    }

    /// Whether a notice is wanted: by its activity's state before or after it; a digest only by everything.
    #[must_use]
    pub fn matches_notice(&self, notice: &Notice) -> bool {
        Self::all_match(&[self], notice)
    }

    /// Whether all of some selections want a notice, by one and the same state of its activity.
    #[must_use]
    pub fn all_match(selections: &[&Self], notice: &Notice) -> bool {
        let all_want = |state: &Dimensions<'_>| selections.iter().all(|it| it.wants(state));
        match &notice.activity {
            None => selections.iter().all(|it| it.is_everything()),
            Some(after) => {
                let content = &after.content;
                let before = || Dimensions::if_changed(content, &notice.before, all_want);
                all_want(&Dimensions::of(content)) || before().is_some_and(|is_wanted| is_wanted)
            }
        }
    }

    fn wants(&self, of: &Dimensions<'_>) -> bool {
        fn any<T: PartialEq>(wanted: &[T], own: &[T]) -> bool {
            wanted.is_empty() || own.iter().any(|item| wanted.contains(item))
        }
        fn one<T: PartialEq>(wanted: &[T], own: Option<&T>) -> bool {
            wanted.is_empty() || own.is_some_and(|item| wanted.contains(item))
        }
        any(&self.districts, of.districts)
            && one(&self.sections, of.section)
            && one(&self.kinds, of.kind.as_ref())
            && any(&self.audiences, of.audiences)
            && one(&self.modes, of.mode.as_ref())
            && one(&self.series, of.series)
            && one(&self.editions, Some(&of.edition))
            && one(&self.strands, Some(&of.strand))
            && self.highlight.is_none_or(|wanted| wanted == of.highlight)
    }
}

/// What of an activity selections look at.
struct Dimensions<'a> {
    districts: &'a [District],
    section: Option<&'a Slug>,
    kind: Option<Kind>,
    audiences: &'a [Audience],
    mode: Option<Mode>,
    series: Option<&'a Slug>,
    edition: i32,
    strand: Strand,
    highlight: bool,
}

impl<'a> Dimensions<'a> {
    fn of(content: &'a Content) -> Self {
        Self {
            districts: &content.districts,
            section: content.section.as_ref(),
            kind: content.kind,
            audiences: &content.audiences,
            mode: content.mode,
            series: content.series.as_ref(),
            edition: content.edition,
            strand: content.strand,
            highlight: content.highlight,
        }
    }

    /// With the fields in `other` instead of the content's own, if any of them is one that selections look at.
    fn if_changed<R>(
        content: &Content,
        other: &Map<String, Value>,
        look: impl FnOnce(&Dimensions<'_>) -> R,
    ) -> Option<R> {
        fn field<T: DeserializeOwned + Clone>(
            other: &Map<String, Value>,
            name: &str,
            own: &T,
        ) -> T {
            let read = other.get(name).and_then(|value| T::deserialize(value).ok());
            read.unwrap_or_else(|| own.clone())
        }
        let is_changed = FIELDS.iter().any(|name| other.contains_key(*name));
        is_changed.then(|| {
            look(&Dimensions {
                districts: &field(other, "districts", &content.districts),
                section: field(other, "section", &content.section).as_ref(),
                kind: field(other, "kind", &content.kind),
                audiences: &field(other, "audiences", &content.audiences),
                mode: field(other, "mode", &content.mode),
                series: field(other, "series", &content.series).as_ref(),
                edition: field(other, "edition", &content.edition),
                strand: field(other, "strand", &content.strand),
                highlight: field(other, "highlight", &content.highlight),
            })
        })
    }
}

/// The fields of an activity that they are.
const FIELDS: [&str; 9] = [
    "districts",
    "section",
    "kind",
    "audiences",
    "mode",
    "series",
    "edition",
    "strand",
    "highlight",
];

fn unknown_dimension(name: &str) -> String {
    let shown: String = name.chars().take(40).collect();
    format!(
        "unknown dimension {shown:?}; expected one of {}",
        DIMENSIONS.join(", ")
    )
}
