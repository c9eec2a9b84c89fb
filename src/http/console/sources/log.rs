//! `/console/sources/{id}/fetches` and `/entries`: all that came of asking a source, and all that it says.

use askama::Template;
use axum::{
    extract::{Path, RawQuery, State},
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
    Standing, at,
    entry::{self, Line as Entry},
    fetch::Line as Fetch,
    find, name,
};
use crate::{
    commands::CommandError,
    http::{
        Web,
        site::{listed::Badge, said::Said},
    },
    store::{source_entries, sources::Row},
};

/// Lines on one page.
const MOST: usize = 50;

#[derive(Template)]
#[template(path = "console/source_fetches.html")]
struct Fetches {
    frame: Frame,
    name: Said,
    badge: Badge,
    back: String,
    fetches: Vec<Fetch>,
    /// Where the earlier ones are.
    next: Option<String>,
}

#[derive(Template)]
#[template(path = "console/source_entries.html")]
struct Entries {
    frame: Frame,
    name: Said,
    badge: Badge,
    back: String,
    entries: Vec<Entry>,
    /// Where the others are.
    next: Option<String>,
}

/// The log.
pub(in crate::http::console) async fn fetches(
    State(web): State<Web>,
    seated: Seated,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let row = match find(&web, &seated, &id).await {
        Ok(row) => row,
        Err(answer) => return answer,
    };
    let form = Form::read(query.unwrap_or_default().as_bytes());
    match fetches_of(&web, &seated, &row, form.get("before")).await {
        Ok(page) => shown(&page, seated.language),
        Err(error) => refused(&web, &seated, error),
    }
}

async fn fetches_of(
    web: &Web,
    seated: &Seated,
    row: &Row,
    before: Option<&str>,
) -> Result<Fetches, CommandError> {
    let language = seated.language;
    let db = web.services.db.reader();
    let mut found = source_entries::fetches(db, &row.id, before, MOST as u64 + 1).await?;
    let more = found.len() > MOST;
    found.truncate(MOST);
    let back = at(&row.id);
    let next = found.last().filter(|_| more);
    Ok(Fetches {
        frame: Frame::new(web, seated, w::FETCHES.plain(language)),
        name: name(row, seated)?,
        badge: Standing::of(row).badge(language),
        fetches: found.iter().map(|it| Fetch::of(it, language)).collect(),
        next: next.map(|last| format!("{back}/fetches?before={}", last.id)),
        back,
    })
}

/// The entries.
pub(in crate::http::console) async fn entries(
    State(web): State<Web>,
    seated: Seated,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let row = match find(&web, &seated, &id).await {
        Ok(row) => row,
        Err(answer) => return answer,
    };
    let form = Form::read(query.unwrap_or_default().as_bytes());
    let after = form.get("after").unwrap_or_default();
    match entries_of(&web, &seated, &row, after).await {
        Ok(page) => shown(&page, seated.language),
        Err(error) => refused(&web, &seated, error),
    }
}

async fn entries_of(
    web: &Web,
    seated: &Seated,
    row: &Row,
    after: &str,
) -> Result<Entries, CommandError> {
    let language = seated.language;
    let db = web.services.db.reader();
    let mut found = source_entries::page(db, &row.id, after, MOST as u64 + 1).await?;
    let more = found.len() > MOST;
    found.truncate(MOST);
    let back = at(&row.id);
    let next = found.last().filter(|_| more).map(|last| {
        let key: String = url::form_urlencoded::byte_serialize(last.key.as_bytes()).collect();
        format!("{back}/entries?after={key}")
    });
    Ok(Entries {
        frame: Frame::new(web, seated, w::ENTRIES.plain(language)),
        name: name(row, seated)?,
        badge: Standing::of(row).badge(language),
        entries: entry::lines(web, seated, &found).await?,
        next,
        back,
    })
}
