//! `/console/proposals`: what waits for somebody's word, by source and fetch.

use std::collections::HashMap;

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
        sources,
        words::{self as w},
    },
    Line, decided,
    line::lines,
    waiting,
};
use crate::{
    commands::{CommandError, sources::sees},
    domain::rights::Deed,
    http::{Web, site::said::Said},
    store::{self, proposals::Row, proposals::Wanted},
};

/// Proposals on one page.
const MOST: usize = 100;

/// What one fetch of a source proposed.
struct Part {
    id: String,
    name: Said,
    /// The source's page, for those who manage it.
    href: Option<String>,
    told: String,
    accept: String,
    reject: String,
    lines: Vec<Line>,
}

#[derive(Template)]
#[template(path = "console/proposals.html")]
struct Page {
    frame: Frame,
    parts: Vec<Part>,
    may_decide: bool,
    /// The source whose proposals these are, where it is one's alone.
    of_source: Option<String>,
    /// Where the next page is.
    next: Option<String>,
}

/// What a source is called, and its page for those who manage it.
pub(in crate::http::console) async fn source_of(
    web: &Web,
    seated: &Seated,
    id: &str,
) -> Result<(Said, Option<String>), CommandError> {
    let row = store::sources::find(web.services.db.reader(), id).await?;
    let Some(row) = row else {
        return Ok((Said::ours(id), None));
    };
    let href = sees(&seated.caller(), &row).then(|| sources::at(&row.id));
    Ok((sources::name(&row, seated)?, href))
}

/// The list.
pub(in crate::http::console) async fn page(
    State(web): State<Web>,
    seated: Seated,
    RawQuery(query): RawQuery,
) -> Response {
    match page_of(&web, &seated, query.as_deref()).await {
        Ok(page) => shown(&page, seated.language),
        Err(error) => refused(&web, &seated, error),
    }
}

async fn page_of(web: &Web, seated: &Seated, query: Option<&str>) -> Result<Page, CommandError> {
    seated.must(Deed::ReadDrafts)?;
    let language = seated.language;
    let form = Form::read(query.unwrap_or_default().as_bytes());
    let source = form.get("source").filter(|id| !id.is_empty());
    let wanted = Wanted {
        source: source.map(str::to_owned),
        ..waiting(seated)
    };
    let after = form.get("after").unwrap_or_default();
    let db = web.services.db.reader();
    let mut rows = store::proposals::list(db, &wanted, after, MOST as u64 + 1).await?;
    let more = rows.len() > MOST;
    rows.truncate(MOST);
    let next = rows.last().filter(|_| more).map(|last| {
        let source = source.unwrap_or_default();
        let source: String = url::form_urlencoded::byte_serialize(source.as_bytes()).collect();
        format!("/console/proposals?source={source}&after={}", last.id)
    });
    let mut parts: Vec<Part> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for (row, line) in rows.iter().zip(lines(web, seated, &rows).await?) {
        let place = match places.get(&row.fetch_id) {
            Some(place) => *place,
            None => {
                parts.push(part(web, seated, row, &wanted).await?);
                places.insert(row.fetch_id.clone(), parts.len() - 1);
                parts.len() - 1
            }
        };
        parts[place].lines.push(line);
    }
    for part in &mut parts {
        part.lines.sort_by_key(|line| !line.conflict);
    }
    let of_source = match source {
        Some(id) => {
            let (name, href) = source_of(web, seated, id).await?;
            // One that is not theirs, and proposes them nothing, is not named.
            Some(name.text).filter(|_| href.is_some() || !parts.is_empty())
        }
        None => None,
    };
    let done = decided(query, seated).map(str::to_owned);
    Ok(Page {
        frame: Frame::new(web, seated, w::PROPOSALS.plain(language)).saying(done),
        parts,
        may_decide: seated.may(Deed::WriteActivity),
        of_source: of_source.map(|name| w::OF_ONE_SOURCE.say(language, &[("name", &name)])),
        next,
    })
}

async fn part(
    web: &Web,
    seated: &Seated,
    row: &Row,
    wanted: &Wanted,
) -> Result<Part, CommandError> {
    let language = seated.language;
    let db = web.services.db.reader();
    let (name, href) = source_of(web, seated, &row.source_id).await?;
    let all = Wanted {
        fetch: Some(row.fetch_id.clone()),
        ..wanted.clone()
    };
    let n = store::proposals::count(db, &all).await?.to_string();
    let at = w::local(row.created_at);
    let fetch = format!("/console/fetches/{}", row.fetch_id);
    Ok(Part {
        id: row.fetch_id.clone(),
        name,
        href,
        told: w::OF_FETCH.say(language, &[("at", &at), ("n", &n)]),
        accept: format!("{fetch}/accept"),
        reject: format!("{fetch}/reject"),
        lines: Vec::new(),
    })
}
