//! One conditional GET of a source (RFC 9110 §13.1).
//!
//! Invariants: it goes out through the guard at every hop, and no more is kept of an answer than [`BYTES`], packed or unpacked; only
//! what the source's own address answers is asked for by its validators, and remembered by them.

use std::{io::Read, time::Duration};

use flate2::read::MultiGzDecoder;
use reqwest::{
    Response, StatusCode,
    header::{self, HeaderMap, HeaderName},
};
use url::Url;

use crate::{guard::Guard, transfer::Encoding};

/// Bytes of a document at most.
pub const BYTES: usize = 5 * 1024 * 1024;
/// Redirects that are followed.
const HOPS: usize = 5;
/// All of it takes no longer; with reading, which takes `poll::READING`, it is over before a run of the clock's is cut off.
const TIME: Duration = Duration::from_secs(20);

/// What a source is asked with.
#[derive(Clone, Debug)]
pub(super) struct Ask<'a> {
    /// Where.
    pub url: &'a str,
    /// The `ETag` that is here.
    pub etag: Option<&'a str>,
    /// The `Last-Modified` that is here.
    pub last_modified: Option<&'a str>,
}

/// A document as it came.
#[derive(Clone, Debug, Default)]
pub struct Document {
    /// The HTTP status; none where a file was brought.
    pub status: Option<u16>,
    /// Its bytes, unpacked.
    pub bytes: Vec<u8>,
    /// The charset that was named with it.
    pub charset: Option<Encoding>,
    /// Its `ETag`; none where another address than the source's gave it.
    pub etag: Option<String>,
    /// Its `Last-Modified`, likewise.
    pub last_modified: Option<String>,
    /// Where it is from now on, where it says that this is another address.
    pub moved_to: Option<String>,
}

/// Why there is no document.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unfetched {
    /// It is what it was (RFC 9110 §15.4.5).
    #[error("not modified")]
    NotModified,
    /// The source answered with something else than a document.
    #[error("the source answered {status}")]
    Status {
        /// The HTTP status.
        status: u16,
        /// `Retry-After`, as it came.
        retry_after: Option<String>,
    },
    /// The guard, or a limit, does not let it through.
    #[error("{0}")]
    Refused(String),
    /// The network failed.
    #[error("{0}")]
    Failed(String),
}

/// Asks a source.
///
/// # Errors
/// Why there is no document.
pub(super) async fn fetch(guard: &Guard, ask: &Ask<'_>) -> Result<Document, Unfetched> {
    match tokio::time::timeout(TIME, hops(guard, ask)).await {
        Ok(fetched) => fetched,
        Err(_) => Err(Unfetched::Failed(format!(
            "the source took longer than {} s",
            TIME.as_secs()
        ))),
    }
}

async fn hops(guard: &Guard, ask: &Ask<'_>) -> Result<Document, Unfetched> {
    let mut url = Url::parse(ask.url).map_err(|error| Unfetched::Refused(error.to_string()))?;
    let (mut moved_to, mut lasts) = (None, true);
    for hop in 0..=HOPS {
        let own = (hop == 0).then_some(ask);
        let response = get(guard, &url, own).await?;
        let status = response.status();
        let location = response.headers().get(header::LOCATION);
        let for_good = matches!(
            status,
            StatusCode::MOVED_PERMANENTLY | StatusCode::PERMANENT_REDIRECT
        );
        let for_now = matches!(
            status,
            StatusCode::FOUND | StatusCode::SEE_OTHER | StatusCode::TEMPORARY_REDIRECT
        );
        let Some(location) = location.filter(|_| for_good || for_now) else {
            let mut document = document(response, own.is_some()).await?;
            document.moved_to = moved_to;
            return Ok(document);
        };
        let location = location.to_str().unwrap_or_default();
        url = url.join(location).map_err(|error| {
            let shown: String = location.chars().take(80).collect();
            Unfetched::Refused(format!(
                "the redirect to {shown:?} cannot be followed: {error}"
            ))
        })?;
        lasts &= for_good;
        if lasts {
            moved_to = Some(url.to_string());
        }
    }
    Err(Unfetched::Refused(format!(
        "the source redirects more than {HOPS} times"
    )))
}

/// One request; conditional where the address is the source's own.
async fn get(guard: &Guard, url: &Url, own: Option<&Ask<'_>>) -> Result<Response, Unfetched> {
    let client = guard
        .client(url)
        .map_err(|refused| Unfetched::Refused(refused.to_string()))?;
    let mut request = client
        .get(url.clone())
        .header(header::ACCEPT_ENCODING, "gzip");
    for (name, value) in [
        (header::IF_NONE_MATCH, own.and_then(|ask| ask.etag)),
        (
            header::IF_MODIFIED_SINCE,
            own.and_then(|ask| ask.last_modified),
        ),
    ] {
        if let Some(value) = value {
            request = request.header(name, value);
        }
    }
    request.send().await.map_err(|error| failed(&error))
}

/// Why a request failed, to its cause; without the address, which may hold a password.
fn failed(error: &reqwest::Error) -> Unfetched {
    let mut said = match (error.is_timeout(), error.is_connect()) {
        (true, _) => "the source did not answer in time".to_owned(),
        (_, true) => "the source cannot be reached".to_owned(),
        _ => "the answer broke off".to_owned(),
    };
    let mut cause = std::error::Error::source(error);
    let mut last = None;
    while let Some(inner) = cause {
        last = Some(inner.to_string());
        cause = inner.source();
    }
    if let Some(last) = last {
        said = format!("{said}: {last}");
    }
    Unfetched::Failed(said.chars().take(300).collect())
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<String> {
    let value = headers.get(name)?.to_str().ok()?;
    (value.len() <= 1_000).then(|| value.to_owned())
}

/// What was answered; `is_own`: by the source's own address.
async fn document(mut response: Response, is_own: bool) -> Result<Document, Unfetched> {
    let status = response.status();
    if status == StatusCode::NOT_MODIFIED && is_own {
        return Err(Unfetched::NotModified);
    }
    let headers = response.headers().clone();
    if status != StatusCode::OK {
        return Err(Unfetched::Status {
            status: status.as_u16(),
            retry_after: text(&headers, header::RETRY_AFTER),
        });
    }
    let too_large = || Unfetched::Refused(format!("the document has more than {BYTES} bytes"));
    let length = response.content_length().unwrap_or(0);
    if length > BYTES as u64 {
        return Err(too_large());
    }
    let mut packed = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| failed(&error))? {
        if packed.len() + chunk.len() > BYTES {
            return Err(too_large());
        }
        packed.extend_from_slice(&chunk);
    }
    let encoding = text(&headers, header::CONTENT_ENCODING).unwrap_or_default();
    let bytes = match encoding.trim().to_ascii_lowercase().as_str() {
        "" | "identity" => packed,
        "gzip" | "x-gzip" => tokio::task::spawn_blocking(move || unpacked(&packed))
            .await
            .unwrap_or_else(|error| Err(Unfetched::Failed(error.to_string())))?,
        other => {
            let shown: String = other.chars().take(40).collect();
            return Err(Unfetched::Refused(format!(
                "the document is packed by {shown:?}, which was not asked for; gzip was"
            )));
        }
    };
    let content_type = text(&headers, header::CONTENT_TYPE).unwrap_or_default();
    let charset = content_type
        .split(';')
        .filter_map(|parameter| parameter.split_once('='))
        .find(|(name, _)| name.trim().eq_ignore_ascii_case("charset"))
        // A charset that is none of ours is not believed: the bytes are looked at.
        .and_then(|(_, value)| value.trim().trim_matches('"').parse().ok());
    Ok(Document {
        status: Some(status.as_u16()),
        bytes,
        charset,
        etag: text(&headers, header::ETAG).filter(|_| is_own),
        last_modified: text(&headers, header::LAST_MODIFIED).filter(|_| is_own),
        moved_to: None,
    })
}

/// Unpacks gzip (RFC 1952) as far as a document may be long.
fn unpacked(packed: &[u8]) -> Result<Vec<u8>, Unfetched> {
    let mut bytes = Vec::new();
    let mut reader = MultiGzDecoder::new(packed).take(BYTES as u64 + 1);
    match reader.read_to_end(&mut bytes) {
        Ok(_) if bytes.len() > BYTES => Err(Unfetched::Refused(format!(
            "the document has more than {BYTES} bytes when it is unpacked"
        ))),
        Ok(_) => Ok(bytes),
        Err(error) => Err(Unfetched::Refused(format!(
            "the document cannot be unpacked: {error}"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::{Compression, write::GzEncoder};

    use super::*;

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn what_is_packed_is_unpacked_up_to_the_limit() {
        assert_eq!(unpacked(&packed(b"BEGIN")).unwrap(), b"BEGIN");
        let bomb = packed(&vec![b'a'; BYTES * 4]);
        assert!(bomb.len() < 64 * 1024);
        assert!(
            matches!(unpacked(&bomb), Err(Unfetched::Refused(why)) if why.contains("unpacked"))
        );
    }

    #[test]
    fn what_breaks_off_is_no_document() {
        let mut broken = packed(&[b'a'; 10_000]);
        broken.truncate(broken.len() - 9);
        assert!(matches!(unpacked(&broken), Err(Unfetched::Refused(_))));
    }
}
