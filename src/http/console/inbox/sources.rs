//! What of sources waits for somebody: what they propose, and those that are out of order.

use std::collections::HashMap;

use super::super::{
    proposals,
    seat::Seated,
    sources::{self, Standing, office},
    words as w,
};
use crate::{
    commands::CommandError,
    domain::rights::Deed,
    http::{
        Web,
        site::{listed::Badge, said::Said},
    },
    store::{self, proposals::document},
};

/// Proposals, and sources, that are looked at.
const MOST: u64 = 2_000;

/// A source as a line.
pub(super) struct Line {
    pub(super) href: String,
    pub(super) name: Said,
    pub(super) badge: Option<Badge>,
    pub(super) said: String,
    pub(super) note: Option<String>,
}

/// Sources that propose something, those with conflicts first; and how much they propose.
pub(super) async fn proposing(
    web: &Web,
    seated: &Seated,
) -> Result<(Vec<Line>, i64), CommandError> {
    let language = seated.language;
    let db = web.services.db.reader();
    let own = office(seated, Deed::ReadDrafts);
    let waiting = store::proposals::waiting(db, own.as_deref()).await?;
    if waiting.is_empty() {
        return Ok((Vec::new(), 0));
    }
    let mut conflicts: HashMap<String, i64> = HashMap::new();
    for row in store::proposals::list(db, &proposals::waiting(seated), "", MOST).await? {
        if document(&row)?.conflict {
            *conflicts.entry(row.source_id).or_default() += 1;
        }
    }
    let count = waiting.values().sum();
    let mut of: Vec<(i64, i64, String)> = waiting
        .into_iter()
        .map(|(id, n)| (conflicts.get(&id).copied().unwrap_or_default(), n, id))
        .collect();
    of.sort_unstable_by(|a, b| b.cmp(a));
    let mut lines = Vec::with_capacity(of.len());
    for (conflicts, n, id) in of {
        let (name, _) = proposals::source_of(web, seated, &id).await?;
        let conflicting = (conflicts > 0)
            .then(|| w::INBOX_CONFLICTS.say(language, &[("n", &conflicts.to_string())]));
        lines.push(Line {
            href: format!("/console/proposals?source={id}"),
            name,
            badge: conflicting.is_some().then(|| Badge {
                text: w::CONFLICT.plain(language),
                tone: "off",
            }),
            said: w::PROPOSALS_WAIT.say(language, &[("n", &n.to_string())]),
            note: conflicting,
        });
    }
    Ok((lines, count))
}

/// Sources that somebody should look at.
pub(super) async fn amiss(web: &Web, seated: &Seated) -> Result<Vec<Line>, CommandError> {
    if !seated.may(Deed::ManageSources) {
        return Ok(Vec::new());
    }
    let language = seated.language;
    let own = office(seated, Deed::ManageSources);
    let db = web.services.db.reader();
    let rows = store::sources::list(db, own.as_deref(), "", MOST).await?;
    let mut lines = Vec::new();
    for row in rows {
        let standing = Standing::of(&row);
        if !standing.is_amiss() {
            continue;
        }
        lines.push(Line {
            href: sources::at(&row.id),
            name: sources::name(&row, seated)?,
            badge: Some(standing.badge(language)),
            said: row.polled_at.map(w::local).unwrap_or_default(),
            note: standing.why(&row, language),
        });
    }
    Ok(lines)
}
