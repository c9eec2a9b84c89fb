//! `/{lang}/subscribe`: choose, see what is found, take the address.

use askama::Template;
use axum::{extract::State, http::Uri, response::Response};

use super::{
    super::{
        browse::{Filter, Found},
        listed::Listed,
        page::{self, Frame, Lang},
        words as w,
    },
    form::{Choosable, Form},
    part::Addresses,
    qr::Qr,
};
use crate::{domain::search::Search, http::Web};

/// Activities that are shown.
const SHOWN: usize = 3;

#[derive(Template)]
#[template(path = "subscribe.html")]
struct Page {
    frame: Frame,
    action: String,
    save: String,
    filter: Filter,
    fields: Fields,
    ignored: Option<String>,
    what: String,
    count: String,
    next: Vec<Listed>,
    feeds: Addresses,
    qr: Option<Qr>,
}

/// What is chosen beside the selection.
pub(super) struct Fields {
    pub(super) languages: Vec<Choosable>,
    pub(super) cancelled: Vec<Choosable>,
    pub(super) alarms: Vec<Choosable>,
    pub(super) changes: bool,
}

impl Fields {
    pub(super) fn of(form: &Form, language: entity::vocab::Language) -> Self {
        Self {
            languages: form.languages(language),
            cancelled: form.cancelled(language),
            alarms: form.alarms(language),
            changes: form.changes,
        }
    }
}

pub(in crate::http::site) async fn page(
    State(web): State<Web>,
    Lang(language): Lang,
    uri: Uri,
) -> Response {
    let query = uri.query().unwrap_or_default();
    let (form, filter, found) = {
        let state = web.services.catalogue.read();
        let form = Form::read(query, &state, language);
        let filter = Filter::of(&state, &form.selection, language);
        let search = Search {
            selection: form.selection.clone(),
            ..Search::default()
        };
        let found = Found::of(&state, &search, web.services.now());
        (form, filter, found)
    };
    let canonical = form.canonical(language);
    let path = match canonical.as_str() {
        "" => "/subscribe".to_owned(),
        query => format!("/subscribe?{query}"),
    };
    let part = form.part(&web);
    let title = w::BUILDER.plain(language);
    let about = w::BUILDER_ABOUT.plain(language);
    let mut frame = Frame::new(&web, language, &path, Some(title))
        .described(Some(about.to_owned()))
        .with_feeds(part.discoveries(&web, language));
    if !canonical.is_empty() {
        frame = frame.unlisted();
    }
    let (links, now) = (&web.services.links, web.services.now());
    let next = found.coming.iter().take(SHOWN);
    let feeds = part.addresses(&web);
    let page = Page {
        frame,
        action: format!("/{language}/subscribe"),
        save: format!("/{language}/saved"),
        filter,
        fields: Fields::of(&form, language),
        ignored: w::ignored(&form.ignored, language),
        what: part
            .name(&web, language)
            .unwrap_or_else(|| w::EVERYTHING.plain(language).to_owned()),
        count: w::BUILDER_COUNT.say(language, &[("n", &found.count().to_string())]),
        next: next
            .filter_map(|notice| notice.activity.as_ref())
            .map(|activity| Listed::of(activity, links, now, language))
            .collect(),
        qr: Qr::of(&feeds.webcal),
        feeds,
    };
    page::made_of(&page, language, canonical)
}
