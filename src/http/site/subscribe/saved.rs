//! `/{lang}/saved` and `/{lang}/saved/{key}`: a subscription that is kept under an address of its own, and changed.
//!
//! Owns the page of who keeps it. Refuses to know how it is stored. Invariants: there is no account and no cookie: the
//! page's address is the right to change it, so no other page learns of that address, no search engine, no log.

use askama::Template;
use axum::{
    body::Bytes,
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use entity::vocab::Language;

use super::{
    super::{
        browse::{Filter, Found},
        listed::Listed,
        page::{self, Frame, Lang, Named},
        shelf::{Framing, Made},
        words as w,
    },
    builder::Fields,
    form::Form,
    part::webcal,
    qr::Qr,
};
use crate::{
    commands::{
        CommandError,
        saved::{Wanted, change_saved, end_saved, keep_saved, load_saved},
    },
    domain::search::Search,
    http::{Web, problem::Problem},
    publish::{FeedKey, News},
    store::saved::Saved,
};

/// Activities that are shown.
const SHOWN: usize = 3;

#[derive(Template)]
#[template(path = "saved.html")]
struct Page {
    frame: Frame,
    action: String,
    changed: bool,
    filter: Filter,
    fields: Fields,
    what: String,
    count: String,
    next: Vec<Listed>,
    calendar: String,
    webcal: String,
    google: String,
    rss: String,
    atom: String,
    json: String,
    qr: Option<Qr>,
}

#[derive(Template)]
#[template(path = "absent.html")]
struct Ended {
    frame: Frame,
    title: &'static str,
    why: &'static str,
}

/// What a form wants, as feeds.
fn wanted(form: &Form) -> Wanted {
    let part = form.part();
    Wanted {
        calendar: part.calendar().to_string(),
        news: part.news(News::Rss).to_string(),
    }
}

fn read(web: &Web, body: &Bytes, language: Language) -> Form {
    let body = String::from_utf8_lossy(body);
    Form::read(&body, &web.services.catalogue.read(), language)
}

/// Keeps what the builder's form says.
pub(in crate::http::site) async fn keep(
    State(web): State<Web>,
    Lang(language): Lang,
    body: Bytes,
) -> Response {
    let form = read(&web, &body, language);
    match keep_saved(&web.services, wanted(&form)).await {
        Ok(kept) => see(&format!("/{language}/saved/{}", kept.key)),
        Err(CommandError::Conflict(_)) => {
            let page = notice(&web, language, (w::SAVED, w::SAVED_FULL));
            let retry = [(header::RETRY_AFTER, "3600")];
            (StatusCode::SERVICE_UNAVAILABLE, retry, page).into_response()
        }
        Err(error) => Problem::from(error).into_response(),
    }
}

/// The page of who keeps it.
pub(in crate::http::site) async fn page(
    State(web): State<Web>,
    Lang(language): Lang,
    Named(key): Named<String>,
    uri: axum::http::Uri,
) -> Response {
    let saved = match load_saved(&web.services, &key).await {
        Ok(saved) => saved,
        Err(CommandError::NotFound { .. }) => return page::missing(&web, language),
        Err(error) => return Problem::from(error).into_response(),
    };
    if saved.ended_at.is_some() {
        let page = notice(&web, language, (w::SAVED_ENDED, w::SAVED_ENDED_WHY));
        return (StatusCode::GONE, page).into_response();
    }
    match shown(&web, &saved, &key, uri.query() == Some("changed"), language) {
        Some(page) => private(page::rendered(&page), language).into_response(),
        None => page::missing(&web, language),
    }
}

fn shown(web: &Web, saved: &Saved, key: &str, changed: bool, language: Language) -> Option<Page> {
    let calendar = FeedKey::read(&saved.calendar).ok()?;
    let news = FeedKey::read(&saved.news).ok()?;
    let form = Form {
        selection: {
            let mut selection = calendar.scope.selection();
            if selection.is_everything() {
                selection.clone_from(&calendar.selection);
            }
            selection
        },
        tongue: calendar.tongue,
        options: calendar.options,
        changes: !news.notices.is_empty(),
        ignored: Vec::new(),
    };
    let (filter, found) = {
        let state = web.services.catalogue.read();
        let search = Search {
            selection: form.selection.clone(),
            ..Search::default()
        };
        let filter = Filter::of(&state, &form.selection, language);
        (filter, Found::of(&state, &search, web.services.now()))
    };
    let links = &web.services.links;
    let address = |extension: &str| links.to(&format!("/s/{}.{extension}", saved.id));
    let next = found.coming.iter().take(SHOWN);
    let calendar = address("ics");
    let encoded: String =
        url::form_urlencoded::byte_serialize(webcal(&calendar).as_bytes()).collect();
    let what = form.part().name(web, language);
    // The way to the other language must hold the key, and no other link does.
    let path = format!("/saved/{key}");
    Some(Page {
        frame: Frame::new(web, language, &path, Some(w::SAVED.plain(language))).unlisted(),
        action: format!("/{language}{path}"),
        changed,
        filter,
        fields: Fields::of(&form, language),
        what: what.unwrap_or_else(|| w::EVERYTHING.plain(language).to_owned()),
        count: w::BUILDER_COUNT.say(language, &[("n", &found.count().to_string())]),
        next: next
            .filter_map(|notice| notice.activity.as_ref())
            .map(|activity| Listed::of(activity, links, language))
            .collect(),
        webcal: webcal(&calendar),
        google: format!("https://calendar.google.com/calendar/r?cid={encoded}"),
        rss: address("rss"),
        atom: address("atom"),
        json: address("json"),
        qr: Qr::of(&webcal(&calendar)),
        calendar,
    })
}

/// Makes it what the form says.
pub(in crate::http::site) async fn change(
    State(web): State<Web>,
    Lang(language): Lang,
    Named(key): Named<String>,
    body: Bytes,
) -> Response {
    let form = read(&web, &body, language);
    match change_saved(&web.services, &key, wanted(&form)).await {
        Ok(id) => {
            web.saves.forget(&id);
            see(&format!("/{language}/saved/{key}?changed"))
        }
        Err(CommandError::NotFound { .. }) => page::missing(&web, language),
        Err(CommandError::Conflict(_)) => see(&format!("/{language}/saved/{key}")),
        Err(error) => Problem::from(error).into_response(),
    }
}

/// Ends it.
pub(in crate::http::site) async fn end(
    State(web): State<Web>,
    Lang(language): Lang,
    Named(key): Named<String>,
) -> Response {
    match end_saved(&web.services, &key).await {
        Ok(id) => {
            web.saves.forget(&id);
            see(&format!("/{language}/saved/{key}"))
        }
        Err(CommandError::NotFound { .. }) => page::missing(&web, language),
        Err(error) => Problem::from(error).into_response(),
    }
}

/// 303 to a page of who keeps it.
fn see(path: &str) -> Response {
    let Ok(to) = HeaderValue::from_str(path) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let headers = [
        (header::LOCATION, to),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (
            header::REFERRER_POLICY,
            HeaderValue::from_static("no-referrer"),
        ),
    ];
    (StatusCode::SEE_OTHER, headers).into_response()
}

fn private(document: String, language: Language) -> Made {
    Made {
        query: None,
        framing: Framing::Private,
        ..Made::page(document, language)
    }
}

/// A page that only says something.
fn notice(
    web: &Web,
    language: Language,
    (title, why): (
        crate::publish::wording::Phrase,
        crate::publish::wording::Phrase,
    ),
) -> Response {
    let title = title.plain(language);
    let page = Ended {
        frame: Frame::new(web, language, "/subscribe", Some(title)).unlisted(),
        title,
        why: why.plain(language),
    };
    page::document(page::rendered(&page), language)
}
