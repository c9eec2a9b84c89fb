//! The pages for people, at the addresses that feeds, webhooks and search engines link to.
//!
//! Owns what pages show; refuses to know SQL and how things come to be.
//! Architecture invariant: a page is made of the catalogue alone, so nothing of a draft can stand on it,
//! and pages are answered while the database is away; they need no script and load nothing from elsewhere.

use axum::{
    Router,
    extract::{DefaultBodyLimit, State},
    http::{HeaderMap, HeaderValue, header},
    middleware,
    response::Response,
    routing::{any, get, post},
};
use entity::vocab::Language;

use self::{
    browse::{agenda, index, scope, venue},
    subscribe::{builder, saved},
};
use super::Web;

mod activity;
pub(in crate::http) mod assets;
mod browse;
mod calendar;
mod card;
mod editions;
mod embed;
mod fact;
mod frame;
mod history;
mod home;
mod json_ld;
pub(in crate::http) mod lang;
pub(in crate::http) mod listed;
mod lookup;
pub(in crate::http) mod negotiate;
mod notice;
pub(in crate::http) mod page;
mod picture;
mod problems;
mod promise;
mod prose;
mod robots;
pub(in crate::http) mod said;
mod shelf;
mod sitemap;
mod subscribe;
mod timeline;
pub(in crate::http) mod told;
mod words;

pub use shelf::Pages;
pub(in crate::http) use shelf::private;
pub(in crate::http) use subscribe::Qr;
pub(in crate::http) use words::role as organizer_role;

/// Every page, its stylesheet, and what search engines ask for.
pub fn routes(web: &Web) -> Router<Web> {
    let mut routes = Router::new()
        .route("/", get(home::choose))
        .route("/assets/{name}", get(assets::get))
        .route("/og/{name}", get(picture::get))
        .route("/embed/agenda", get(embed::agenda))
        .route("/embed.js", get(embed::loader))
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
            .route(&at("/notices"), get(timeline::page))
            .route(&at("/notices/{notice}"), get(notice::page))
            .route(&at("/calendar"), get(calendar::present))
            .route(&at("/calendar/{when}"), get(calendar::page))
            .route(&at("/agenda"), get(agenda::page))
            .route(&at("/search"), get(agenda::page))
            .route(&at("/promise"), get(promise::present))
            .route(&at("/promise/{year}"), get(promise::page))
            .route(&at("/districts"), get(index::districts))
            .route(&at("/districts/{district}"), get(scope::district))
            .route(&at("/sections/{year}/{section}"), get(scope::section))
            .route(&at("/series"), get(index::series))
            .route(&at("/series/{series}"), get(scope::series))
            .route(&at("/kinds"), get(index::kinds))
            .route(&at("/kinds/{kind}"), get(scope::kind))
            .route(&at("/audiences"), get(index::audiences))
            .route(&at("/audiences/{audience}"), get(scope::audience))
            .route(&at("/venues"), get(index::venues))
            .route(&at("/venues/{venue}"), get(venue::page))
            .route(&at("/subscribe"), get(builder::page))
            .route(&at("/saved"), post(saved::keep).layer(small()))
            .route(
                &at("/saved/{key}"),
                get(saved::page).post(saved::change).layer(small()),
            )
            .route(&at("/saved/{key}/end"), post(saved::end))
            .route(&at("/editions"), get(editions::page))
            .route(&at("/about"), get(prose::about))
            .route(&at("/developers"), get(prose::developers))
            .route(&at("/accessibility"), get(prose::accessibility))
            .route(&at("/{*rest}"), any(nothing));
    }
    routes.layer(middleware::from_fn_with_state(web.clone(), shelf::answer))
}

/// A form of ours is far smaller, in octets.
fn small() -> DefaultBodyLimit {
    DefaultBodyLimit::max(16 * 1024)
}

/// 404 where no language is in the address, for whoever asks for a page; `None` for programs.
pub fn missing(web: &Web, headers: &HeaderMap) -> Option<Response> {
    if !negotiate::is_page_asked_for(headers) {
        return None;
    }
    let mut response = shelf::secured(page::missing(web, negotiate::preferred(headers)));
    response.headers_mut().append(
        header::VARY,
        HeaderValue::from_static("Accept, Accept-Language"),
    );
    Some(response)
}

async fn nothing(State(web): State<Web>, page::Lang(language): page::Lang) -> Response {
    page::missing(&web, language)
}
