//! Every endpoint that somebody may see.

use askama::Template;
use axum::{extract::State, response::Response};

use super::{
    super::{
        answer::{refused, shown},
        frame::Frame,
        seat::Seated,
        words as w,
    },
    address, at, badge,
};
use crate::{
    commands::CommandError,
    domain::rights::{Deed, Reach},
    http::{Web, site::listed::Badge},
    store,
};

struct Line {
    href: String,
    address: String,
    badge: Badge,
    format: String,
    owner: Option<String>,
    succeeded: String,
    failed: String,
}

#[derive(Template)]
#[template(path = "console/webhooks.html")]
struct Page {
    frame: Frame,
    lines: Vec<Line>,
    sees_all: bool,
}

/// Endpoints on one page: far more than there are partners.
const MOST: u64 = 1_000;

/// The list.
pub(in crate::http::console) async fn page(State(web): State<Web>, seated: Seated) -> Response {
    match page_of(&web, &seated).await {
        Ok(page) => shown(&page, seated.language),
        Err(error) => refused(&web, &seated, error),
    }
}

async fn page_of(web: &Web, seated: &Seated) -> Result<Page, CommandError> {
    seated.must(Deed::Webhooks)?;
    let language = seated.language;
    let sees_all = seated.reach(Deed::Webhooks) == Reach::All;
    let owner = (!sees_all).then_some(seated.seat.user.as_str());
    let db = web.services.db.reader();
    let rows = store::endpoints::list(db, owner, "", MOST).await?;
    let mut lines = Vec::with_capacity(rows.len());
    for row in &rows {
        let whose = match sees_all {
            true => Some(owner_of(web, &row.owner_id).await?),
            false => None,
        };
        let time = |at: Option<chrono::DateTime<chrono::Utc>>| at.map(w::local).unwrap_or_default();
        lines.push(Line {
            href: at(&row.id),
            address: address(web, row),
            badge: badge(row.state, language),
            format: w::format(&row.format, language),
            owner: whose,
            succeeded: time(row.last_success_at),
            failed: time(row.last_failure_at),
        });
    }
    Ok(Page {
        frame: Frame::new(web, seated, w::WEBHOOKS.plain(language)),
        lines,
        sees_all,
    })
}

/// What the owner of an endpoint is called: a person's login, a token's name, or the id of who is gone.
async fn owner_of(web: &Web, id: &str) -> Result<String, CommandError> {
    let db = web.services.db.reader();
    if let Some(person) = store::people::find(db, id).await? {
        return Ok(person.login);
    }
    let token = store::tokens::name_of(db, id).await?;
    Ok(token.unwrap_or_else(|| id.to_owned()))
}
