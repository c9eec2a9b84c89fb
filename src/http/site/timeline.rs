//! `/{lang}/notices`: the log for people, the newest first, month by month, by what the address selects.
//!
//! Invariant: it is what the news of the same selection tell, and those stand on the page.

use std::sync::Arc;

use askama::Template;
use axum::{extract::State, http::Uri, response::Response};
use entity::vocab::{Language, NoticeKind};

use super::{
    browse::{Asked, Filter},
    page::{self, Frame, Lang},
    promise::full_month,
    subscribe::{Bar, Part},
    told::{Detail, Told},
    words as w,
};
use crate::{
    catalogue,
    domain::{
        notice::Notice,
        selection::{Selection, Sieve},
        when::Month,
    },
    http::Web,
    publish::{news, wording::either},
};

/// Notices on a page.
const SHOWN: usize = 50;

#[derive(Template)]
#[template(path = "notices.html")]
struct Page {
    frame: Frame,
    action: String,
    filter: Filter,
    kinds: Vec<(&'static str, &'static str, bool)>,
    open: bool,
    ignored: Option<String>,
    months: Vec<Group>,
    here: Option<String>,
    earlier: Option<String>,
    later: Option<String>,
    bar: Bar,
}

/// A month's notices.
struct Group {
    name: String,
    notices: Vec<Told>,
}

/// What the address asks for.
struct Chosen {
    asked: Asked,
    kinds: Vec<NoticeKind>,
}

impl Chosen {
    fn read(query: &str, state: &catalogue::State) -> Self {
        let mut asked = Asked::read(query, state);
        let mut kinds = Vec::new();
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            if name == "notice" {
                for word in value.split(',').filter(|word| !word.is_empty()) {
                    match word.parse::<NoticeKind>() {
                        Ok(kind) => kinds.push(kind),
                        Err(_) => asked.ignore(word),
                    }
                }
            }
        }
        kinds.sort_unstable();
        kinds.dedup();
        Self { asked, kinds }
    }

    fn wants(&self, notice: &Notice) -> bool {
        let of_kind = match self.kinds.as_slice() {
            [] => news::is_told(notice.kind),
            kinds => kinds.contains(&notice.kind),
        };
        of_kind && Selection::all_match(&[&self.asked.selection], notice)
    }

    fn on_page(&self, page: usize) -> String {
        let kinds: Vec<&str> = self.kinds.iter().map(|kind| kind.as_str()).collect();
        let parts = [
            self.asked.selection.canonical(),
            match kinds.is_empty() {
                true => String::new(),
                false => format!("notice={}", kinds.join(",")),
            },
            match page {
                0 | 1 => String::new(),
                n => format!("page={n}"),
            },
        ];
        let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        parts.join("&")
    }
}

pub(super) async fn page(State(web): State<Web>, Lang(language): Lang, uri: Uri) -> Response {
    let (chosen, notices, pages, filter) = {
        let state = web.services.catalogue.read();
        let mut chosen = Chosen::read(uri.query().unwrap_or_default(), &state);
        let sieve = Sieve::of(&[&chosen.asked.selection]);
        let all = state
            .newest_sifted(&sieve)
            .filter(|notice| chosen.wants(notice) && !state.is_taken_back(notice));
        let all: Vec<&Arc<Notice>> = all.collect();
        let pages = all.len().div_ceil(SHOWN).max(1);
        let page = chosen.asked.page.min(pages);
        let here = all.iter().skip((page - 1) * SHOWN).take(SHOWN);
        let notices: Vec<Arc<Notice>> = here.map(|notice| Arc::clone(notice)).collect();
        chosen.asked.page = page;
        let filter = Filter::of(&state, &chosen.asked.selection, language);
        (chosen, notices, pages, filter)
    };
    let page = chosen.asked.page;
    let query = chosen.on_page(page);
    let path = |query: &str| match query {
        "" => "/notices".to_owned(),
        query => format!("/notices?{query}"),
    };
    let title = w::NOTICES.plain(language);
    let about = w::NOTICES_ABOUT.plain(language).to_owned();
    let mut part = Part::of_selection(&web, chosen.asked.selection.clone(), language);
    part.notices.clone_from(&chosen.kinds);
    let mut frame = Frame::new(&web, language, &path(&query), Some(title))
        .described(Some(about))
        .with_feeds(part.discoveries(&web, language));
    if !query.is_empty() {
        frame = frame.unlisted();
    }
    let to = |page: usize| format!("/{language}{}", path(&chosen.on_page(page)));
    let shown = Page {
        frame,
        action: format!("/{language}/notices"),
        filter,
        kinds: kinds(&chosen.kinds, language),
        open: !query.is_empty(),
        ignored: w::ignored(&chosen.asked.ignored, language),
        months: by_month(&web, &notices, language),
        here: (pages > 1).then(|| {
            let parts = [("n", &*page.to_string()), ("of", &*pages.to_string())];
            w::PAGE_N.say(language, &parts)
        }),
        earlier: (page > 1).then(|| to(page - 1)),
        later: (page < pages).then(|| to(page + 1)),
        bar: Bar::of(&web, &part, language),
    };
    page::made_of(&shown, language, query)
}

/// Each kind that can be chosen.
fn kinds(chosen: &[NoticeKind], language: Language) -> Vec<(&'static str, &'static str, bool)> {
    let all = NoticeKind::ALL.iter();
    all.map(|kind| {
        let name = either(language, kind.zh(), kind.en());
        (kind.as_str(), name, chosen.contains(kind))
    })
    .collect()
}

fn by_month(web: &Web, notices: &[Arc<Notice>], language: Language) -> Vec<Group> {
    let mut months: Vec<Group> = Vec::new();
    for notice in notices {
        let name = full_month(Month::of_instant(notice.published_at), language);
        let told = Told::cut(notice, Detail::Brief, &web.services.links, language);
        match months.last_mut() {
            Some(group) if group.name == name => group.notices.push(told),
            _ => months.push(Group {
                name,
                notices: vec![told],
            }),
        }
    }
    months
}
