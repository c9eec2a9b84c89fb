//! Feeds over HTTP (FEEDS §3).
//!
//! Owns their addresses, their headers and what of a query is refused or dropped. Refuses to know
//! how a feed is made. Invariant: nothing here is about who asks: no cookie, no `Vary: Accept`.

use axum::{
    Router,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Response},
    routing::get,
};
use chrono::{DateTime, Utc};
use futures_util::stream;

use super::{
    Web,
    conditional::{self, Encoding},
    problem::Problem,
    trackers,
};
use crate::{
    domain::input::Faults,
    publish::{self, FeedError, FeedKey, Format, Scope},
};

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
        .route("/feeds/{language}/{file}", feed())
        .route("/feeds/{language}/{dimension}/{file}", feed())
}

async fn feed(State(web): State<Web>, uri: Uri, headers: HeaderMap) -> Response {
    match answer(&web, uri.path(), uri.query(), &headers).await {
        Ok(response) => response,
        Err(problem) => {
            let any = HeaderValue::from_static("*");
            problem
                .with_header(header::ACCESS_CONTROL_ALLOW_ORIGIN, any)
                .into_response()
        }
    }
}

async fn answer(
    web: &Web,
    path: &str,
    query: Option<&str>,
    headers: &HeaderMap,
) -> Result<Response, Problem> {
    let key: FeedKey = path
        .strip_prefix("/feeds/")
        .unwrap_or(path)
        .parse()
        .map_err(|error: publish::NoSuchFeed| Problem::not_found(error.to_string()))?;
    if has_trackers(query.unwrap_or_default())? {
        return Ok(moved(web, &key));
    }
    match web.publisher.feed(&key).await {
        Ok(body) => Ok(send(&key, &body, headers, web.services.now())),
        Err(FeedError::Replaced(by)) => Ok(moved(
            web,
            &FeedKey {
                scope: Scope::Activity(by),
                ..key
            },
        )),
        Err(error) => Err(problem(&error)),
    }
}

/// Whether a query holds what others appended. What else it holds is refused: a feed's address is
/// an identity for years, so a mistake in it must not pass for a subscription.
fn has_trackers(query: &str) -> Result<bool, Problem> {
    let mut faults = Faults::default();
    let mut found = false;
    for (name, _) in url::form_urlencoded::parse(query.as_bytes()) {
        if name == "from" || trackers::is_tracker(&name) {
            found = true;
        } else {
            let shown: String = name.chars().take(60).collect();
            faults.add(
                shown.clone(),
                format!("unknown parameter {shown:?}; this feed takes none"),
            );
        }
    }
    if faults.0.is_empty() {
        Ok(found)
    } else {
        Err(Problem::parameters(faults))
    }
}

fn problem(error: &FeedError) -> Problem {
    match error {
        FeedError::Unknown(_) => Problem::not_found(error.to_string()),
        // Replaced ones are redirected before; a reader of a problem is told the same as of a gone one.
        FeedError::Replaced(_) => Problem::new(
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

/// 301, because not every reader follows 308.
fn moved(web: &Web, key: &FeedKey) -> Response {
    let location = web.services.links.to(&format!("/feeds/{key}"));
    let mut response = StatusCode::MOVED_PERMANENTLY.into_response();
    let headers = response.headers_mut();
    if let Ok(location) = HeaderValue::from_str(&location) {
        headers.insert(header::LOCATION, location);
    }
    headers.insert(header::CACHE_CONTROL, CACHE_CONTROL);
    open_to_all(headers);
    response
}

fn send(key: &FeedKey, body: &publish::Body, request: &HeaderMap, now: DateTime<Utc>) -> Response {
    let encoding = Encoding::accepted(request);
    let mut response = if conditional::is_not_modified(request, &body.tag, body.last_modified) {
        // A body of unknown length, so that nobody adds `Content-Length: 0`, which would be a
        // statement about the document (RFC 9110 §15.4.5).
        let nothing = Body::from_stream(stream::empty::<Result<Bytes, std::convert::Infallible>>());
        (StatusCode::NOT_MODIFIED, nothing).into_response()
    } else {
        document(key.format, body, encoding)
    };
    let headers = response.headers_mut();
    insert(headers, header::ETAG, &encoding.tag(&body.tag));
    if let Some(at) = body.last_modified {
        let shown = conditional::settled(at, now);
        insert(
            headers,
            header::LAST_MODIFIED,
            &conditional::http_date(shown),
        );
    }
    headers.insert(header::CACHE_CONTROL, CACHE_CONTROL);
    headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
    open_to_all(headers);
    response
}

fn document(format: Format, body: &publish::Body, encoding: Encoding) -> Response {
    let bytes = match encoding {
        Encoding::Identity => body.identity.clone(),
        Encoding::Gzip => body.gzip.clone(),
    };
    let mut response = Response::new(Body::from(bytes));
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static(format.content_type()),
    );
    if encoding == Encoding::Gzip {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    response
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
        HeaderValue::from_static("If-None-Match, If-Modified-Since"),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_messengers_append_is_dropped_and_what_nobody_knows_is_refused() {
        for (query, expected) in [
            ("", Some(false)),
            ("utm_source=x&utm_medium=y", Some(true)),
            ("from=singlemessage&isappinstalled=0", Some(true)),
            ("colour=red", None),
            ("utm_source=x&colour=red", None),
        ] {
            assert_eq!(has_trackers(query).ok(), expected, "{query}");
        }
    }
}
