//! `/console/webhooks/{id}/deliveries`: the log of what was sent to an endpoint.

use askama::Template;
use axum::{
    extract::{Path, RawQuery, State},
    response::Response,
};

use super::{
    super::{
        answer::{refused, shown},
        fields::Tick,
        form::Form,
        frame::Frame,
        seat::Seated,
        words::{self as w},
    },
    address, at, find,
    line::{self, Line},
};
use crate::{
    commands::CommandError,
    deliver::Outcome,
    domain::input::Faults,
    http::{Web, site::listed::Badge, webhooks::deliveries},
    store::endpoints::Row,
};

/// Deliveries on one page.
const MOST: usize = 50;

#[derive(Template)]
#[template(path = "console/webhook_deliveries.html")]
struct Page {
    frame: Frame,
    address: String,
    badge: Badge,
    back: String,
    action: String,
    outcomes: Vec<Tick>,
    lines: Vec<Line>,
    /// Where the earlier ones are.
    next: Option<String>,
}

/// The log.
pub(in crate::http::console) async fn page(
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
    match page_of(&web, &seated, &row, &form).await {
        Ok(page) => shown(&page, seated.language),
        Err(error) => refused(&web, &seated, error),
    }
}

async fn page_of(web: &Web, seated: &Seated, row: &Row, form: &Form) -> Result<Page, CommandError> {
    let language = seated.language;
    let mut faults = Faults::default();
    let chosen = form.get("outcome").filter(|code| !code.is_empty());
    let outcome: Option<Outcome> = chosen.and_then(|code| code.parse().ok());
    let key = form.get("before");
    let before: Option<i64> = key.and_then(|key| key.parse().ok());
    for (name, sent, is_read) in [
        ("/outcome", chosen, outcome.is_some()),
        ("/before", key, before.is_some()),
    ] {
        if let Some(sent) = sent.filter(|_| !is_read) {
            let shown: String = sent.chars().take(40).collect();
            faults.add(name, format!("{shown:?} is no key of this list"));
        }
    }
    faults.check(Some(()))?;
    let mut found = deliveries::page(web, row, before, outcome.as_slice(), MOST).await?;
    let more = found.len() > MOST;
    found.truncate(MOST);
    let action = format!("{}/deliveries", at(&row.id));
    let next = found.last().filter(|_| more).map(|(key, _)| {
        let code = outcome.map_or("", Outcome::code);
        format!("{action}?outcome={code}&before={key}")
    });
    let lines = found
        .iter()
        .filter_map(|(_, delivery)| Line::of(web, delivery, language));
    let outcomes = Outcome::ALL.map(|one| Tick {
        value: one.code().to_owned(),
        label: w::outcome(one.code(), language),
        chosen: outcome == Some(one),
    });
    Ok(Page {
        frame: Frame::new(web, seated, w::DELIVERIES.plain(language)),
        address: address(web, row),
        badge: line::badge(row.state, language),
        back: at(&row.id),
        action,
        outcomes: outcomes.into(),
        lines: lines.collect(),
        next,
    })
}
