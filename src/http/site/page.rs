//! How a page is handed on, and what stands where there is none.
//!
//! Owns statuses and redirects. Refuses to know how a page is kept and sent (`shelf`). Invariant: what is not there and what
//! nobody may know of are answered alike.

use askama::Template;
use axum::{
    body::Body,
    extract::{FromRequestParts, Path},
    http::{HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
};
use entity::vocab::Language;
use serde::de::DeserializeOwned;

pub(super) use super::frame::{Discovery, Frame};
pub(in crate::http) use super::lang::{Lang, other, tag};
use super::{shelf::Made, words as w};
use crate::{http::Web, publish::wording::Phrase};

/// A page, which [`super::shelf`] answers and keeps.
pub(in crate::http) fn made(page: &impl Template, language: Language) -> Response {
    Made::page(rendered(page), language).into_response()
}

/// The same of a page that takes a query, under the one form of that.
pub(in crate::http) fn made_of(
    page: &impl Template,
    language: Language,
    query: String,
) -> Response {
    Made::page(rendered(page), language)
        .of_query(query)
        .into_response()
}

pub(in crate::http) fn document(html: String, language: Language) -> Response {
    let mut response = Response::new(Body::from(html));
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/html; charset=utf-8"),
    );
    headers.insert(
        header::CONTENT_LANGUAGE,
        HeaderValue::from_static(tag(language)),
    );
    response
}

pub(in crate::http) fn rendered(page: &impl Template) -> String {
    page.render()
        .expect("texts are written into memory, which takes them")
}

#[derive(Template)]
#[template(path = "absent.html")]
struct Absent {
    frame: Frame,
    title: &'static str,
    why: &'static str,
}

fn absent(
    web: &Web,
    language: Language,
    status: StatusCode,
    title: &Phrase,
    why: &Phrase,
) -> Response {
    let title = title.plain(language);
    let page = Absent {
        frame: Frame::new(web, language, "/", Some(title)).unlisted(),
        title,
        why: why.plain(language),
    };
    let cache = [(header::CACHE_CONTROL, "no-cache")];
    (status, cache, document(rendered(&page), language)).into_response()
}

/// 404: there is nothing, or nothing that anybody may know of.
pub(in crate::http) fn missing(web: &Web, language: Language) -> Response {
    absent(
        web,
        language,
        StatusCode::NOT_FOUND,
        &w::MISSING,
        &w::MISSING_WHY,
    )
}

/// 410: it was taken down.
pub(in crate::http) fn gone(web: &Web, language: Language) -> Response {
    absent(web, language, StatusCode::GONE, &w::GONE, &w::GONE_WHY)
}

/// 301 to where it stands.
pub(in crate::http) fn moved(to: &str) -> Response {
    redirect(StatusCode::MOVED_PERMANENTLY, to)
}

/// 302 to where it stands for now.
pub(in crate::http) fn for_now(to: &str) -> Response {
    redirect(StatusCode::FOUND, to)
}

fn redirect(status: StatusCode, to: &str) -> Response {
    match HeaderValue::from_str(to) {
        Ok(to) => {
            let cache = HeaderValue::from_static("no-cache");
            let headers = [(header::LOCATION, to), (header::CACHE_CONTROL, cache)];
            (status, headers).into_response()
        }
        // Addresses are made of ids, slugs and encoded words, which are ASCII.
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// The path's variable parts; a page that is not there where they cannot be read.
pub(in crate::http) struct Named<T>(pub(in crate::http) T);

impl<T: DeserializeOwned + Send> FromRequestParts<Web> for Named<T> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Response> {
        let Lang(language) = Lang::of(parts);
        match Path::from_request_parts(parts, web).await {
            Ok(Path(named)) => Ok(Self(named)),
            Err(_) => Err(missing(web, language)),
        }
    }
}
