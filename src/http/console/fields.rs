//! A form's fields as a page shows them: each with its label, its value and what is wrong with it.
//!
//! Owns how a value is asked for. Refuses to know what is done with it. Invariant: every field has a label, and a fault
//! stands at its field and in the list at the top, which leads there.

use entity::vocab::Language;

use super::{sheet::Sheet, words::faults};
use crate::domain::input::Fault;

/// One of several words.
pub(super) struct Tick {
    pub(super) value: String,
    pub(super) label: String,
    pub(super) chosen: bool,
}

/// How a value is asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Tag {
    Input,
    Long,
    Select,
    Radio,
    Ticks,
    Flag,
}

/// A field.
pub(super) struct Field {
    pub(super) name: String,
    pub(super) id: String,
    pub(super) label: String,
    pub(super) tag: Tag,
    /// Of an input: its `type`.
    pub(super) kind: &'static str,
    pub(super) value: String,
    pub(super) ticks: Vec<Tick>,
    pub(super) fault: Option<String>,
    pub(super) hint: Option<&'static str>,
    pub(super) required: bool,
    /// Of an input: what it offers, beside which anything may be typed.
    pub(super) offers: Vec<(String, String)>,
    /// The language that is typed into it.
    pub(super) lang: Option<&'static str>,
}

impl Field {
    pub(super) fn is(&self, tag: &str) -> bool {
        let own = match self.tag {
            Tag::Input => "input",
            Tag::Long => "long",
            Tag::Select => "select",
            Tag::Radio => "radio",
            Tag::Ticks => "ticks",
            Tag::Flag => "flag",
        };
        own == tag
    }

    pub(super) fn hinted(mut self, hint: &'static str) -> Self {
        self.hint = Some(hint);
        self
    }

    pub(super) fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// Offers some values, with what they mean.
    pub(super) fn offering(mut self, values: impl IntoIterator<Item = (String, String)>) -> Self {
        self.offers = values.into_iter().collect();
        self
    }

    pub(super) fn written_in(mut self, lang: &'static str) -> Self {
        self.lang = Some(lang);
        self
    }
}

/// Fields that belong together.
pub(super) struct Group {
    pub(super) legend: String,
    pub(super) hint: Option<&'static str>,
    pub(super) fields: Vec<Field>,
    /// Whether it may be folded away, and stands open.
    pub(super) folded: Option<bool>,
    /// How many fields make a row; 0 = as many as there is room for.
    pub(super) columns: u8,
}

impl Group {
    pub(super) fn new(legend: impl Into<String>, fields: Vec<Field>) -> Self {
        Self {
            legend: legend.into(),
            hint: None,
            fields,
            folded: None,
            columns: 0,
        }
    }

    /// Folded away where nothing of it is filled in or wrong.
    pub(super) fn folded(mut self) -> Self {
        let is_used = self.fields.iter().any(|field| {
            let filled = !field.value.is_empty() && matches!(field.tag, Tag::Input | Tag::Long);
            let ticked = field.tag == Tag::Ticks && field.ticks.iter().any(|tick| tick.chosen);
            filled || ticked || field.fault.is_some()
        });
        self.folded = Some(is_used);
        self
    }

    pub(super) fn hinted(mut self, hint: &'static str) -> Self {
        self.hint = Some(hint);
        self
    }

    /// Its fields stand in rows of so many.
    pub(super) fn in_rows_of(mut self, columns: u8) -> Self {
        self.columns = columns;
        self
    }
}

/// What fields are made of.
pub(super) struct Source<'a> {
    pub(super) sheet: &'a Sheet,
    pub(super) faults: &'a [Fault],
    pub(super) language: Language,
}

/// The id of a field's element.
fn id(name: &str) -> String {
    format!("f{}", name.replace('/', "-"))
}

impl Source<'_> {
    fn field(&self, name: &str, label: &str, tag: Tag, kind: &'static str) -> Field {
        let fault = self
            .faults
            .iter()
            .find(|fault| shown_at(&fault.pointer) == name);
        Field {
            name: name.to_owned(),
            id: id(name),
            label: label.to_owned(),
            tag,
            kind,
            value: self.sheet.get(name).to_owned(),
            ticks: Vec::new(),
            fault: fault.map(|fault| faults::detail(&fault.detail, self.language)),
            hint: None,
            required: false,
            offers: Vec::new(),
            lang: None,
        }
    }

    /// One line of some type; what has several lines already, which a browser would join, keeps them. A password that
    /// was typed is not repeated.
    pub(super) fn line(&self, name: &str, label: &str, kind: &'static str) -> Field {
        let tag = match self.sheet.get(name).contains('\n') {
            true => Tag::Long,
            false => Tag::Input,
        };
        let mut field = self.field(name, label, tag, kind);
        if kind == "password" {
            field.value = String::new();
        }
        field
    }

    /// Several lines.
    pub(super) fn long(&self, name: &str, label: &str) -> Field {
        self.field(name, label, Tag::Long, "")
    }

    fn choosing(
        &self,
        (name, label): (&str, &str),
        tag: Tag,
        words: impl IntoIterator<Item = (String, String)>,
    ) -> Field {
        let ticks = words.into_iter().map(|(value, label)| Tick {
            chosen: self.sheet.has(name, &value),
            value,
            label,
        });
        let mut ticks: Vec<Tick> = ticks.collect();
        // What is none of the words stays a choice: a form that did not name it would take it away.
        for value in self.sheet.all(name) {
            if !value.is_empty() && !ticks.iter().any(|tick| tick.value == *value) {
                ticks.push(Tick {
                    value: value.clone(),
                    label: value.clone(),
                    chosen: true,
                });
            }
        }
        Field {
            ticks,
            ..self.field(name, label, tag, "")
        }
    }

    /// One of several words, or none.
    pub(super) fn select(
        &self,
        name: &str,
        label: &str,
        words: impl IntoIterator<Item = (String, String)>,
    ) -> Field {
        self.choosing((name, label), Tag::Select, words)
    }

    /// One of a few words, all of them to be seen.
    pub(super) fn radio(
        &self,
        name: &str,
        label: &str,
        words: impl IntoIterator<Item = (String, String)>,
    ) -> Field {
        self.choosing((name, label), Tag::Radio, words)
    }

    /// Any of several words.
    pub(super) fn ticks(
        &self,
        name: &str,
        label: &str,
        words: impl IntoIterator<Item = (String, String)>,
    ) -> Field {
        self.choosing((name, label), Tag::Ticks, words)
    }

    /// Yes or no.
    pub(super) fn flag(&self, name: &str, label: &str) -> Field {
        let mut field = self.field(name, label, Tag::Flag, "");
        let is_set = self.sheet.has(name, "true");
        field.ticks = vec![Tick {
            value: "true".to_owned(),
            label: label.to_owned(),
            chosen: is_set,
        }];
        field
    }

    /// All faults in words, each under its field's own label, with the element that it leads to.
    pub(super) fn summary(&self, groups: &[Group]) -> Vec<(String, String)> {
        let faults = self.faults.iter();
        let told = faults.map(|fault| {
            let name = shown_at(&fault.pointer);
            let mut fields = groups.iter().flat_map(|group| &group.fields);
            let said = match fields.find(|field| field.name == name) {
                Some(field) => faults::labelled(&field.label, fault, self.language),
                None => faults::fault(fault, self.language),
            };
            (id(name), said)
        });
        told.collect()
    }
}

/// The field that shows what stands at a pointer.
fn shown_at(pointer: &str) -> &str {
    match pointer {
        "/title" => "/title/zh",
        "/when" => "/when/precision",
        "/when/starts_at" => "/when/starts_on",
        "/when/ends_at" => "/when/ends_on",
        "/contact" => "/contact/email",
        "/venue" => "/venue/name/zh",
        "/reason" => "/reason/code",
        "/theme" => "/theme/zh",
        "/selection" => "/selection/district",
        kind if kind.starts_with("/notices/") => "/notices",
        other => other,
    }
}
