//! A part of the programme: `/districts/{slug}`, `/sections/{year}/{slug}`, `/series/{slug}`, `/kinds/{word}`,
//! `/audiences/{word}`.
//!
//! Invariant: each is the page of a feed's scope, so it shows what that feed tells, and is there as long as the feed is.

use std::sync::Arc;

use askama::Template;
use axum::{extract::State, response::Response};
use entity::vocab::{Audience, District, Kind, Language};

use super::{
    super::{
        listed::Listed,
        lookup,
        page::{self, Frame, Lang, Named},
        promise::{Taken, Word, district as district_name, state as told_state},
        said::Said,
        subscribe::{Bar, Part},
        words::{self as w, promise as p},
    },
    Found,
};
use crate::{
    domain::{notice::Notice, search::Search, text::Slug},
    http::Web,
    publish::{Scope, wording::either},
};

/// Activities of each sort on the page; the agenda has all.
const SHOWN: usize = 30;

#[derive(Template)]
#[template(path = "scope.html")]
pub(super) struct Page {
    pub(super) frame: Frame,
    pub(super) over: String,
    pub(super) heading: Said,
    pub(super) about: Option<Said>,
    /// How the promise stands there.
    pub(super) standing: Option<(String, Word)>,
    pub(super) coming: Vec<Listed>,
    pub(super) undated: Vec<Listed>,
    pub(super) past: Vec<Listed>,
    /// All of them on the agenda.
    pub(super) all: Option<(String, String)>,
    pub(super) siblings: Vec<(String, String, bool)>,
    pub(super) bar: Bar,
}

/// What a scope's page is called and what it belongs to.
struct Head {
    scope: Scope,
    /// Below the language.
    path: String,
    over: String,
    heading: Said,
    about: Option<Said>,
    siblings: Vec<(String, String, bool)>,
}

pub(in crate::http::site) async fn district(
    State(web): State<Web>,
    Lang(language): Lang,
    Named(name): Named<String>,
) -> Response {
    let Ok(district) = name.parse::<District>() else {
        return page::missing(&web, language);
    };
    let sibling = |other: &District| {
        let name = either(language, other.zh(), other.en());
        let href = format!("/{language}/districts/{other}");
        (href, name.to_owned(), *other == district)
    };
    let head = Head {
        scope: Scope::District(district),
        path: format!("/districts/{district}"),
        over: w::DISTRICTS.plain(language).to_owned(),
        heading: Said::ours(district_name(district, language)),
        about: None,
        siblings: District::ALL.iter().map(sibling).collect(),
    };
    shown(&web, head, language)
}

pub(in crate::http::site) async fn kind(
    State(web): State<Web>,
    Lang(language): Lang,
    Named(name): Named<String>,
) -> Response {
    let Ok(kind) = name.parse::<Kind>() else {
        return page::missing(&web, language);
    };
    let sibling = |other: &Kind| {
        let name = either(language, other.zh(), other.en());
        let href = format!("/{language}/kinds/{other}");
        (href, name.to_owned(), *other == kind)
    };
    let head = Head {
        scope: Scope::Kind(kind),
        path: format!("/kinds/{kind}"),
        over: w::ALL_KINDS.plain(language).to_owned(),
        heading: Said::ours(either(language, kind.zh(), kind.en())),
        about: None,
        siblings: Kind::ALL.iter().map(sibling).collect(),
    };
    shown(&web, head, language)
}

pub(in crate::http::site) async fn audience(
    State(web): State<Web>,
    Lang(language): Lang,
    Named(name): Named<String>,
) -> Response {
    let Ok(audience) = name.parse::<Audience>() else {
        return page::missing(&web, language);
    };
    let sibling = |other: &Audience| {
        let name = either(language, other.zh(), other.en());
        let href = format!("/{language}/audiences/{other}");
        (href, name.to_owned(), *other == audience)
    };
    let head = Head {
        scope: Scope::Audience(audience),
        path: format!("/audiences/{audience}"),
        over: w::ALL_AUDIENCES.plain(language).to_owned(),
        heading: Said::ours(either(language, audience.zh(), audience.en())),
        about: None,
        siblings: Audience::ALL.iter().map(sibling).collect(),
    };
    shown(&web, head, language)
}

pub(in crate::http::site) async fn series(
    State(web): State<Web>,
    Lang(language): Lang,
    Named(name): Named<String>,
) -> Response {
    let found = name.parse::<Slug>().ok().and_then(|slug| {
        let state = web.services.catalogue.read();
        // One that was deleted keeps its page as it keeps its feed, under its name in addresses.
        if !state.knows_series(&slug) {
            return None;
        }
        let series = state.one_series(&slug.0).map(|series| &series.value);
        let heading = series.map_or_else(
            || Said::ours(slug.0.clone()),
            |series| Said::title(&series.title, language),
        );
        let about = series.and_then(|series| Said::words(&series.description, language));
        let siblings = state.all_series().map(|other| {
            let name = other.value.title.in_language(language).0.to_owned();
            let href = format!("/{language}/series/{}", other.value.slug.0);
            (href, name, other.value.slug == slug)
        });
        Some(Head {
            path: format!("/series/{}", slug.0),
            over: w::OF_SERIES.plain(language).to_owned(),
            heading,
            about,
            siblings: siblings.collect(),
            scope: Scope::Series(slug),
        })
    });
    match found {
        Some(head) => shown(&web, head, language),
        None => page::missing(&web, language),
    }
}

pub(in crate::http::site) async fn section(
    State(web): State<Web>,
    Lang(language): Lang,
    Named((year, name)): Named<(String, String)>,
) -> Response {
    let digits = year.len() == 4 && year.bytes().all(|b| b.is_ascii_digit());
    let year = year.parse::<i32>().ok().filter(|_| digits);
    let found = year
        .zip(name.parse::<Slug>().ok())
        .and_then(|(year, slug)| {
            let state = web.services.catalogue.read();
            if !state.knows_section(year, &slug) {
                return None;
            }
            let edition = state.edition(year).map(|edition| &edition.value);
            let sections = edition.map_or(&[][..], |edition| &edition.sections);
            let title = sections.iter().find(|section| section.slug == slug);
            let sibling = |other: &crate::domain::edition::Section| {
                let name = other.title.in_language(language).0.to_owned();
                let href = format!("/{language}/sections/{year}/{}", other.slug.0);
                (href, name, other.slug == slug)
            };
            Some(Head {
                path: format!("/sections/{year}/{}", slug.0),
                over: w::OF_SECTION.say(language, &[("year", &year.to_string())]),
                heading: title.map_or_else(
                    || Said::ours(slug.0.clone()),
                    |section| Said::title(&section.title, language),
                ),
                about: None,
                siblings: sections.iter().map(sibling).collect(),
                scope: Scope::Section(year, slug),
            })
        });
    match found {
        Some(head) => shown(&web, head, language),
        None => page::missing(&web, language),
    }
}

fn shown(web: &Web, head: Head, language: Language) -> Response {
    let now = web.services.now();
    let selection = head.scope.selection();
    let search = Search {
        selection: selection.clone(),
        ..Search::default()
    };
    let (mut found, taken) = {
        let state = web.services.catalogue.read();
        let edition = lookup::edition(&state, lookup::this_year(web));
        let taken = match head.scope {
            Scope::District(_) => edition.and_then(|year| Taken::of(&state, year, now)),
            _ => None,
        };
        (Found::of(&state, &search, now), taken)
    };
    let standing = taken.and_then(|taken| {
        let Scope::District(district) = head.scope else {
            return None;
        };
        let mut lines = taken.promise.districts.iter();
        let line = lines.find(|line| line.district == district)?;
        let state = told_state(line.state, language);
        let year = taken.promise.year.to_string();
        let label = p::DISTRICTS_PROMISE.plain(language);
        Some((format!("{year} · {label}"), state))
    });
    let count = found.count();
    let cut = [&found.coming, &found.undated, &found.past]
        .iter()
        .any(|notices| notices.len() > SHOWN);
    found.coming.truncate(SHOWN);
    found.undated.truncate(SHOWN);
    found.past.truncate(SHOWN);
    let part = Part::of_scope(head.scope, language);
    let page = Page {
        frame: Frame::new(web, language, &head.path, Some(&head.heading.text))
            .described(head.about.as_ref().map(|about| about.text.clone()))
            .with_feeds(part.discoveries(web, language)),
        over: head.over,
        standing,
        coming: listed(web, &found.coming, language),
        undated: listed(web, &found.undated, language),
        past: listed(web, &found.past, language),
        all: cut.then(|| {
            let text = w::SEE_ALL.say(language, &[("n", &count.to_string())]);
            let href = format!("/{language}/agenda?{}", selection.canonical());
            (href, text)
        }),
        bar: Bar::of(web, &part, language),
        heading: head.heading,
        about: head.about,
        siblings: head.siblings,
    };
    page::made(&page, language)
}

pub(super) fn listed(web: &Web, notices: &[Arc<Notice>], language: Language) -> Vec<Listed> {
    let now = web.services.now();
    let activities = notices.iter().filter_map(|notice| notice.activity.as_ref());
    activities
        .map(|activity| Listed::of(activity, &web.services.links, now, language))
        .collect()
}
