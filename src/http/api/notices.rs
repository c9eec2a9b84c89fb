//! The log over HTTP: `GET /notices` and `GET /notices/{id}`.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use super::schema;
use crate::{
    domain::notice::Notice,
    http::{
        Web,
        extract::{Params, Path, none_match},
        problem::Problem,
    },
    ids::{self, NoticeId},
};

/// How many notices one call looks at, so that a selection which matches little answers soon.
const LOOKED_AT: usize = 20_000;

/// The log after a position
///
/// Keep `next_after` and send it as `after`; a `log` other than the one you know was restored: start over.
#[utoipa::path(
    get, path = "/notices", tag = "notices",
    params(
        ("after" = Option<i64>, Query, description = "a position; 0 when absent"),
        schema::SelectionQuery,
        ("limit" = Option<u32>, Query, description = "1 to 500; 100 when absent"),
    ),
    responses(
        (status = 200, body = schema::Notices),
        (status = "4XX", body = schema::Problem, content_type = "application/problem+json"),
    )
)]
pub async fn list(State(web): State<Web>, mut params: Params) -> Result<Response, Problem> {
    let after = after(&mut params);
    let selection = params.selection(&web.services.catalogue);
    let limit = params.limit();
    params.finish()?;
    Ok(page(&web, after, limit, |notice| {
        selection.matches_notice(notice)
    }))
}

/// `after`: a position, 0 when absent.
pub(super) fn after(params: &mut Params) -> i64 {
    match params.parsed::<i64>("after") {
        Some(negative) if negative < 0 => {
            params.fault("after", format!("{negative} is not a position"));
            0
        }
        given => given.unwrap_or(0),
    }
}

/// What of the log after a position is wanted, up to so many.
pub(super) fn page(
    web: &Web,
    after: i64,
    limit: usize,
    wants: impl Fn(&Notice) -> bool,
) -> Response {
    let (log, head, stretch) = {
        let state = web.services.catalogue.read();
        let stretch: Vec<Arc<Notice>> = state
            .notices_after(after)
            .iter()
            .take(LOOKED_AT)
            .cloned()
            .collect();
        (state.log_id.clone(), state.head(), stretch)
    };
    let mut next_after = after.min(head);
    let mut notices: Vec<Value> = Vec::new();
    for notice in &stretch {
        if notices.len() == limit {
            break;
        }
        next_after = notice.position;
        if wants(notice) {
            notices.push(web.services.links.notice_json(notice));
        }
    }
    let body = json!({ "log": log, "notices": notices, "next_after": next_after, "head": head });
    ([(header::CACHE_CONTROL, "no-cache")], Json(body)).into_response()
}

/// One notice
#[utoipa::path(
    get, path = "/notices/{id}", tag = "notices",
    params(("id" = String, Path, description = "ntc_…")),
    responses(
        (status = 200, body = schema::NoticeOutput),
        (status = "4XX", body = schema::Problem, content_type = "application/problem+json"),
    )
)]
pub async fn get(
    State(web): State<Web>,
    Path(id): Path,
    params: Params,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    params.finish()?;
    let id: NoticeId = id
        .parse()
        .map_err(|error| Problem::not_found(format!("there is no such notice: {error}")))?;
    let notice = web.services.catalogue.read().notice(&id).cloned();
    let notice = notice.ok_or_else(|| Problem::not_found(format!("there is no notice {id}")))?;
    let body = web.services.links.notice_json(&notice).to_string();
    let tag = format!("\"{}\"", &ids::sha256_hex(body.as_bytes())[..16]);
    let cache = [
        (header::ETAG, tag.clone()),
        (header::CACHE_CONTROL, "no-cache".to_owned()),
    ];
    if none_match(&headers, &tag) {
        return Ok((StatusCode::NOT_MODIFIED, cache).into_response());
    }
    Ok((cache, [(header::CONTENT_TYPE, "application/json")], body).into_response())
}
