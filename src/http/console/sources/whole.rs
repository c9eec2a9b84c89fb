//! `/console/sources/{id}/whole`: somebody says that what a source holds now is all, though entries are missing.
//!
//! Invariant: what that will propose, and whether it is done without asking, is told before.

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};

use super::{
    super::{
        answer::{see, shown},
        frame::Frame,
        seat::Seated,
        words::{self as w},
    },
    Standing, at, load, poll,
};
use crate::{
    domain::source::ProposalKind,
    http::{
        Web,
        site::{listed::Badge, said::Said},
    },
    track::{self, Poll},
};

#[derive(Template)]
#[template(path = "console/source_dialog.html")]
pub(super) struct Dialog {
    pub(super) frame: Frame,
    pub(super) title: &'static str,
    pub(super) name: Said,
    pub(super) badge: Badge,
    pub(super) back: String,
    pub(super) action: String,
    /// What it does, a paragraph each.
    pub(super) about: Vec<String>,
    /// What is to be minded above all.
    pub(super) minded: Option<&'static str>,
    pub(super) version: i64,
    pub(super) confirm: &'static str,
    pub(super) errors: Vec<String>,
}

/// Asks first.
pub(in crate::http::console) async fn page(
    State(web): State<Web>,
    seated: Seated,
    Path(id): Path<String>,
) -> Response {
    let (row, source) = match load(&web, &seated, &id).await {
        Ok(found) => found,
        Err(answer) => return answer,
    };
    let (language, back) = (seated.language, at(&row.id));
    if source.url.is_none() {
        // Nothing is kept of a file: it is brought once more.
        return see(&format!("{back}/file?whole"));
    }
    let standing = Standing::of(&row);
    let is_trusted = source.trust.contains(&ProposalKind::Cancel);
    let mut about: Vec<String> = standing.why(&row, language).into_iter().collect();
    about.push(w::WHOLE_ABOUT.plain(language).to_owned());
    about.push(w::WHOLE_PROPOSES.plain(language).to_owned());
    if !is_trusted {
        about.push(w::WHOLE_WAITS.plain(language).to_owned());
    }
    let title = w::THIS_IS_ALL.plain(language);
    let page = Dialog {
        frame: Frame::new(&web, &seated, title),
        title,
        name: Said::found(source.name, language),
        badge: standing.badge(language),
        action: format!("{back}/whole"),
        back,
        about,
        minded: is_trusted.then(|| w::WHOLE_IS_TRUSTED.plain(language)),
        version: row.version,
        confirm: w::WHOLE_CONFIRM.plain(language),
        errors: Vec::new(),
    };
    shown(&page, language)
}

/// Asks the source, and takes what it holds for all there is.
pub(in crate::http::console) async fn confirm(
    State(web): State<Web>,
    seated: Seated,
    Path(id): Path<String>,
) -> Response {
    if let Err(answer) = load(&web, &seated, &id).await {
        return answer;
    }
    let how = Poll { confirmed: true };
    let polled = track::poll_now(&web.services, &web.sources, &seated.caller(), &id, how).await;
    poll::came(&web, &seated, &id, polled).await
}
