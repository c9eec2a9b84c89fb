//! Feeds that were just sent, ready to be sent again: the way around routing for what nearly every request asks for.
//!
//! Owns ready-made header values by the address as it was written. Refuses to know how feeds are made: whatever is not
//! exactly as it was when it was sent takes the long way. Invariant: what it answers is what the long way would answer,
//! header for header; it holds no feed in memory that the publisher let go of.

use std::{
    collections::HashMap,
    sync::{
        PoisonError, RwLock, Weak,
        atomic::{AtomicU32, Ordering},
    },
};

use axum::http::{
    HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, Uri, header,
};
use chrono::{DateTime, Utc};
use http_body_util::Full;

use super::{
    Web,
    conditional::{self, Encoding},
    feeds, log, logs,
};
use crate::{catalogue::Applied, ids::RequestId, metrics::Route, publish};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Addresses remembered at most; then all are forgotten, and those that are asked for come back at once.
const MOST: usize = 1_024;
/// One answer of so many takes the long way all the same: there the publisher sees that the feed is asked for, and lets
/// go of others first.
const SHOWN: u32 = 256;
/// Longer addresses take the long way.
const LONGEST: usize = 512;

/// A feed as it was sent. The headers have a place for the request's id, so that nothing in them grows.
#[derive(Debug)]
struct Ready {
    body: Weak<publish::Body>,
    /// It was right as of this.
    applied: Applied,
    /// By encoding.
    headers: [Headers; Encoding::ALL.len()],
    route: Route,
    asked: AtomicU32,
}

/// What is sent in one encoding.
#[derive(Debug)]
struct Headers {
    document: HeaderMap,
    not_modified: HeaderMap,
}

impl Headers {
    fn of(mut document: HeaderMap) -> Self {
        document.insert(REQUEST_ID, HeaderValue::from_static(""));
        let mut not_modified = document.clone();
        for name in [
            header::CONTENT_TYPE,
            header::CONTENT_ENCODING,
            header::CONTENT_LENGTH,
        ] {
            not_modified.remove(name);
        }
        Self {
            document,
            not_modified,
        }
    }
}

/// Feeds that were just sent.
#[derive(Debug, Default)]
pub struct Quick(RwLock<HashMap<String, Ready>>);

impl Quick {
    /// Notes what was sent for an address, as of a state of the catalogue: the document's headers by encoding.
    pub(super) fn remember(
        &self,
        web: &Web,
        uri: &Uri,
        applied: Applied,
        body: Weak<publish::Body>,
        headers: impl Fn(Encoding) -> HeaderMap,
    ) {
        let Some(address) = address(uri) else { return };
        let ready = Ready {
            body,
            applied,
            headers: Encoding::ALL.map(|encoding| Headers::of(headers(encoding))),
            route: web.metrics.http_route(feeds::route_of(uri.path())),
            asked: AtomicU32::new(1),
        };
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST && !known.contains_key(address) {
            known.clear();
        }
        known.insert(address.to_owned(), ready);
    }

    /// The answer, if nothing happened since the same was asked for.
    pub(super) fn answer<B>(
        &self,
        web: &Web,
        request: &Request<B>,
    ) -> Option<Response<feeds::Sent>> {
        let (method, asked) = (request.method(), request.headers());
        if method != Method::GET && method != Method::HEAD {
            return None;
        }
        let address = address(request.uri())?;
        if !address.starts_with("/feeds/") {
            return None;
        }
        let started = logs(method).then(std::time::Instant::now);
        let encoding = Encoding::accepted(asked, |_| true);
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let ready = known.get(address)?;
        if ready.applied != web.services.catalogue.applied() {
            return None;
        }
        if ready.asked.fetch_add(1, Ordering::Relaxed) % SHOWN == 0 {
            return None;
        }
        let body = ready.body.upgrade()?;
        let headers = &ready.headers[encoding as usize];
        // Whoever asks again mostly names the very tag of the same encoding.
        let same = asked
            .get(header::IF_NONE_MATCH)
            .is_some_and(|tag| headers.not_modified.get(header::ETAG) == Some(tag));
        let (status, mut headers) =
            if same || conditional::is_not_modified(asked, body.tag(), body.last_modified()) {
                (StatusCode::NOT_MODIFIED, headers.not_modified.clone())
            } else {
                (StatusCode::OK, headers.document.clone())
            };
        ready.route.answered(status.as_u16());
        web.metrics.feed_cache_hit();
        drop(known);
        let sent = if status == StatusCode::NOT_MODIFIED || method == Method::HEAD {
            feeds::Sent::Left(Full::default())
        } else {
            feeds::sent(&body, encoding)
        };
        let id = RequestId::new(web.services.now());
        if let Some(started) = started {
            let path = request.uri().path();
            log(
                method,
                path,
                status.as_u16(),
                started.elapsed(),
                id.as_str(),
            );
        }
        if let Some(place) = headers.get_mut(REQUEST_ID)
            && let Ok(id) = HeaderValue::try_from(String::from(id))
        {
            *place = id;
        }
        let mut response = Response::new(sent);
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        Some(response)
    }
}

/// The address as it was written.
fn address(uri: &Uri) -> Option<&str> {
    let address = uri.path_and_query()?.as_str();
    (address.len() <= LONGEST).then_some(address)
}

/// Whether Last-Modified is what it will be from now on.
pub(super) fn is_settled(last_modified: Option<DateTime<Utc>>, now: DateTime<Utc>) -> bool {
    last_modified.is_none_or(|at| conditional::settled(at, now) == at)
}
