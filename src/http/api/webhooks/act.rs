//! `POST /webhooks/{id}/rotate`, `/pause`, `/resume` and `/replay`, and `DELETE` of the last.

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use chrono::TimeDelta;
use serde_json::Value;

use super::{Order, answer};
use crate::{
    commands::webhooks::{
        end_replay::end_replay_of_webhook,
        pause::pause_webhook,
        replay::{Range, replay_webhook},
        resume::{Replay, resume_webhook},
        rotate::{GRACE, LONGEST_GRACE, rotate_webhook},
    },
    domain::input::{Faults, Object, Read, parsed},
    http::{
        Web,
        api::schema,
        extract::{Known, Params, Path},
        problem::Problem,
    },
};

/// How long the old secret signs on.
pub struct Grace(pub(in crate::http) TimeDelta);

impl Read for Grace {
    fn read(value: &Value, at: &str, faults: &mut Faults) -> Option<Self> {
        let mut object = Object::open(value, at, faults)?;
        let hours = object.optional::<i64>("grace_hours", faults);
        let pointer = object.at("grace_hours");
        object.close(faults);
        match hours {
            None => Some(Self(GRACE)),
            Some(hours) if (0..=LONGEST_GRACE.num_hours()).contains(&hours) => {
                Some(Self(TimeDelta::hours(hours)))
            }
            Some(hours) => {
                faults.add(
                    pointer,
                    format!(
                        "{hours} is not a number of hours from 0 to {}",
                        LONGEST_GRACE.num_hours()
                    ),
                );
                None
            }
        }
    }
}

/// Make a new secret; the old one signs on for a while
#[utoipa::path(
    post, path = "/webhooks/{id}/rotate", tag = "webhooks", security(("token" = [])),
    params(("id" = String, Path, description = "end_…"), schema::IdempotencyKey),
    request_body = schema::webhooks::Rotate,
    responses(
        (status = 200, body = schema::webhooks::WebhookOutput, headers(("ETag" = String))),
        (status = "4XX", body = schema::Problem, content_type = "application/problem+json"),
    )
)]
pub async fn rotate(
    State(web): State<Web>,
    Order(caller, id, Grace(grace), key): Order<Grace>,
) -> Result<Response, Problem> {
    let rotated = rotate_webhook(&web.services, caller, id, grace, key).await?;
    Ok(answer(StatusCode::OK, rotated))
}

/// Stop delivering; what is published meanwhile stays owed
#[utoipa::path(
    post, path = "/webhooks/{id}/pause", tag = "webhooks", security(("token" = [])),
    params(("id" = String, Path, description = "end_…"), schema::IdempotencyKey),
    request_body = schema::Empty,
    responses(
        (status = 200, body = schema::webhooks::WebhookOutput, headers(("ETag" = String))),
        (status = "4XX", body = schema::Problem, content_type = "application/problem+json"),
    )
)]
pub async fn pause(
    State(web): State<Web>,
    Order(caller, id, schema::Empty {}, key): Order<schema::Empty>,
) -> Result<Response, Problem> {
    let paused = pause_webhook(&web.services, caller, id, key).await?;
    Ok(answer(StatusCode::OK, paused))
}

impl Read for Replay {
    fn read(value: &Value, at: &str, faults: &mut Faults) -> Option<Self> {
        parsed(value, at, faults)
    }
}

/// What of the time in between is delivered.
pub struct Resume(Replay);

impl Read for Resume {
    fn read(value: &Value, at: &str, faults: &mut Faults) -> Option<Self> {
        let mut object = Object::open(value, at, faults)?;
        let replay = object.optional::<Replay>("replay", faults);
        object.close(faults);
        Some(Self(replay.unwrap_or_default()))
    }
}

/// Deliver again after a pause or an outage
#[utoipa::path(
    post, path = "/webhooks/{id}/resume", tag = "webhooks", security(("token" = [])),
    params(("id" = String, Path, description = "end_…"), schema::IdempotencyKey),
    request_body = schema::webhooks::Resume,
    responses(
        (status = 200, body = schema::webhooks::WebhookOutput, headers(("ETag" = String))),
        (status = "4XX", body = schema::Problem, content_type = "application/problem+json"),
    )
)]
pub async fn resume(
    State(web): State<Web>,
    Order(caller, id, Resume(replay), key): Order<Resume>,
) -> Result<Response, Problem> {
    let resumed = resume_webhook(&web.services, caller, id, replay, key).await?;
    web.courier.nudge();
    Ok(answer(StatusCode::OK, resumed))
}

impl Read for Range {
    fn read(value: &Value, at: &str, faults: &mut Faults) -> Option<Self> {
        let mut object = Object::open(value, at, faults)?;
        let after = object.required::<i64>("after", faults);
        let until = object.optional::<i64>("until", faults);
        let dry_run = object.optional::<bool>("dry_run", faults).unwrap_or(false);
        let new_ids = object.optional::<bool>("new_id", faults).unwrap_or(false);
        let pointer = object.at("until");
        object.close(faults);
        let after = after?.max(0);
        if let Some(until) = until.filter(|until| *until <= after) {
            faults.add(pointer, format!("{until} is not after position {after}"));
            return None;
        }
        Some(Self {
            after,
            until,
            dry_run,
            new_ids,
        })
    }
}

/// Deliver a stretch of the log once more
///
/// As far as the endpoint has come, behind what is new; `dry_run` only counts them. It goes on after a restart; DELETE
/// ends it.
#[utoipa::path(
    post, path = "/webhooks/{id}/replay", tag = "webhooks", security(("token" = [])),
    params(("id" = String, Path, description = "end_…"), schema::IdempotencyKey),
    request_body = schema::webhooks::Replay,
    responses(
        (status = 200, body = schema::webhooks::Replayed),
        (status = "4XX", body = schema::Problem, content_type = "application/problem+json"),
    )
)]
pub async fn replay(
    State(web): State<Web>,
    Order(caller, id, range, key): Order<Range>,
) -> Result<Response, Problem> {
    let replayed = replay_webhook(&web.services, caller, id, range, key).await?;
    web.courier.nudge();
    Ok(Json(replayed).into_response())
}

/// End a replay; what of it was sent already, and waits for another try, is still tried
#[utoipa::path(
    delete, path = "/webhooks/{id}/replay", tag = "webhooks", security(("token" = [])),
    params(("id" = String, Path, description = "end_…")),
    responses(
        (status = 204, description = "none is under way any more"),
        (status = "4XX", body = schema::Problem, content_type = "application/problem+json"),
    )
)]
pub async fn end_replay(
    State(web): State<Web>,
    Known(caller): Known,
    Path(id): Path,
    params: Params,
) -> Result<StatusCode, Problem> {
    params.finish()?;
    end_replay_of_webhook(&web.services, caller, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
