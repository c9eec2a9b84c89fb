//! `/console/rejections`: what was rejected, so that a mistake can be found and taken back.

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
        words as w,
    },
    Line,
    line::lines,
    waiting,
};
use crate::{
    commands::CommandError,
    domain::rights::Deed,
    http::Web,
    store::{
        self,
        proposals::{State as Became, Wanted},
    },
};

/// Proposals on one page.
const MOST: usize = 100;

#[derive(Template)]
#[template(path = "console/rejected.html")]
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
    match page_of(&web, &seated, query.as_deref()).await {
        Ok(page) => shown(&page, seated.language),
        Err(error) => refused(&web, &seated, error),
    }
}

async fn page_of(web: &Web, seated: &Seated, query: Option<&str>) -> Result<Page, CommandError> {
    seated.must(Deed::ReadDrafts)?;
    let form = Form::read(query.unwrap_or_default().as_bytes());
    let wanted = Wanted {
        state: Some(Became::Rejected),
        ..waiting(seated)
    };
    let before = form.get("before").filter(|id| !id.is_empty());
    let db = web.services.db.reader();
    let mut rows = store::proposals::latest(db, &wanted, before, MOST as u64 + 1).await?;
    let more = rows.len() > MOST;
    rows.truncate(MOST);
    let next = rows.last().filter(|_| more);
    Ok(Page {
        frame: Frame::new(web, seated, w::REJECTED_ONES.plain(seated.language)),
        next: next.map(|last| format!("/console/rejections?before={}", last.id)),
        lines: lines(web, seated, &rows).await?,
    })
}
