//! `/{lang}/editions`: the archive, an edition a section.

use askama::Template;
use axum::{extract::State, response::Response};
use entity::vocab::{Language, Status};

use super::{
    page::{self, Frame, Lang},
    said::{Date, Said},
    words::{self as w, promise as p},
};
use crate::{
    catalogue,
    domain::{edition::Edition, when::When},
    http::Web,
};

#[derive(Template)]
#[template(path = "editions.html")]
struct Page {
    frame: Frame,
    editions: Vec<Row>,
}

/// An edition.
struct Row {
    year: i32,
    theme: Option<Said>,
    main: Option<Date>,
    /// Their names and pages.
    sections: Vec<(Said, String)>,
    hosts: Vec<Said>,
    count: String,
    calendar: String,
    promise: String,
    feed: String,
}

pub(super) async fn page(State(web): State<Web>, Lang(language): Lang) -> Response {
    let links = &web.services.links;
    let editions = {
        let state = web.services.catalogue.read();
        let rows = state.editions().rev().map(|edition| {
            let edition = &edition.value;
            let feed = links.feed(language, &format!("edition/{}", edition.year), "ics");
            row(edition, &state, feed, language)
        });
        rows.collect()
    };
    let title = w::EDITIONS.plain(language);
    let about = w::EDITIONS_ABOUT.plain(language).to_owned();
    let page = Page {
        frame: Frame::new(&web, language, "/editions", Some(title)).described(Some(about)),
        editions,
    };
    page::made(&page, language)
}

fn row(edition: &Edition, state: &catalogue::State, feed: String, language: Language) -> Row {
    let year = edition.year;
    let count = state
        .activities()
        .map(catalogue::Entry::activity)
        .filter(|it| it.status != Status::Withdrawn && it.content.edition == year)
        .count();
    let main = edition.main_from.and_then(|starts_on| {
        let when = When::Day {
            starts_on,
            ends_on: edition.main_to,
        };
        Date::of(&when, language)
    });
    Row {
        year,
        theme: Said::words(&edition.theme, language),
        main,
        sections: edition
            .sections
            .iter()
            .map(|section| {
                let href = format!("/{language}/sections/{year}/{}", section.slug.0);
                (Said::title(&section.title, language), href)
            })
            .collect(),
        hosts: edition
            .hosts
            .iter()
            .filter_map(|host| Said::words(host, language))
            .collect(),
        count: match count {
            0 => w::COUNT_NONE.plain(language).to_owned(),
            1 => w::COUNT_ONE.plain(language).to_owned(),
            n => w::COUNT.say(language, &[("n", &n.to_string())]),
        },
        calendar: format!("/{language}/calendar/{year}"),
        promise: format!("/{language}/promise/{year}"),
        feed,
    }
}
