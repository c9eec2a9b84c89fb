//! The districts over HTTP: `GET /districts`.

use axum::Json;
use entity::vocab::District;
use serde_json::{Value, json};

use super::{page::Asked, schema};
use crate::http::{extract::Params, problem::Problem};

/// The 16 districts of Beijing, by their codes (GB/T 2260)
#[utoipa::path(
    get, path = "/districts", tag = "reference",
    params(schema::Page),
    responses(
        (status = 200, body = schema::reference::Districts),
        (status = "4XX", body = schema::Problem, content_type = "application/problem+json"),
    )
)]
pub async fn list(mut params: Params) -> Result<Json<Value>, Problem> {
    let asked = Asked::of(&mut params);
    params.finish()?;
    let lines = District::ALL
        .iter()
        .map(|district| (district.adcode().to_owned(), *district));
    Ok(Json(asked.page("districts", lines, |district| {
        json!({
            "slug": district,
            "adcode": district.adcode(),
            "name": {"zh": district.zh(), "en": district.en()},
        })
    })))
}
