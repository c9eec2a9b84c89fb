//! `GET /activities/{id}`: as it stands, or as it stood.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use serde_json::Value;

use super::activity_id;
use crate::{
    domain::{
        activity::Activity,
        rights::{Deed, Reach},
    },
    http::{
        Web,
        api::{as_of::AsOf, schema},
        extract::{Anyone, Params, Path, etag, none_match},
        problem::Problem,
    },
    ids::{self, ActivityId},
    store,
};

/// One activity
#[utoipa::path(
    get, path = "/activities/{id}", tag = "activities",
    params(
        ("id" = String, Path, description = "act_…"),
        ("as_of" = Option<String>, Query, description = "a day (its end in Shanghai) or an instant, not in the future: as it stood then"),
    ),
    responses(
        (status = 200, body = schema::ActivityOutput, headers(("ETag" = String))),
        (status = 304, description = "If-None-Match names the present version"),
        (status = "4XX", body = schema::Problem, content_type = "application/problem+json"),
    )
)]
pub async fn get(
    State(web): State<Web>,
    Anyone(caller): Anyone,
    Path(id): Path,
    mut params: Params,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let as_of = AsOf::read(&mut params, web.services.now());
    params.finish()?;
    let id = activity_id(&id)?;
    let public = match &as_of {
        None => now(&web, &id),
        Some(at) => then(&web, &id, at.0),
    };
    if let Some((activity, version)) = public {
        let body = web.services.links.activity_json(&activity);
        // A snapshot of the past may have been redacted since: only its bytes say which one it is.
        let tag = match as_of {
            None => etag(version),
            Some(_) => format!(
                "\"{}\"",
                &ids::sha256_hex(body.to_string().as_bytes())[..16]
            ),
        };
        return Ok(answer(&headers, tag, body));
    }
    let not_found = || Problem::not_found(format!("there is no activity {id}"));
    let caller = caller
        .filter(|caller| as_of.is_none() && caller.role.reach(Deed::ReadDrafts) != Reach::None)
        .ok_or_else(not_found)?;
    let stored = store::activities::find(web.services.db.reader(), &id)
        .await?
        .ok_or_else(not_found)?;
    if !caller
        .role
        .may(Deed::ReadDrafts, stored.activity.content.office)
    {
        return Err(not_found());
    }
    let body = web.services.links.activity_json(&stored.activity);
    Ok(answer(&headers, etag(stored.version), body))
}

fn now(web: &Web, id: &ActivityId) -> Option<(Activity, i64)> {
    let state = web.services.catalogue.read();
    let entry = state.activity(id)?;
    Some((entry.activity().clone(), entry.version()))
}

/// By `published_at`, then position.
fn then(web: &Web, id: &ActivityId, at: DateTime<Utc>) -> Option<(Activity, i64)> {
    let state = web.services.catalogue.read();
    let last = state
        .activity(id)?
        .positions
        .iter()
        .filter_map(|position| state.notice_at(*position))
        .filter(|notice| notice.kind.is_revision() && notice.published_at <= at)
        .max_by_key(|notice| (notice.published_at, notice.position))?;
    Some((last.activity.clone()?, last.activity_version.unwrap_or(0)))
}

fn answer(headers: &HeaderMap, tag: String, body: Value) -> Response {
    let unchanged = none_match(headers, &tag);
    let cache = [
        (header::ETAG, tag),
        (header::CACHE_CONTROL, "no-cache".to_owned()),
    ];
    if unchanged {
        return (StatusCode::NOT_MODIFIED, cache).into_response();
    }
    (cache, axum::Json(body)).into_response()
}
