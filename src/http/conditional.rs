//! Conditional requests and encodings for public documents (RFC 9110 §8.8, §12.5.3, §13).
//!
//! Owns what request headers mean for a document that is there in several encodings. Refuses to know
//! what the document is. Invariant: If-None-Match goes before If-Modified-Since, whatever it holds.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use chrono::{DateTime, Utc};

/// How a document is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    /// As it is.
    Identity,
    /// As one gzip member.
    Gzip,
    /// As one brotli stream.
    Brotli,
}

impl Encoding {
    /// All, in the order of their numbers.
    pub(super) const ALL: [Self; 3] = [Self::Identity, Self::Gzip, Self::Brotli];

    /// The best one that a client takes of those that are offered; as it is, a document always is. A coding is sent unless
    /// the client likes another or identity better; of those it likes as much, brotli before gzip.
    ///
    /// Brotli is for who names it: whoever says `*` may well mean what everybody reads.
    pub(super) fn accepted(headers: &HeaderMap, offered: impl Fn(Self) -> bool) -> Self {
        let (mut brotli, mut gzip, mut any, mut identity) = (None, None, None, None);
        for item in lists(headers, header::ACCEPT_ENCODING) {
            let (coding, quality) = weighted(item);
            let is = |name| coding.eq_ignore_ascii_case(name);
            if is("br") {
                brotli = Some(quality);
            } else if is("gzip") || is("x-gzip") {
                gzip = Some(quality);
            } else if is("identity") {
                identity = Some(quality);
            } else if is("*") {
                any = Some(quality);
            }
        }
        let (mut best, mut liked) = (Self::Identity, identity.unwrap_or(0.0));
        for (encoding, quality) in [(Self::Gzip, gzip.or(any)), (Self::Brotli, brotli)] {
            let quality = quality.unwrap_or(0.0);
            if quality > 0.0 && quality >= liked && offered(encoding) {
                (best, liked) = (encoding, quality);
            }
        }
        best
    }

    /// Its name in Content-Encoding.
    pub(super) const fn coding(self) -> Option<&'static str> {
        match self {
            Self::Identity => None,
            Self::Gzip => Some("gzip"),
            Self::Brotli => Some("br"),
        }
    }

    /// What it appends to a tag: what proxies and servers append that compress by themselves.
    const fn suffix(self) -> &'static str {
        match self {
            Self::Identity => "",
            Self::Gzip => "-gzip",
            Self::Brotli => "-br",
        }
    }

    /// The strong tag of a document in this encoding.
    pub(super) fn tag(self, base: &str) -> String {
        format!("\"{base}{}\"", self.suffix())
    }
}

/// Whether the client has the document already: `base` is its tag without quotes and encoding.
pub(super) fn is_not_modified(
    headers: &HeaderMap,
    base: &str,
    last_modified: Option<DateTime<Utc>>,
) -> bool {
    if headers.contains_key(header::IF_NONE_MATCH) {
        return tags(headers).any(|tag| tag == "*" || is_of(tag, base));
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

/// Whether a tag is a document's in any encoding, however many proxies have encoded it.
fn is_of(tag: &str, base: &str) -> bool {
    let suffixes = [Encoding::Gzip, Encoding::Brotli].map(Encoding::suffix);
    let mut rest = tag.strip_prefix(base);
    while let Some(encoded) = rest.filter(|rest| !rest.is_empty()) {
        rest = suffixes
            .iter()
            .find_map(|suffix| encoded.strip_prefix(suffix));
    }
    rest.is_some()
}

/// The Last-Modified to state at `now`, if any: never one that is still to come (RFC 9110 §8.8.2.1), be it of the second
/// change in a second.
pub(super) fn stated(modified: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    modified.filter(|at| *at <= now)
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
            "\"abc-br\"",
            "W/\"abc-br\"",
            "\"abc-br-gzip\"",
            "\"x-br\", \"abc-br\"",
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
        for value in [
            "\"ab\"",
            "\"abcd\"",
            "",
            "\"\"",
            "\"-gzip\"",
            "\"-br\"",
            "\"abc-\"",
            "\"abc-zip\"",
            "\"abc-br-\"",
            "\"-gzipabc\"",
        ] {
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
    fn what_is_offered_is_sent_to_those_who_take_it() {
        use Encoding::{Brotli, Gzip, Identity};
        for (accept, all, without_brotli) in [
            ("gzip", Gzip, Gzip),
            ("br", Brotli, Identity),
            ("br, GZIP;q=0.5", Brotli, Gzip),
            ("gzip, deflate, br, zstd", Brotli, Gzip),
            ("br;q=0.5, gzip", Gzip, Gzip),
            ("BR; q=0.8, gzip; Q=0.8", Brotli, Gzip),
            ("br;q=0, gzip", Gzip, Gzip),
            ("br;q=0", Identity, Identity),
            ("*", Gzip, Gzip),
            ("br;q=0.1, *", Gzip, Gzip),
            ("br, *;q=0", Brotli, Identity),
            ("gzip;q=0", Identity, Identity),
            ("gzip;q=0, *", Identity, Identity),
            ("gzip;q=0.2, identity", Identity, Identity),
            ("br;q=0.3, gzip;q=0.2, identity;q=0.2", Brotli, Gzip),
            ("br;q=0.3, gzip;q=0.1, identity;q=0.2", Brotli, Identity),
            ("brotli, bro, x-br", Identity, Identity),
            ("", Identity, Identity),
        ] {
            let headers = headers(&[(header::ACCEPT_ENCODING, accept)]);
            assert_eq!(Encoding::accepted(&headers, |_| true), all, "{accept}");
            let offered = |encoding| encoding != Brotli;
            assert_eq!(
                Encoding::accepted(&headers, offered),
                without_brotli,
                "{accept}"
            );
            let plain = Encoding::accepted(&headers, |_| false);
            assert_eq!(plain, Identity, "{accept}");
        }
        let nothing = HeaderMap::new();
        assert_eq!(Encoding::accepted(&nothing, |_| true), Identity);
    }

    #[test]
    fn each_encoding_has_a_tag_and_a_number_of_its_own() {
        let tags = Encoding::ALL.map(|encoding| encoding.tag("abc"));
        assert_eq!(tags, ["\"abc\"", "\"abc-gzip\"", "\"abc-br\""]);
        let numbers = Encoding::ALL.map(|encoding| encoding as usize);
        assert_eq!(numbers, [0, 1, 2]);
        for tag in &tags {
            let asked = headers(&[(header::IF_NONE_MATCH, tag)]);
            assert!(is_not_modified(&asked, "abc", None), "{tag}");
        }
    }
}
