//! `GET /activities/{id}/alike`: what may be the same activity, entered twice.

use axum::{Json, extract::State};
use serde_json::{Value, json};

use super::activity_id;
use crate::{
    commands::list_alike::list_alike,
    http::{
        Web,
        api::schema,
        extract::{Editor, Params, Path},
        problem::Problem,
    },
};

/// What looks like an activity: on the same day, not in another district, with a title like its own
///
/// If two are one, withdraw one of them with `replaced_by`.
#[utoipa::path(
    get, path = "/activities/{id}/alike", tag = "activities", security(("token" = [])),
    params(("id" = String, Path, description = "act_…")),
    responses(
        (status = 200, body = schema::AlikeList),
        (status = "4XX", body = schema::Problem, content_type = "application/problem+json"),
    )
)]
pub async fn list(
    State(web): State<Web>,
    Editor(caller): Editor,
    Path(id): Path,
    params: Params,
) -> Result<Json<Value>, Problem> {
    params.finish()?;
    let id = activity_id(&id)?;
    let alike = list_alike(&web.services, &caller, &id).await?;
    Ok(Json(json!({"alike": alike})))
}
