//! The language of a page, as its address, its markup and its handler name it.
//!
//! Owns the names. Invariant: a page is in the language that its address begins with, whatever a browser prefers.

use axum::{extract::FromRequestParts, http::request::Parts};
use entity::vocab::Language;

use crate::{http::Web, publish::wording::either};

/// The other language.
pub(in crate::http) const fn other(language: Language) -> Language {
    match language {
        Language::Zh => Language::En,
        Language::En => Language::Zh,
    }
}

/// A language as `lang` and `hreflang` name it (BCP 47).
pub(in crate::http) const fn tag(language: Language) -> &'static str {
    either(language, "zh-CN", "en")
}

/// The language that the path begins with.
pub(in crate::http) struct Lang(pub(in crate::http) Language);

impl Lang {
    pub(in crate::http) fn of(parts: &Parts) -> Self {
        let mut segments = parts.uri.path().split('/').skip(1);
        let language = segments.next().and_then(|segment| segment.parse().ok());
        Self(language.unwrap_or(Language::Zh))
    }
}

impl FromRequestParts<Web> for Lang {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _web: &Web) -> Result<Self, Self::Rejection> {
        Ok(Self::of(parts))
    }
}
