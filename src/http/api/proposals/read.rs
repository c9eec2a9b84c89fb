//! `GET /proposals` and `GET /proposals/{id}`.

use axum::{Json, extract::State, http::header, response::IntoResponse};
use serde_json::Value;

use super::shown;
use crate::{
    commands::proposals::find_for,
    domain::{
        rights::{Deed, Reach},
        role::Office,
        source::ProposalKind,
    },
    http::{
        Web,
        api::{page::Asked, schema},
        extract::{Known, Params, Path},
        problem::Problem,
    },
    store::proposals::{self, State as Standing, Wanted},
};

/// Proposals in the order they were made
#[utoipa::path(
    get, path = "/proposals", tag = "sources", security(("token" = [])),
    params(schema::sources::ProposalQuery, schema::Page),
    responses(
        (status = 200, body = schema::sources::Proposals),
        (status = "4XX", body = schema::Problem, content_type = "application/problem+json"),
    )
)]
pub async fn list(
    State(web): State<Web>,
    Known(caller): Known,
    mut params: Params,
) -> Result<Json<Value>, Problem> {
    let asked = Asked::of(&mut params);
    let office = params.parsed::<Office>("office");
    let mut wanted = Wanted {
        state: params.parsed::<Standing>("state"),
        office: office.map(|office| office.to_string()),
        source: params.text("source"),
        fetch: params.text("fetch"),
        activity: params.text("activity"),
        kind: params
            .parsed::<ProposalKind>("kind")
            .map(|kind| kind.to_string()),
    };
    params.finish()?;
    match caller.role.reach(Deed::ReadDrafts) {
        Reach::All => {}
        Reach::Own => {
            let own = caller.role.own_office().to_string();
            if wanted.office.as_ref().is_some_and(|office| *office != own) {
                return Err(forbidden(&caller.role.to_string()));
            }
            wanted.office = Some(own);
        }
        Reach::None => return Err(forbidden(&caller.role.to_string())),
    }
    let (after, limit) = asked.keys();
    let db = web.services.db.reader();
    let rows = proposals::list(db, &wanted, after.unwrap_or_default(), limit as u64 + 1).await?;
    let mut lines = Vec::with_capacity(rows.len());
    for row in rows {
        lines.push((row.id.clone(), shown(&row)?));
    }
    Ok(Json(asked.read("proposals", lines, |proposal| proposal)))
}

fn forbidden(role: &str) -> Problem {
    Problem::new(
        axum::http::StatusCode::FORBIDDEN,
        "forbidden",
        "Your token may not do that",
        format!(
            "a token of role {role} may not read these proposals: they tell what is not announced"
        ),
    )
}

/// One proposal: what stands here, what the source said before, and what it says now
#[utoipa::path(
    get, path = "/proposals/{id}", tag = "sources", security(("token" = [])),
    params(("id" = String, Path, description = "prp_…")),
    responses(
        (status = 200, body = schema::sources::ProposalOutput, headers(("ETag" = String, description = "for If-Match of accept"))),
        (status = "4XX", body = schema::Problem, content_type = "application/problem+json"),
    )
)]
pub async fn get(
    State(web): State<Web>,
    Known(caller): Known,
    Path(id): Path,
    params: Params,
) -> Result<impl IntoResponse, Problem> {
    params.finish()?;
    let row = find_for(web.services.db.reader(), &caller, &id).await?;
    let tag = proposals::document(&row)?.etag();
    Ok(([(header::ETAG, tag)], Json(shown(&row)?)))
}
