//! A file of whatever kind as a request's body.

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
    http::header,
};

use super::read_body;
use crate::{
    http::{Web, problem::Problem},
    track::BYTES,
    transfer::Encoding,
};

/// A file of a source, whose settings say what it is written in.
#[derive(Clone, Debug)]
pub struct Brought {
    /// Its bytes.
    pub bytes: Bytes,
    /// The charset that was named with it.
    pub charset: Option<Encoding>,
}

impl FromRequest<Web> for Brought {
    type Rejection = Problem;

    async fn from_request(request: Request, _web: &Web) -> Result<Self, Problem> {
        let sent = request.headers().get(header::CONTENT_TYPE);
        let charset = sent
            .and_then(|value| value.to_str().ok())
            .and_then(|sent| {
                sent.split(';')
                    .find_map(|part| part.trim().strip_prefix("charset="))
            })
            .and_then(|charset| charset.trim_matches('"').parse().ok());
        let bytes = read_body(request, BYTES).await?;
        Ok(Self { bytes, charset })
    }
}
