//! The lists of parts: `/districts`, `/series`, `/kinds`, `/audiences`, `/venues`.

use askama::Template;
use axum::{extract::State, response::Response};
use entity::vocab::{Audience, District, Kind, Language, Status};

use super::{
    super::{
        lookup,
        page::{self, Frame, Lang},
        promise::{Promised, Taken},
        said::Said,
        words::{self as w, promise as p},
    },
    venue,
};
use crate::{
    catalogue,
    domain::activity::Content,
    http::Web,
    publish::wording::{Phrase, either},
};

#[derive(Template)]
#[template(path = "index.html")]
struct Page {
    frame: Frame,
    heading: &'static str,
    about: Option<&'static str>,
    promised: Option<Promised>,
    parts: Vec<Part>,
}

/// A line.
struct Part {
    name: Said,
    href: String,
    count: String,
}

/// How many public activities are of a sort.
fn count(state: &catalogue::State, is_its: impl Fn(&Content) -> bool) -> usize {
    state
        .activities()
        .map(catalogue::Entry::activity)
        .filter(|activity| activity.status != Status::Withdrawn && is_its(&activity.content))
        .count()
}

fn told(count: usize, language: Language) -> String {
    match count {
        0 => w::COUNT_NONE.plain(language).to_owned(),
        1 => w::COUNT_ONE.plain(language).to_owned(),
        n => w::COUNT.say(language, &[("n", &n.to_string())]),
    }
}

fn shown(
    web: &Web,
    path: &str,
    heading: Phrase,
    parts: Vec<(Said, String, usize)>,
    language: Language,
) -> Response {
    let heading = heading.plain(language);
    let parts = parts.into_iter().map(|(name, path, count)| Part {
        name,
        href: format!("/{language}{path}"),
        count: told(count, language),
    });
    let page = Page {
        frame: Frame::new(web, language, path, Some(heading)),
        heading,
        about: None,
        promised: None,
        parts: parts.collect(),
    };
    page::made(&page, language)
}

pub(in crate::http::site) async fn districts(
    State(web): State<Web>,
    Lang(language): Lang,
) -> Response {
    let (taken, counts) = {
        let state = web.services.catalogue.read();
        let year = lookup::edition(&state, lookup::this_year(&web));
        let taken = year.and_then(|year| Taken::of(&state, year, web.services.now()));
        let districts = District::ALL.iter().map(|district| {
            let name = either(language, district.zh(), district.en());
            let count = count(&state, |content| content.districts.contains(district));
            (Said::ours(name), format!("/districts/{district}"), count)
        });
        (taken, districts.collect::<Vec<_>>())
    };
    let links = &web.services.links;
    let heading = p::DISTRICTS_PROMISE.plain(language);
    let about = w::ALL_DISTRICTS_ABOUT.plain(language);
    let parts = counts.into_iter().map(|(name, path, count)| Part {
        name,
        href: format!("/{language}{path}"),
        count: told(count, language),
    });
    let page = Page {
        frame: Frame::new(&web, language, "/districts", Some(heading))
            .described(Some(about.to_owned())),
        heading,
        about: Some(about),
        promised: taken.map(|taken| Promised::of(&taken, links, language)),
        parts: parts.collect(),
    };
    page::made(&page, language)
}

pub(in crate::http::site) async fn kinds(State(web): State<Web>, Lang(language): Lang) -> Response {
    let parts = {
        let state = web.services.catalogue.read();
        let parts = Kind::ALL.iter().map(|kind| {
            let name = either(language, kind.zh(), kind.en());
            let count = count(&state, |content| content.kind == Some(*kind));
            (Said::ours(name), format!("/kinds/{kind}"), count)
        });
        parts.collect()
    };
    shown(&web, "/kinds", w::ALL_KINDS, parts, language)
}

pub(in crate::http::site) async fn audiences(
    State(web): State<Web>,
    Lang(language): Lang,
) -> Response {
    let parts = {
        let state = web.services.catalogue.read();
        let parts = Audience::ALL.iter().map(|audience| {
            let name = either(language, audience.zh(), audience.en());
            let count = count(&state, |content| content.audiences.contains(audience));
            (Said::ours(name), format!("/audiences/{audience}"), count)
        });
        parts.collect()
    };
    shown(&web, "/audiences", w::ALL_AUDIENCES, parts, language)
}

pub(in crate::http::site) async fn series(
    State(web): State<Web>,
    Lang(language): Lang,
) -> Response {
    let parts = {
        let state = web.services.catalogue.read();
        let parts = state.all_series().map(|series| {
            let slug = &series.value.slug;
            let count = count(&state, |content| content.series.as_ref() == Some(slug));
            let name = Said::title(&series.value.title, language);
            (name, format!("/series/{}", slug.0), count)
        });
        parts.collect()
    };
    shown(&web, "/series", w::ALL_SERIES, parts, language)
}

pub(in crate::http::site) async fn venues(
    State(web): State<Web>,
    Lang(language): Lang,
) -> Response {
    let parts = venue::all(&web.services.catalogue.read(), language);
    shown(&web, "/venues", w::ALL_VENUES, parts, language)
}
