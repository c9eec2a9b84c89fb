//! The programme as rows of a table, in the columns that an import reads.
//!
//! Refuses to know what they are written into. Invariant: nothing in it tells of a draft.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Timelike, Utc};
use entity::vocab::Status;

use super::ExportError;
use crate::{
    clock::shanghai,
    domain::{
        activity::{Activity, Content},
        text::Words,
        when::When,
    },
    store::{self, Db},
    transfer::{columns, table::organizers::written},
};

/// Activities read at once.
const PAGE: u64 = 500;

/// What stands in a cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Cell {
    /// A text.
    Text(String),
    /// A day.
    Day(NaiveDate),
    /// An instant.
    Instant(DateTime<Utc>),
}

/// The public activities that were not called off, in the order of their starts. What no column has a name for
/// (descriptions, figures, contacts, history) is not in it.
///
/// # Errors
/// When reading fails.
pub(super) async fn rows(db: &Db) -> Result<Vec<Vec<Cell>>, ExportError> {
    let tx = db.snapshot().await?;
    let slugs: HashMap<String, String> = store::transfer::by_slug(&tx)
        .await?
        .into_iter()
        .filter(|(_, known)| known.public)
        .map(|(slug, known)| (known.id.to_string(), slug))
        .collect();
    let mut rows: Vec<(Option<DateTime<Utc>>, String, Vec<Cell>)> = Vec::new();
    let mut after = String::new();
    loop {
        let page = store::activities::page(&tx, &after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = last.activity.id.to_string();
        rows.extend(
            page.iter()
                .filter(|stored| is_listed(stored.activity.status))
                .map(|stored| {
                    let activity = &stored.activity;
                    let start = activity.content.when.starts_at();
                    (start, activity.slug.0.clone(), row(activity, &slugs))
                }),
        );
    }
    // Those without a start stand at the end.
    rows.sort_unstable_by(|(a, a_slug, _), (b, b_slug, _)| {
        (a.is_none(), a, a_slug).cmp(&(b.is_none(), b, b_slug))
    });
    Ok(rows.into_iter().map(|(_, _, row)| row).collect())
}

/// A table has no column for being off: what is off is left out, so that nobody imports it as being on.
const fn is_listed(status: Status) -> bool {
    match status {
        Status::Scheduled | Status::Rescheduled | Status::Postponed | Status::Held => true,
        Status::Draft | Status::InReview | Status::Cancelled | Status::Withdrawn => false,
    }
}

fn row(activity: &Activity, slugs: &HashMap<String, String>) -> Vec<Cell> {
    let content = &activity.content;
    let source = content.sources.first();
    let cells = columns::all().map(|column| {
        let typed = match column {
            "starts" => starts(&content.when),
            "ends" => ends(&content.when),
            "stated_on" => source.and_then(|source| source.stated_on).map(Cell::Day),
            _ => None,
        };
        typed.unwrap_or_else(|| Cell::Text(cell(column, activity, slugs)))
    });
    cells.collect()
}

impl Cell {
    /// The cell as a text.
    pub(super) fn text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Day(day) => day.to_string(),
            Self::Instant(at) => minute(*at),
        }
    }
}

fn cell(column: &str, activity: &Activity, slugs: &HashMap<String, String>) -> String {
    let content = &activity.content;
    let source = content.sources.first();
    match column {
        "title_zh" => content.title.zh.clone(),
        "title_en" => content.title.en.clone().unwrap_or_default(),
        "summary_zh" => zh(&content.summary),
        "summary_en" => en(&content.summary),
        "edition" => content.edition.to_string(),
        "strand" => content.strand.to_string(),
        "section" => text(content.section.as_ref().map(|slug| &slug.0)),
        "series" => text(content.series.as_ref().map(|slug| &slug.0)),
        "kind" => text(content.kind),
        "starts" => match &content.when {
            When::Month { month } => month.to_string(),
            _ => String::new(),
        },
        "ends" | "stated_on" => String::new(),
        "districts" => joined(&content.districts),
        "venue_zh" => content
            .venue
            .as_ref()
            .map(|venue| zh(&venue.name))
            .unwrap_or_default(),
        "venue_en" => content
            .venue
            .as_ref()
            .map(|venue| en(&venue.name))
            .unwrap_or_default(),
        "mode" => text(content.mode),
        "live_url" => text(content.live_url.as_ref().map(|url| &url.0)),
        "registration_url" => text(content.registration_url.as_ref().map(|url| &url.0)),
        "audiences" => joined(&content.audiences),
        "organizers" => organizers(content),
        "highlight" => if content.highlight { "true" } else { "" }.to_owned(),
        "office" => content.office.to_string(),
        "source_url" => text(
            source
                .and_then(|source| source.url.as_ref())
                .map(|url| &url.0),
        ),
        "source_title" => text(source.and_then(|source| source.title.as_ref())),
        "parent" => text(
            content
                .parent
                .as_ref()
                .and_then(|id| slugs.get(id.as_str())),
        ),
        "slug" => activity.slug.0.clone(),
        other => unreachable!("every column has its cell: {other}"),
    }
}

fn text(value: Option<impl ToString>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

fn zh(words: &Words) -> String {
    words.zh.clone().unwrap_or_default()
}

fn en(words: &Words) -> String {
    words.en.clone().unwrap_or_default()
}

fn joined<T: ToString>(words: &[T]) -> String {
    words.iter().map(T::to_string).collect::<Vec<_>>().join(";")
}

/// The Chinese name of each, else the English one, with its role.
fn organizers(content: &Content) -> String {
    let names = content.organizers.iter().map(|organizer| {
        let name = organizer.name.zh.as_ref().or(organizer.name.en.as_ref());
        written(&organizer.role, name.map_or("", String::as_str))
    });
    names.collect::<Vec<_>>().join(";")
}

fn minute(at: DateTime<Utc>) -> String {
    let local = at.with_timezone(&shanghai());
    let form = if local.second() == 0 {
        "%Y-%m-%d %H:%M"
    } else {
        "%Y-%m-%d %H:%M:%S"
    };
    local.format(form).to_string()
}

fn starts(when: &When) -> Option<Cell> {
    match when {
        When::Minute { starts_at, .. } => Some(Cell::Instant(*starts_at)),
        When::Day { starts_on, .. } => Some(Cell::Day(*starts_on)),
        When::Month { .. } | When::Unknown | When::Unstated => None,
    }
}

fn ends(when: &When) -> Option<Cell> {
    match when {
        When::Minute { ends_at, .. } => ends_at.map(Cell::Instant),
        When::Day { ends_on, .. } => ends_on.map(Cell::Day),
        When::Month { .. } | When::Unknown | When::Unstated => None,
    }
}
