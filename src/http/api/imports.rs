//! `POST /imports`: a whole file at once.

use axum::{Json, extract::State};

use crate::{
    http::{
        Web,
        api::schema,
        extract::{Editor, ImportFile, Params},
        problem::Problem,
    },
    transfer::{Defaults, Diff, Import, import},
};

/// Import activities: all rows, or none and all faults
#[utoipa::path(
    post, path = "/imports", tag = "imports", security(("token" = [])),
    params(schema::ImportQuery, schema::IdempotencyKey),
    request_body(
        content(
            (Object = "application/json"),
            (String = "text/csv"),
            (String = "text/calendar"),
        ),
        description = "docs/IMPORT.md describes the three formats",
    ),
    responses(
        (status = 200, body = Diff),
        (status = "4XX", body = schema::Problem, content_type = "application/problem+json"),
    )
)]
pub async fn create(
    State(web): State<Web>,
    Editor(caller): Editor,
    mut params: Params,
    file: ImportFile,
) -> Result<Json<Diff>, Problem> {
    let dry_run = params.parsed("dry_run").unwrap_or_default();
    let intent = params.parsed("as").unwrap_or_default();
    let defaults = Defaults {
        edition: params.parsed("edition"),
        district: params.parsed("district"),
        kind: params.parsed("kind"),
    };
    params.finish()?;
    let request = Import {
        key: file.key(&caller),
        caller,
        bytes: file.bytes,
        format: file.format,
        charset: file.charset,
        intent,
        defaults,
        dry_run,
    };
    Ok(Json(import(&web.services, request).await?))
}
