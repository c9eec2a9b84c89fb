//! `GET /sources/{id}/fetches` and `/entries`: what came of asking it, and what it says.

use axum::{Json, extract::State};
use serde_json::{Value, json};

use crate::{
    commands::sources::find_for,
    domain::dates::instant,
    http::{
        Web,
        api::{page::Asked, schema},
        extract::{Editor, Params, Path},
        problem::Problem,
    },
    store::{
        StoreError,
        source_entries::{self, Entry},
    },
    track,
};

/// What came of asking a source, the newest first
#[utoipa::path(
    get, path = "/sources/{id}/fetches", tag = "sources", security(("token" = [])),
    params(("id" = String, Path, description = "src_…"), schema::Page),
    responses(
        (status = 200, body = schema::sources::Fetches),
        (status = "4XX", body = schema::Problem, content_type = "application/problem+json"),
    )
)]
pub async fn fetches(
    State(web): State<Web>,
    Editor(caller): Editor,
    Path(id): Path,
    mut params: Params,
) -> Result<Json<Value>, Problem> {
    let asked = Asked::of(&mut params);
    params.finish()?;
    let db = web.services.db.reader();
    find_for(db, &caller, &id).await?;
    let (before, limit) = asked.keys();
    let rows = source_entries::fetches(db, &id, before, limit as u64 + 1).await?;
    let lines = rows.into_iter().map(|row| (row.id.clone(), row)).collect();
    Ok(Json(asked.read("fetches", lines, |row| track::shown(&row))))
}

/// What a source says, entry by entry
#[utoipa::path(
    get, path = "/sources/{id}/entries", tag = "sources", security(("token" = [])),
    params(("id" = String, Path, description = "src_…"), schema::Page),
    responses(
        (status = 200, body = schema::sources::Entries),
        (status = "4XX", body = schema::Problem, content_type = "application/problem+json"),
    )
)]
pub async fn entries(
    State(web): State<Web>,
    Editor(caller): Editor,
    Path(id): Path,
    mut params: Params,
) -> Result<Json<Value>, Problem> {
    let asked = Asked::of(&mut params);
    params.finish()?;
    let db = web.services.db.reader();
    find_for(db, &caller, &id).await?;
    let (after, limit) = asked.keys();
    let rows = source_entries::page(db, &id, after.unwrap_or_default(), limit as u64 + 1).await?;
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        lines.push((row.key.clone(), entry(&row)?));
    }
    Ok(Json(asked.read("entries", lines, |entry| entry)))
}

fn entry(row: &Entry) -> Result<Value, StoreError> {
    let latest = source_entries::seen(row, &row.latest)?;
    let evidence: Option<Value> = row
        .evidence
        .as_deref()
        .and_then(|evidence| serde_json::from_str(evidence).ok());
    Ok(json!({
        "key": row.key, "uid": row.uid, "activity": row.activity_id, "evidence": evidence,
        "said": latest.said, "fields": latest.fields, "gone": row.gone, "refused": row.refused, "note": row.note,
        "first_seen_at": instant::text(row.first_seen_at), "changed_at": instant::text(row.changed_at),
    }))
}
