//! How pages of the console are answered, and what stands where something was refused.
//!
//! Owns statuses, redirects and the words for errors. Invariant: a redirect never leads out of the console.

use askama::Template;
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use entity::vocab::Language;

use super::{frame::Frame, seat::Seated, words as w};
use crate::{
    commands::{CommandError, audit::request_id},
    http::{Web, problem::Problem, site::page},
    publish::wording::Phrase,
};

/// A page.
pub(super) fn shown(page: &impl Template, language: Language) -> Response {
    page::document(page::rendered(page), language)
}

/// 303 to a page of the console.
pub(super) fn see(path: &str) -> Response {
    match HeaderValue::from_str(path) {
        Ok(to) => (StatusCode::SEE_OTHER, [(header::LOCATION, to)]).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// An address that leads on to another page of the console afterwards.
pub(super) fn with_next(path: &str, next: &str) -> String {
    if next == "/console" || !is_of_the_console(next) {
        return path.to_owned();
    }
    let next: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
    format!("{path}?next={next}")
}

/// Where a login leads; the inbox where no page of the console is named.
pub(super) fn next_of(named: Option<&str>) -> &str {
    named
        .filter(|path| is_of_the_console(path))
        .unwrap_or("/console")
}

fn is_of_the_console(path: &str) -> bool {
    let within =
        path == "/console" || path.starts_with("/console/") || path.starts_with("/console?");
    within && path.bytes().all(|b| b.is_ascii_graphic() && b != b'\\')
}

#[derive(Template)]
#[template(path = "console/refused.html")]
struct Refused {
    frame: Frame,
    title: &'static str,
    details: Vec<String>,
}

/// A page that says why something was not done.
pub(super) fn refused(web: &Web, seated: &Seated, error: CommandError) -> Response {
    let language = seated.language;
    let status = status(&error);
    if status.is_server_error() {
        return Problem::from(error).into_response();
    }
    let page = Refused {
        frame: Frame::new(web, seated, w::REFUSED.plain(language)),
        title: reason(&error).plain(language),
        details: super::words::faults::told(&error, language),
    };
    (status, shown(&page, language)).into_response()
}

/// A page in place of a fault of ours, which is written down already.
pub(super) fn failed(web: &Web, language: Language, status: StatusCode) -> Response {
    let title = w::FAILED.plain(language);
    let page = Refused {
        frame: Frame::outside(web, language, title),
        title,
        details: vec![w::FAILED_ABOUT.say(language, &[("id", &request_id())])],
    };
    (status, shown(&page, language)).into_response()
}

fn status(error: &CommandError) -> StatusCode {
    match error {
        CommandError::NotFound { .. } => StatusCode::NOT_FOUND,
        CommandError::Forbidden { .. } => StatusCode::FORBIDDEN,
        CommandError::Stale { .. } | CommandError::Conflict(_) | CommandError::Refused(_) => {
            StatusCode::CONFLICT
        }
        CommandError::Invalid(_) | CommandError::KeyReused(_) => StatusCode::UNPROCESSABLE_ENTITY,
        CommandError::Store(_) | CommandError::Cut(_) => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

fn reason(error: &CommandError) -> Phrase {
    match error {
        CommandError::NotFound { .. } => w::NOT_FOUND,
        CommandError::Forbidden { .. } => w::FORBIDDEN,
        CommandError::Stale { .. } => w::STALE,
        _ => w::REFUSED,
    }
}

/// That there is nothing, or nothing that they may see.
pub(super) fn missing(web: &Web, seated: &Seated, what: &'static str, id: &str) -> Response {
    let id = id.chars().take(60).collect();
    refused(web, seated, CommandError::NotFound { what, id })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_login_leads_to_pages_of_the_console_alone() {
        for path in [
            "/console",
            "/console/activities?status=draft",
            "/console/people",
        ] {
            assert_eq!(next_of(Some(path)), path);
        }
        for path in [
            "",
            "//evil.example",
            "https://evil.example/console",
            "/consoles",
            "/console\\evil",
            "/console/\r\nX: y",
            "/zh/",
            "/console/ü",
        ] {
            assert_eq!(next_of(Some(path)), "/console", "{path:?}");
        }
        assert_eq!(next_of(None), "/console");
        assert_eq!(
            with_next("/console/login", "/console/a?b=c&d"),
            "/console/login?next=%2Fconsole%2Fa%3Fb%3Dc%26d"
        );
        assert_eq!(with_next("/console/login", "//x"), "/console/login");
    }
}
