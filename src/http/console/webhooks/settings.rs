//! An endpoint's settings: as a form's fields, in words, and what others made of them.

use std::fmt::Display;

use entity::vocab::{Language, Ordering, Payload, WireFormat};
use serde_json::json;

use super::{
    super::{
        difference::Difference,
        sheet::Sheet,
        words::{self as w},
    },
    line::Fact,
};
use crate::{commands::webhooks, http::Web, publish::wording::Phrase, store::endpoints::Row};

/// The fields of an endpoint in the order that they are shown in.
const FIELDS: [&str; 13] = [
    "/url",
    "/language",
    "/payload",
    "/ordering",
    "/selection/district",
    "/selection/kind",
    "/selection/audience",
    "/selection/section",
    "/selection/series",
    "/selection/edition",
    "/selection/strand",
    "/selection/mode",
    "/selection/highlight",
];

/// Whether an endpoint is a group's robot.
pub(super) fn is_robot(row: &Row) -> bool {
    row.format.parse().is_ok_and(WireFormat::is_robot)
}

/// An endpoint's settings as a form's fields.
pub(super) fn sheet_of(web: &Web, row: &Row) -> Sheet {
    let shown = webhooks::shown(&web.services.vault, row);
    let mut settings = json!({});
    for name in [
        "url",
        "selection",
        "notices",
        "language",
        "payload",
        "ordering",
    ] {
        settings[name] = shown[name].clone();
    }
    with_any_highlight(Sheet::of_json(&settings))
}

/// The fields of a new endpoint.
pub(super) fn fresh(language: Language) -> Sheet {
    with_any_highlight(Sheet::of_json(&json!({
        "format": WireFormat::Standard, "language": language, "payload": Payload::Full, "ordering": Ordering::All,
    })))
}

fn with_any_highlight(mut sheet: Sheet) -> Sheet {
    if sheet.get("/selection/highlight").is_empty() {
        sheet.set("/selection/highlight", "");
    }
    sheet
}

/// An endpoint's settings in words.
pub(super) fn settings(web: &Web, row: &Row, language: Language) -> Vec<Fact> {
    let sheet = sheet_of(web, row);
    let mut facts = vec![Fact::new(
        w::label("format", language),
        super::line::format(row, language),
    )];
    let names = FIELDS.into_iter().skip(1);
    let filled = names.filter(|name| !sheet.shown(name).is_empty());
    facts.extend(filled.map(|name| Fact::new(label(name, language), said(&sheet, name, language))));
    if row.selection.is_empty() {
        let (label, all) = (w::WHICH_ACTIVITIES, w::EVERYTHING);
        facts.push(Fact::new(label.plain(language), all.plain(language)));
    }
    facts.push(Fact::new(
        label("/notices", language),
        said(&sheet, "/notices", language),
    ));
    if let Some(until) = super::local(row.old_secret_until.filter(|it| *it > web.services.now())) {
        let said = w::OLD_SECRET_UNTIL.say(language, &[("at", &until)]);
        facts.push(Fact::new(w::SIGNATURE.plain(language), said));
    }
    let created = w::local(row.created_at);
    facts.push(Fact::new(w::CREATED.plain(language), created));
    facts
}

pub(super) fn label(name: &str, language: Language) -> String {
    w::label(w::webhook_field(name), language).to_owned()
}

fn said(sheet: &Sheet, name: &str, language: Language) -> String {
    w::webhook_value(name, &sheet.shown(name), language)
}

/// What somebody else changed of an endpoint's settings, beside what was to be changed.
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
        |sheet, group| w::webhook_value(group, &sheet.shown(group), language),
    )
}

pub(super) fn pairs<const N: usize>(
    words: [(&str, Phrase); N],
    language: Language,
) -> [(String, String); N] {
    words.map(|(value, label)| (value.to_owned(), label.plain(language).to_owned()))
}

/// Words as a form offers them.
pub(super) fn words<T: Copy + Display>(
    all: &'static [T],
    label: impl Fn(T) -> &'static str,
) -> Vec<(String, String)> {
    let named = |word: &T| (word.to_string(), label(*word).to_owned());
    all.iter().map(named).collect()
}
