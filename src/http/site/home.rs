//! `/{lang}/`: the promise of the edition, what comes next, what is new, and how to be told.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use entity::vocab::Language;

use super::{
    browse::Found,
    listed::Listed,
    lookup, negotiate,
    page::{self, Frame, Lang},
    promise::{Promised, Taken},
    said::Said,
    subscribe::{Bar, Part},
    told::{self, Detail, Told},
    words::{self as w, promise as p},
};
use crate::{
    catalogue,
    domain::{notice::Notice, search::Search},
    http::Web,
    publish::{Scope, wording::either},
};

/// Activities of each sort on the page.
const ACTIVITIES: usize = 8;
/// Notices on the page.
const NOTICES: usize = 8;

/// `/`: to the language that the reader prefers.
pub(super) async fn choose(headers: HeaderMap) -> Response {
    let to = match negotiate::preferred(&headers) {
        Language::Zh => "/zh/",
        Language::En => "/en/",
    };
    let headers = [
        (header::LOCATION, to),
        (header::VARY, "Accept-Language"),
        (header::CACHE_CONTROL, "no-cache"),
    ]
    .map(|(name, value)| (name, HeaderValue::from_static(value)));
    (StatusCode::FOUND, headers).into_response()
}

/// `/zh`: the slash belongs to it.
pub(super) async fn slash(Lang(language): Lang) -> Response {
    page::moved(&format!("/{language}/"))
}

#[derive(Template)]
#[template(path = "home.html")]
struct Home {
    frame: Frame,
    heading: String,
    introduction: String,
    theme: Option<(i32, Said)>,
    promised: Option<Promised>,
    promise: String,
    activities_title: &'static str,
    activities_note: Option<&'static str>,
    activities: Vec<Listed>,
    undated: Vec<Listed>,
    notices: Vec<Told>,
    bar: Bar,
}

pub(super) async fn page(State(web): State<Web>, Lang(language): Lang) -> Response {
    let chosen = Chosen::of(&web.services.catalogue.read(), &web);
    let (links, now) = (&web.services.links, web.services.now());
    let programme = &web.settings.programme;
    let introduction = either(
        language,
        &programme.description.zh,
        &programme.description.en,
    );
    let listed = |notices: &[Arc<Notice>]| {
        notices
            .iter()
            .filter_map(|notice| notice.activity.as_ref())
            .map(|activity| Listed::of(activity, links, now, language))
            .collect::<Vec<_>>()
    };
    let Chosen { found, .. } = &chosen;
    let undated = listed(&found.undated);
    let (activities, title, note) = match (found.coming.as_slice(), found.past.as_slice()) {
        ([], _) if !undated.is_empty() => (Vec::new(), &w::NEXT, None),
        ([], []) => (Vec::new(), &w::NEXT, Some(&w::NOTHING_YET)),
        ([], past) => (listed(past), &w::RECENT, Some(&w::NONE_COMING)),
        (coming, _) => (listed(coming), &w::NEXT, None),
    };
    let taken = chosen.promise.as_ref();
    let year = taken.map_or_else(|| lookup::this_year(&web), |taken| taken.edition.year);
    let all = Part::of_scope(Scope::All, language);
    let home = Home {
        frame: Frame::new(&web, language, "/", None).described(Some(introduction.to_owned())),
        heading: either(language, &programme.name.zh, &programme.name.en).to_owned(),
        introduction: introduction.to_owned(),
        theme: taken.and_then(|taken| {
            let theme = Said::words(&taken.edition.theme, language)?;
            Some((taken.edition.year, theme))
        }),
        promised: taken.map(|taken| Promised::of(taken, links, language)),
        promise: format!("/{language}/promise/{year}"),
        activities_title: title.plain(language),
        activities_note: note.map(|note| note.plain(language)),
        activities,
        undated,
        notices: chosen
            .notices
            .iter()
            .map(|notice| Told::cut(notice, Detail::Brief, links, language))
            .collect(),
        bar: Bar::of(&web, &all, language),
    };
    page::made(&home, language)
}

/// What the page tells of the catalogue.
struct Chosen {
    found: Found,
    notices: Vec<Arc<Notice>>,
    promise: Option<Taken>,
}

impl Chosen {
    fn of(state: &catalogue::State, web: &Web) -> Self {
        let (now, year) = (web.services.now(), lookup::this_year(web));
        let mut found = Found::of(state, &Search::default(), now);
        found.coming.truncate(ACTIVITIES);
        found.past.truncate(ACTIVITIES);
        // What was put off for good in another year is no news on the first page.
        found.undated.retain(|notice| {
            let activity = notice.activity.as_ref();
            activity.is_some_and(|activity| activity.content.edition >= year)
        });
        found.undated.truncate(ACTIVITIES);
        Self {
            found,
            notices: told::latest(state, NOTICES),
            promise: lookup::edition(state, year).and_then(|year| Taken::of(state, year, now)),
        }
    }
}
