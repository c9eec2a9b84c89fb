//! The pages for people, at the addresses that feeds, webhooks and search engines link to.
//!
//! Owns what pages show; refuses to know SQL and how things come to be.
//! Architecture invariant: a page is made of the catalogue alone, so nothing of a draft can stand on it,
//! and pages are answered while the database is away; they need no script and load nothing from elsewhere.

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue, header},
    middleware,
    response::Response,
    routing::{any, get},
};
use entity::vocab::Language;

use super::Web;

mod activity;
mod assets;
mod fact;
mod history;
mod home;
mod json_ld;
mod listed;
mod lookup;
mod negotiate;
mod notice;
mod page;
mod problems;
mod robots;
mod said;
mod sitemap;
mod told;
mod words;

/// Every page, its stylesheet, and what search engines ask for.
pub fn routes() -> Router<Web> {
    let mut routes = Router::new()
        .route("/", get(home::choose))
        .route("/assets/{name}", get(assets::get))
        .route("/problems/{kind}", get(problems::page))
        .route("/robots.txt", get(robots::robots))
        .route("/sitemap.xml", get(sitemap::sitemap));
    for language in Language::ALL {
        let at = |path: &str| format!("/{language}{path}");
        routes = routes
            .route(&at(""), get(home::slash))
            .route(&at("/"), get(home::page))
            .route(&at("/e/{activity}"), get(activity::page))
            .route(&at("/e/{activity}/history"), get(history::page))
            .route(&at("/e/{activity}/r/{revision}"), get(activity::revision))
            .route(&at("/notices"), get(notice::list))
            .route(&at("/notices/{notice}"), get(notice::page))
            .route(&at("/{*rest}"), any(nothing));
    }
    routes.layer(middleware::map_response(async |response| secured(response)))
}

/// What a page of ours may do in a browser: load its stylesheet and images, and nothing else.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; \
                      form-action 'self'; frame-ancestors 'none'";

fn secured(mut response: Response) -> Response {
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "strict-origin-when-cross-origin"),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
    ] {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    response
}

/// 404 where no language is in the address, for whoever asks for a page; `None` for programs.
pub fn missing(web: &Web, headers: &HeaderMap) -> Option<Response> {
    if !negotiate::is_page_asked_for(headers) {
        return None;
    }
    let mut response = secured(page::missing(web, negotiate::preferred(headers)));
    response.headers_mut().append(
        header::VARY,
        HeaderValue::from_static("Accept, Accept-Language"),
    );
    Some(response)
}

async fn nothing(State(web): State<Web>, page::Lang(language): page::Lang) -> Response {
    page::missing(&web, language)
}
