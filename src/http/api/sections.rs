//! The sections over HTTP: `GET /sections`. They are written with their edition.

use axum::{Json, extract::State};
use serde_json::{Value, json};

use super::{page::Asked, schema};
use crate::http::{Web, extract::Params, problem::Problem};

/// Sections by edition, in each edition's order
#[utoipa::path(
    get, path = "/sections", tag = "reference",
    params(
        ("edition" = Option<String>, Query, description = "comma list of years; all editions when absent"),
        schema::Page,
    ),
    responses(
        (status = 200, body = schema::reference::Sections),
        (status = "4XX", body = schema::Problem, content_type = "application/problem+json"),
    )
)]
pub async fn list(State(web): State<Web>, mut params: Params) -> Result<Json<Value>, Problem> {
    let years = params.list::<i32>("edition");
    let asked = Asked::of(&mut params);
    params.finish()?;
    let state = web.services.catalogue.read();
    let lines = state
        .editions()
        .map(|edition| &edition.value)
        .filter(|edition| years.is_empty() || years.contains(&edition.year))
        .flat_map(|edition| {
            let sections = edition.sections.iter().enumerate();
            sections.map(|(place, section)| {
                let key = format!("{:04}:{place:04}", edition.year);
                (key, (edition.year, section))
            })
        });
    Ok(Json(asked.page(
        "sections",
        lines,
        |(year, section)| json!({"edition": year, "slug": section.slug, "title": section.title}),
    )))
}
