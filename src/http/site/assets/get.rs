//! `/assets/{name}`.

use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use entity::vocab::Language;

use super::{
    super::{
        page::{Named, missing},
        shelf::Made,
    },
    CONSOLE, ICON, SCRIPT, STYLE,
};
use crate::http::Web;

pub(in crate::http::site) async fn get(
    State(web): State<Web>,
    Named(name): Named<String>,
) -> Response {
    let found = [&*STYLE, &*CONSOLE, &*SCRIPT, &*ICON]
        .into_iter()
        .find(|asset| asset.name == name);
    match found {
        Some(asset) => Made {
            cache: "public, max-age=31536000, immutable",
            ..Made::text(asset.bytes.to_owned(), asset.content_type)
        }
        .into_response(),
        None => missing(&web, Language::Zh),
    }
}
