//! `/{lang}/agenda` and `/{lang}/search`: all activities, by what the address selects.
//!
//! Invariant: the address is the selection: what is chosen on the page stands in it, in its one form, and the feeds on
//! the page are of that selection and say what they leave out.

use std::sync::Arc;

use askama::Template;
use axum::{extract::State, http::Uri, response::Response};
use chrono::{DateTime, Utc};
use entity::vocab::{Language, Status};

use super::{
    super::{
        listed::Listed,
        page::{self, Frame, Lang},
        promise::full_month,
        subscribe::{Bar, Part},
        words as w,
    },
    Asked, Filter, Found,
};
use crate::{
    catalogue,
    domain::{notice::Notice, search::Search, selection::Sieve},
    http::Web,
    publish::wording::{Phrase, either},
};

/// Activities on a page.
const SHOWN: usize = 40;

#[derive(Template)]
#[template(path = "agenda.html")]
struct Page {
    frame: Frame,
    heading: String,
    about: &'static str,
    action: String,
    asked: Asked,
    filter: Filter,
    statuses: Vec<(&'static str, &'static str, bool)>,
    from: String,
    to: String,
    open: bool,
    count: String,
    ignored: Option<String>,
    groups: Vec<Group>,
    pages: Option<Steps>,
    bar: Bar,
}

/// Activities under one heading.
struct Group {
    heading: String,
    listed: Vec<Listed>,
}

/// The way to other pages of the same list.
struct Steps {
    here: String,
    earlier: Option<String>,
    later: Option<String>,
}

/// A line under its heading, before it is cut into pages.
struct Line {
    heading: String,
    notice: Arc<Notice>,
}

pub(in crate::http::site) async fn page(
    State(web): State<Web>,
    Lang(language): Lang,
    uri: Uri,
) -> Response {
    let query = uri.query().unwrap_or_default();
    let now = web.services.now();
    let is_search = uri.path().ends_with("/search");
    let (asked, lines, filter) = {
        let state = web.services.catalogue.read();
        let asked = Asked::read(query, &state);
        // Where something was passed over, the page says so, and its address stays as it was asked for.
        if asked.ignored.is_empty() && !asked.is_canonical(query) {
            return onward(uri.path(), &asked.canonical());
        }
        let search = asked.search();
        let lines = match (asked.words.is_empty(), asked.from.or(asked.to)) {
            (false, _) => ranked(&state, &search, language),
            (true, Some(_)) => by_month(&state, &search, language),
            (true, None) => by_turn(&state, &search, now, language),
        };
        let filter = Filter::of(&state, &asked.selection, language);
        (asked, lines, filter)
    };
    let shown = Shown {
        asked,
        lines,
        filter,
        is_search,
    };
    shown.answer(&web, language)
}

struct Shown {
    asked: Asked,
    lines: Vec<Line>,
    filter: Filter,
    is_search: bool,
}

impl Shown {
    fn answer(self, web: &Web, language: Language) -> Response {
        let Self {
            mut asked,
            lines,
            filter,
            is_search,
        } = self;
        let count = lines.len();
        let pages = count.div_ceil(SHOWN).max(1);
        asked.page = asked.page.min(pages);
        let canonical = asked.canonical();
        let stem = if is_search { "/search" } else { "/agenda" };
        let to = |query: &str| match query {
            "" => stem.to_owned(),
            query => format!("{stem}?{query}"),
        };
        let heading = match asked.words.as_str() {
            "" if is_search => w::SEARCH.plain(language).to_owned(),
            "" => w::AGENDA.plain(language).to_owned(),
            words => w::SEARCH_FOR.say(language, &[("q", words)]),
        };
        let part = Part::of_selection(web, asked.selection.clone(), language);
        let mut bar = Bar::of(web, &part, language);
        if asked.is_more_than_selection() {
            let what = part.name(web, language);
            let what = what.unwrap_or_else(|| w::EVERYTHING.plain(language).to_owned());
            bar = bar.noted(w::BAR_PARTLY.say(language, &[("what", &what)]));
        }
        let about = w::AGENDA_ABOUT.plain(language);
        let path = to(&canonical);
        let mut frame = Frame::new(web, language, &path, Some(&heading))
            .described(Some(about.to_owned()))
            .with_feeds(part.discoveries(web, language));
        // Search engines find each activity by itself; questions have no end.
        if is_search || !asked.is_everything() || asked.page > 1 {
            frame = frame.unlisted();
        }
        let address = |page: usize| format!("/{language}{}", to(&asked.on_page(page)));
        let steps = (pages > 1).then(|| Steps {
            here: w::PAGE_N.say(
                language,
                &[("n", &asked.page.to_string()), ("of", &pages.to_string())],
            ),
            earlier: (asked.page > 1).then(|| address(asked.page - 1)),
            later: (asked.page < pages).then(|| address(asked.page + 1)),
        });
        let here = lines.iter().skip((asked.page - 1) * SHOWN).take(SHOWN);
        let page = Page {
            about,
            action: format!("/{language}{stem}"),
            statuses: [
                Status::Scheduled,
                Status::Rescheduled,
                Status::Postponed,
                Status::Cancelled,
                Status::Held,
            ]
            .map(|status| {
                let name = either(language, status.zh(), status.en());
                (status.as_str(), name, asked.statuses.contains(&status))
            })
            .into(),
            from: asked.from.map(|day| day.to_string()).unwrap_or_default(),
            to: asked.to.map(|day| day.to_string()).unwrap_or_default(),
            open: !asked.selection.is_everything() || !asked.statuses.is_empty(),
            count: told(count, language),
            ignored: w::ignored(&asked.ignored, language),
            groups: grouped(web, here, language),
            pages: steps,
            frame,
            heading,
            filter,
            bar,
            asked,
        };
        page::made_of(&page, language, canonical)
    }
}

fn told(count: usize, language: Language) -> String {
    match count {
        0 => w::FOUND_NONE.plain(language).to_owned(),
        1 => w::FOUND_ONE.plain(language).to_owned(),
        n => w::FOUND.say(language, &[("n", &n.to_string())]),
    }
}

/// To the one form of the address.
fn onward(path: &str, query: &str) -> Response {
    let to = match query {
        "" => path.to_owned(),
        query => format!("{path}?{query}"),
    };
    page::moved(&to)
}

/// What comes, what has no date, what is over.
fn by_turn(
    state: &catalogue::State,
    search: &Search,
    now: DateTime<Utc>,
    language: Language,
) -> Vec<Line> {
    let found = Found::of(state, search, now);
    let under = |heading: Phrase, notices: Vec<Arc<Notice>>| {
        let heading = heading.plain(language).to_owned();
        notices.into_iter().map(move |notice| Line {
            heading: heading.clone(),
            notice,
        })
    };
    under(w::COMING, found.coming)
        .chain(under(w::UNDATED, found.undated))
        .chain(under(w::PAST, found.past))
        .collect()
}

/// What is looked for, in no order.
fn wanted<'s>(state: &'s catalogue::State, search: &Search) -> Vec<&'s catalogue::Entry> {
    let sieve = Sieve::of(&[&search.selection]);
    let found = state.sifted(&sieve);
    found
        .filter(|entry| search.wants(entry.activity()))
        .collect()
}

/// From the first day on, month by month.
fn by_month(state: &catalogue::State, search: &Search, language: Language) -> Vec<Line> {
    let mut found = wanted(state, search);
    found.sort_by_cached_key(|entry| {
        let activity = entry.activity();
        (activity.content.when.starts_at(), activity.id.clone())
    });
    found
        .into_iter()
        .map(|entry| Line {
            heading: match entry.activity().content.when.month() {
                Some(month) => full_month(month, language),
                None => w::UNDATED.plain(language).to_owned(),
            },
            notice: Arc::clone(&entry.last),
        })
        .collect()
}

/// What answers best first; of what answers alike, the latest.
fn ranked(state: &catalogue::State, search: &Search, language: Language) -> Vec<Line> {
    let mut found = wanted(state, search);
    found.sort_by_cached_key(|entry| {
        let activity = entry.activity();
        let starts = activity.shown_when().starts_at();
        let rank = search.terms.rank(activity);
        (std::cmp::Reverse((rank, starts)), activity.id.clone())
    });
    found
        .into_iter()
        .map(|entry| Line {
            heading: w::AGENDA.plain(language).to_owned(),
            notice: Arc::clone(&entry.last),
        })
        .collect()
}

fn grouped<'l>(web: &Web, lines: impl Iterator<Item = &'l Line>, language: Language) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for line in lines {
        let Some(activity) = &line.notice.activity else {
            continue;
        };
        let listed = Listed::of(activity, &web.services.links, web.services.now(), language);
        match groups.last_mut() {
            Some(group) if group.heading == line.heading => group.listed.push(listed),
            _ => groups.push(Group {
                heading: line.heading.clone(),
                listed: vec![listed],
            }),
        }
    }
    groups
}
