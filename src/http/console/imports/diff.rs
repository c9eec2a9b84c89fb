//! What becomes of each row of a file, or became of it.
//!
//! Invariant: every row and every warning is shown, a warning at its row where it is about one.

use std::collections::HashMap;

use askama::Template;
use axum::response::Response;
use entity::vocab::Language;

use super::{
    super::{
        activities::at,
        answer::shown,
        form::Form,
        frame::Frame,
        once,
        said::{Fact, date},
        seat::Seated,
        words::{self as w},
    },
    CARRY_OUT, LOOK, Told,
    choices::{Choices, FIELDS},
    chosen::Chosen,
    detail, place,
};
use crate::{
    domain::input::Fault,
    http::{
        Web,
        site::{listed::Badge, said::Said},
    },
    publish::wording::{Phrase, either},
    transfer::{Change, Defaults, Diff, Format, Intent},
};

/// Names of a pointer that are taken off to find the row that it is about: no field of a row lies deeper.
const DEEPEST: usize = 6;

/// A row.
struct Line {
    place: String,
    title: Said,
    /// When and where, as it was read.
    when: String,
    location: String,
    /// The activity that was made of it.
    href: Option<String>,
    badge: Badge,
    notes: Vec<String>,
}

#[derive(Template)]
#[template(path = "console/import_diff.html")]
struct Page {
    frame: Frame,
    title: &'static str,
    about: &'static str,
    facts: Vec<Fact>,
    counts: Vec<String>,
    /// That everybody will be told.
    minded: Option<&'static str>,
    /// Of the file as a whole, or of no row.
    told: Vec<Told>,
    lines: Vec<Line>,
    /// What is carried to where it is done, where anything is to be done.
    fields: Vec<(&'static str, String)>,
    action: &'static str,
    back: &'static str,
}

/// The page.
pub(super) fn page(
    web: &Web,
    seated: &Seated,
    (chosen, format, choices): (&Chosen, Format, &Choices),
    form: &Form,
    diff: &Diff,
) -> Response {
    let language = seated.language;
    let (mut notes, told) = warnings(diff, language);
    let rows = diff.activities.iter().map(|row| Line {
        place: place::said(&row.pointer, language),
        title: Said::title(&row.title, language),
        when: date(&row.when, language),
        location: row.location.clone().unwrap_or_default(),
        href: row.id.as_ref().map(at),
        badge: badge(row.change, diff.dry_run, language),
        notes: notes.remove(row.pointer.as_str()).unwrap_or_default(),
    });
    let lines: Vec<Line> = rows.collect();
    let does = diff.created() > 0 || made(diff).next().is_some();
    let about = match (diff.dry_run, does) {
        (true, true) => w::IMPORT_SHOWN,
        (_, false) => w::IMPORT_NOTHING,
        (false, true) => w::IMPORT_DONE_ABOUT,
    };
    let n = diff.created().to_string();
    let done = !diff.dry_run && does;
    let done = done.then(|| w::IMPORT_DONE.say(language, &[("n", &n)]));
    let is_told = diff.dry_run && does && diff.intent == Intent::Announced;
    let title = w::IMPORT.plain(language);
    let page = Page {
        frame: Frame::new(web, seated, title).saying(done),
        title,
        about: about.plain(language),
        facts: facts((chosen, format, choices), diff, language),
        counts: counts(diff, language),
        minded: is_told.then(|| w::IMPORT_TELLS.plain(language)),
        told,
        lines,
        fields: match diff.dry_run && does {
            true => carried(chosen, choices, form),
            false => Vec::new(),
        },
        action: CARRY_OUT,
        back: LOOK,
    };
    shown(&page, language)
}

/// What the next form brings back.
fn carried(chosen: &Chosen, choices: &Choices, form: &Form) -> Vec<(&'static str, String)> {
    let choice = |name: &'static str| (name, form.get(name).unwrap_or_default().to_owned());
    let own = [
        ("key", once::fresh()),
        ("seen", choices.seen(chosen)),
        ("name", chosen.name.clone()),
        ("bytes", chosen.letters()),
    ];
    FIELDS.into_iter().map(choice).chain(own).collect()
}

/// Editions and series that the file brings.
fn made(diff: &Diff) -> impl Iterator<Item = String> {
    let editions = diff.editions.iter();
    let editions = editions.filter(|line| line.change == Change::Create);
    let series = diff.series.iter();
    let series = series.filter(|line| line.change == Change::Create);
    editions
        .map(|line| line.year.to_string())
        .chain(series.map(|line| line.slug.clone()))
}

fn counts(diff: &Diff, language: Language) -> Vec<String> {
    let say = |phrase: Phrase, n: usize| phrase.say(language, &[("n", &n.to_string())]);
    let created = diff.created();
    let mut counts = vec![
        say(w::IMPORT_CREATED, created),
        say(w::IMPORT_LEFT, diff.activities.len() - created),
        say(w::IMPORT_WARNED, diff.warnings.len()),
    ];
    if diff.notices > 0 {
        counts.push(say(w::IMPORT_NOTICES, diff.notices));
    }
    counts
}

fn facts(
    (chosen, format, choices): (&Chosen, Format, &Choices),
    diff: &Diff,
    language: Language,
) -> Vec<Fact> {
    let mut facts = vec![Fact::new(w::FILE.plain(language), chosen.name.as_str())];
    if matches!(format, Format::Csv | Format::Ics) {
        let label = w::IMPORT_ENCODING.plain(language);
        facts.push(Fact::new(label, diff.encoding.to_string()));
    }
    let intent = match choices.intent {
        Intent::Drafts => w::IMPORT_DRAFTS,
        Intent::Announced => w::IMPORT_ANNOUNCED,
        Intent::History => w::IMPORT_HISTORY,
    };
    facts.push(Fact::new(
        w::IMPORT_AS.plain(language),
        intent.plain(language),
    ));
    let Defaults {
        edition,
        district,
        kind,
    } = choices.defaults;
    let filled = [
        ("edition", edition.map(|year| year.to_string())),
        (
            "district",
            district.map(|it| either(language, it.zh(), it.en()).to_owned()),
        ),
        (
            "kind",
            kind.map(|it| either(language, it.zh(), it.en()).to_owned()),
        ),
        (
            "mapping",
            choices
                .mapping
                .as_ref()
                .map(|found| found.value.mapping.name.clone()),
        ),
    ];
    let filled = filled.into_iter();
    let filled =
        filled.filter_map(|(field, value)| Some(Fact::new(w::label(field, language), value?)));
    facts.extend(filled);
    let made: Vec<String> = made(diff).collect();
    if !made.is_empty() {
        let label = w::IMPORT_MAKES.plain(language);
        facts.push(Fact::new(label, made.join(either(language, "、", ", "))));
    }
    facts
}

fn badge(change: Change, dry_run: bool, language: Language) -> Badge {
    let (phrase, tone) = match (change, dry_run) {
        (Change::Create, true) => (w::IMPORT_NEW, "plain"),
        (Change::Create, false) => (w::IMPORT_MADE, "plain"),
        (Change::Unchanged, _) => (w::IMPORT_UNCHANGED, "plain"),
        (Change::Skip, _) => (w::IMPORT_SKIPPED, "off"),
    };
    Badge {
        text: phrase.plain(language),
        tone,
    }
}

/// Warnings by the pointers of the rows that they are about, and all others with their places.
fn warnings(diff: &Diff, language: Language) -> (HashMap<&str, Vec<String>>, Vec<Told>) {
    let rows = diff.activities.iter();
    let mut notes: HashMap<&str, Vec<String>> =
        rows.map(|row| (row.pointer.as_str(), Vec::new())).collect();
    let mut told = Vec::new();
    for warning in &diff.warnings {
        match row_of(warning, &mut notes) {
            Some(of_row) => of_row.push(detail(&warning.detail, language)),
            None => told.push(Told::of(warning, language)),
        }
    }
    (notes, told)
}

fn row_of<'a>(
    warning: &Fault,
    notes: &'a mut HashMap<&str, Vec<String>>,
) -> Option<&'a mut Vec<String>> {
    let mut pointer = warning.pointer.as_str();
    for _ in 0..DEEPEST {
        if notes.contains_key(pointer) {
            return notes.get_mut(pointer);
        }
        pointer = pointer.rsplit_once('/')?.0;
    }
    None
}
