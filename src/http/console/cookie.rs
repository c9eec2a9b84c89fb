//! What a browser holds of a session: one cookie.
//!
//! Invariant: it goes to this host alone, over a safe connection alone, and no script reads it (RFC 6265bis §4.1.3.2).

use axum::http::{HeaderMap, HeaderValue, header};

const NAME: &str = "__Host-yueli";

/// What the browser sent; none where it sent none.
pub(super) fn read(headers: &HeaderMap) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(name, _)| *name == NAME)
        .map(|(_, secret)| secret.to_owned())
        .filter(|secret| (1..=100).contains(&secret.len()))
}

/// Has the browser keep a secret until it is closed.
pub(super) fn keep(headers: &mut HeaderMap, secret: &str) {
    set(
        headers,
        &format!("{NAME}={secret}; Path=/; Secure; HttpOnly; SameSite=Lax"),
    );
}

/// Has it forget.
pub(super) fn forget(headers: &mut HeaderMap) {
    set(
        headers,
        &format!("{NAME}=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0"),
    );
}

fn set(headers: &mut HeaderMap, cookie: &str) {
    if let Ok(cookie) = HeaderValue::from_str(cookie) {
        headers.append(header::SET_COOKIE, cookie);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cookie_is_found_among_others_and_a_huge_one_is_none() {
        let mut headers = HeaderMap::new();
        let add = |headers: &mut HeaderMap, value: &str| {
            headers.append(header::COOKIE, value.parse().unwrap());
        };
        assert_eq!(read(&headers), None);
        add(&mut headers, "a=b; yueli=no");
        add(&mut headers, "x=1;__Host-yueli=abc_-1; z=2");
        assert_eq!(read(&headers).as_deref(), Some("abc_-1"));
        let mut headers = HeaderMap::new();
        add(&mut headers, &format!("{NAME}={}", "x".repeat(101)));
        assert_eq!(read(&headers), None);
    }
}
