//! A request's body.

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
    http::{HeaderMap, Method, StatusCode, header},
};
use serde_json::Value;

use crate::{
    domain::{input::Read, role::Caller},
    http::{Web, problem::Problem},
    ids,
    store::idempotency::Key,
};

/// A JSON body, and what makes a repeated request recognisable.
#[derive(Clone, Debug)]
pub struct Body {
    /// The body; an empty one reads as `{}`.
    pub value: Value,
    key: Option<String>,
    request_hash: String,
}

impl Body {
    /// The idempotency key of a caller's request, when they sent one.
    #[must_use]
    pub fn key(&self, caller: &Caller) -> Option<Key> {
        self.key.clone().map(|key| Key {
            caller: caller.id.clone(),
            key,
            request_hash: self.request_hash.clone(),
        })
    }

    /// Reads the body as a value.
    ///
    /// # Errors
    /// 422 with all its faults.
    pub fn read<T: Read>(&self) -> Result<T, Problem> {
        Ok(crate::domain::input::read(&self.value)?)
    }
}

impl FromRequest<Web> for Body {
    type Rejection = Problem;

    async fn from_request(request: Request, web: &Web) -> Result<Self, Problem> {
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        let query = request.uri().query().unwrap_or_default().to_owned();
        let headers = request.headers().clone();
        let bytes = read_body(request, web.settings.http.body_limit_bytes).await?;
        let key = idempotency_key(&method, &headers)?;
        let if_match = headers
            .get(header::IF_MATCH)
            .map(|value| value.as_bytes().to_vec())
            .unwrap_or_default();
        let hashed = [
            method.as_str().as_bytes(),
            path.as_bytes(),
            query.as_bytes(),
            &if_match,
            &bytes,
        ]
        .join(&b'\n');
        let value = if bytes.iter().all(u8::is_ascii_whitespace) {
            Value::Object(serde_json::Map::new())
        } else {
            json_content_type(&headers)?;
            serde_json::from_slice(&bytes)
                .map_err(|error| Problem::malformed(format!("the body is not JSON: {error}")))?
        };
        Ok(Self {
            value,
            key,
            request_hash: ids::sha256_hex(&hashed),
        })
    }
}

/// Reads a body of at most `limit` bytes.
///
/// # Errors
/// 413 when it is longer; 400 when it breaks off.
pub async fn read_body(request: Request, limit: usize) -> Result<Bytes, Problem> {
    axum::body::to_bytes(request.into_body(), limit)
        .await
        .map_err(|error| {
            let source = std::error::Error::source(&error);
            if source.is_some_and(<dyn std::error::Error>::is::<http_body_util::LengthLimitError>) {
                Problem::new(
                    StatusCode::PAYLOAD_TOO_LARGE,
                    "too-large",
                    "The body is too large",
                    format!("a body may have {limit} bytes at most"),
                )
            } else {
                Problem::malformed(format!("the body broke off: {error}"))
            }
        })
}

fn json_content_type(headers: &HeaderMap) -> Result<(), Problem> {
    let sent = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let essence = sent
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    if essence == "application/json" || essence == "application/merge-patch+json" {
        return Ok(());
    }
    Err(Problem::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "unsupported-media-type",
        "The body must be JSON",
        format!(
            "Content-Type {:?} is not application/json",
            sent.chars().take(80).collect::<String>()
        ),
    ))
}

/// The key that was sent with a POST.
///
/// # Errors
/// 400 when it is none.
pub(super) fn idempotency_key(
    method: &Method,
    headers: &HeaderMap,
) -> Result<Option<String>, Problem> {
    let Some(value) = headers.get("idempotency-key") else {
        return Ok(None);
    };
    if method != Method::POST {
        return Ok(None);
    }
    match value.to_str() {
        Ok(key) if (1..=255).contains(&key.trim().len()) => Ok(Some(key.trim().to_owned())),
        _ => Err(Problem::malformed(
            "an Idempotency-Key has 1 to 255 printable ASCII characters",
        )),
    }
}
