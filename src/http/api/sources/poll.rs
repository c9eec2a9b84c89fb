//! `POST /sources/{id}/poll` and `/file`: asking a source now, and bringing a file of it.

use axum::{Json, extract::State};
use serde_json::Value;

use crate::{
    domain::input::{Faults, Object, Read},
    http::{
        Web,
        api::schema,
        extract::{Body, Brought, Editor, Params, Path},
        problem::Problem,
    },
    track::{self, Document, Poll},
};

/// How a source is asked.
struct How(Poll);

impl Read for How {
    fn read(value: &Value, at: &str, faults: &mut Faults) -> Option<Self> {
        let mut object = Object::open(value, at, faults)?;
        let confirmed = object.optional::<bool>("confirm", faults).unwrap_or(false);
        object.close(faults);
        Some(Self(Poll { confirmed }))
    }
}

/// Ask a source now
///
/// `confirm` says that what it holds now is all, where it came back empty or with half of its entries gone.
#[utoipa::path(
    post, path = "/sources/{id}/poll", tag = "sources", security(("token" = [])),
    params(("id" = String, Path, description = "src_…")),
    request_body = schema::sources::PollInput,
    responses(
        (status = 200, body = schema::sources::PollOutput),
        (status = "4XX", body = schema::Problem, content_type = "application/problem+json"),
    )
)]
pub async fn poll(
    State(web): State<Web>,
    Editor(caller): Editor,
    Path(id): Path,
    params: Params,
    body: Body,
) -> Result<Json<Value>, Problem> {
    params.finish()?;
    let How(how) = body.read()?;
    let polled = track::poll_now(&web.services, &web.sources, &caller, &id, how).await?;
    Ok(Json(polled.shown()))
}

/// Bring a source's file
///
/// It is taken as if the source had answered with it.
#[utoipa::path(
    post, path = "/sources/{id}/file", tag = "sources", security(("token" = [])),
    params(
        ("id" = String, Path, description = "src_…"),
        ("confirm" = Option<bool>, Query, description = "what it holds is all, though entries are missing"),
    ),
    request_body(content = String, content_type = "application/octet-stream"),
    responses(
        (status = 200, body = schema::sources::PollOutput),
        (status = "4XX", body = schema::Problem, content_type = "application/problem+json"),
    )
)]
pub async fn file(
    State(web): State<Web>,
    Editor(caller): Editor,
    Path(id): Path,
    mut params: Params,
    Brought { bytes, charset }: Brought,
) -> Result<Json<Value>, Problem> {
    let confirmed = params.parsed("confirm").unwrap_or(false);
    params.finish()?;
    let document = Document {
        bytes: bytes.to_vec(),
        charset,
        ..Document::default()
    };
    let polled = track::bring(&web.services, &caller, &id, document, Poll { confirmed }).await?;
    Ok(Json(polled.shown()))
}
