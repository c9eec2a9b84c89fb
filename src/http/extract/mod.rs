//! What handlers take: who asks, which version they saw, what they sent. Every rejection is a [`Problem`].
//!
//! Invariant: authority is a type: a handler that takes [`Editor`] cannot be reached without it.

use axum::{
    extract::{FromRequestParts, OriginalUri},
    http::{Extensions, HeaderMap, StatusCode, Uri, header, request::Parts},
};
use serde::de::DeserializeOwned;

mod body;
mod brought;
mod file;
mod params;

pub use body::{Body, read_body};
pub use brought::Brought;
pub use file::ImportFile;
pub use params::Params;

use super::{Web, problem::Problem};
use crate::{commands::audit, domain::role::Caller, store};

fn unauthorised(detail: &str) -> Problem {
    Problem::new(
        StatusCode::UNAUTHORIZED,
        "unauthorised",
        "A valid token is needed",
        detail,
    )
    .with_header(
        header::WWW_AUTHENTICATE,
        header::HeaderValue::from_static("Bearer"),
    )
}

fn forbidden(caller: &Caller, what: &str) -> Problem {
    Problem::new(
        StatusCode::FORBIDDEN,
        "forbidden",
        "Your token may not do that",
        format!("a token of role {} may not {what}", caller.role),
    )
}

/// Whoever asks, or nobody in particular. A token that is sent must be valid.
#[derive(Clone, Debug)]
pub struct Anyone(pub Option<Caller>);

impl FromRequestParts<Web> for Anyone {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Problem> {
        let Some(value) = parts.headers.get(header::AUTHORIZATION) else {
            return Ok(Self(None));
        };
        let token = value
            .to_str()
            .ok()
            .and_then(|text| text.split_once(' '))
            .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
            .map(|(_, token)| token.trim())
            .ok_or_else(|| unauthorised("the Authorization header must be: Bearer TOKEN"))?;
        let caller = store::tokens::find(web.services.db.reader(), token).await?;
        match caller {
            Some(caller) => {
                audit::called_by(&caller);
                Ok(Self(Some(caller)))
            }
            None => Err(unauthorised("the token is unknown or revoked")),
        }
    }
}

/// Anybody with a token.
#[derive(Clone, Debug)]
pub struct Known(pub Caller);

impl FromRequestParts<Web> for Known {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Problem> {
        match Anyone::from_request_parts(parts, web).await?.0 {
            Some(caller) => Ok(Self(caller)),
            None => Err(unauthorised(
                "this needs an Authorization header: Bearer TOKEN",
            )),
        }
    }
}

/// An office's editor: admin, office or district.
#[derive(Clone, Debug)]
pub struct Editor(pub Caller);

impl FromRequestParts<Web> for Editor {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Problem> {
        let Known(caller) = Known::from_request_parts(parts, web).await?;
        if caller.role.is_editor() {
            Ok(Self(caller))
        } else {
            Err(forbidden(&caller, "write activities"))
        }
    }
}

/// The organising office: admin or office.
#[derive(Clone, Debug)]
pub struct Organiser(pub Caller);

impl FromRequestParts<Web> for Organiser {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Problem> {
        let Known(caller) = Known::from_request_parts(parts, web).await?;
        if caller.role.is_organiser() {
            Ok(Self(caller))
        } else {
            Err(forbidden(
                &caller,
                "write editions and series; the organising office does",
            ))
        }
    }
}

/// The whole path that was asked for: what handles a part of the addresses sees its own part only.
#[must_use]
pub fn asked<'a>(uri: &'a Uri, extensions: &'a Extensions) -> &'a str {
    extensions
        .get::<OriginalUri>()
        .map_or(uri, |OriginalUri(whole)| whole)
        .path()
}

/// The part of a path that names a thing; what cannot be read names nothing.
#[derive(Clone, Debug)]
pub struct Path(pub String);

impl FromRequestParts<Web> for Path {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Problem> {
        names(parts, web).await.map(Self)
    }
}

/// The two parts of a path that name a thing and what belongs to it.
#[derive(Clone, Debug)]
pub struct TwoNames(pub String, pub String);

impl FromRequestParts<Web> for TwoNames {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Problem> {
        let (thing, part) = names(parts, web).await?;
        Ok(Self(thing, part))
    }
}

async fn names<T: DeserializeOwned + Send>(parts: &mut Parts, web: &Web) -> Result<T, Problem> {
    match axum::extract::Path::<T>::from_request_parts(parts, web).await {
        Ok(axum::extract::Path(names)) => Ok(names),
        Err(rejection) => Err(Problem::not_found(format!(
            "there is nothing at {}: {rejection}",
            asked(&parts.uri, &parts.extensions)
        ))),
    }
}

/// The version a caller saw (RFC 9110 §13.1.1): 428 without, 412 when it cannot be one of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IfMatch(pub i64);

impl FromRequestParts<Web> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _web: &Web) -> Result<Self, Problem> {
        let Some(value) = parts.headers.get(header::IF_MATCH) else {
            return Err(Problem::new(
                StatusCode::PRECONDITION_REQUIRED,
                "precondition-required",
                "If-Match is missing",
                "send If-Match with the ETag of the version you saw, e.g. If-Match: \"v12\"",
            ));
        };
        let text = value.to_str().unwrap_or_default().trim();
        // Proxies that compress weaken tags; a weak form of our tag still names the version.
        let tag = text.strip_prefix("W/").unwrap_or(text);
        let version = tag
            .strip_prefix("\"v")
            .and_then(|rest| rest.strip_suffix('"'))
            .and_then(|number| number.parse().ok());
        version.map(Self).ok_or_else(|| {
            let shown: String = text.chars().take(60).collect();
            Problem::new(
                StatusCode::PRECONDITION_FAILED,
                "stale-version",
                "Somebody else changed it in between",
                format!("{shown:?} is no version of this; send one ETag as it was answered, e.g. \"v12\""),
            )
        })
    }
}

/// The version a caller saw, where naming it is up to them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MayMatch(pub Option<i64>);

impl FromRequestParts<Web> for MayMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Problem> {
        if !parts.headers.contains_key(header::IF_MATCH) {
            return Ok(Self(None));
        }
        let IfMatch(version) = IfMatch::from_request_parts(parts, web).await?;
        Ok(Self(Some(version)))
    }
}

/// The ETag of what a caller saw, as it was answered, where naming it is up to them; `*` is any (RFC 9110 §13.1.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MaySee(pub Option<String>);

impl FromRequestParts<Web> for MaySee {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _web: &Web) -> Result<Self, Self::Rejection> {
        let value = parts.headers.get(header::IF_MATCH);
        let text = value.map(|value| value.to_str().unwrap_or_default().trim());
        let tag = text.map(|text| text.strip_prefix("W/").unwrap_or(text));
        Ok(Self(tag.filter(|tag| *tag != "*").map(str::to_owned)))
    }
}

/// The ETag of a version.
#[must_use]
pub fn etag(version: i64) -> String {
    format!("\"v{version}\"")
}

/// Whether If-None-Match names this tag (RFC 9110 §13.1.2, weak comparison).
#[must_use]
pub fn none_match(headers: &HeaderMap, tag: &str) -> bool {
    headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .any(|list| {
            list.split(',')
                .map(str::trim)
                .any(|item| item == "*" || item.strip_prefix("W/").unwrap_or(item) == tag)
        })
}
