//! The page that shows a secret, the only time.

use askama::Template;
use axum::response::Response;

use super::{
    super::{
        answer::shown,
        frame::Frame,
        seat::Seated,
        words::{self as w},
    },
    address, at, local,
};
use crate::{deliver::Outcome, http::Web, store::endpoints::Row};

#[derive(Template)]
#[template(path = "console/webhook_secret.html")]
struct Page {
    frame: Frame,
    address: String,
    secret: String,
    /// What came of the ping that was sent with it.
    ping: Option<String>,
    /// How long the one before signs on.
    grace: Option<String>,
    developers: String,
    href: String,
}

/// The page.
pub(super) fn page(
    web: &Web,
    seated: &Seated,
    row: &Row,
    secret: String,
    ping: Option<Outcome>,
) -> Response {
    let language = seated.language;
    let grace = local(row.old_secret_until);
    let page = Page {
        frame: Frame::new(web, seated, w::SIGNING_SECRET.plain(language)),
        address: address(web, row),
        secret,
        ping: ping.map(|outcome| w::pinged(outcome, language)),
        grace: grace.map(|at| w::OLD_SECRET_UNTIL.say(language, &[("at", &at)])),
        developers: format!("/{language}/developers"),
        href: at(&row.id),
    };
    shown(&page, language)
}

/// An address that says what came of a ping, where that is known.
pub(super) fn with_ping(address: &str, ping: Option<Outcome>) -> String {
    match ping {
        Some(outcome) => format!("{address}&ping={}", outcome.code()),
        None => address.to_owned(),
    }
}
