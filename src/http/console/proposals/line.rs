//! A proposal as a line of a list.
//!
//! Invariant: it is called by its activity's title; an activity that is not for whoever looks is not named.

use std::collections::HashMap;

use entity::vocab::Language;

use super::{
    super::{
        seat::Seated,
        sources::seen_by,
        words::{self as w},
    },
    at, sides,
};
use crate::{
    domain::{activity::Activity, source::ProposalKind, text::Text, tracking::Do},
    http::{
        Web,
        site::{listed::Badge, said::Said},
    },
    publish::{dates::Dates, wording},
    store::{
        StoreError,
        proposals::{Document, Row, document},
    },
};

/// A line.
pub(super) struct Line {
    pub(super) id: String,
    pub(super) href: String,
    pub(super) title: Said,
    pub(super) date: Option<String>,
    pub(super) badge: Badge,
    pub(super) conflict: bool,
    /// Whether it looks like one that is there.
    pub(super) like: bool,
    pub(super) said: String,
    /// Whose word it needs.
    pub(super) office: String,
}

/// A kind of change in a word.
pub(super) fn badge(row: &Row, language: Language) -> Badge {
    let Ok(kind) = row.kind.parse::<ProposalKind>() else {
        return Badge {
            text: "",
            tone: "plain",
        };
    };
    Badge {
        text: w::proposal_kind(kind).plain(language),
        tone: match kind {
            ProposalKind::New => "plan",
            ProposalKind::Reschedule | ProposalKind::Postpone => "moved",
            ProposalKind::Cancel => "off",
            ProposalKind::Reinstate => "good",
            ProposalKind::Update => "plain",
        },
    }
}

/// Proposals as lines.
pub(super) async fn lines(
    web: &Web,
    seated: &Seated,
    rows: &[Row],
) -> Result<Vec<Line>, StoreError> {
    let mut ids: Vec<&str> = rows.iter().map(|row| row.activity_id.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    let activities = seen_by(web, seated, &ids).await?;
    rows.iter()
        .map(|row| line(row, &activities, seated))
        .collect()
}

fn line(
    row: &Row,
    activities: &HashMap<String, Activity>,
    seated: &Seated,
) -> Result<Line, StoreError> {
    let language = seated.language;
    let document = document(row)?;
    let activity = activities.get(&row.activity_id);
    let date = activity.and_then(|it| Dates::with_years(language).short(it.shown_when()));
    let office = row.office.parse();
    Ok(Line {
        href: at(&row.id),
        title: match activity {
            Some(activity) => Said::title(&activity.content.title, language),
            None => match entry_title(&document) {
                Some(title) => Said::title(&title, language),
                None => Said::ours(w::ACTIVITY_GONE.plain(language)),
            },
        },
        date,
        badge: badge(row, language),
        conflict: document.conflict,
        like: !document.like.is_empty(),
        said: sides::summary(row, &document, language),
        office: office.map_or_else(
            |_| row.office.clone(),
            |office| wording::office(office, language),
        ),
        id: row.id.clone(),
    })
}

/// What a new entry is called, of which no draft is there any more.
pub(super) fn entry_title(document: &Document) -> Option<Text> {
    let title = document.now.get("title")?;
    let is_new = document.action == Do::Announce;
    is_new
        .then(|| serde_json::from_value(title.clone()).ok())
        .flatten()
}
