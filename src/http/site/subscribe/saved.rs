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
        page::{self, Discovery, Frame, Lang, Named},
        shelf::{Framing, Made},
        words as w,
    },
    builder::Fields,
    form::Form,
    part::{google, outlook, webcal},
    qr::Qr,
};
use crate::{
    commands::{
        CommandError,
        saved::{Wanted, change_saved, end_saved, keep_saved, load_saved},
    },
    domain::search::Search,
    http::{Web, problem::Problem},
    publish::{FeedKey, News, wording::Phrase},
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
    outlook: String,
    office: String,
    own: String,
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
fn wanted(web: &Web, form: &Form) -> Wanted {
    let part = form.part(web).without_scope();
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
    match keep_saved(&web.services, wanted(&web, &form)).await {
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
        Err(CommandError::NotFound { .. }) => return missing(&web, language),
        Err(error) => return Problem::from(error).into_response(),
    };
    if saved.ended_at.is_some() {
        let page = notice(&web, language, (w::SAVED_ENDED, w::SAVED_ENDED_WHY));
        return (StatusCode::GONE, page).into_response();
    }
    match shown(&web, &saved, &key, uri.query() == Some("changed"), language) {
        Some(page) => private(page::rendered(&page), language).into_response(),
        None => missing(&web, language),
    }
}

fn shown(web: &Web, saved: &Saved, key: &str, changed: bool, language: Language) -> Option<Page> {
    let calendar = FeedKey::read(&saved.calendar).ok()?;
    let news = FeedKey::read(&saved.news).ok()?;
    let form = Form {
        selection: calendar.selection,
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
    let (links, now) = (&web.services.links, web.services.now());
    let address = |extension: &str| links.to(&format!("/s/{}.{extension}", saved.id));
    let next = found.coming.iter().take(SHOWN);
    let calendar = address("ics");
    let title = w::SAVED.plain(language);
    let what = form.part(web).name(web, language);
    // The way to the other language must hold the key, and no other link does.
    let path = format!("/saved/{key}");
    Some(Page {
        frame: Frame::new(web, language, &path, Some(title))
            .with_feeds(vec![
                Discovery {
                    media_type: "text/calendar",
                    title: title.to_owned(),
                    url: calendar.clone(),
                },
                Discovery {
                    media_type: "application/rss+xml",
                    title: title.to_owned(),
                    url: address("rss"),
                },
            ])
            .unlisted(),
        action: format!("/{language}{path}"),
        changed,
        filter,
        fields: Fields::of(&form, language),
        what: what.unwrap_or_else(|| w::EVERYTHING.plain(language).to_owned()),
        count: w::BUILDER_COUNT.say(language, &[("n", &found.count().to_string())]),
        next: next
            .filter_map(|notice| notice.activity.as_ref())
            .map(|activity| Listed::of(activity, links, now, language))
            .collect(),
        webcal: webcal(&calendar),
        google: google(&calendar),
        outlook: outlook("outlook.live.com", &calendar, title),
        office: outlook("outlook.office.com", &calendar, title),
        own: links.to(&format!("/{language}{path}")),
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
    match change_saved(&web.services, &key, wanted(&web, &form)).await {
        Ok(id) => {
            web.saves.forget(&id);
            see(&format!("/{language}/saved/{key}?changed"))
        }
        Err(CommandError::NotFound { .. }) => missing(&web, language),
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
        Err(CommandError::NotFound { .. }) => missing(&web, language),
        Err(error) => Problem::from(error).into_response(),
    }
}

/// 303 to a page of who keeps it.
fn see(path: &str) -> Response {
    let Ok(to) = HeaderValue::from_str(path) else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    hidden((StatusCode::SEE_OTHER, [(header::LOCATION, to)]).into_response())
}

fn private(document: String, language: Language) -> Made {
    Made {
        query: None,
        framing: Framing::Private,
        ..Made::page(document, language)
    }
}

/// A page that only says something.
fn notice(web: &Web, language: Language, (title, why): (Phrase, Phrase)) -> Response {
    let title = title.plain(language);
    let page = Ended {
        frame: Frame::new(web, language, "/subscribe", Some(title)).unlisted(),
        title,
        why: why.plain(language),
    };
    hidden(page::document(page::rendered(&page), language))
}

/// That there is none with that key.
fn missing(web: &Web, language: Language) -> Response {
    hidden(page::missing(web, language))
}

/// Kept by nobody, and its address told to nobody.
fn hidden(mut response: Response) -> Response {
    for (name, value) in [
        (header::CACHE_CONTROL, "private, no-store"),
        (header::REFERRER_POLICY, "no-referrer"),
    ] {
        let value = HeaderValue::from_static(value);
        response.headers_mut().insert(name, value);
    }
    response
}
