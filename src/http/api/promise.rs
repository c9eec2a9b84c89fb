//! The promise over HTTP: `GET /promise/{year}`.

use axum::{
    Json,
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use chrono::TimeDelta;

use super::{as_of::AsOf, schema};
use crate::{
    catalogue::Past,
    domain::promise::{Promise, Record, promise},
    http::{
        Web,
        extract::{Params, Path},
        problem::Problem,
    },
};

/// How far the promise of a year is kept
///
/// Activities count in the month they start in. Unknown dates, postponed, cancelled and withdrawn activities never count.
#[utoipa::path(
    get, path = "/promise/{year}", tag = "promise",
    params(
        ("year" = i32, Path, description = "an edition's year"),
        ("as_of" = Option<String>, Query, description = "a day (its end in Shanghai) or an instant, not in the future; now when absent"),
    ),
    responses(
        (status = 200, body = Promise),
        (status = "4XX", body = schema::Problem, content_type = "application/problem+json"),
    )
)]
pub async fn get(
    State(web): State<Web>,
    Path(year): Path,
    mut params: Params,
) -> Result<Response, Problem> {
    let now = web.services.now();
    let as_of = AsOf::read(&mut params, now);
    params.finish()?;
    let state = web.services.catalogue.read();
    let edition = year
        .parse()
        .ok()
        .and_then(|year| state.edition(year))
        .ok_or_else(|| no_edition(&year))?;
    let kept = match as_of {
        Some(AsOf(at)) if at < now => {
            let past = state.as_of(at);
            let records: Vec<Record<'_>> = past.iter().map(Past::record).collect();
            // A day's end is its last microsecond; from the next one on, what happened on it is over.
            promise(&edition.value, &records, at + TimeDelta::microseconds(1))
        }
        _ => {
            let records: Vec<Record<'_>> = state.records().collect();
            promise(&edition.value, &records, now)
        }
    };
    drop(state);
    Ok(([(header::CACHE_CONTROL, "no-cache")], Json(kept)).into_response())
}

fn no_edition(year: &str) -> Problem {
    let shown: String = year.chars().take(40).collect();
    Problem::not_found(format!("there is no edition {shown:?}"))
}
