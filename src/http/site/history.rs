//! `/{lang}/e/{id}-{slug}/history`: every notice of an activity, the newest first.

use std::sync::Arc;

use askama::Template;
use axum::{extract::State, response::Response};

use super::{
    activity::away,
    lookup,
    page::{self, Frame, Lang, Named},
    said::Said,
    told::{Detail, Told},
    words as w,
};
use crate::http::Web;

#[derive(Template)]
#[template(path = "history.html")]
struct History {
    frame: Frame,
    title: Said,
    activity: String,
    notices: Vec<Told>,
}

pub(super) async fn page(
    State(web): State<Web>,
    Lang(language): Lang,
    Named(key): Named<String>,
) -> Response {
    let links = &web.services.links;
    let found = {
        let state = web.services.catalogue.read();
        lookup::find(&state, links, language, &key, "/history")
            .map(|entry| (Arc::clone(&entry.last), lookup::notices(&state, entry)))
    };
    let (last, notices) = match found {
        Ok(found) => found,
        Err(absence) => return away(&web, language, &absence),
    };
    let Some(activity) = &last.activity else {
        return page::missing(&web, language);
    };
    let (title, _) = activity.content.title.in_language(language);
    let title = w::HISTORY_OF.say(language, &[("title", title)]);
    let path = format!("/e/{}-{}/history", activity.id, activity.slug.0);
    let history = History {
        frame: Frame::new(&web, language, &path, Some(&title)),
        title: Said::title(&activity.content.title, language),
        activity: lookup::path(links, language, activity),
        notices: notices
            .iter()
            .rev()
            .map(|notice| Told::cut(notice, Detail::Brief, links, language))
            .collect(),
    };
    page::made(&history, language)
}
