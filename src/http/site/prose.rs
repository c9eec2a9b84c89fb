//! Pages that are read: `/about`, `/developers`, `/accessibility`. Both languages of each stand in its template.
//!
//! Invariant: what they say of the program is said of this one: addresses are its own, samples are the files that tests run.

use askama::Template;
use axum::{extract::State, response::Response};
use entity::vocab::{Language, NoticeKind};

use super::{
    lookup,
    page::{self, Frame, Lang},
    said::Said,
    words as w,
};
use crate::{http::Web, publish::wording::either};

#[derive(Template)]
#[template(path = "about.html")]
struct About {
    frame: Frame,
    zh: bool,
    introduction: String,
    theme: String,
    year: Option<i32>,
    annual: Option<Said>,
    hosts: Vec<Said>,
}

pub(super) async fn about(State(web): State<Web>, Lang(language): Lang) -> Response {
    let (year, annual, hosts) = {
        let state = web.services.catalogue.read();
        let year = lookup::edition(&state, lookup::this_year(&web));
        let edition = year.and_then(|year| state.edition(year));
        let said = |words| Said::words(words, language);
        let hosts = edition.iter().flat_map(|edition| &edition.value.hosts);
        (
            year,
            edition.and_then(|edition| said(&edition.value.theme)),
            hosts.filter_map(said).collect(),
        )
    };
    let programme = &web.settings.programme;
    let texts =
        |both: &crate::config::BothLanguages| either(language, &both.zh, &both.en).to_owned();
    let title = w::ABOUT.plain(language);
    let introduction = texts(&programme.description);
    let page = About {
        frame: Frame::new(&web, language, "/about", Some(title))
            .described(Some(introduction.clone())),
        zh: language == Language::Zh,
        introduction,
        theme: texts(&programme.theme),
        year,
        annual,
        hosts,
    };
    page::made(&page, language)
}

#[derive(Template)]
#[template(path = "developers.html")]
struct Developers {
    frame: Frame,
    zh: bool,
    base: String,
    /// Each kind of notice with its label.
    kinds: Vec<(&'static str, &'static str)>,
    samples: [(&'static str, &'static str); 4],
}

/// Receivers of webhooks that check signatures, in the languages that partners use.
const SAMPLES: [(&str, &str); 4] = [
    (
        "Python",
        include_str!("../../../examples/receivers/receiver.py"),
    ),
    (
        "JavaScript",
        include_str!("../../../examples/receivers/receiver.mjs"),
    ),
    (
        "Go",
        include_str!("../../../examples/receivers/receiver.go"),
    ),
    (
        "Rust",
        include_str!("../../../examples/receivers/receiver.rs"),
    ),
];

pub(super) async fn developers(State(web): State<Web>, Lang(language): Lang) -> Response {
    let title = w::DEVELOPERS.plain(language);
    let page = Developers {
        frame: Frame::new(&web, language, "/developers", Some(title)),
        zh: language == Language::Zh,
        base: web.services.links.base().to_owned(),
        kinds: NoticeKind::ALL
            .iter()
            .map(|kind| (kind.as_str(), either(language, kind.zh(), kind.en())))
            .collect(),
        samples: SAMPLES,
    };
    page::made(&page, language)
}

#[derive(Template)]
#[template(path = "accessibility.html")]
struct Accessibility {
    frame: Frame,
    zh: bool,
}

pub(super) async fn accessibility(State(web): State<Web>, Lang(language): Lang) -> Response {
    let title = w::ACCESSIBILITY.plain(language);
    let page = Accessibility {
        frame: Frame::new(&web, language, "/accessibility", Some(title)),
        zh: language == Language::Zh,
    };
    page::made(&page, language)
}
