//! A part of the programme that can be subscribed to: its feeds, and how apps are opened with them.
//!
//! Owns the addresses. Refuses to know how they are shown. Invariant: what a page shows by a selection has feeds of that
//! very selection, under the shortest address that there is.

use entity::vocab::{Language, NoticeKind};

use super::{
    super::{page::Discovery, words as w},
    qr::Qr,
};
use crate::{
    domain::selection::Selection,
    http::Web,
    publish::{Cancelled, FeedKey, Format, News, Options, Scope, Tongue},
};

/// What tells a part of the programme from the whole.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    scope: Scope,
    selection: Selection,
    pub(crate) tongue: Tongue,
    pub(crate) options: Options,
    pub(crate) notices: Vec<NoticeKind>,
}

impl Part {
    /// A scope in a page's language.
    pub(crate) fn of_scope(scope: Scope, language: Language) -> Self {
        Self {
            scope,
            selection: Selection::default(),
            tongue: Tongue::One(language),
            options: Options::default(),
            notices: Vec::new(),
        }
    }

    /// What a selection asks for; its scope where it is one.
    pub(crate) fn of_selection(web: &Web, selection: Selection, language: Language) -> Self {
        match scope_of(&selection).filter(|scope| is_there(web, scope)) {
            Some(scope) => Self::of_scope(scope, language),
            None => Self {
                selection,
                ..Self::of_scope(Scope::All, language)
            },
        }
    }

    /// The same by its selection alone: a scope may go with what it is named after, a selection stays.
    pub(crate) fn without_scope(self) -> Self {
        let selection = match self.selection.is_everything() {
            true => self.scope.selection(),
            false => self.selection,
        };
        Self {
            scope: Scope::All,
            selection,
            ..self
        }
    }

    /// Its calendar.
    pub(crate) fn calendar(&self) -> FeedKey {
        FeedKey {
            selection: self.selection.clone(),
            options: self.options.clone(),
            ..FeedKey::of(self.tongue, self.scope.clone(), Format::Ics)
        }
    }

    /// The same for Google, which hides what is marked as cancelled.
    fn calendar_for_google(&self) -> FeedKey {
        let mut key = self.calendar();
        if key.options.cancelled == Cancelled::Status {
            key.options.cancelled = Cancelled::Mark;
        }
        key
    }

    /// Its notices.
    pub(crate) fn news(&self, format: News) -> FeedKey {
        let tongue = Tongue::One(self.tongue.first());
        FeedKey {
            selection: self.selection.clone(),
            notices: self.notices.clone(),
            ..FeedKey::of(tongue, self.scope.clone(), Format::News(format))
        }
    }

    /// What it is called; none for the whole programme.
    pub(crate) fn name(&self, web: &Web, language: Language) -> Option<String> {
        let key = FeedKey {
            tongue: Tongue::One(language),
            options: Options::default(),
            ..self.calendar()
        };
        web.publisher.part(&key)
    }

    /// What its page's head points readers to.
    pub(crate) fn discoveries(&self, web: &Web, language: Language) -> Vec<Discovery> {
        let name = web.publisher.title(&self.news(News::Rss));
        let calendar = Discovery {
            media_type: "text/calendar",
            title: w::CALENDAR_OF.say(language, &[("scope", &name)]),
            url: web.publisher.address(&self.calendar()),
        };
        let news = w::NEWS_OF.say(language, &[("scope", &name)]);
        let of = |(format, media_type, written): (News, &'static str, &str)| Discovery {
            media_type,
            title: format!("{news} ({written})"),
            url: web.publisher.address(&self.news(format)),
        };
        let news = [
            (News::Rss, "application/rss+xml", "RSS"),
            (News::Atom, "application/atom+xml", "Atom"),
            (News::Json, "application/feed+json", "JSON Feed"),
        ];
        [calendar].into_iter().chain(news.map(of)).collect()
    }

    /// Everything that a page offers of it.
    pub(crate) fn addresses(&self, web: &Web) -> Addresses {
        let address = |key: &FeedKey| web.publisher.address(key);
        let calendar = address(&self.calendar());
        let google = address(&self.calendar_for_google());
        let name = web.publisher.title(&self.calendar());
        Addresses {
            webcal: webcal(&calendar),
            google: self::google(&google),
            outlook: outlook("outlook.live.com", &calendar, &name),
            office: outlook("outlook.office.com", &calendar, &name),
            rss: address(&self.news(News::Rss)),
            atom: address(&self.news(News::Atom)),
            json: address(&self.news(News::Json)),
            calendar,
        }
    }
}

/// Where a part is subscribed to.
pub(crate) struct Addresses {
    pub(crate) calendar: String,
    pub(crate) webcal: String,
    pub(crate) google: String,
    pub(crate) outlook: String,
    pub(crate) office: String,
    pub(crate) rss: String,
    pub(crate) atom: String,
    pub(crate) json: String,
}

/// The address that calendar apps open.
pub(crate) fn webcal(address: &str) -> String {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    format!("webcal://{rest}")
}

fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// The address that opens Google's calendar with one of ours.
pub(crate) fn google(address: &str) -> String {
    let cid = encoded(&webcal(address));
    format!("https://calendar.google.com/calendar/r?cid={cid}")
}

/// The address that opens Outlook with a calendar of ours.
pub(crate) fn outlook(host: &str, address: &str, name: &str) -> String {
    let (url, name) = (encoded(address), encoded(name));
    format!("https://{host}/calendar/0/addfromweb?url={url}&name={name}")
}

/// The bar under what a page shows.
pub(crate) struct Bar {
    pub(crate) heading: String,
    pub(crate) addresses: Addresses,
    /// The builder with this selection.
    pub(crate) builder: String,
    /// What of the page the feeds leave out.
    pub(crate) note: Option<String>,
    pub(crate) qr: Option<Qr>,
}

impl Bar {
    /// For a part, as a page in a language shows it.
    pub(crate) fn of(web: &Web, part: &Part, language: Language) -> Self {
        let name = part.name(web, language);
        let what = name.unwrap_or_else(|| w::EVERYTHING.plain(language).to_owned());
        let query = part.scope.selection().canonical();
        let query = match (query.as_str(), part.selection.canonical()) {
            ("", selection) => selection,
            _ => query,
        };
        let addresses = part.addresses(web);
        Self {
            qr: Qr::of(&addresses.webcal),
            heading: w::SUBSCRIBE_TO.say(language, &[("what", &what)]),
            addresses,
            builder: match query.as_str() {
                "" => format!("/{language}/subscribe"),
                query => format!("/{language}/subscribe?{query}"),
            },
            note: None,
        }
    }

    /// Says that the page is narrower than its feeds.
    pub(crate) fn noted(self, note: String) -> Self {
        Self {
            note: Some(note),
            ..self
        }
    }
}

/// Whether there is or was such a part: an edition may not have a section that another one has.
fn is_there(web: &Web, scope: &Scope) -> bool {
    match scope {
        Scope::Section(year, slug) => web.services.catalogue.read().knows_section(*year, slug),
        _ => true,
    }
}

/// The scope that selects the same.
fn scope_of(selection: &Selection) -> Option<Scope> {
    let one = |scope: Scope| (scope.selection() == *selection).then_some(scope);
    if selection.is_everything() {
        return Some(Scope::All);
    }
    let district = selection.districts.first();
    let section = selection.sections.first().zip(selection.editions.first());
    let candidates = [
        district.map(|it| Scope::District(*it)),
        section.map(|(slug, year)| Scope::Section(*year, slug.clone())),
        selection.kinds.first().map(|it| Scope::Kind(*it)),
        selection.audiences.first().map(|it| Scope::Audience(*it)),
        selection.series.first().map(|it| Scope::Series(it.clone())),
        selection.editions.first().map(|it| Scope::Edition(*it)),
        selection.highlight.map(|_| Scope::Highlights),
    ];
    candidates.into_iter().flatten().find_map(one)
}
