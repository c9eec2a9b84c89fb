//! `POST /imports`: a whole file at once.

use axum::{Json, extract::State};

use crate::{
    commands::mappings::find_mapping,
    http::{
        Web,
        api::schema,
        extract::{Editor, ImportFile, Params},
        problem::Problem,
    },
    ids::MappingId,
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
            (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
            (String = "text/calendar"),
        ),
        description = "docs/IMPORT.md describes the four formats",
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
    let mapping: Option<MappingId> = params.parsed("mapping");
    params.finish()?;
    let mapping = match mapping {
        Some(id) => {
            let found = find_mapping(&web.services, &caller, &id).await?;
            Some(found.value.mapping)
        }
        None => None,
    };
    let request = Import {
        key: file.key(&caller),
        caller,
        bytes: file.bytes,
        format: file.format,
        charset: file.charset,
        intent,
        defaults: defaults.or(mapping.as_ref()),
        mapping,
        dry_run,
    };
    Ok(Json(import(&web.services, request).await?))
}
