//! A source's settings: as a form's fields, in words, and what others made of them.

use entity::vocab::Language;
use serde_json::json;

use super::super::{
    difference::Difference,
    said::Fact,
    sheet::Sheet,
    words::{self as w},
};
use crate::domain::{
    role::Office,
    source::{Source, SourceFormat},
};

/// The fields of a source in the order that they are shown in.
const FIELDS: [&str; 10] = [
    "/url",
    "/format",
    "/office",
    "/interval_minutes",
    "/trust",
    "/edition",
    "/district",
    "/kind",
    "/since",
    "/mapping",
];
/// Those that say something when they are empty.
const SAID_EMPTY: [&str; 2] = ["/url", "/trust"];

/// A source's settings as a form's fields. Whether it is asked at all is no field of it.
pub(super) fn sheet_of(source: &Source) -> Sheet {
    let mut settings = json!(source);
    if let Some(fields) = settings.as_object_mut() {
        fields.remove("active");
    }
    Sheet::of_json(&settings)
}

/// The fields of a new source.
pub(super) fn fresh(office: Office) -> Sheet {
    Sheet::of_json(&json!({"format": SourceFormat::Ics, "office": office}))
}

/// A source's settings in words.
pub(super) fn facts(source: &Source, language: Language) -> Vec<Fact> {
    let sheet = sheet_of(source);
    let told = FIELDS.into_iter().filter_map(|name| {
        let value = sheet.shown(name);
        let is_told = !value.is_empty() || SAID_EMPTY.contains(&name);
        is_told.then(|| {
            Fact::new(
                label(name, language),
                w::source_value(name, &value, language),
            )
        })
    });
    told.collect()
}

pub(super) fn label(name: &str, language: Language) -> String {
    w::label(name.trim_start_matches('/'), language).to_owned()
}

/// What somebody else changed of a source's settings, beside what was to be changed.
pub(super) fn differences(
    sent: &Sheet,
    base: &Sheet,
    theirs: &Sheet,
    language: Language,
) -> Vec<Difference> {
    Difference::between(
        (sent, base, theirs),
        language,
        |group| label(group, language),
        |sheet, group| w::source_value(group, &sheet.shown(group), language),
    )
}
