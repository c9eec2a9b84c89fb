//! What is kept of an answer that a stranger wrote.
//!
//! Invariant: at most [`BODY_READ`] bytes are read and [`EXCERPT`] kept, without a character that a database refuses.

use std::time::Instant;

use reqwest::Response;

/// Bytes of an answer that are read; the connection is dropped after that.
const BODY_READ: usize = 64 * 1024;
/// Bytes of an answer that are kept.
const EXCERPT: usize = 8 * 1024;

/// A receiver's answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// `Retry-After`, as it came.
    pub retry_after: Option<String>,
    /// The address connected to.
    pub address: Option<String>,
    /// When its first byte was there.
    pub first_byte_at: Instant,
    /// The start of the body, cleaned; empty bodies are none.
    pub excerpt: Option<String>,
    /// Why reading the body ended early, when it did.
    pub cut: Option<BodyCut>,
}

/// Why a body was not read to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BodyCut {
    /// It took too long.
    TimedOut,
    /// The connection broke.
    Broken(String),
}

/// Reads an answer as far as anybody needs it.
pub async fn read_answer(mut response: Response) -> Answer {
    let first_byte_at = Instant::now();
    let status = response.status().as_u16();
    let retry_after = response
        .headers()
        .get(reqwest::header::RETRY_AFTER)
        .and_then(|value| value.to_str().ok())
        .map(|value| value.chars().take(100).collect());
    let address = response
        .remote_addr()
        .map(|address| address.ip().to_string());
    let mut body = Vec::new();
    let mut cut = None;
    while body.len() < BODY_READ {
        match response.chunk().await {
            Ok(Some(chunk)) => {
                let room = BODY_READ - body.len();
                body.extend_from_slice(&chunk[..chunk.len().min(room)]);
            }
            Ok(None) => break,
            Err(error) if error.is_timeout() => {
                cut = Some(BodyCut::TimedOut);
                break;
            }
            Err(error) => {
                cut = Some(BodyCut::Broken(error.without_url().to_string()));
                break;
            }
        }
    }
    Answer {
        status,
        retry_after,
        address,
        first_byte_at,
        excerpt: cleaned_excerpt(&body),
        cut,
    }
}

/// The start of a body as text: no NUL (PostgreSQL refuses it) and no control characters but line feeds and tabs.
fn cleaned_excerpt(body: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(&body[..body.len().min(EXCERPT)]);
    let mut kept = String::with_capacity(text.len());
    for c in text.chars() {
        if (c.is_control() && c != '\n' && c != '\t') || c == '\u{FFFE}' || c == '\u{FFFF}' {
            continue;
        }
        // Replacement characters are longer than the bytes they stand for.
        if kept.len() + c.len_utf8() > EXCERPT {
            break;
        }
        kept.push(c);
    }
    (!kept.is_empty()).then_some(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_is_text_that_any_database_takes() {
        assert_eq!(cleaned_excerpt(b""), None);
        assert_eq!(cleaned_excerpt(b"\0\x1b\x07"), None);
        assert_eq!(
            cleaned_excerpt("a\0b\u{1b}[31m\r\n\t月\u{85}".as_bytes()),
            Some("ab[31m\n\t月".to_owned())
        );
        let long = cleaned_excerpt(&vec![0xff; 100_000]).unwrap();
        assert!(long.len() <= EXCERPT && long.chars().all(|c| c == '\u{FFFD}'));
    }
}
