//! `/console/sources/{id}/file`: a file of a source that has no address, or whose address is down.
//!
//! Invariant: a file is read as far as a source's document may be long, and no more of it is kept.

use askama::Template;
use axum::{
    extract::{FromRequest, Multipart, Path, RawQuery, Request, State, multipart::MultipartError},
    http::StatusCode,
    response::{IntoResponse, Response},
};

use super::{
    super::{
        answer::shown,
        form::Form,
        frame::Frame,
        seat::Seated,
        words::{self as w},
    },
    Standing, at, load, poll,
};
use crate::{
    domain::source::{ProposalKind, Source},
    http::{
        Web,
        site::{listed::Badge, said::Said},
    },
    publish::wording::Phrase,
    store::sources::Row,
    track::{self, BYTES, Document, Poll},
};

#[derive(Template)]
#[template(path = "console/source_file.html")]
struct Page {
    frame: Frame,
    title: &'static str,
    name: Said,
    badge: Badge,
    back: String,
    action: String,
    about: String,
    errors: Vec<String>,
    /// Whether it is said to be all there is.
    whole: bool,
    /// What that does.
    whole_about: &'static str,
}

/// What was sent.
#[derive(Default)]
struct Sent {
    bytes: Vec<u8>,
    whole: bool,
}

/// The form.
pub(in crate::http::console) async fn page(
    State(web): State<Web>,
    seated: Seated,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let form = Form::read(query.unwrap_or_default().as_bytes());
    match load(&web, &seated, &id).await {
        Ok(found) => asking(&web, &seated, found, form.get("whole").is_some(), None),
        Err(answer) => answer,
    }
}

fn asking(
    web: &Web,
    seated: &Seated,
    (row, source): (Row, Source),
    whole: bool,
    error: Option<Phrase>,
) -> Response {
    let (language, back) = (seated.language, at(&row.id));
    let format = w::source_format(source.format).plain(language);
    let title = w::BRING_FILE.plain(language);
    let page = Page {
        frame: Frame::new(web, seated, title),
        title,
        badge: Standing::of(&row).badge(language),
        action: format!("{back}/file"),
        back,
        about: w::FILE_ABOUT.say(language, &[("format", format)]),
        errors: error
            .map(|error| error.plain(language).to_owned())
            .into_iter()
            .collect(),
        whole,
        whole_about: match source.trust.contains(&ProposalKind::Cancel) {
            true => w::WHOLE_IS_TRUSTED,
            false => w::WHOLE_PROPOSES,
        }
        .plain(language),
        name: Said::found(source.name, language),
    };
    shown(&page, language)
}

/// Takes the file as if the source had answered with it.
pub(in crate::http::console) async fn bring(
    State(web): State<Web>,
    seated: Seated,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    let found = match load(&web, &seated, &id).await {
        Ok(found) => found,
        Err(answer) => return answer,
    };
    let sent = match read(request).await {
        Ok(sent) => sent,
        Err(why) => {
            let page = asking(&web, &seated, found, false, Some(why));
            return (StatusCode::UNPROCESSABLE_ENTITY, page).into_response();
        }
    };
    let how = Poll {
        confirmed: sent.whole,
    };
    let document = Document {
        bytes: sent.bytes,
        ..Document::default()
    };
    let polled = track::bring(&web.services, &seated.caller(), &id, document, how).await;
    poll::came(&web, &seated, &id, polled).await
}

/// Reads the form's parts (RFC 7578).
async fn read(request: Request) -> Result<Sent, Phrase> {
    let why = |error: MultipartError| match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => w::FILE_TOO_LARGE,
        _ => w::FILE_BROKEN,
    };
    let parts = Multipart::from_request(request, &()).await;
    let mut parts = parts.map_err(|_| w::NO_FILE)?;
    let mut sent = Sent::default();
    while let Some(mut part) = parts.next_field().await.map_err(why)? {
        match part.name() {
            Some("file") => {
                while let Some(chunk) = part.chunk().await.map_err(why)? {
                    if sent.bytes.len() + chunk.len() > BYTES {
                        return Err(w::FILE_TOO_LARGE);
                    }
                    sent.bytes.extend_from_slice(&chunk);
                }
            }
            Some("whole") => sent.whole = true,
            _ => {}
        }
    }
    match sent.bytes.is_empty() {
        true => Err(w::NO_FILE),
        false => Ok(sent),
    }
}
