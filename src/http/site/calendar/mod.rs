//! `/{lang}/calendar/{year}` and `/{lang}/calendar/{year}-{month}`.

use axum::{extract::State, response::Response};

use super::page::{self, Lang, Named};
use crate::{domain::when::Month, http::Web};

mod month;
mod year;

/// To the month that it is.
pub(super) async fn present(State(web): State<Web>, Lang(language): Lang) -> Response {
    let month = Month::of_instant(web.services.now());
    page::for_now(&format!("/{language}/calendar/{month}"))
}

/// A year or a month, as the address says.
pub(super) async fn page(
    State(web): State<Web>,
    Lang(language): Lang,
    Named(name): Named<String>,
) -> Response {
    let digits = name.len() == 4 && name.bytes().all(|b| b.is_ascii_digit());
    let shown = if digits {
        name.parse()
            .ok()
            .and_then(|year| year::page(&web, year, language))
    } else {
        name.parse::<Month>()
            .ok()
            .and_then(|month| month::page(&web, month, language))
    };
    shown.unwrap_or_else(|| page::missing(&web, language))
}
