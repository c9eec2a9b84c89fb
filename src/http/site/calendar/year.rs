//! A year: what happens in each of its months.

use std::sync::Arc;

use askama::Template;
use axum::response::Response;
use entity::vocab::{Language, Status};

use super::{
    super::{
        listed::Listed,
        lookup,
        page::{self, Frame},
        promise::{Promised, Taken, Word, full_month},
        subscribe::{Bar, Part},
        words::{self as w, promise as p},
    },
    month::touches,
};
use crate::{
    domain::{notice::Notice, when::Month},
    http::Web,
    publish::Scope,
};

/// Activities of a month on the page.
const SHOWN: usize = 8;

#[derive(Template)]
#[template(path = "year.html")]
struct Page {
    frame: Frame,
    heading: String,
    about: String,
    months: Vec<Card>,
    undated: Vec<Listed>,
    years: Vec<(String, i32, bool)>,
    promise: Option<String>,
    bar: Bar,
}

/// A month.
struct Card {
    href: String,
    name: String,
    state: Option<Word>,
    listed: Vec<Listed>,
    /// How many more there are.
    more: Option<String>,
}

pub(super) fn page(web: &Web, year: i32, language: Language) -> Option<Response> {
    let now = web.services.now();
    let this_year = lookup::this_year(web);
    let (months, undated, years, taken) = {
        let state = web.services.catalogue.read();
        let years = lookup::years(&state, this_year);
        if !years.contains(&year) {
            return None;
        }
        let mut months: Vec<Vec<Arc<Notice>>> = vec![Vec::new(); 12];
        let mut undated = Vec::new();
        for entry in state.activities() {
            let activity = entry.activity();
            if activity.status == Status::Withdrawn {
                continue;
            }
            let when = activity.shown_when();
            for (notices, n) in months.iter_mut().zip(1..) {
                let month = Month::new(year, n);
                if month.is_some_and(|month| touches(when, month)) {
                    notices.push(Arc::clone(&entry.last));
                }
            }
            if when.month().is_none() && activity.content.edition == year {
                undated.push(Arc::clone(&entry.last));
            }
        }
        (months, undated, years, Taken::of(&state, year, now))
    };
    let links = &web.services.links;
    let listed = |notices: &[Arc<Notice>]| -> Vec<Listed> {
        let activities = notices.iter().filter_map(|it| it.activity.as_ref());
        activities
            .map(|activity| Listed::of(activity, links, now, language))
            .collect()
    };
    let promised = taken
        .as_ref()
        .map(|taken| Promised::of(taken, links, language));
    let cards = months.into_iter().zip(1..).filter_map(|(mut notices, n)| {
        notices.sort_by_cached_key(|notice| {
            let activity = notice.activity.as_ref();
            let starts = activity.and_then(|it| it.shown_when().starts_at());
            (starts, notice.activity_id.clone())
        });
        let more = notices.len().saturating_sub(SHOWN);
        notices.truncate(SHOWN);
        let month = Month::new(year, n)?;
        Some(Card {
            href: format!("/{language}/calendar/{month}"),
            name: full_month(month, language),
            state: promised
                .as_ref()
                .and_then(|promised| promised.months.get(n as usize - 1))
                .map(|cell| cell.state),
            listed: listed(&notices),
            more: (more > 0).then(|| w::MORE.say(language, &[("n", &more.to_string())])),
        })
    });
    let text = year.to_string();
    let heading = w::CALENDAR_OF_YEAR.say(language, &[("year", &text)]);
    let about = w::YEAR_ABOUT.say(language, &[("year", &text)]);
    let part = match taken {
        Some(_) => Part::of_scope(Scope::Edition(year), language),
        None => Part::of_scope(Scope::All, language),
    };
    let path = format!("/calendar/{year}");
    let page = Page {
        frame: Frame::new(web, language, &path, Some(&heading))
            .described(Some(about.clone()))
            .with_feeds(part.discoveries(web, language)),
        months: cards.collect(),
        undated: listed(&undated),
        years: years
            .map(|other| {
                let href = format!("/{language}/calendar/{other}");
                (href, other, other == year)
            })
            .collect(),
        promise: taken.map(|_| format!("/{language}/promise/{year}")),
        bar: Bar::of(web, &part, language),
        heading,
        about,
    };
    Some(page::made(&page, language))
}
