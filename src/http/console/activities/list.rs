//! `/console/activities`: what an office keeps, drafts too, and the lists that people keep under a name.

use askama::Template;
use axum::{
    body::Bytes,
    extract::{RawQuery, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use chrono::Days;
use entity::vocab::{District, Kind, Status};

use super::{
    super::{
        answer::{refused, see, shown},
        form::Form,
        frame::Frame,
        seat::Seated,
        words::{self as w, faults},
    },
    Line,
};
use crate::{
    commands::{
        CommandError,
        list_activities::{Asked, list_activities},
        people::{delete_filter, filters_of, save_filter},
    },
    domain::{
        rights::{Deed, Reach},
        role::Office,
        search::{Search, Terms},
        selection::Selection,
        when::{Day, midnight},
    },
    http::Web,
    publish::wording::{self, either},
};

/// Activities on one page: the filter finds the others.
const MOST: usize = 200;

/// A word to choose.
struct Choice {
    value: String,
    label: String,
    chosen: bool,
}

/// A filter under a name.
struct Saved {
    id: String,
    name: String,
    href: String,
}

#[derive(Template)]
#[template(path = "console/activities.html")]
struct Page {
    frame: Frame,
    lines: Vec<Line>,
    more: bool,
    may_write: bool,
    q: String,
    from: String,
    to: String,
    statuses: Vec<Choice>,
    kinds: Vec<Choice>,
    districts: Vec<Choice>,
    offices: Vec<Choice>,
    years: Vec<Choice>,
    saved: Vec<Saved>,
    query: String,
    ignored: Vec<String>,
    errors: Vec<String>,
}

impl Page {
    /// What is chosen from lists.
    fn selects(&self) -> [(&'static str, &'static str, &[Choice]); 5] {
        let label = |field| w::label(field, self.frame.language);
        [
            ("status", label("status"), &self.statuses),
            ("edition", label("edition"), &self.years),
            ("kind", label("kind"), &self.kinds),
            ("district", label("districts"), &self.districts),
            ("office", label("office"), &self.offices),
        ]
    }
}

/// What a query asks for; what means nothing is passed over, and said.
struct Wanted {
    asked: Asked,
    ignored: Vec<String>,
}

fn words<T: std::str::FromStr>(form: &Form, name: &str, ignored: &mut Vec<String>) -> Vec<T> {
    let sent = form.all(name).flat_map(|values| values.split(','));
    let sent = sent.map(str::trim).filter(|value| !value.is_empty());
    sent.filter_map(|value| {
        let read = value.parse().ok();
        if read.is_none() {
            ignored.push(value.chars().take(60).collect());
        }
        read
    })
    .collect()
}

fn wanted(form: &Form) -> Wanted {
    let mut ignored = Vec::new();
    let day = |name: &str, ignored: &mut Vec<String>| {
        words::<Day>(form, name, ignored).first().map(|day| day.0)
    };
    let search = Search {
        selection: Selection {
            districts: words(form, "district", &mut ignored),
            kinds: words(form, "kind", &mut ignored),
            editions: words(form, "edition", &mut ignored),
            ..Selection::default()
        },
        statuses: words(form, "status", &mut ignored),
        from: day("from", &mut ignored).map(midnight),
        to: day("to", &mut ignored).map(|day| midnight(day + Days::new(1))),
        terms: form.get("q").map(Terms::of).unwrap_or_default(),
    };
    let office = words::<Office>(form, "office", &mut ignored)
        .first()
        .copied();
    Wanted {
        asked: Asked {
            search,
            office,
            after: None,
            limit: MOST,
        },
        ignored,
    }
}

fn choices<T: Copy + PartialEq + std::fmt::Display>(
    all: impl IntoIterator<Item = T>,
    chosen: &[T],
    label: impl Fn(T) -> String,
) -> Vec<Choice> {
    all.into_iter()
        .map(|word| Choice {
            value: word.to_string(),
            label: label(word),
            chosen: chosen.contains(&word),
        })
        .collect()
}

/// The list.
pub(in crate::http::console) async fn page(
    State(web): State<Web>,
    seated: Seated,
    RawQuery(query): RawQuery,
) -> Response {
    list(&web, &seated, &query.unwrap_or_default(), Vec::new()).await
}

async fn list(web: &Web, seated: &Seated, query: &str, errors: Vec<String>) -> Response {
    match page_of(web, seated, query, errors).await {
        Ok(page) => shown(&page, seated.language),
        Err(error) => refused(web, seated, error),
    }
}

async fn page_of(
    web: &Web,
    seated: &Seated,
    query: &str,
    errors: Vec<String>,
) -> Result<Page, CommandError> {
    seated.must(Deed::ReadDrafts)?;
    let (language, now) = (seated.language, web.services.now());
    let form = Form::read(query.as_bytes());
    let Wanted { asked, ignored } = wanted(&form);
    let caller = seated.caller();
    let (found, more) = list_activities(&web.services, Some(&caller), &asked).await?;
    let saved = filters_of(&web.services, &seated.seat.user).await?;
    let years: Vec<i32> = {
        let state = web.services.catalogue.read();
        state.editions().rev().map(|it| it.value.year).collect()
    };
    let selection = &asked.search.selection;
    let text = |name: &str| form.get(name).unwrap_or_default().to_owned();
    let sees_all = seated.reach(Deed::ReadDrafts) == Reach::All;
    let offices = std::iter::once(Office::City)
        .chain(
            District::ALL
                .iter()
                .map(|district| Office::District(*district)),
        )
        .filter(|office| sees_all || seated.seat.role.is_of(*office));
    Ok(Page {
        frame: Frame::new(web, seated, w::ACTIVITIES.plain(language))
            .saying(w::done(Some(query), language)),
        lines: found.iter().map(|it| Line::of(it, now, language)).collect(),
        more,
        may_write: seated.may(Deed::WriteActivity),
        q: text("q"),
        from: text("from"),
        to: text("to"),
        statuses: choices(Status::ALL.iter().copied(), &asked.search.statuses, |it| {
            either(language, it.zh(), it.en()).to_owned()
        }),
        kinds: choices(Kind::ALL.iter().copied(), &selection.kinds, |it| {
            either(language, it.zh(), it.en()).to_owned()
        }),
        districts: choices(District::ALL.iter().copied(), &selection.districts, |it| {
            either(language, it.zh(), it.en()).to_owned()
        }),
        offices: choices(offices, asked.office.as_slice(), |it| {
            wording::office(it, language)
        }),
        years: choices(years, &selection.editions, |it| it.to_string()),
        saved: saved
            .into_iter()
            .map(|filter| Saved {
                id: filter.id,
                name: filter.name,
                href: format!("/console/activities?{}", filter.query),
            })
            .collect(),
        query: query.to_owned(),
        ignored,
        errors,
    })
}

/// Keeps a list under a name.
pub(in crate::http::console) async fn save(
    State(web): State<Web>,
    seated: Seated,
    body: Bytes,
) -> Response {
    let form = Form::read(&body);
    let text = |name: &str| form.get(name).unwrap_or_default();
    let query = text("query");
    match save_filter(&web.services, &seated.seat.user, text("name"), query).await {
        Ok(()) => see(&format!("/console/activities?{}", plain(query))),
        Err(error @ (CommandError::Invalid(_) | CommandError::Conflict(_))) => {
            let told = faults::told(&error, seated.language);
            let page = list(&web, &seated, query, told).await;
            (StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
        }
        Err(error) => refused(&web, &seated, error),
    }
}

/// A query as an address can hold it.
fn plain(query: &str) -> String {
    let pairs = url::form_urlencoded::parse(query.as_bytes());
    url::form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
}

/// Forgets a list.
pub(in crate::http::console) async fn forget(
    State(web): State<Web>,
    seated: Seated,
    body: Bytes,
) -> Response {
    let form = Form::read(&body);
    let id = form.get("filter").unwrap_or_default();
    match delete_filter(&web.services, &seated.seat.user, id).await {
        Ok(()) => see("/console/activities"),
        Err(error) => refused(&web, &seated, error),
    }
}
