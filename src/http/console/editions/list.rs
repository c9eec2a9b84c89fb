//! The years there are.

use askama::Template;
use axum::{extract::State, response::Response};

use super::{
    super::{
        answer::{refused, shown},
        frame::Frame,
        seat::Seated,
        words as w,
    },
    at,
};
use crate::{
    domain::rights::Deed,
    http::{Web, site::said::Said},
};

struct Line {
    href: String,
    year: i32,
    theme: Option<Said>,
    said: String,
}

#[derive(Template)]
#[template(path = "console/editions.html")]
struct Page {
    frame: Frame,
    lines: Vec<Line>,
}

/// The list.
pub(in crate::http::console) async fn page(State(web): State<Web>, seated: Seated) -> Response {
    if let Err(error) = seated.must(Deed::ReadDrafts) {
        return refused(&web, &seated, error);
    }
    let language = seated.language;
    let lines = {
        let state = web.services.catalogue.read();
        let lines = state.editions().rev().map(|edition| {
            let value = &edition.value;
            let activities = state
                .activities()
                .filter(|entry| entry.activity().content.edition == value.year);
            Line {
                href: at(value.year),
                year: value.year,
                theme: Said::words(&value.theme, language),
                said: w::EDITION_SAYS.say(
                    language,
                    &[
                        ("sections", &value.sections.len().to_string()),
                        ("activities", &activities.count().to_string()),
                    ],
                ),
            }
        });
        lines.collect()
    };
    let page = Page {
        frame: Frame::new(&web, &seated, w::EDITIONS.plain(language)),
        lines,
    };
    shown(&page, language)
}
