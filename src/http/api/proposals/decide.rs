//! `POST /proposals/{id}/accept`, `/reject`, `/link` and `/reopen`.

use axum::{Json, extract::State};
use serde_json::{Value, json};

use super::shown;
use crate::{
    commands::proposals::{
        accept::{Accept, accept},
        find_for,
        link::{self, Link},
        reject::{Reject, reject},
        reopen::{self, Reopen},
    },
    domain::{
        input::{Faults, Object, Read},
        parts::Comment,
    },
    http::{
        Web,
        api::schema,
        extract::{Body, Editor, MaySee, Params, Path},
        problem::Problem,
    },
    ids::ActivityId,
};

/// What is done otherwise than proposed.
struct Edits(Option<Value>);

impl Read for Edits {
    fn read(value: &Value, at: &str, faults: &mut Faults) -> Option<Self> {
        let mut object = Object::open(value, at, faults)?;
        let edits = object.optional::<Value>("edits", faults);
        object.close(faults);
        Some(Self(edits))
    }
}

/// Why it is rejected.
pub(super) struct Reason(pub(super) Comment);

impl Read for Reason {
    fn read(value: &Value, at: &str, faults: &mut Faults) -> Option<Self> {
        let mut object = Object::open(value, at, faults)?;
        let reason = object.required::<Comment>("reason", faults);
        object.close(faults);
        reason.map(Self)
    }
}

/// Accept a proposal, as it is or with edits
///
/// `edits` is a merge patch over the proposal's `body`. Where the activity is not any more what the proposal shows, it is refused
/// (409), and shows both; with `If-Match` it is also where the proposal is not any more what was seen.
#[utoipa::path(
    post, path = "/proposals/{id}/accept", tag = "sources", security(("token" = [])),
    params(("id" = String, Path, description = "prp_…"), schema::MaySee, schema::IdempotencyKey),
    request_body = schema::sources::AcceptInput,
    responses(
        (status = 200, body = schema::sources::AcceptOutput),
        (status = "4XX", body = schema::Problem, content_type = "application/problem+json"),
    )
)]
pub async fn take(
    State(web): State<Web>,
    Editor(caller): Editor,
    Path(id): Path,
    MaySee(seen): MaySee,
    params: Params,
    body: Body,
) -> Result<Json<Value>, Problem> {
    params.finish()?;
    let Edits(edits) = body.read()?;
    let asked = Accept {
        key: body.key(&caller),
        caller: caller.clone(),
        id: id.clone(),
        edits,
        trusted: false,
        seen,
        together: false,
    };
    let accepted = accept(&web.services, asked).await?;
    let row = find_for(web.services.db.reader(), &caller, &id).await?;
    let links = &web.services.links;
    let outcome = accepted.outcome.as_ref();
    Ok(Json(json!({
        "proposal": shown(&row)?,
        "activity": outcome.map(|outcome| links.activity_json(&outcome.activity)),
        "notice": outcome.and_then(|outcome| outcome.notice.as_ref()).map(|notice| links.notice_json(notice)),
        "warnings": outcome.map(|outcome| outcome.warnings.clone()).unwrap_or_default(),
    })))
}

/// Which activity a new entry is.
struct Meant(ActivityId);

impl Read for Meant {
    fn read(value: &Value, at: &str, faults: &mut Faults) -> Option<Self> {
        let mut object = Object::open(value, at, faults)?;
        let activity = object.required::<ActivityId>("activity", faults);
        object.close(faults);
        activity.map(Self)
    }
}

/// Say that a new entry is an activity that is here already
///
/// Its draft is deleted, and the source tells of that activity from now on: what it says otherwise is proposed.
#[utoipa::path(
    post, path = "/proposals/{id}/link", tag = "sources", security(("token" = [])),
    params(("id" = String, Path, description = "prp_…"), schema::IdempotencyKey),
    request_body = schema::sources::LinkInput,
    responses(
        (status = 200, body = schema::sources::ProposalOutput),
        (status = "4XX", body = schema::Problem, content_type = "application/problem+json"),
    )
)]
pub async fn link(
    State(web): State<Web>,
    Editor(caller): Editor,
    Path(id): Path,
    params: Params,
    body: Body,
) -> Result<Json<Value>, Problem> {
    params.finish()?;
    let Meant(activity) = body.read()?;
    let asked = Link {
        key: body.key(&caller),
        caller: caller.clone(),
        id: id.clone(),
        activity,
    };
    link::link(&web.services, asked).await?;
    let row = find_for(web.services.db.reader(), &caller, &id).await?;
    Ok(Json(shown(&row)?))
}

/// Reject a proposal, with the reason
///
/// It is not proposed again until the source says something else.
#[utoipa::path(
    post, path = "/proposals/{id}/reject", tag = "sources", security(("token" = [])),
    params(("id" = String, Path, description = "prp_…"), schema::IdempotencyKey),
    request_body = schema::sources::RejectInput,
    responses(
        (status = 200, body = schema::sources::ProposalOutput),
        (status = "4XX", body = schema::Problem, content_type = "application/problem+json"),
    )
)]
pub async fn turn_down(
    State(web): State<Web>,
    Editor(caller): Editor,
    Path(id): Path,
    params: Params,
    body: Body,
) -> Result<Json<Value>, Problem> {
    params.finish()?;
    let Reason(reason) = body.read()?;
    let asked = Reject {
        key: body.key(&caller),
        caller: caller.clone(),
        id: id.clone(),
        reason,
    };
    reject(&web.services, asked).await?;
    let row = find_for(web.services.db.reader(), &caller, &id).await?;
    Ok(Json(shown(&row)?))
}

/// Take back that a proposal was rejected
///
/// Its source is asked at once, where it has an address. What it says still is proposed anew, as a proposal of its own; this one stays
/// rejected.
#[utoipa::path(
    post, path = "/proposals/{id}/reopen", tag = "sources", security(("token" = [])),
    params(("id" = String, Path, description = "prp_…"), schema::IdempotencyKey),
    request_body = schema::Empty,
    responses(
        (status = 200, body = schema::sources::ProposalOutput),
        (status = "4XX", body = schema::Problem, content_type = "application/problem+json"),
    )
)]
pub async fn reopen(
    State(web): State<Web>,
    Editor(caller): Editor,
    Path(id): Path,
    params: Params,
    body: Body,
) -> Result<Json<Value>, Problem> {
    params.finish()?;
    let schema::Empty {} = body.read()?;
    let asked = Reopen {
        key: body.key(&caller),
        caller: caller.clone(),
        id: id.clone(),
    };
    reopen::reopen(&web.services, asked).await?;
    let row = find_for(web.services.db.reader(), &caller, &id).await?;
    Ok(Json(shown(&row)?))
}
