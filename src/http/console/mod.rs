//! The console: where offices keep the programme. Plain forms, which need no script.
//!
//! Owns its pages, its sessions' cookie and the way from a form to a command. Refuses to know rules: what a role may do
//! is asked of `domain::rights`, what an action does of `domain::action`, through the same commands as the API's.
//! Architecture invariants: nothing here is answered without a session but the way in; whatever changes something comes
//! from a page of ours (Fetch Metadata, or the same origin); nobody between keeps a page of it.

use axum::{
    Router,
    body::Body,
    extract::{DefaultBodyLimit, Path, Request, State},
    http::StatusCode,
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use tower_http::csrf::{CsrfLayer, ResponseForProtectionError};

use self::{
    activities::{act, create, delete, edit, list, show},
    answer::{failed, missing},
    seat::Seated,
};
use super::{
    Web,
    problem::Problem,
    site::{self, negotiate},
};

mod account;
mod activities;
mod answer;
mod audit;
mod cookie;
mod difference;
mod door;
mod editions;
mod feeds;
mod fields;
mod form;
mod frame;
mod imports;
mod inbox;
mod login;
mod once;
mod over;
mod people;
mod proposals;
mod said;
mod seat;
mod sent;
mod sheet;
mod sources;
mod webhooks;
mod words;

/// The largest form: as much text as the API takes, a Chinese character in nine bytes, and once more what stood there.
const FORM_BYTES: usize = 8 * 1024 * 1024;
/// The largest form of whoever is not in yet.
const LOGIN_BYTES: usize = 16 * 1024;

/// Those of endpoints and their deliveries.
fn webhook_routes() -> Router<Web> {
    Router::new()
        .route("/console/webhooks", get(webhooks::list::page))
        .route(
            "/console/webhooks/new",
            get(webhooks::create::page).post(webhooks::create::create),
        )
        .route("/console/webhooks/{id}", get(webhooks::show::page))
        .route(
            "/console/webhooks/{id}/edit",
            get(webhooks::change::page).post(webhooks::change::save),
        )
        .route(
            "/console/webhooks/{id}/deliveries",
            get(webhooks::deliveries::page),
        )
        .route(
            "/console/webhooks/{id}/{action}",
            get(webhooks::act::page).post(webhooks::act::act_on),
        )
        .route("/console/deliveries/{id}", get(webhooks::delivery::page))
        .route(
            "/console/deliveries/{id}/redeliver",
            post(webhooks::redeliver::again),
        )
}

/// Those of sources, of what they propose, and of what a fetch proposed as a whole.
fn source_routes() -> Router<Web> {
    Router::new()
        .route("/console/sources", get(sources::list::page))
        .route(
            "/console/sources/new",
            get(sources::create::page).post(sources::create::create),
        )
        .route("/console/sources/{id}", get(sources::show::page))
        .route(
            "/console/sources/{id}/edit",
            get(sources::change::page).post(sources::change::save),
        )
        .route("/console/sources/{id}/fetches", get(sources::log::fetches))
        .route("/console/sources/{id}/entries", get(sources::log::entries))
        .route("/console/sources/{id}/poll", post(sources::poll::now))
        .route(
            "/console/sources/{id}/whole",
            get(sources::whole::page).post(sources::whole::confirm),
        )
        .route(
            "/console/sources/{id}/file",
            get(sources::file::page).post(sources::file::bring),
        )
        .route("/console/sources/{id}/pause", post(sources::rest::pause))
        .route("/console/sources/{id}/resume", post(sources::rest::resume))
        .route(
            "/console/sources/{id}/delete",
            get(sources::delete::page).post(sources::delete::delete),
        )
        .route("/console/proposals", get(proposals::list::page))
        .route("/console/rejections", get(proposals::past::page))
        .route("/console/proposals/{id}", get(proposals::show::page))
        .route(
            "/console/proposals/{id}/accept",
            post(proposals::decide::accept),
        )
        .route(
            "/console/proposals/{id}/link",
            post(proposals::decide::link),
        )
        .route(
            "/console/proposals/{id}/reject",
            post(proposals::decide::reject),
        )
        .route(
            "/console/proposals/{id}/reopen",
            post(proposals::decide::reopen),
        )
        .route(
            "/console/proposals/{id}/edit",
            get(proposals::edit::page).post(proposals::edit::accept),
        )
        .route(
            "/console/fetches/{id}/accept",
            get(proposals::together::accept_page).post(proposals::together::accept),
        )
        .route(
            "/console/fetches/{id}/reject",
            get(proposals::together::reject_page).post(proposals::together::reject),
        )
}

/// All of the console.
pub(super) fn routes(web: &Web) -> Router<Web> {
    let inside = Router::new()
        .route("/console", get(inbox::page))
        .route("/console/activities", get(list::page))
        .route(
            "/console/activities/new",
            get(create::page).post(create::create),
        )
        .route("/console/activities/{id}", get(show::page))
        .route(
            "/console/activities/{id}/edit",
            get(edit::page).post(edit::save),
        )
        .route("/console/activities/{id}/delete", post(delete::delete))
        .route(
            "/console/activities/{id}/{action}",
            get(act::page).post(act::act_on),
        )
        .route("/console/editions", get(editions::list::page))
        .route(
            "/console/editions/{year}",
            get(editions::show::page).post(editions::change::change),
        )
        .route(
            "/console/editions/{year}/roll-over",
            post(editions::roll_over::roll_over),
        )
        .route(
            "/console/editions/{year}/contacts/{office}",
            post(editions::contacts::set),
        )
        .route("/console/feeds", get(feeds::page))
        .route(
            "/console/import",
            get(imports::look::page).post(imports::look::look),
        )
        .route(
            "/console/import/carry-out",
            post(imports::carry_out::carry_out),
        )
        .route("/console/filters", post(list::save))
        .route("/console/filters/delete", post(list::forget))
        .route("/console/account", get(account::page))
        .route("/console/account/password", post(account::password))
        .route("/console/account/language", post(account::language))
        .route("/console/account/tokens", post(account::make_token))
        .route("/console/account/tokens/end", post(account::end_token))
        .route("/console/audit", get(audit::page))
        .route("/console/audit.csv", get(audit::csv))
        .route("/console/audit.jsonl", get(audit::json_lines))
        .route("/console/people", get(people::page).post(people::add))
        .route("/console/people/{id}", post(people::change))
        .route("/console/{*rest}", get(nothing))
        .merge(source_routes())
        .merge(webhook_routes())
        .layer(DefaultBodyLimit::max(FORM_BYTES))
        .layer(middleware::from_fn_with_state(web.clone(), door::admit));
    let outside = Router::new()
        .route("/console/login", get(login::page).post(login::enter))
        .route("/console/code", get(login::code).post(login::give_code))
        .route("/console/logout", post(login::leave))
        .route(
            "/console/second-factor",
            get(account::second_factor).post(account::use_second_factor),
        )
        .layer(DefaultBodyLimit::max(LOGIN_BYTES));
    inside
        .merge(outside)
        .method_not_allowed_fallback(super::no_such_method)
        .layer(middleware::from_fn_with_state(web.clone(), door::recognise))
        .layer(middleware::from_fn(super::named))
        .layer(csrf(web))
        .layer(middleware::from_fn_with_state(web.clone(), private))
}

/// Refuses what a page of somebody else has a browser send (Fetch Metadata; else the Origin).
fn csrf(web: &Web) -> CsrfLayer<impl ResponseForProtectionError<Body> + use<>> {
    let refuse = |_| {
        Problem::new(
            StatusCode::FORBIDDEN,
            "cross-site",
            "That came from another site",
            "forms of the console are taken from its own pages alone; open the page here and send it again",
        )
        .into_response()
    };
    let layer = CsrfLayer::new();
    let layer = match &web.settings.public_base_url {
        // Where a proxy in front changes Host, the origin that people see is still ours.
        Some(origin) => layer.add_trusted_origin(origin).unwrap_or_default(),
        None => layer,
    };
    layer.with_rejection_response(refuse)
}

/// Nothing stands at an address: said in the console, to whoever may be in it.
async fn nothing(State(web): State<Web>, seated: Seated, Path(rest): Path<String>) -> Response {
    missing(&web, &seated, "page", &format!("/console/{rest}"))
}

/// Nobody between keeps a page; and where something failed, a page says so, since a person reads it.
async fn private(State(web): State<Web>, request: Request, next: Next) -> Response {
    let language = negotiate::preferred(request.headers());
    let response = next.run(request).await;
    let status = response.status();
    let has_failed = status.is_server_error() && response.extensions().get::<Problem>().is_some();
    site::private(match has_failed {
        true => failed(&web, language, status),
        false => response,
    })
}
