//! `/console/fetches/{id}/accept` and `/reject`: all that one fetch proposed, at once.
//!
//! Invariant: how many there are, and which of them stay, is told before and after.

use std::collections::HashMap;

use askama::Template;
use axum::{
    body::Bytes,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::json;

use super::{
    super::{
        answer::{missing, refused, shown},
        form::Form,
        frame::Frame,
        seat::Seated,
        words::{self as w, faults},
    },
    Line,
    decide::comment,
    line::lines,
    list::source_of,
    waiting,
};
use crate::{
    commands::{
        CommandError,
        proposals::together::{Together, accept_all, reject_all},
    },
    domain::rights::Deed,
    http::{Web, site::said::Said},
    ids::sha256_hex,
    publish::wording::Phrase,
    store::{self, proposals::Row, proposals::Wanted},
};

/// Proposals of a fetch that are looked at, and those of them that are listed.
const MOST: u64 = 2_000;
const LISTED: usize = 100;

/// What is done with all of it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Word {
    Accept,
    Reject,
}

impl Word {
    const fn name(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Reject => "reject",
        }
    }
}

#[derive(Template)]
#[template(path = "console/proposals_together.html")]
struct Page {
    frame: Frame,
    title: &'static str,
    source: (Said, Option<String>),
    action: String,
    /// What makes sure that they are decided as they were shown.
    seen: String,
    about: Vec<String>,
    lines: Vec<Line>,
    more: Option<String>,
    errors: Vec<String>,
    /// Whether a reason is asked for, and what was typed.
    reason: Option<String>,
    confirm: String,
}

/// Something that stays as it is, and why.
struct Left {
    line: Option<Line>,
    id: String,
    why: String,
}

#[derive(Template)]
#[template(path = "console/proposals_decided.html")]
struct Decided {
    frame: Frame,
    title: &'static str,
    told: String,
    about: Option<String>,
    left: Vec<Left>,
}

/// What of a fetch waits for somebody's word.
async fn rows(web: &Web, seated: &Seated, fetch: &str) -> Result<(Vec<Row>, u64), CommandError> {
    seated.must(Deed::WriteActivity)?;
    let wanted = Wanted {
        fetch: Some(fetch.to_owned()),
        ..waiting(seated)
    };
    let db = web.services.db.reader();
    let rows = store::proposals::list(db, &wanted, "", MOST).await?;
    let count = match rows.len() as u64 {
        MOST => store::proposals::count(db, &wanted).await?,
        few => few,
    };
    Ok((rows, count))
}

/// What makes sure that all are decided as they were shown.
fn seen(rows: &[Row]) -> String {
    let shown: Vec<_> = rows.iter().map(|row| (&row.id, &row.document)).collect();
    sha256_hex(json!(shown).to_string().as_bytes())
}

async fn asking(
    web: &Web,
    seated: &Seated,
    (fetch, word): (&str, Word),
    errors: Vec<String>,
    typed: &str,
) -> Result<Response, CommandError> {
    let language = seated.language;
    let (rows, count) = rows(web, seated, fetch).await?;
    let Some(first) = rows.first() else {
        return Ok(missing(web, seated, "fetch", fetch));
    };
    let source = source_of(web, seated, &first.source_id).await?;
    let mut lines = lines(web, seated, &rows).await?;
    let conflicts = lines.iter().filter(|line| line.conflict).count() as u64;
    let alike = lines
        .iter()
        .filter(|line| line.like && !line.conflict)
        .count() as u64;
    // Those that stay are listed last.
    lines.sort_by_key(|line| line.conflict || line.like);
    let unlisted = count.saturating_sub(LISTED as u64);
    lines.truncate(LISTED);
    let say = |phrase: Phrase, n: u64| phrase.say(language, &[("n", &n.to_string())]);
    let (title, about, confirm) = match word {
        Word::Accept => {
            let accepted = count - conflicts - alike;
            let mut about = vec![say(w::ACCEPT_ALL_ABOUT, accepted)];
            if conflicts > 0 {
                about.push(say(w::CONFLICTS_STAY, conflicts));
            }
            if alike > 0 {
                about.push(say(w::DUPLICATES_STAY, alike));
            }
            about.push(w::INCOMPLETE_STAY.plain(language).to_owned());
            (w::ACCEPT_FETCH, about, say(w::ACCEPT_N, accepted))
        }
        Word::Reject => (
            w::REJECT_FETCH,
            vec![
                say(w::REJECT_ALL_ABOUT, count),
                w::REJECT_NEW_ABOUT.plain(language).to_owned(),
            ],
            say(w::REJECT_N, count),
        ),
    };
    let title = title.plain(language);
    let page = Page {
        frame: Frame::new(web, seated, title),
        title,
        source,
        action: format!("/console/fetches/{fetch}/{}", word.name()),
        seen: seen(&rows),
        about,
        lines,
        more: (unlisted > 0).then(|| say(w::AND_MORE, unlisted)),
        errors,
        reason: (word == Word::Reject).then(|| typed.to_owned()),
        confirm,
    };
    Ok(shown(&page, language))
}

async fn asked(web: &Web, seated: &Seated, fetch: &str, word: Word) -> Response {
    match asking(web, seated, (fetch, word), Vec::new(), "").await {
        Ok(answer) => answer,
        Err(error) => refused(web, seated, error),
    }
}

/// Says how many would be accepted, and which would stay.
pub(in crate::http::console) async fn accept_page(
    State(web): State<Web>,
    seated: Seated,
    Path(fetch): Path<String>,
) -> Response {
    asked(&web, &seated, &fetch, Word::Accept).await
}

/// Says how many would be rejected, and asks why.
pub(in crate::http::console) async fn reject_page(
    State(web): State<Web>,
    seated: Seated,
    Path(fetch): Path<String>,
) -> Response {
    asked(&web, &seated, &fetch, Word::Reject).await
}

/// Accepts all that can be.
pub(in crate::http::console) async fn accept(
    State(web): State<Web>,
    seated: Seated,
    Path(fetch): Path<String>,
    body: Bytes,
) -> Response {
    let before = match rows(&web, &seated, &fetch).await {
        Ok((before, _)) => before,
        Err(error) => return refused(&web, &seated, error),
    };
    if is_other(&before, &Form::read(&body)) {
        return anew(&web, &seated, (&fetch, Word::Accept), "").await;
    }
    match accept_all(&web.services, seated.caller(), &fetch).await {
        Ok(done) => decided(&web, &seated, Word::Accept, &before, done).await,
        Err(error) => refused(&web, &seated, error),
    }
}

/// Rejects all for one reason.
pub(in crate::http::console) async fn reject(
    State(web): State<Web>,
    seated: Seated,
    Path(fetch): Path<String>,
    body: Bytes,
) -> Response {
    let before = match rows(&web, &seated, &fetch).await {
        Ok((before, _)) => before,
        Err(error) => return refused(&web, &seated, error),
    };
    let form = Form::read(&body);
    let typed = form.get("/reason").unwrap_or_default();
    if is_other(&before, &form) {
        return anew(&web, &seated, (&fetch, Word::Reject), typed).await;
    }
    let reason = match comment(typed) {
        Ok(reason) => reason,
        Err(error) => {
            let told = faults::told(&error, seated.language);
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return again(&web, &seated, (&fetch, Word::Reject), (status, told), typed).await;
        }
    };
    match reject_all(&web.services, seated.caller(), &fetch, reason).await {
        Ok(done) => decided(&web, &seated, Word::Reject, &before, done).await,
        Err(error) => refused(&web, &seated, error),
    }
}

/// Whether something else waits than what was shown; where nothing does, the same form may have come twice.
fn is_other(waiting: &[Row], form: &Form) -> bool {
    !waiting.is_empty() && form.get("seen") != Some(&seen(waiting))
}

/// All that waits as it stands now, since nothing was done.
async fn anew(web: &Web, seated: &Seated, asked: (&str, Word), typed: &str) -> Response {
    let told = vec![w::FETCH_WAS_REFRESHED.plain(seated.language).to_owned()];
    again(web, seated, asked, (StatusCode::CONFLICT, told), typed).await
}

async fn again(
    web: &Web,
    seated: &Seated,
    asked: (&str, Word),
    (status, told): (StatusCode, Vec<String>),
    typed: &str,
) -> Response {
    match asking(web, seated, asked, told, typed).await {
        Ok(page) if page.status() == StatusCode::OK => (status, page).into_response(),
        Ok(answer) => answer,
        Err(error) => refused(web, seated, error),
    }
}

/// What came of it, and what stays.
async fn decided(
    web: &Web,
    seated: &Seated,
    word: Word,
    before: &[Row],
    done: Together,
) -> Response {
    let language = seated.language;
    let lines = match lines(web, seated, before).await {
        Ok(lines) => lines,
        Err(error) => return refused(web, seated, error.into()),
    };
    let mut lines: HashMap<String, Line> = lines
        .into_iter()
        .map(|line| (line.id.clone(), line))
        .collect();
    let left: Vec<Left> = done
        .left
        .into_iter()
        .map(|(id, why)| Left {
            line: lines.remove(&id),
            why: faults::noted(&why, language),
            id,
        })
        .collect();
    let (title, told) = match word {
        Word::Accept => (w::ACCEPT_FETCH, w::TOGETHER_ACCEPTED),
        Word::Reject => (w::REJECT_FETCH, w::TOGETHER_REJECTED),
    };
    let n = done.decided.len();
    let told = match n == 0 && left.is_empty() {
        true => w::NOTHING_WAITS.plain(language).to_owned(),
        false => told.say(language, &[("n", &n.to_string())]),
    };
    let title = title.plain(language);
    let stay = left.len().to_string();
    let page = Decided {
        frame: Frame::new(web, seated, title),
        title,
        told,
        about: (!left.is_empty()).then(|| w::TOGETHER_LEFT.say(language, &[("n", &stay)])),
        left,
    };
    shown(&page, language)
}
