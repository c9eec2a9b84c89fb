//! `DELETE /activities/{id}`: drafts only.

use axum::{extract::State, http::StatusCode};

use super::activity_id;
use crate::{
    commands::delete_activity::delete_activity,
    http::{
        Web,
        api::schema,
        extract::{Editor, IfMatch, Params, Path},
        problem::Problem,
    },
};

/// Delete a draft
#[utoipa::path(
    delete, path = "/activities/{id}", tag = "activities", security(("token" = [])),
    params(("id" = String, Path, description = "act_…"), schema::IfMatch),
    responses(
        (status = 204, description = "gone"),
        (status = "4XX", body = schema::Problem, content_type = "application/problem+json"),
    )
)]
pub async fn delete(
    State(web): State<Web>,
    Editor(caller): Editor,
    Path(id): Path,
    IfMatch(version): IfMatch,
    params: Params,
) -> Result<StatusCode, Problem> {
    params.finish()?;
    delete_activity(&web.services, caller, activity_id(&id)?, version).await?;
    Ok(StatusCode::NO_CONTENT)
}
