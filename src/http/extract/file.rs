//! A file as a request's body.

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
    http::{StatusCode, header},
};

use super::body::{idempotency_key, read_body};
use crate::{
    domain::role::Caller,
    http::{Web, problem::Problem},
    ids,
    store::idempotency::Key,
    transfer::{Encoding, Format},
};

/// A file for an import, by its Content-Type.
#[derive(Clone, Debug)]
pub struct ImportFile {
    /// Its bytes.
    pub bytes: Bytes,
    /// What it is written in.
    pub format: Format,
    /// The charset that was named with it.
    pub charset: Option<Encoding>,
    key: Option<String>,
    request_hash: String,
}

impl ImportFile {
    /// The idempotency key of a caller's request, when they sent one.
    #[must_use]
    pub fn key(&self, caller: &Caller) -> Option<Key> {
        self.key.clone().map(|key| Key {
            caller: caller.id.clone(),
            key,
            request_hash: self.request_hash.clone(),
        })
    }
}

impl FromRequest<Web> for ImportFile {
    type Rejection = Problem;

    async fn from_request(request: Request, web: &Web) -> Result<Self, Problem> {
        let key = idempotency_key(request.method(), request.headers())?;
        let sent = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
            .to_owned();
        let (format, charset) = content_type(&sent)?;
        let target = request.uri().to_string();
        let bytes = read_body(request, web.settings.http.import_limit_bytes).await?;
        let hashed = [target.as_bytes(), sent.as_bytes(), &bytes].join(&b'\n');
        Ok(Self {
            bytes,
            format,
            charset,
            key,
            request_hash: ids::sha256_hex(&hashed),
        })
    }
}

fn content_type(sent: &str) -> Result<(Format, Option<Encoding>), Problem> {
    let unsupported = |detail: String| {
        Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "unsupported-media-type",
            "The file must be JSON, CSV, a workbook or a calendar",
            detail,
        )
    };
    let mut parts = sent.split(';');
    let format = parts
        .next()
        .and_then(Format::of_media_type)
        .ok_or_else(|| {
            let shown: String = sent.chars().take(80).collect();
            unsupported(format!(
                "Content-Type {shown:?} is none of application/json, text/csv, text/calendar, {} (.xlsx; save older workbooks as that)",
                Format::XLSX
            ))
        })?;
    let charset = parts
        .filter_map(|parameter| parameter.split_once('='))
        .find(|(name, _)| name.trim().eq_ignore_ascii_case("charset"))
        .map(|(_, value)| value.trim().trim_matches('"').parse::<Encoding>())
        .transpose()
        .map_err(|error| unsupported(error.to_string()))?;
    Ok((format, charset))
}
