//! `/{lang}/venues/{name}`: what takes place in one place.
//!
//! Owns how a venue is named in addresses: by its name as the activities write it, since nobody gives venues ids.
//! Invariant: activities of one venue stand on one page, whatever else their venue says.

use std::collections::BTreeMap;

use axum::{extract::State, response::Response};
use entity::vocab::{District, Language, Status};

use super::{
    super::{
        page::{self, Frame, Lang, Named},
        promise::district,
        said::Said,
        subscribe::{Bar, Part},
        words as w,
    },
    Found,
    scope::{Page, listed},
};
use crate::{
    catalogue::{self, Entry},
    domain::activity::Activity,
    http::Web,
    publish::{Scope, wording::enumeration},
};

/// The name that a venue has in addresses: the Chinese one, else the English one.
pub(in crate::http::site) fn name(activity: &Activity) -> Option<&str> {
    let name = &activity.content.venue.as_ref()?.name;
    name.zh.as_deref().or(name.en.as_deref())
}

/// A venue's page, below the language.
pub(in crate::http::site) fn path(name: &str) -> String {
    // A slash inside of a name is not the end of it.
    let encoded: String = url::form_urlencoded::byte_serialize(name.as_bytes()).collect();
    format!("/venues/{}", encoded.replace('+', "%20"))
}

fn public(state: &catalogue::State) -> impl Iterator<Item = &Entry> {
    state
        .activities()
        .filter(|entry| entry.activity().status != Status::Withdrawn)
}

/// Every venue with how many activities it has, those with the most first.
pub(super) fn all(state: &catalogue::State, language: Language) -> Vec<(Said, String, usize)> {
    let mut venues: BTreeMap<&str, (&Activity, usize)> = BTreeMap::new();
    for entry in public(state) {
        let activity = entry.activity();
        if let Some(name) = name(activity) {
            venues.entry(name).or_insert((activity, 0)).1 += 1;
        }
    }
    let mut venues: Vec<_> = venues.into_iter().collect();
    venues.sort_by_key(|(name, (_, count))| (std::cmp::Reverse(*count), *name));
    venues
        .into_iter()
        .map(|(name, (activity, count))| {
            let venue = activity.content.venue.as_ref();
            let told = venue.and_then(|venue| Said::words(&venue.name, language));
            (told.unwrap_or_else(|| Said::ours(name)), path(name), count)
        })
        .collect()
}

pub(in crate::http::site) async fn page(
    State(web): State<Web>,
    Lang(language): Lang,
    Named(asked): Named<String>,
) -> Response {
    let (found, heading, districts) = {
        let state = web.services.catalogue.read();
        let here = || public(&state).filter(|entry| name(entry.activity()) == Some(asked.as_str()));
        let Some(venue) = here().find_map(|entry| entry.activity().content.venue.as_ref()) else {
            drop(state);
            return page::missing(&web, language);
        };
        let heading = Said::words(&venue.name, language);
        let mut districts: Vec<District> = here()
            .flat_map(|entry| entry.activity().content.districts.iter().copied())
            .collect();
        districts.sort_unstable();
        districts.dedup();
        (Found::among(here(), web.services.now()), heading, districts)
    };
    let heading = heading.unwrap_or_else(|| Said::ours(asked.clone()));
    let scope = match districts.as_slice() {
        [only] => Scope::District(*only),
        _ => Scope::All,
    };
    let part = Part::of_scope(scope, language);
    let names = districts.iter().map(|it| district(*it, language));
    let names = enumeration(names, language);
    let page = Page {
        frame: Frame::new(&web, language, &path(&asked), Some(&heading.text)),
        over: w::OF_VENUE.plain(language).to_owned(),
        about: (!names.is_empty()).then(|| {
            let told = w::VENUE_IN.say(language, &[("district", &names)]);
            Said::ours(told)
        }),
        heading,
        standing: None,
        coming: listed(&web, &found.coming, language),
        undated: listed(&web, &found.undated, language),
        past: listed(&web, &found.past, language),
        all: None,
        siblings: Vec::new(),
        bar: Bar::of(&web, &part, language).noted(w::VENUE_NOTE.plain(language).to_owned()),
    };
    page::made(&page, language)
}
