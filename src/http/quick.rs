//! Feeds that were just sent, ready to be sent again: the way around routing for what nearly every request asks for.
//!
//! Owns ready-made header values by the address as it was written. Refuses to know how feeds are made: whatever is not
//! exactly as it was when it was sent takes the long way. Invariant: what it answers is what the long way would answer,
//! header for header; it holds no feed in memory that the publisher let go of.

use std::{
    collections::HashMap,
    sync::{PoisonError, RwLock, Weak},
};

use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, Uri, header},
};
use chrono::{DateTime, Utc};

use super::{
    Web,
    conditional::{self, Encoding},
    feeds, log,
};
use crate::{catalogue::Applied, ids::RequestId, publish};

/// Addresses remembered at most; then all are forgotten, and those that are asked for come back at once.
const MOST: usize = 4_096;
/// Longer addresses take the long way.
const LONGEST: usize = 512;

/// A feed as it was sent.
#[derive(Debug)]
struct Ready {
    body: Weak<publish::Body>,
    /// It was right as of this.
    applied: Applied,
    /// As sent with the document: identity, then gzip.
    headers: [HeaderMap; 2],
}

/// Feeds that were just sent.
#[derive(Debug, Default)]
pub struct Quick(RwLock<HashMap<String, Ready>>);

impl Quick {
    /// Notes what was sent for an address, as of a state of the catalogue.
    pub(super) fn remember(
        &self,
        uri: &Uri,
        applied: Applied,
        body: Weak<publish::Body>,
        headers: [HeaderMap; 2],
    ) {
        let Some(address) = address(uri) else { return };
        let ready = Ready {
            body,
            applied,
            headers,
        };
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST && !known.contains_key(address) {
            known.clear();
        }
        known.insert(address.to_owned(), ready);
    }

    /// The answer, if nothing happened since the same was asked for.
    pub(super) fn answer<B>(&self, web: &Web, request: &Request<B>) -> Option<Response<Body>> {
        let head = match *request.method() {
            Method::GET => false,
            Method::HEAD => true,
            _ => return None,
        };
        let address = address(request.uri())?;
        if !address.starts_with("/feeds/") {
            return None;
        }
        let encoding = Encoding::accepted(request.headers());
        let started = std::time::Instant::now();
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let ready = known.get(address)?;
        if ready.applied != web.services.catalogue.applied() {
            return None;
        }
        let body = ready.body.upgrade()?;
        let headers = match encoding {
            Encoding::Identity => &ready.headers[0],
            Encoding::Gzip => &ready.headers[1],
        };
        let mut headers = headers.clone();
        drop(known);
        let mut response = Response::new(feeds::nothing());
        if conditional::is_not_modified(request.headers(), body.tag(), body.last_modified()) {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            for name in [
                header::CONTENT_TYPE,
                header::CONTENT_ENCODING,
                header::CONTENT_LENGTH,
            ] {
                headers.remove(name);
            }
        } else if !head {
            *response.body_mut() = feeds::sent(&body, encoding);
        }
        let id = RequestId::new(web.services.now());
        if let Ok(value) = HeaderValue::from_str(id.as_str()) {
            headers.insert("x-request-id", value);
        }
        *response.headers_mut() = headers;
        let status = response.status().as_u16();
        let path = request.uri().path();
        web.metrics.http_answered(feeds::route_of(path), status);
        log(
            request.method(),
            path,
            status,
            started.elapsed(),
            id.as_str(),
        );
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
