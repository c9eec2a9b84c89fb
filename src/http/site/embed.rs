//! `/embed/agenda`: what comes next of a selection, inside of others' pages; and the loader that puts it there.
//!
//! Invariant: it is the agenda's selection by the agenda's grammar, and its links lead to the pages here.

use askama::Template;
use axum::{
    extract::State,
    http::{HeaderValue, Uri, header},
    response::{IntoResponse, Response},
};
use entity::vocab::Language;

use super::{
    browse::{Asked, Found},
    listed::Listed,
    page::{self, Frame},
    shelf::{Framing, Made},
    subscribe::Part,
    words as w,
};
use crate::http::Web;

/// Activities where the address names no number, and at most.
const SHOWN: usize = 10;
const MOST: usize = 50;

#[derive(Template)]
#[template(path = "embed.html")]
struct Page {
    frame: Frame,
    heading: String,
    ignored: Option<String>,
    listed: Vec<Listed>,
    /// Whether what is listed is over.
    past: bool,
    all: String,
    calendar: String,
}

pub(super) async fn agenda(State(web): State<Web>, uri: Uri) -> Response {
    let query = uri.query().unwrap_or_default();
    let (mut language, mut limit) = (Language::Zh, SHOWN);
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        match name.as_ref() {
            "lang" => language = value.parse().unwrap_or(language),
            "limit" => limit = value.parse().unwrap_or(limit).clamp(1, MOST),
            _ => {}
        }
    }
    let (asked, found) = {
        let state = web.services.catalogue.read();
        let asked = Asked::read(query, &state);
        let found = Found::of(&state, &asked.search(), web.services.now());
        (asked, found)
    };
    // What is announced without a date is still to come.
    let coming = found.coming.iter().chain(&found.undated);
    let past = coming.clone().next().is_none();
    let notices: Vec<_> = match past {
        true => found.past.iter().take(limit).collect(),
        false => coming.take(limit).collect(),
    };
    let (links, now) = (&web.services.links, web.services.now());
    let part = Part::of_selection(&web, asked.selection.clone(), language);
    let name = part.name(&web, language);
    let selected = asked.canonical();
    let separator = if selected.is_empty() { "" } else { "?" };
    let page = Page {
        frame: Frame::new(&web, language, "/agenda", Some(w::AGENDA.plain(language))).unlisted(),
        heading: name.unwrap_or_else(|| w::AGENDA.plain(language).to_owned()),
        listed: notices
            .iter()
            .filter_map(|notice| notice.activity.as_ref())
            .map(|activity| Listed::of(activity, links, now, language))
            .collect(),
        past,
        ignored: w::ignored(&asked.ignored, language),
        all: format!("/{language}/agenda{separator}{selected}"),
        calendar: web.publisher.address(&part.calendar()),
    };
    let mut parts = vec![format!("lang={language}")];
    if limit != SHOWN {
        parts.push(format!("limit={limit}"));
    }
    if !selected.is_empty() {
        parts.push(selected);
    }
    let made = Made {
        framing: Framing::Embedded,
        ..Made::page(page::rendered(&page), language).of_query(parts.join("&"))
    };
    made.into_response()
}

/// The loader: 2 kB at most, for pages of others to name by an address that stays.
const LOADER: &str = include_str!("../../../templates/embed.js");

pub(super) async fn loader() -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/javascript; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=3600"),
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
    ]
    .map(|(name, value)| (name, HeaderValue::from_static(value)));
    let resource = axum::http::HeaderName::from_static("cross-origin-resource-policy");
    let everywhere = [(resource, HeaderValue::from_static("cross-origin"))];
    (headers, everywhere, LOADER).into_response()
}
