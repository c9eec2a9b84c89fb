//! `/assets/{name}`.

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use entity::vocab::Language;

use super::{
    super::page::{Named, missing},
    ICON, SCRIPT, STYLE,
};
use crate::http::Web;

pub(in crate::http::site) async fn get(
    State(web): State<Web>,
    Named(name): Named<String>,
) -> Response {
    let found = [&*STYLE, &*SCRIPT, &*ICON]
        .into_iter()
        .find(|asset| asset.name == name);
    match found {
        Some(asset) => (
            [
                (header::CONTENT_TYPE, asset.content_type),
                (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
            ],
            asset.bytes,
        )
            .into_response(),
        None => missing(&web, Language::Zh),
    }
}
