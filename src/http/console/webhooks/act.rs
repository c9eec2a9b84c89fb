//! `/console/webhooks/{id}/{action}`: ping, pause, resume, rotate, replay, end-replay, delete.

use axum::{
    body::Bytes,
    extract::{Path, State},
    response::Response,
};
use chrono::TimeDelta;

use super::{
    super::{
        answer::{missing, refused, see},
        form::Form,
        once,
        seat::Seated,
    },
    at, edit, find, show,
};
use crate::{
    commands::{
        CommandError,
        webhooks::{
            delete::delete_webhook,
            end_replay::end_replay_of_webhook,
            pause::pause_webhook,
            replay::{Range, replay_webhook},
            resume::{Replay, resume_webhook},
            rotate::rotate_webhook,
        },
    },
    http::Web,
};

/// So long the old secret signs beside a new one, so that a partner can change over.
const GRACE: TimeDelta = TimeDelta::hours(24);

/// What came of it.
enum Done {
    Shown,
    Secret(String),
    Deleted,
    Unknown,
}

/// Does it.
pub(in crate::http::console) async fn act(
    State(web): State<Web>,
    seated: Seated,
    Path((id, action)): Path<(String, String)>,
    body: Bytes,
) -> Response {
    match done(&web, &seated, &id, &action, &body).await {
        Ok(Done::Shown) => see(&at(&id)),
        Ok(Done::Secret(secret)) => show::with_secret(&web, &seated, &id, secret).await,
        Ok(Done::Deleted) => see("/console/webhooks"),
        Ok(Done::Unknown) => missing(&web, &seated, "action", &action),
        Err(error) => refused(&web, &seated, error),
    }
}

async fn done(
    web: &Web,
    seated: &Seated,
    id: &str,
    action: &str,
    body: &[u8],
) -> Result<Done, CommandError> {
    let row = find(web, seated, id).await?;
    let form = Form::read(body);
    let key = once::key(seated, &form, &format!("{}/{action}", at(id)), body);
    let (services, caller, id) = (&web.services, seated.caller(), id.to_owned());
    match action {
        "ping" => edit::ping(web, Some(Box::new(row))),
        "pause" => {
            pause_webhook(services, caller, id, key).await?;
        }
        "resume" => {
            let sent = form.get("replay").unwrap_or_default();
            let replay: Replay = sent.parse().map_err(|error: entity::vocab::UnknownWord| {
                CommandError::fault("/replay", error.to_string())
            })?;
            resume_webhook(services, caller, id, replay, key).await?;
            web.courier.nudge();
        }
        "rotate" => {
            let rotated = rotate_webhook(services, caller, id, GRACE, key).await?;
            return Ok(rotated.secret.map_or(Done::Shown, Done::Secret));
        }
        "replay" => {
            let range = range(&form)?;
            replay_webhook(services, caller, id, range, key).await?;
            web.courier.nudge();
        }
        "end-replay" => end_replay_of_webhook(services, caller, id).await?,
        "delete" => {
            delete_webhook(services, caller, id, None).await?;
            return Ok(Done::Deleted);
        }
        _ => return Ok(Done::Unknown),
    }
    Ok(Done::Shown)
}

/// Which stretch of the log is told once more.
fn range(form: &Form) -> Result<Range, CommandError> {
    let number = |name: &str| {
        let sent = form.get(name).unwrap_or_default().trim();
        if sent.is_empty() {
            return Ok(None);
        }
        let shown: String = sent.chars().take(40).collect();
        sent.parse::<i64>().map(Some).map_err(|_| {
            CommandError::fault(
                &format!("/{name}"),
                format!("{shown:?} is not a whole number"),
            )
        })
    };
    let after = number("after")?.unwrap_or_default().max(0);
    let until = number("until")?;
    if let Some(until) = until.filter(|until| *until <= after) {
        let said = format!("{until} is not after position {after}");
        return Err(CommandError::fault("/until", said));
    }
    Ok(Range {
        after,
        until,
        dry_run: false,
        new_ids: form.get("new_id") == Some("true"),
    })
}
