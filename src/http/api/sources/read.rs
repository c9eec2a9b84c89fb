//! `GET /sources` and `GET /sources/{id}`.

use axum::{Json, extract::State, http::StatusCode, response::Response};
use serde_json::Value;

use super::shown;
use crate::{
    commands::sources::{self, find_for},
    domain::rights::{Deed, Reach},
    http::{
        Web,
        api::{page::Asked, schema},
        extract::{Editor, Params, Path},
        problem::Problem,
    },
    store,
};

/// Your office's sources by id
#[utoipa::path(
    get, path = "/sources", tag = "sources", security(("token" = [])),
    params(schema::Page),
    responses(
        (status = 200, body = schema::sources::Sources),
        (status = "4XX", body = schema::Problem, content_type = "application/problem+json"),
    )
)]
pub async fn list(
    State(web): State<Web>,
    Editor(caller): Editor,
    mut params: Params,
) -> Result<Json<Value>, Problem> {
    let asked = Asked::of(&mut params);
    params.finish()?;
    let (after, limit) = asked.keys();
    let office = match caller.role.reach(Deed::ManageSources) {
        Reach::All => None,
        Reach::Own | Reach::None => Some(caller.role.own_office().to_string()),
    };
    let db = web.services.db.reader();
    let rows = store::sources::list(
        db,
        office.as_deref(),
        after.unwrap_or_default(),
        limit as u64 + 1,
    )
    .await?;
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        lines.push((row.id.clone(), sources::shown(&row)?));
    }
    Ok(Json(asked.read("sources", lines, |source| source)))
}

/// One source
#[utoipa::path(
    get, path = "/sources/{id}", tag = "sources", security(("token" = [])),
    params(("id" = String, Path, description = "src_…")),
    responses(
        (status = 200, body = schema::sources::SourceOutput, headers(("ETag" = String))),
        (status = "4XX", body = schema::Problem, content_type = "application/problem+json"),
    )
)]
pub async fn get(
    State(web): State<Web>,
    Editor(caller): Editor,
    Path(id): Path,
    params: Params,
) -> Result<Response, Problem> {
    params.finish()?;
    let row = find_for(web.services.db.reader(), &caller, &id).await?;
    Ok(shown(StatusCode::OK, row.version, &sources::shown(&row)?))
}
