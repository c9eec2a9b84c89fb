//! Feeds over HTTP (FEEDS §3).
//!
//! Owns their addresses and their headers. Refuses to know how a feed is made. Invariant: nothing here is about who
//! asks: no cookie, no `Vary: Accept`.

use std::convert::Infallible;

use axum::{
    Router,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use chrono::{DateTime, Utc};
use futures_util::stream::empty;
use hyper::body::Buf;

use super::{
    Web,
    conditional::{self, Encoding},
    octets::{self, Octets},
    problem::Problem,
    quick::{AsOf, CountedAs, Fetched},
};
use crate::{
    catalogue::Applied,
    domain::selection::Selection,
    publish::{self, FeedError, FeedKey, Format, Scope},
    sightings::SAVED,
};

mod hub;
mod kept;
mod query;
mod stream;

pub use kept::Saves;
use query::{Asked, ask, query_of};
pub use stream::Streams;

/// Fresh for five minutes, and better old than nothing for a day. No stale-while-revalidate: it
/// would hide a cancellation from whoever asks first.
const CACHE_CONTROL: HeaderValue =
    HeaderValue::from_static("public, max-age=300, stale-if-error=86400");

/// The picture of news feeds: it changes with a release at most.
const ICON: &[u8] = include_bytes!("icon.png");

/// Everything under `/feeds/`.
pub(super) fn routes() -> Router<Web> {
    let feed = || get(feed).options(preflight);
    Router::new()
        .route("/feeds/icon.png", get(icon))
        .route("/feeds/hub", post(hub::ask_hub))
        .route("/feeds/stream", get(stream::follow).options(preflight))
        .route("/s/{name}", get(kept::feed).options(preflight))
        .route(ROUTES[0], feed())
        .route(ROUTES[1], feed())
        .route(ROUTES[2], feed())
        .route(ROUTES[3], feed())
        .route(ROUTES[4], feed())
}

/// By how many parts an address has.
const ROUTES: [&str; 5] = [
    "/feeds/{language}/{file}",
    "/feeds/{language}/{dimension}/{file}",
    "/feeds/{language}/{dimension}/{edition}/{file}",
    "/feeds/{language}/{dimension}/{value}/archive/{file}",
    "/feeds/{language}/{dimension}/{edition}/{value}/archive/{file}",
];

/// The route that a feed's path takes.
fn route_of(path: &str) -> &'static str {
    let parts = path.bytes().filter(|byte| *byte == b'/').count();
    ROUTES[parts.clamp(3, 7) - 3]
}

async fn feed(State(web): State<Web>, method: Method, uri: Uri, headers: HeaderMap) -> Response {
    match answer(&web, &method, &uri, &headers).await {
        Ok(response) => response,
        Err(problem) => refused(problem),
    }
}

/// Pages of others may read why, too.
fn refused(problem: Problem) -> Response {
    let any = HeaderValue::from_static("*");
    problem
        .with_header(header::ACCESS_CONTROL_ALLOW_ORIGIN, any)
        .into_response()
}

async fn answer(
    web: &Web,
    method: &Method,
    uri: &Uri,
    headers: &HeaderMap,
) -> Result<Response, Problem> {
    let path = uri.path();
    let key: FeedKey = path
        .strip_prefix("/feeds/")
        .unwrap_or(path)
        .parse()
        .map_err(|error: publish::NoSuchFeed| Problem::not_found(error.to_string()))?;
    // Before the rest: what is applied meanwhile must not pass for being in the feed, or for knowing what it names.
    let applied = web.services.catalogue.applied();
    let unknown = |selection: &Selection| web.services.catalogue.read().unknown_values(selection);
    let Asked {
        key,
        download,
        canonical,
    } = ask(key, uri.query().unwrap_or_default(), unknown)?;
    if !canonical {
        return Ok(moved(web, &key, download));
    }
    let found = Found {
        key,
        download,
        applied,
        is_fetched: *method == Method::GET,
    };
    found.answer(web, uri, headers).await
}

/// A feed that is asked for by its one address.
struct Found {
    key: FeedKey,
    download: bool,
    /// How far the catalogue was before the address was looked at.
    applied: Applied,
    /// Whether whoever asks has it afterwards: not after HEAD.
    is_fetched: bool,
}

impl Found {
    async fn answer(self, web: &Web, uri: &Uri, headers: &HeaderMap) -> Result<Response, Problem> {
        let Self {
            key,
            download,
            applied,
            is_fetched,
        } = self;
        match web.publisher.feed_as_of(&key, web.services.now()).await {
            Ok((body, position)) => {
                let is_known =
                    conditional::is_not_modified(headers, body.tag(), body.last_modified());
                let encoding = octets::encoding(web, &key, &body, headers, is_known).await;
                let now = web.services.now();
                let link = key.is_topic().then(|| web.publisher.link(&key));
                let said = |encoding, length| {
                    about(key.format, link.as_deref(), &body, encoding, length, now)
                };
                let feed = fetched(&key, download, position);
                if let Some(feed) = feed.as_ref().filter(|_| is_fetched) {
                    feed.count(&web.sightings, headers, now);
                }
                let is_over =
                    conditional::stated(body.last_modified(), now) == body.last_modified();
                // What somebody keeps may become other feeds at any time.
                if !download && is_over && key.kept.is_none() {
                    let as_of = AsOf {
                        applied,
                        minute: None,
                    };
                    let route = route_of(uri.path());
                    let counted = CountedAs { route, feed };
                    web.quick.remember(web, uri, counted, as_of, &body, said);
                }
                let octets = Octets::of(&body, encoding).filter(|_| !is_known);
                let length = octets.as_ref().map(Buf::remaining);
                let (status, sent) = octets.map_or_else(
                    || (StatusCode::NOT_MODIFIED, nothing()),
                    |octets| (StatusCode::OK, octets.into()),
                );
                let mut response = (status, said(encoding, length), sent).into_response();
                if download {
                    let file = format!("attachment; filename=\"{}\"", file_name(web, &key));
                    insert(response.headers_mut(), header::CONTENT_DISPOSITION, &file);
                }
                Ok(response)
            }
            Err(FeedError::Replaced(by)) => {
                let scope = Scope::Activity(by);
                Ok(moved(web, &FeedKey { scope, ..key }, download))
            }
            Err(FeedError::ToCome(_)) => Ok(for_now(web, &key)),
            Err(error) => Err(problem(&error)),
        }
    }
}

/// What is counted of an answer: of what people follow, so not of the list of feeds or of one activity as a file.
fn fetched(key: &FeedKey, download: bool, position: Option<i64>) -> Option<Fetched> {
    if download || key.format == Format::Opml {
        return None;
    }
    let feed = match key.kept {
        // Its address is known to few, perhaps to one.
        Some(_) => SAVED.into(),
        None => key.to_string().into(),
    };
    Some(Fetched {
        feed,
        position: position.unwrap_or(0),
    })
}

/// What the file of an activity is called: ASCII, as its slug is.
fn file_name(web: &Web, key: &FeedKey) -> String {
    let Scope::Activity(id) = &key.scope else {
        return "calendar.ics".to_owned();
    };
    let state = web.services.catalogue.read();
    let slug = state
        .activity(id)
        .map(|entry| entry.activity().slug.0.as_str());
    format!("{}.ics", slug.unwrap_or(id.as_str()))
}

fn problem(error: &FeedError) -> Problem {
    match error {
        FeedError::Unknown(_) => Problem::not_found(error.to_string()),
        // These are redirected before; a reader of a problem is told the same as of a gone one.
        FeedError::Replaced(_) | FeedError::ToCome(_) => Problem::new(
            StatusCode::GONE,
            "gone",
            "It was withdrawn",
            error.to_string(),
        ),
        // Why is in the log, where the publisher wrote it.
        FeedError::Unavailable { key, .. } => Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "feed-unavailable",
            "The feed cannot be made now",
            format!("/feeds/{key} cannot be made now; keep what you have and ask again"),
        )
        .with_header(header::RETRY_AFTER, HeaderValue::from_static("60")),
    }
}

/// From the archive of the month to come to the newest: so a walk through the archives ends where news begin.
fn for_now(web: &Web, key: &FeedKey) -> Response {
    let newest = FeedKey {
        archive: None,
        ..key.clone()
    };
    let mut response = moved(web, &newest, false);
    *response.status_mut() = StatusCode::FOUND;
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

/// 301, because not every reader follows 308.
fn moved(web: &Web, key: &FeedKey, download: bool) -> Response {
    let mut address = format!("/feeds/{}", key.path());
    let query = query_of(key, download);
    if !query.is_empty() {
        address.push('?');
        address.push_str(&query);
    }
    let location = web.services.links.to(&address);
    let mut response = StatusCode::MOVED_PERMANENTLY.into_response();
    let headers = response.headers_mut();
    if let Ok(location) = HeaderValue::from_str(&location) {
        headers.insert(header::LOCATION, location);
    }
    headers.insert(header::CACHE_CONTROL, CACHE_CONTROL);
    open_to_all(headers);
    response
}

/// A body of unknown length, so that nobody adds `Content-Length: 0`, which would be a statement about the document
/// (RFC 9110 §15.4.5).
fn nothing() -> Body {
    Body::from_stream(empty::<Result<Bytes, Infallible>>())
}

/// What is said of a document: with its length where it follows, without to those who have it.
fn about(
    format: Format,
    link: Option<&str>,
    body: &publish::Body,
    encoding: Encoding,
    length: Option<usize>,
    now: DateTime<Utc>,
) -> HeaderMap {
    let mut headers = HeaderMap::new();
    insert(&mut headers, header::ETAG, &encoding.tag(body.tag()));
    if let Some(at) = conditional::stated(body.last_modified(), now) {
        insert(
            &mut headers,
            header::LAST_MODIFIED,
            &conditional::http_date(at),
        );
    }
    if let Some(link) = link {
        insert(&mut headers, header::LINK, link);
    }
    headers.insert(header::CACHE_CONTROL, CACHE_CONTROL);
    headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    open_to_all(&mut headers);
    if let Some(length) = length {
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
        let content_type = HeaderValue::from_static(format.content_type());
        headers.insert(header::CONTENT_TYPE, content_type);
        if let Some(coding) = encoding.coding() {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(coding));
        }
    }
    headers
}

/// Pages of others may read feeds, with their tags; nobody may take one for something else.
fn open_to_all(headers: &mut HeaderMap) {
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_ORIGIN,
        HeaderValue::from_static("*"),
    );
    headers.insert(
        header::ACCESS_CONTROL_EXPOSE_HEADERS,
        HeaderValue::from_static("ETag"),
    );
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
}

fn insert(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

/// What a browser asks before a page of another origin may send If-None-Match.
async fn preflight() -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    let headers = response.headers_mut();
    open_to_all(headers);
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_METHODS,
        HeaderValue::from_static("GET, HEAD"),
    );
    headers.insert(
        header::ACCESS_CONTROL_ALLOW_HEADERS,
        HeaderValue::from_static("If-None-Match, If-Modified-Since, Last-Event-ID"),
    );
    headers.insert(
        header::ACCESS_CONTROL_MAX_AGE,
        HeaderValue::from_static("86400"),
    );
    response
}

async fn icon() -> Response {
    let mut response = Response::new(Body::from(ICON));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("image/png"));
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("public, max-age=604800"),
    );
    open_to_all(headers);
    response
}
