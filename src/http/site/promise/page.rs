//! `/{lang}/promise/{year}`: how far the promise of a year is kept, with the table that shows it.

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use entity::vocab::Language;

use super::{
    super::{
        lookup,
        page::{self, Frame, Lang, Named},
        words::{self as w, promise as p},
    },
    matrix::{self, Line},
    told::{Promised, Taken, full_month, short_month, state},
    twins,
};
use crate::{domain::promise::Row, http::Web, publish::wording::either};

#[derive(Template)]
#[template(path = "promise.html")]
struct Page {
    frame: Frame,
    heading: String,
    promised: Promised,
    /// The months' names, short and with their year.
    months: Vec<(String, String)>,
    lines: Vec<Line>,
    /// Of all districts: the state of each month.
    states: Vec<super::told::Word>,
    years: Vec<(i32, String)>,
    csv: String,
    json: String,
}

/// The file that an address asks for.
enum Twin {
    Page,
    Csv,
    Json,
}

fn asked(name: &str) -> Option<(i32, Twin)> {
    let (year, twin) = match name.split_once('.') {
        None => (name, Twin::Page),
        Some((year, "csv")) => (year, Twin::Csv),
        Some((year, "json")) => (year, Twin::Json),
        Some(_) => return None,
    };
    let digits = year.len() == 4 && year.bytes().all(|b| b.is_ascii_digit());
    Some((year.parse().ok().filter(|_| digits)?, twin))
}

/// To the promise of the present edition.
pub(crate) async fn present(State(web): State<Web>, Lang(language): Lang) -> Response {
    let year = lookup::edition(&web.services.catalogue.read(), lookup::this_year(&web));
    match year {
        Some(year) => page::for_now(&format!("/{language}/promise/{year}")),
        None => page::missing(&web, language),
    }
}

pub(crate) async fn page(
    State(web): State<Web>,
    Lang(language): Lang,
    Named(name): Named<String>,
) -> Response {
    let Some((year, twin)) = asked(&name) else {
        return page::missing(&web, language);
    };
    let now = web.services.now();
    let taken = {
        let state = web.services.catalogue.read();
        let years: Vec<i32> = state.editions().rev().map(|it| it.value.year).collect();
        Taken::of(&state, year, now).map(|taken| (taken, matrix::rows(&state, year, now), years))
    };
    let Some((taken, rows, years)) = taken else {
        return page::missing(&web, language);
    };
    match twin {
        Twin::Csv => twins::csv(&rows, &taken, language).into_response(),
        Twin::Json => twins::json(&rows, &taken).into_response(),
        Twin::Page => shown(&web, &rows, &taken, &years, language),
    }
}

fn shown(web: &Web, rows: &[Row], taken: &Taken, years: &[i32], language: Language) -> Response {
    let year = taken.edition.year;
    let title = p::PROMISE_OF.say(language, &[("year", &year.to_string())]);
    let path = format!("/promise/{year}");
    let about = either(language, p::PROMISE_ABOUT.zh, p::PROMISE_ABOUT.en).to_owned();
    let page = Page {
        frame: Frame::new(web, language, &path, Some(&title)).described(Some(about)),
        heading: title,
        promised: Promised::of(taken, &web.services.links, language),
        months: taken
            .promise
            .months
            .iter()
            .map(|it| {
                (
                    short_month(it.month, language),
                    full_month(it.month, language),
                )
            })
            .collect(),
        lines: matrix::lines(rows, taken, language),
        states: taken
            .promise
            .months
            .iter()
            .map(|it| state(it.state, language))
            .collect(),
        years: years
            .iter()
            .filter(|other| **other != year)
            .map(|other| (*other, format!("/{language}/promise/{other}")))
            .collect(),
        csv: format!("/{language}{path}.csv"),
        json: format!("/{language}{path}.json"),
    };
    page::made(&page, language)
}
