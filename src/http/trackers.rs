//! What messengers, mailers and advertisers append to addresses.
//!
//! Invariant: an address means the same with and without them, so feeds and the API redirect to the one without.

use axum::{
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

/// Beside `utm_…`.
const TRACKERS: [&str; 16] = [
    "isappinstalled",
    "nsukey",
    "scene",
    "subscene",
    "ascene",
    "clicktime",
    "enterid",
    "weixinadinfo",
    "spm",
    "fbclid",
    "gclid",
    "msclkid",
    "yclid",
    "mc_cid",
    "mc_eid",
    "igshid",
];

/// Whether a parameter was appended by somebody else. WeChat's `from` is one of them where it is no parameter of ours.
pub(super) fn is_tracker(name: &str) -> bool {
    name.starts_with("utm_") || TRACKERS.contains(&name)
}

/// Redirects reading requests to the API away from appended parameters. `from` stays: activities are listed by it.
pub(super) async fn strip(request: Request, next: Next) -> Response {
    let Some(query) = request.uri().query().filter(|_| request.method().is_safe()) else {
        return next.run(request).await;
    };
    if !url::form_urlencoded::parse(query.as_bytes()).any(|(name, _)| is_tracker(&name)) {
        return next.run(request).await;
    }
    let kept: Vec<&str> = query
        .split('&')
        .filter(|pair| {
            url::form_urlencoded::parse(pair.as_bytes()).all(|(name, _)| !is_tracker(&name))
        })
        .collect();
    let path = request.uri().path();
    let location = if kept.is_empty() {
        path.to_owned()
    } else {
        format!("{path}?{}", kept.join("&"))
    };
    let mut response = StatusCode::MOVED_PERMANENTLY.into_response();
    if let Ok(location) = HeaderValue::from_str(&location) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    response
}
