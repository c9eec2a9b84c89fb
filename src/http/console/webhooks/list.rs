//! `/console/webhooks`: every endpoint that somebody may see, and how it stands.

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
        words::{self as w},
    },
    address, at, line, local,
};
use crate::{
    commands::{CommandError, webhooks::figures::owed},
    domain::rights::{Deed, Reach},
    http::{Web, site::listed::Badge},
    store::{self, StoreError, endpoints::Row},
};

/// Endpoints on one page.
const MOST: usize = 50;

/// An endpoint as a line.
struct Line {
    id: String,
    href: String,
    address: String,
    badge: Badge,
    explained: String,
    format: String,
    /// Whose it is, for those who see more than their own.
    owner: Option<String>,
    success: Option<String>,
    failure: Option<String>,
    waiting: Option<String>,
}

#[derive(Template)]
#[template(path = "console/webhooks.html")]
struct Page {
    frame: Frame,
    lines: Vec<Line>,
    /// Where the next page is.
    next: Option<String>,
}

/// Whose endpoints are, in words, by owner.
pub(super) async fn owners(
    web: &Web,
    seated: &Seated,
    rows: &[Row],
) -> Result<HashMap<String, String>, StoreError> {
    if seated.reach(Deed::Webhooks) != Reach::All {
        return Ok(HashMap::new());
    }
    let db = web.services.db.reader();
    let ids = || rows.iter().map(|row| row.owner_id.as_str());
    let people = store::people::logins(db, ids()).await?;
    let tokens = store::tokens::names(db, ids()).await?;
    let named = |phrase: crate::publish::wording::Phrase, names: HashMap<String, String>| {
        let language = seated.language;
        names
            .into_iter()
            .map(move |(id, name)| (id, phrase.say(language, &[("name", &name)])))
    };
    Ok(named(w::OWNED_BY_PERSON, people)
        .chain(named(w::OWNED_BY_TOKEN, tokens))
        .collect())
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
    seated.must(Deed::Webhooks)?;
    let language = seated.language;
    let caller = seated.caller();
    let owner = (seated.reach(Deed::Webhooks) != Reach::All).then_some(caller.owner());
    let after = form.get("after").unwrap_or_default();
    let db = web.services.db.reader();
    let mut rows = store::endpoints::list(db, owner, after, MOST as u64 + 1).await?;
    let more = rows.len() > MOST;
    rows.truncate(MOST);
    let owners = owners(web, seated, &rows).await?;
    let waiting = owed(&web.services, &rows).await?;
    let next = rows.last().filter(|_| more);
    let next = next.map(|last| format!("/console/webhooks?after={}", last.id));
    let done = (form.get("deleted").is_some()).then(|| w::DELETED.plain(language).to_owned());
    let lines = rows.iter().zip(waiting).map(|(row, waiting)| Line {
        href: at(&row.id),
        address: address(web, row),
        badge: line::badge(row.state, language),
        explained: w::standing(row, language),
        format: line::format(row, language).to_owned(),
        owner: owners.get(&row.owner_id).cloned(),
        success: local(row.last_success_at),
        failure: local(row.last_failure_at),
        waiting: (waiting > 0)
            .then(|| w::NOTICES_WAIT.say(language, &[("n", &waiting.to_string())])),
        id: row.id.clone(),
    });
    Ok(Page {
        frame: Frame::new(web, seated, w::WEBHOOKS.plain(language)).saying(done),
        lines: lines.collect(),
        next,
    })
}
