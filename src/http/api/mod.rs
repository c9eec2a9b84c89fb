//! The JSON API: a file a resource, or a folder with one file a verb.

use axum::{
    http::{HeaderValue, header},
    response::Response,
};
use utoipa_axum::{router::OpenApiRouter, routes};

use super::Web;

pub mod activities;
mod as_of;
pub mod audit;
pub mod contacts;
pub mod districts;
pub mod editions;
pub mod imports;
pub mod mappings;
pub mod notices;
mod page;
pub mod promise;
pub mod proposals;
mod reference;
pub mod schema;
pub mod sections;
pub mod series;
pub mod sources;
pub mod webhooks;

/// Everything under `/api/v1`.
pub fn routes() -> OpenApiRouter<Web> {
    OpenApiRouter::new()
        .routes(routes!(activities::list::list, activities::create::create))
        .routes(routes!(
            activities::get::get,
            activities::patch::patch,
            activities::delete::delete
        ))
        .routes(routes!(activities::alike::list))
        .routes(routes!(activities::act::submit))
        .routes(routes!(activities::act::give_back))
        .routes(routes!(activities::act::announce))
        .routes(routes!(activities::act::reschedule))
        .routes(routes!(activities::act::relocate))
        .routes(routes!(activities::act::change_format))
        .routes(routes!(activities::act::postpone))
        .routes(routes!(activities::act::cancel))
        .routes(routes!(activities::act::reinstate))
        .routes(routes!(activities::act::hold))
        .routes(routes!(activities::act::withdraw))
        .routes(routes!(notices::list))
        .routes(routes!(notices::get))
        .routes(routes!(promise::get))
        .routes(routes!(imports::create))
        .routes(routes!(mappings::list, mappings::create))
        .routes(routes!(mappings::get, mappings::put, mappings::delete))
        .routes(routes!(districts::list))
        .routes(routes!(sections::list))
        .routes(routes!(editions::list, editions::create))
        .routes(routes!(editions::get, editions::patch, editions::delete))
        .routes(routes!(editions::roll_over))
        .routes(routes!(contacts::list))
        .routes(routes!(contacts::put))
        .routes(routes!(series::list, series::create))
        .routes(routes!(series::get, series::patch, series::delete))
        .routes(routes!(webhooks::read::list, webhooks::create::create))
        .routes(routes!(
            webhooks::read::get,
            webhooks::write::patch,
            webhooks::write::delete
        ))
        .routes(routes!(webhooks::ping::ping))
        .routes(routes!(webhooks::act::rotate))
        .routes(routes!(webhooks::act::pause))
        .routes(routes!(webhooks::act::resume))
        .routes(routes!(webhooks::act::replay, webhooks::act::end_replay))
        .routes(routes!(webhooks::read::stats))
        .routes(routes!(webhooks::notices::notices))
        .routes(routes!(webhooks::deliveries::list))
        .routes(routes!(webhooks::deliveries::get))
        .routes(routes!(webhooks::deliveries::again))
        .routes(routes!(sources::read::list, sources::write::create))
        .routes(routes!(
            sources::read::get,
            sources::write::patch,
            sources::write::delete
        ))
        .routes(routes!(sources::poll::poll))
        .routes(routes!(sources::poll::file))
        .routes(routes!(sources::log::fetches))
        .routes(routes!(sources::log::entries))
        .routes(routes!(proposals::read::list))
        .routes(routes!(proposals::read::get))
        .routes(routes!(proposals::decide::take))
        .routes(routes!(proposals::decide::link))
        .routes(routes!(proposals::decide::turn_down))
        .routes(routes!(proposals::decide::reopen))
        .routes(routes!(proposals::together::take))
        .routes(routes!(proposals::together::turn_down))
        .routes(routes!(audit::list))
}

/// An answer that also says where what was made is found.
fn located(mut response: Response, path: &str) -> Response {
    let location = HeaderValue::from_str(path).expect("ids, years and slugs are visible ASCII");
    response.headers_mut().insert(header::LOCATION, location);
    response
}
