//! `GET /webhooks/{id}/notices`.

use axum::{extract::State, response::Response};

use crate::{
    commands::webhooks::find_for,
    http::{
        Web,
        api::{notices, schema},
        extract::{Known, Params, Path},
        problem::Problem,
    },
    store,
};

/// The log after a position, as an endpoint is told of it
///
/// By its own selection and kinds, for catching up: keep `next_after` and send it as `after`; a `log` other than the one
/// you know was restored: start over.
#[utoipa::path(
    get, path = "/webhooks/{id}/notices", tag = "webhooks", security(("token" = [])),
    params(
        ("id" = String, Path, description = "end_…"),
        ("after" = Option<i64>, Query, description = "a position; 0 when absent"),
        ("limit" = Option<u32>, Query, description = "1 to 500; 100 when absent"),
    ),
    responses(
        (status = 200, body = schema::Notices),
        (status = "4XX", body = schema::Problem, content_type = "application/problem+json"),
    )
)]
pub async fn notices(
    State(web): State<Web>,
    Known(caller): Known,
    Path(id): Path,
    mut params: Params,
) -> Result<Response, Problem> {
    let after = notices::after(&mut params);
    let limit = params.limit();
    params.finish()?;
    let row = find_for(web.services.db.reader(), &caller, &id).await?;
    let wanted = store::endpoints::wanted(&row)?;
    Ok(notices::page(&web, after, limit, |notice| {
        wanted.wants(notice)
    }))
}
