//! An entry of a source as a line: what it says, and what was made of it.
//!
//! Invariant: an activity that is not for whoever looks is not named.

use std::collections::HashMap;

use entity::vocab::Language;

use super::super::{
    activities,
    said::said,
    seat::Seated,
    sheet::Sheet,
    words::{self as w, faults},
};
use crate::{
    domain::{
        activity::Activity,
        rights::Deed,
        tracking::{Evidence, Said as Stands, Seen},
    },
    http::{
        Web,
        site::{listed::Badge, said::Said},
    },
    publish::dates::Dates,
    store::{
        self, StoreError,
        source_entries::{Entry, seen},
    },
};

/// An entry.
pub(super) struct Line {
    pub(super) title: Said,
    pub(super) date: Option<String>,
    pub(super) badge: Badge,
    /// The activity that is meant, with its page.
    pub(super) means: Option<(String, Said)>,
    pub(super) facts: String,
    pub(super) note: Option<String>,
}

/// Those of these activities that somebody may see, by id.
pub(in crate::http::console) async fn seen_by(
    web: &Web,
    seated: &Seated,
    ids: &[&str],
) -> Result<HashMap<String, Activity>, StoreError> {
    let found = store::activities::find_many(web.services.db.reader(), ids).await?;
    let role = seated.seat.role;
    let seen = found
        .into_iter()
        .map(|stored| stored.activity)
        .filter(|it| it.status.is_public() || role.may(Deed::ReadDrafts, it.content.office));
    Ok(seen.map(|it| (it.id.to_string(), it)).collect())
}

/// Entries as lines.
pub(super) async fn lines(
    web: &Web,
    seated: &Seated,
    entries: &[Entry],
) -> Result<Vec<Line>, StoreError> {
    let ids: Vec<&str> = entries
        .iter()
        .filter_map(|entry| entry.activity_id.as_deref())
        .collect();
    let activities = seen_by(web, seated, &ids).await?;
    let mut lines = Vec::with_capacity(entries.len());
    for entry in entries {
        let latest = seen(entry, &entry.latest)?;
        let means = entry
            .activity_id
            .as_deref()
            .and_then(|id| activities.get(id));
        lines.push(line(entry, &latest, means, seated.language));
    }
    Ok(lines)
}

fn line(entry: &Entry, latest: &Seen, means: Option<&Activity>, language: Language) -> Line {
    let dates = Dates::with_years(language);
    let title = match latest.title() {
        "" => entry.key.clone(),
        title => title.to_owned(),
    };
    let evidence = entry
        .evidence
        .as_deref()
        .and_then(|evidence| serde_json::from_str::<Evidence>(evidence).ok());
    let stands = match latest.said {
        Stands::Stands => None,
        Stands::Postponed => Some(w::ENTRY_POSTPONED.plain(language).to_owned()),
        Stands::Cancelled => Some(w::ENTRY_CANCELLED.plain(language).to_owned()),
    };
    let place = {
        let sheet = Sheet::of_json(&serde_json::json!({ "venue": latest.fields.get("venue") }));
        let place = said(&sheet, "/venue", language);
        (!place.is_empty()).then_some(place)
    };
    let evidence = evidence
        .filter(|_| means.is_some())
        .map(|evidence| w::evidence(&evidence, language));
    let seen_at = match entry.changed_at == entry.first_seen_at {
        true => w::ENTRY_SEEN.say(language, &[("at", &w::local(entry.first_seen_at))]),
        false => w::ENTRY_CHANGED.say(language, &[("at", &w::local(entry.changed_at))]),
    };
    let facts = stands.into_iter().chain(place).chain(evidence);
    let facts: Vec<String> = facts.chain([seen_at]).collect();
    let (text, tone) = match entry {
        Entry { refused: true, .. } => (w::ENTRY_REFUSED, "plain"),
        Entry { gone: true, .. } => (w::ENTRY_GONE, "off"),
        Entry { note: Some(_), .. } => (w::ENTRY_LEFT, "moved"),
        Entry {
            activity_id: Some(_),
            ..
        } => (w::ENTRY_LINKED, "good"),
        _ => (w::ENTRY_ALONE, "plain"),
    };
    Line {
        title: Said::found(title, language),
        date: latest.known_when().and_then(|when| dates.short(&when)),
        badge: Badge {
            text: text.plain(language),
            tone,
        },
        means: means.map(|activity| {
            let title = Said::title(&activity.content.title, language);
            (activities::at(&activity.id), title)
        }),
        facts: facts.join(" · "),
        note: entry
            .note
            .as_deref()
            .map(|note| faults::detail(note, language)),
    }
}
