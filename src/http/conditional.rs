//! Conditional requests and encodings for public documents (RFC 9110 §8.8, §12.5.3, §13).
//!
//! Owns what request headers mean for a document that is there in two encodings. Refuses to know
//! what the document is. Invariant: If-None-Match goes before If-Modified-Since, whatever it holds.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use chrono::{DateTime, TimeDelta, Utc};

/// What proxies and servers append to the tag of what they compressed.
const GZIP_SUFFIX: &str = "-gzip";

/// How a document is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    /// As it is.
    Identity,
    /// As one gzip member.
    Gzip,
}

impl Encoding {
    /// The best one that a client takes: gzip unless it refuses it or likes identity better.
    pub(super) fn accepted(headers: &HeaderMap) -> Self {
        let (mut gzip, mut any, mut identity) = (None, None, None);
        for item in lists(headers, header::ACCEPT_ENCODING) {
            let (coding, quality) = weighted(item);
            let is = |name| coding.eq_ignore_ascii_case(name);
            if is("gzip") || is("x-gzip") {
                gzip = Some(quality);
            } else if is("identity") {
                identity = Some(quality);
            } else if is("*") {
                any = Some(quality);
            }
        }
        let gzip = gzip.or(any).unwrap_or(0.0);
        if gzip > 0.0 && gzip >= identity.unwrap_or(0.0) {
            Self::Gzip
        } else {
            Self::Identity
        }
    }

    /// The strong tag of a document in this encoding.
    pub(super) fn tag(self, base: &str) -> String {
        match self {
            Self::Identity => format!("\"{base}\""),
            Self::Gzip => format!("\"{base}{GZIP_SUFFIX}\""),
        }
    }
}

/// Whether the client has the document already: `base` is its tag without quotes and encoding.
pub(super) fn is_not_modified(
    headers: &HeaderMap,
    base: &str,
    last_modified: Option<DateTime<Utc>>,
) -> bool {
    if headers.contains_key(header::IF_NONE_MATCH) {
        return tags(headers).any(|tag| tag == "*" || tag.trim_end_matches(GZIP_SUFFIX) == base);
    }
    let since = headers
        .get(header::IF_MODIFIED_SINCE)
        .and_then(|value| value.to_str().ok())
        .and_then(|text| httpdate::parse_http_date(text.trim()).ok());
    match (since, last_modified) {
        (Some(since), Some(modified)) => {
            modified.timestamp() <= DateTime::<Utc>::from(since).timestamp()
        }
        _ => false,
    }
}

/// The Last-Modified to state at `now`: within the second of the change the one before, since another change may follow
/// in the same second (RFC 9110 §8.8.2.2).
pub(super) fn settled(modified: DateTime<Utc>, now: DateTime<Utc>) -> DateTime<Utc> {
    if modified.timestamp() >= now.timestamp() {
        modified - TimeDelta::seconds(1)
    } else {
        modified
    }
}

/// An instant as HTTP writes it.
pub(super) fn http_date(at: DateTime<Utc>) -> String {
    at.format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// The tags of If-None-Match, weak or strong alike, without quotes. Tags of ours hold no comma.
fn tags(headers: &HeaderMap) -> impl Iterator<Item = &str> {
    lists(headers, header::IF_NONE_MATCH).map(|item| {
        let opaque = item
            .strip_prefix("W/")
            .or_else(|| item.strip_prefix("w/"))
            .unwrap_or(item);
        opaque.trim_matches('"')
    })
}

fn lists(headers: &HeaderMap, name: HeaderName) -> impl Iterator<Item = &str> {
    headers
        .get_all(name)
        .iter()
        .filter_map(|value: &HeaderValue| value.to_str().ok())
        .flat_map(|list| list.split(','))
        .map(str::trim_ascii)
        .filter(|item| !item.is_empty())
}

fn weighted(item: &str) -> (&str, f32) {
    let mut parts = item.split(';').map(str::trim_ascii);
    let coding = parts.next().unwrap_or_default();
    let quality = parts
        .find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")))
        .and_then(|quality| quality.parse().ok())
        .unwrap_or(1.0);
    (coding, quality)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(HeaderName, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(name, value.parse().unwrap());
        }
        headers
    }

    fn at(text: &str) -> Option<DateTime<Utc>> {
        Some(text.parse().unwrap())
    }

    #[test]
    fn any_form_of_a_tag_matches() {
        for value in [
            "\"abc\"",
            "W/\"abc\"",
            "\"abc-gzip\"",
            "W/\"abc-gzip\"",
            "\"abc-gzip-gzip\"",
            "*",
            "\"x\", \"abc\"",
            "\"x\",W/\"abc-gzip\" , \"y\"",
            "abc",
        ] {
            assert!(
                is_not_modified(&headers(&[(header::IF_NONE_MATCH, value)]), "abc", None),
                "{value}"
            );
        }
        for value in ["\"ab\"", "\"abcd\"", "", "\"\"", "\"-gzip\""] {
            assert!(
                !is_not_modified(&headers(&[(header::IF_NONE_MATCH, value)]), "abc", None),
                "{value}"
            );
        }
        let two_lines = headers(&[
            (header::IF_NONE_MATCH, "\"x\""),
            (header::IF_NONE_MATCH, "\"abc\""),
        ]);
        assert!(is_not_modified(&two_lines, "abc", None));
    }

    #[test]
    fn a_tag_that_does_not_match_outweighs_the_date() {
        let headers = headers(&[
            (header::IF_NONE_MATCH, "\"old\""),
            (header::IF_MODIFIED_SINCE, "Thu, 01 Jul 2027 00:00:00 GMT"),
        ]);
        assert!(!is_not_modified(
            &headers,
            "abc",
            at("2021-07-01T00:00:00Z")
        ));
    }

    #[test]
    fn dates_are_compared_to_the_second_in_all_three_forms() {
        let modified = at("2021-07-01T00:00:00.7Z");
        for (since, expected) in [
            ("Thu, 01 Jul 2021 00:00:00 GMT", true),
            ("Thursday, 01-Jul-21 00:00:00 GMT", true),
            ("Thu Jul  1 00:00:00 2021", true),
            ("Wed, 30 Jun 2021 23:59:59 GMT", false),
            ("yesterday", false),
        ] {
            let headers = headers(&[(header::IF_MODIFIED_SINCE, since)]);
            assert_eq!(
                is_not_modified(&headers, "abc", modified),
                expected,
                "{since}"
            );
            assert!(!is_not_modified(&headers, "abc", None));
        }
        assert_eq!(
            http_date(modified.unwrap()),
            "Thu, 01 Jul 2021 00:00:00 GMT"
        );
    }

    #[test]
    fn gzip_is_sent_to_those_who_take_it() {
        for (accept, expected) in [
            ("gzip", Encoding::Gzip),
            ("br, GZIP;q=0.5", Encoding::Gzip),
            ("*", Encoding::Gzip),
            ("gzip;q=0", Encoding::Identity),
            ("gzip;q=0, *", Encoding::Identity),
            ("gzip;q=0.2, identity", Encoding::Identity),
            ("br", Encoding::Identity),
            ("", Encoding::Identity),
        ] {
            assert_eq!(
                Encoding::accepted(&headers(&[(header::ACCEPT_ENCODING, accept)])),
                expected,
                "{accept}"
            );
        }
        assert_eq!(Encoding::accepted(&HeaderMap::new()), Encoding::Identity);
    }
}
