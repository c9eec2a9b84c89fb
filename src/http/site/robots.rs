//! `/robots.txt`: everything may be read, feeds too.

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};

use crate::http::Web;

pub(super) async fn robots(State(web): State<Web>) -> Response {
    let text = format!(
        "User-agent: *\nAllow: /\n\nSitemap: {}\n",
        web.services.links.to("/sitemap.xml")
    );
    (
        [
            (header::CONTENT_TYPE, "text/plain; charset=utf-8"),
            (header::CACHE_CONTROL, "public, max-age=3600"),
        ],
        text,
    )
        .into_response()
}
