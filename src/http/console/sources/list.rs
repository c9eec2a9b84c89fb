//! `/console/sources`: every source of one's office, and how it stands.

use askama::Template;
use axum::{
    extract::{RawQuery, State},
    response::Response,
};

use super::{
    super::{
        answer::{refused, shown},
        form::Form,
        frame::Frame,
        seat::Seated,
        words::{self as w},
    },
    Standing, at, office, settings_of,
};
use crate::{
    commands::CommandError,
    domain::rights::{Deed, Reach},
    http::{
        Web,
        site::{listed::Badge, said::Said},
    },
    publish::wording,
    store,
};

/// Sources on one page.
const MOST: usize = 50;

/// A source as a line.
struct Line {
    href: String,
    name: Said,
    badge: Badge,
    /// Where what it proposes stands, and how much that is.
    waiting: Option<(String, String)>,
    explained: String,
    facts: String,
}

#[derive(Template)]
#[template(path = "console/sources.html")]
struct Page {
    frame: Frame,
    lines: Vec<Line>,
    /// Where the next page is.
    next: Option<String>,
}

/// The list.
pub(in crate::http::console) async fn page(
    State(web): State<Web>,
    seated: Seated,
    RawQuery(query): RawQuery,
) -> Response {
    let form = Form::read(query.unwrap_or_default().as_bytes());
    match page_of(&web, &seated, &form).await {
        Ok(page) => shown(&page, seated.language),
        Err(error) => refused(&web, &seated, error),
    }
}

async fn page_of(web: &Web, seated: &Seated, form: &Form) -> Result<Page, CommandError> {
    seated.must(Deed::ManageSources)?;
    let language = seated.language;
    let own = office(seated, Deed::ManageSources);
    let after = form.get("after").unwrap_or_default();
    let db = web.services.db.reader();
    let mut rows = store::sources::list(db, own.as_deref(), after, MOST as u64 + 1).await?;
    let more = rows.len() > MOST;
    rows.truncate(MOST);
    let next = rows.last().filter(|_| more);
    let next = next.map(|last| format!("/console/sources?after={}", last.id));
    let waiting = store::proposals::waiting(db, own.as_deref()).await?;
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        let source = settings_of(&row)?;
        let standing = Standing::of(&row);
        let mut facts = vec![w::source_format(source.format).plain(language).to_owned()];
        if seated.reach(Deed::ManageSources) == Reach::All {
            facts.push(wording::office(source.office, language));
        }
        if let Some(at) = row.polled_at {
            facts.push(w::SOURCE_READ_AT.say(language, &[("at", &w::local(at))]));
            facts.push(w::SOURCE_ENTRIES.say(language, &[("n", &row.entries.to_string())]));
        }
        let waits = waiting.get(&row.id).map(|n| {
            let said = w::PROPOSALS_WAIT.say(language, &[("n", &n.to_string())]);
            (format!("/console/proposals?source={}", row.id), said)
        });
        lines.push(Line {
            href: at(&row.id),
            name: Said::found(source.name, language),
            badge: standing.badge(language),
            waiting: waits,
            explained: standing
                .why(&row, language)
                .unwrap_or_else(|| standing.explained(&row, language)),
            facts: facts.join(" · "),
        });
    }
    let done = form.get("deleted").is_some();
    let done = done.then(|| w::SOURCE_DELETED.plain(language).to_owned());
    Ok(Page {
        frame: Frame::new(web, seated, w::SOURCES.plain(language)).saying(done),
        lines,
        next,
    })
}
