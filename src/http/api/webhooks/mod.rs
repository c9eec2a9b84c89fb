//! Webhook endpoints and their deliveries over HTTP. A caller sees its own; the organising office sees all.

use axum::{
    Json,
    extract::{FromRequest, Request},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use crate::{
    commands::webhooks::Outcome,
    deliver,
    domain::{input::Read, role::Caller},
    http::{
        Web,
        extract::{Body, Known, Params, Path, etag},
        webhooks,
    },
    store::{endpoints::Row, idempotency::Key},
    vault::Vault,
};

pub mod act;
pub mod create;
pub mod deliveries;
pub mod notices;
pub mod ping;
pub mod read;
pub mod write;

/// What somebody asks to be done: who, with which endpoint or delivery, what the body says, the idempotency key.
pub struct Order<T>(Caller, String, T, Option<Key>);

impl<T: Read> FromRequest<Web> for Order<T> {
    type Rejection = Response;

    async fn from_request(request: Request, web: &Web) -> Result<Self, Response> {
        let (Known(caller), Path(id), params, body) =
            <(Known, Path, Params, Body)>::from_request(request, web).await?;
        let asked = params.finish().and_then(|()| body.read());
        let asked = asked.map_err(IntoResponse::into_response)?;
        let key = body.key(&caller);
        Ok(Self(caller, id, asked, key))
    }
}

/// An endpoint with its ETag, and its secret where that was just made.
fn answer(status: StatusCode, outcome: Outcome) -> Response {
    let Outcome {
        mut endpoint,
        version,
        secret,
        row: _,
    } = outcome;
    if let Some(secret) = secret {
        endpoint["secret"] = json!(secret);
    }
    let mut response = shown(status, version, endpoint);
    // An answer with a secret is kept nowhere.
    response.headers_mut().insert(
        header::CACHE_CONTROL,
        header::HeaderValue::from_static("no-store"),
    );
    response
}

fn shown(status: StatusCode, version: i64, endpoint: Value) -> Response {
    (status, [(header::ETAG, etag(version))], Json(endpoint)).into_response()
}

/// Pings an endpoint and shows in the outcome what came of it, if it is known soon.
async fn pinged(web: &Web, mut outcome: Outcome) -> Outcome {
    let Some(row) = outcome.row.take() else {
        return outcome;
    };
    if let Some((result, row)) = webhooks::ping_after(web, *row).await {
        outcome.endpoint = with_ping(&web.services.vault, &row, result);
        outcome.version = row.version;
    }
    outcome
}

fn with_ping(vault: &Vault, row: &Row, result: deliver::Outcome) -> Value {
    let mut endpoint = crate::commands::webhooks::shown(vault, row);
    endpoint["ping"] = json!(result.code());
    endpoint
}
