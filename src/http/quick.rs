//! Feeds and pages that were just sent, ready to be sent again: the way around routing for what nearly every request
//! asks for.
//!
//! Owns ready-made header values by the address as it was written. Refuses to know how feeds and pages are made: whatever
//! is not exactly as it was when it was sent takes the long way. Invariant: what it answers is what the long way would
//! answer, header for header; it holds nothing in memory that the publisher or the shelf let go of.

use std::{
    collections::HashMap,
    sync::{
        Arc, PoisonError, RwLock, Weak,
        atomic::{AtomicU32, Ordering},
    },
};

use axum::http::{
    HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode, Uri, header,
};
use chrono::{DateTime, Utc};
use http_body_util::Full;
use hyper::body::Buf;

use super::{
    Web,
    conditional::{self, Encoding},
    log, logs,
    octets::Octets,
};
use crate::{
    catalogue::Applied, domain::client::Client, ids::RequestId, metrics::Route, publish,
    sightings::Sightings,
};

/// What a document was right as of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct AsOf {
    pub(super) applied: Applied,
    /// Minutes since 1970, for what also goes by the clock: pages, not feeds.
    pub(super) minute: Option<i64>,
}

/// What an answer is counted as.
#[derive(Clone, Debug)]
pub(super) struct CountedAs<'r> {
    /// The route.
    pub(super) route: &'r str,
    /// None for what is no feed.
    pub(super) feed: Option<Fetched>,
}

/// A feed that is sent, as far as who fetched it is counted.
#[derive(Clone, Debug)]
pub(super) struct Fetched {
    /// Its address below `/feeds/`, in its one form.
    pub(super) feed: Arc<str>,
    /// The position of the log that it is as of; 0 where that is not known.
    pub(super) position: i64,
}

impl Fetched {
    /// Counts that it was answered to whoever sent these headers; what they say of themselves is forgotten here.
    pub(super) fn count(&self, sightings: &Sightings, asked: &HeaderMap, now: DateTime<Utc>) {
        let said = asked.get(header::USER_AGENT).map(HeaderValue::as_bytes);
        sightings.count(&self.feed, Client::of(said), self.position, now);
    }
}

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Addresses remembered at most; then all are forgotten, and those that are asked for come back at once.
const MOST: usize = 1_024;
/// One answer of so many takes the long way all the same: there the publisher sees that the feed is asked for, and lets
/// go of others first.
const SHOWN: u32 = 256;
/// Longer addresses take the long way.
const LONGEST: usize = 512;

/// A document as it was sent. The headers have a place for the request's id, so that nothing in them grows.
#[derive(Debug)]
struct Ready {
    body: Weak<publish::Body>,
    as_of: AsOf,
    /// By encoding.
    headers: [Headers; Encoding::ALL.len()],
    route: Route,
    feed: Option<Fetched>,
    asked: AtomicU32,
}

/// What is sent in one encoding.
#[derive(Debug)]
struct Headers {
    /// None as long as it was never asked for in this encoding.
    document: Option<HeaderMap>,
    not_modified: HeaderMap,
}

impl Headers {
    fn of(length: Option<usize>, said: impl Fn(Option<usize>) -> HeaderMap) -> Self {
        let said = |length| {
            let mut headers = said(length);
            headers.insert(REQUEST_ID, HeaderValue::from_static(""));
            headers
        };
        Self {
            document: length.map(|length| said(Some(length))),
            not_modified: said(None),
        }
    }
}

/// Feeds and pages that were just sent.
#[derive(Debug, Default)]
pub struct Quick(RwLock<HashMap<String, Ready>>);

impl Quick {
    /// Notes what is sent for an address, as of a state of the catalogue: the document, and what is said of it by encoding
    /// and length.
    pub(super) fn remember(
        &self,
        web: &Web,
        uri: &Uri,
        counted: CountedAs<'_>,
        as_of: AsOf,
        body: &Arc<publish::Body>,
        said: impl Fn(Encoding, Option<usize>) -> HeaderMap,
    ) {
        let Some(address) = address(uri) else { return };
        let headers = |encoding| {
            let length = Octets::of(body, encoding).as_ref().map(Buf::remaining);
            Headers::of(length, |length| said(encoding, length))
        };
        let ready = Ready {
            body: Arc::downgrade(body),
            as_of,
            headers: Encoding::ALL.map(headers),
            route: web.metrics.http_route(counted.route),
            feed: counted.feed,
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
    ) -> Option<Response<Full<Octets>>> {
        let (method, asked) = (request.method(), request.headers());
        if method != Method::GET && method != Method::HEAD {
            return None;
        }
        let address = address(request.uri())?;
        if address.starts_with("/api/") {
            return None;
        }
        let started = logs(method).then(std::time::Instant::now);
        let encoding = Encoding::accepted(asked, |_| true);
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let ready = known.get(address)?;
        let now = web.services.now();
        let as_of = AsOf {
            applied: web.services.catalogue.applied(),
            minute: ready.as_of.minute.map(|_| minute(now)),
        };
        if ready.as_of != as_of {
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
        let is_known =
            same || conditional::is_not_modified(asked, body.tag(), body.last_modified());
        let (status, mut headers, octets) = if is_known {
            (StatusCode::NOT_MODIFIED, headers.not_modified.clone(), None)
        } else {
            let octets = Octets::of(&body, encoding)?;
            let wanted = method == Method::GET;
            let headers = headers.document.clone()?;
            (StatusCode::OK, headers, wanted.then_some(octets))
        };
        ready.route.answered(status.as_u16());
        if ready.as_of.minute.is_none() {
            web.metrics.feed_cache_hit();
        }
        if let Some(feed) = ready.feed.as_ref().filter(|_| method == Method::GET) {
            feed.count(&web.sightings, asked, now);
        }
        drop(known);
        let sent = octets.map_or_else(Full::default, Full::new);
        let id = RequestId::new(now);
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

/// The minute since 1970 that an instant lies in.
pub(super) fn minute(at: DateTime<Utc>) -> i64 {
    at.timestamp().div_euclid(60)
}

/// The address as it was written.
fn address(uri: &Uri) -> Option<&str> {
    let address = uri.path_and_query()?.as_str();
    (address.len() <= LONGEST).then_some(address)
}
