//! What a file would do to what is there.
//!
//! Owns every check; writes nothing. Invariant: a plan is made only of a file without a fault, and carrying it out
//! in the same transaction cannot fail for a reason that lies in the file.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, Utc};
use sea_orm::ConnectionTrait;
use serde_json::Value;

use super::{
    Change, Diff, Encoding, Import, Intent, alike,
    content::{Known, Parent},
    diff::{ActivityLine, EditionLine, SeriesLine},
    here::Here,
    looked::{Forbidden, Looked, Making, Slugs, check_generations},
    row::File,
};
use crate::{
    commands::CommandError,
    domain::{
        activity::Content,
        edition::Edition,
        input::{Fault, Faults, Read},
        rights::Deed,
        series::Series,
        when::When,
    },
    ids::ActivityId,
    store::{self, StoreError, transfer},
};

/// What is to be written.
#[derive(Debug)]
pub(super) struct Plan {
    /// New editions by year.
    pub editions: Vec<Edition>,
    /// New series by slug.
    pub series: Vec<Series>,
    /// New activities in the file's order.
    pub makings: Vec<Making>,
    /// The answer.
    pub diff: Diff,
}

/// Looks at a file.
///
/// # Errors
/// All its faults; when the caller may not do all of it; when the database fails.
pub(super) async fn plan(
    db: &impl ConnectionTrait,
    import: &Import,
    mut file: File,
    now: DateTime<Utc>,
) -> Result<Plan, CommandError> {
    let mut faults = std::mem::take(&mut file.faults);
    let mut forbidden = Vec::new();
    let stored = transfer::by_slug(db).await?;
    let above = stored
        .values()
        .filter_map(|known| Some((known.id.clone(), known.parent.clone()?)))
        .collect();
    let mut known = known(db, import, &stored, now).await?;
    let mut slugs = Slugs::new(stored.into_keys().collect());
    let editions = References::read(
        "/editions",
        &file.editions,
        &known.editions,
        |edition| edition.year,
        &mut faults,
    );
    let series = References::read(
        "/series",
        &file.series,
        &known.series,
        |series| series.slug.0.clone(),
        &mut faults,
    );
    if !import.caller.role.is_organiser() {
        let made = editions.made().chain(series.made());
        forbidden.extend(made.map(|at| Forbidden {
            what: "make editions and series".to_owned(),
            at: at.to_owned(),
        }));
    }
    known.editions.extend(editions.new.clone());
    known.series.extend(series.new.clone());
    known.doubtful = doubtful(&file.editions, "year", &known.editions)
        .chain(doubtful(&file.series, "slug", &known.series))
        .collect();

    let here = Here::new(transfer::activities(db).await?, &import.caller);
    let mut rows: Vec<Looked> = file
        .rows
        .into_iter()
        .map(|row| Looked::new(row, ActivityId::new(now)))
        .collect();
    for looked in &mut rows {
        looked.skip_known(&known, &here);
        looked.claim_slug(&mut slugs, &mut known);
    }
    for looked in rows.iter_mut().filter(|looked| looked.row.skip.is_none()) {
        looked.look(&known, &here, &mut slugs, &mut forbidden);
    }
    check_generations(&mut rows, &above);
    for looked in &mut rows {
        let place = &looked.row.place;
        faults.0.extend(
            looked
                .row
                .faults
                .0
                .drain(..)
                .map(|fault| place.fault(fault)),
        );
    }
    if !faults.0.is_empty() {
        return Err(faults.into());
    }
    refuse_forbidden(import, forbidden)?;

    let mut diff = Diff {
        dry_run: import.dry_run,
        intent: import.intent,
        encoding: file.encoding.unwrap_or(Encoding::Utf8),
        editions: editions
            .lines()
            .map(|(year, change)| EditionLine {
                year: *year,
                change,
            })
            .collect(),
        series: series
            .lines()
            .map(|(slug, change)| SeriesLine {
                slug: slug.clone(),
                change,
            })
            .collect(),
        activities: Vec::with_capacity(rows.len()),
        notices: 0,
        warnings: file.warnings,
    };
    if import.intent != Intent::History {
        alike::note_moved(&mut rows, &here);
    }
    let mut places = Vec::new();
    let mut makings = Vec::new();
    for looked in rows {
        let place = looked.row.place.row();
        if let Some(making) = conclude(looked, &known, &mut diff) {
            places.push(place);
            makings.push(making);
        }
    }
    // What history tells is told as it was, and looked at by whoever wrote it down.
    if import.intent != Intent::History {
        let placed: Vec<(String, &Making)> = places.into_iter().zip(&makings).collect();
        diff.warnings.extend(alike::warnings(&placed, &here));
    }
    Ok(Plan {
        editions: editions.new.into_values().collect(),
        series: series.new.into_values().collect(),
        makings,
        diff,
    })
}

async fn known(
    db: &impl ConnectionTrait,
    import: &Import,
    stored: &HashMap<String, transfer::Known>,
    now: DateTime<Utc>,
) -> Result<Known, StoreError> {
    let editions = store::reference::editions(db).await?;
    let series = store::reference::all_series(db).await?;
    let sees = |known: &transfer::Known| {
        let office = known.office.parse();
        known.public || office.is_ok_and(|office| import.caller.role.may(Deed::ReadDrafts, office))
    };
    let parents = stored
        .iter()
        .filter(|(_, known)| sees(known))
        .map(|(slug, known)| {
            let parent = Parent {
                id: known.id.clone(),
                public: known.public,
            };
            (slug.clone(), parent)
        });
    Ok(Known {
        caller: import.caller.clone(),
        intent: import.intent,
        defaults: import.defaults,
        now,
        authority: store::log::head(db).await?.authority,
        editions: editions
            .into_iter()
            .map(|edition| (edition.value.year, edition.value))
            .collect(),
        series: series
            .into_iter()
            .map(|series| (series.value.slug.0.clone(), series.value))
            .collect(),
        doubtful: HashSet::new(),
        parents: parents.collect(),
    })
}

/// The editions or the series of a file.
struct References<K, T> {
    /// Those that are to be made.
    new: BTreeMap<K, T>,
    /// All of them: where each stands, what it is called, what becomes of it.
    all: Vec<(String, K, Change)>,
}

impl<K: Ord + Clone + std::fmt::Display, T: Read + PartialEq> References<K, T> {
    fn read(
        list: &str,
        values: &[Value],
        stored: &BTreeMap<K, T>,
        key: impl Fn(&T) -> K,
        faults: &mut Faults,
    ) -> Self {
        let mut references = Self {
            new: BTreeMap::new(),
            all: Vec::new(),
        };
        let mut seen: BTreeMap<K, String> = BTreeMap::new();
        for (index, value) in values.iter().enumerate() {
            let at = format!("{list}/{index}");
            let Some(read) = T::read(value, &at, faults) else {
                continue;
            };
            let key = key(&read);
            if let Some(earlier) = seen.insert(key.clone(), at.clone()) {
                faults.add(at, format!("{key} stands at {earlier} too"));
                continue;
            }
            match stored.get(&key) {
                Some(there) if *there == read => references.all.push((at, key, Change::Unchanged)),
                Some(_) => faults.add(
                    at,
                    format!("{key} is here already, and differs; change it there"),
                ),
                None => {
                    references.all.push((at, key.clone(), Change::Create));
                    references.new.insert(key, read);
                }
            }
        }
        references
    }

    fn made(&self) -> impl Iterator<Item = &str> {
        self.all
            .iter()
            .filter(|(_, _, change)| *change == Change::Create)
            .map(|(at, _, _)| at.as_str())
    }

    fn lines(&self) -> impl Iterator<Item = (&K, Change)> {
        self.all.iter().map(|(_, key, change)| (key, *change))
    }
}

/// The keys that stand in a list of the file and of which nothing could be made.
fn doubtful<K: ToString, T>(
    values: &[Value],
    key: &str,
    known: &BTreeMap<K, T>,
) -> impl Iterator<Item = String> {
    let known: HashSet<String> = known.keys().map(ToString::to_string).collect();
    values
        .iter()
        .filter_map(move |value| match value.get(key)? {
            Value::String(slug) => Some(slug.clone()),
            other => Some(other.to_string()),
        })
        .filter(move |key| !known.contains(key))
}

fn refuse_forbidden(import: &Import, forbidden: Vec<Forbidden>) -> Result<(), CommandError> {
    let mut by_what: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for Forbidden { what, at } in forbidden {
        by_what.entry(what).or_default().push(at);
    }
    if by_what.is_empty() {
        return Ok(());
    }
    let what = by_what
        .into_iter()
        .map(|(what, at)| format!("{what} (at {})", at.join(", ")));
    Err(CommandError::Forbidden {
        role: import.caller.role,
        what: what.collect::<Vec<_>>().join("; or "),
    })
}

/// Writes a row's line into the answer, and gives what is to be made of it.
/// Where an activity takes place, in a line.
fn location(content: &Content) -> Option<String> {
    let venue = content.venue.as_ref();
    let venue = venue.and_then(|venue| venue.name.zh.clone());
    let districts: Vec<&str> = content.districts.iter().map(|it| it.zh()).collect();
    venue.or_else(|| (!districts.is_empty()).then(|| districts.join("、")))
}

fn conclude(looked: Looked, known: &Known, diff: &mut Diff) -> Option<Making> {
    let place = looked.row.place.clone();
    let mut warn = |detail: String| {
        diff.warnings.push(place.fault(Fault {
            pointer: String::new(),
            detail,
        }));
    };
    let title = looked.title();
    let skipped = ActivityLine {
        pointer: place.row(),
        id: None,
        slug: None,
        title: title.clone(),
        when: When::Unstated,
        location: None,
        change: Change::Skip,
        notices: 0,
    };
    if let Some(why) = &looked.row.skip {
        warn(format!("is left out: it {why}"));
    }
    for note in &looked.notes {
        warn(note.clone());
    }
    if looked.row.skip.is_some() {
        diff.activities.push(skipped);
        return None;
    }
    if looked.row.history.is_some() && known.intent != Intent::History {
        warn("carries history, which is used only when the file is imported as history".to_owned());
    }
    if looked.is_put_off(known) {
        warn("is put off: the date that stands beside it is not taken".to_owned());
    }
    let making = looked.making(known)?;
    let notices = match known.intent {
        Intent::Drafts => 0,
        Intent::Announced => 1,
        Intent::History => making.told.len(),
    };
    diff.notices += notices;
    diff.activities.push(ActivityLine {
        id: (!diff.dry_run).then(|| making.draft.id.clone()),
        slug: Some(making.draft.slug.0.clone()),
        when: making.draft.content.when.clone(),
        location: location(&making.draft.content),
        change: Change::Create,
        notices,
        ..skipped
    });
    Some(making)
}
