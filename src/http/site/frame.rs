//! What stands around a page's content: head, navigation, foot.
//!
//! Owns what all pages say. Refuses to know any of them. Invariant: every page says whose time it tells, in which language it is, and where the other one stands.

use entity::vocab::Language;

use super::{
    assets,
    lang::{other, tag},
    lookup::{self, this_year},
    words as w,
};
use crate::{
    http::Web,
    links::Links,
    publish::wording::{Phrase, either},
};

/// A feed that a page points readers and calendar apps to.
pub(super) struct Discovery {
    pub(super) media_type: &'static str,
    pub(super) title: String,
    pub(super) url: String,
}

impl Discovery {
    /// The feeds of a scope, by what its news and its calendar are called.
    pub(super) fn all(
        links: &Links,
        language: Language,
        scope: &str,
        news: &str,
        calendar: &str,
    ) -> impl Iterator<Item = Self> {
        let news = [
            ("application/rss+xml", "rss", "RSS"),
            ("application/atom+xml", "atom", "Atom"),
            ("application/feed+json", "json", "JSON Feed"),
        ]
        .map(|(media_type, extension, format)| Self {
            media_type,
            title: format!("{news} ({format})"),
            url: links.feed(language, scope, extension),
        });
        let calendar = Self {
            media_type: "text/calendar",
            title: calendar.to_owned(),
            url: links.feed(language, scope, "ics"),
        };
        news.into_iter().chain([calendar])
    }
}

/// Whether search engines are to keep a page.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Indexing {
    Listed,
    Unlisted,
}

/// What stands around a page's content.
pub(super) struct Frame {
    pub(super) language: Language,
    pub(super) title: String,
    pub(super) description: Option<String>,
    /// Its own feeds, before the programme's.
    pub(super) discoveries: Vec<Discovery>,
    pub(super) programme: String,
    email: String,
    links: Links,
    /// Its address below the language, starting with a slash.
    path: String,
    /// Where search engines find what stands here, below the language.
    canonical: String,
    indexing: Indexing,
    /// A picture of its own for whoever shares it.
    picture: Option<String>,
    /// The year of the calendar that the navigation leads to.
    year: i32,
    /// The edition whose promise it leads to.
    edition: Option<i32>,
}

impl Frame {
    /// Not to be called while the catalogue is read.
    pub(super) fn new(web: &Web, language: Language, path: &str, title: Option<&str>) -> Self {
        let settings = &web.settings.programme;
        let programme = either(language, &settings.name.zh, &settings.name.en).to_owned();
        let title = title.map_or_else(
            || programme.clone(),
            |page| w::TITLE.say(language, &[("page", page), ("programme", &programme)]),
        );
        let links = web.services.links.clone();
        let say = |phrase: Phrase| phrase.say(language, &[("programme", &programme)]);
        let (news, calendar) = (say(w::NEWS_OF_ALL), say(w::CALENDAR_OF_ALL));
        let discoveries = Discovery::all(&links, language, "all", &news, &calendar);
        Self {
            language,
            title,
            description: Some(
                either(language, &settings.description.zh, &settings.description.en).to_owned(),
            ),
            discoveries: discoveries.collect(),
            email: settings.contact_email.clone(),
            programme,
            path: path.to_owned(),
            canonical: path.to_owned(),
            indexing: Indexing::Listed,
            picture: None,
            year: this_year(web),
            edition: lookup::edition(&web.services.catalogue.read(), this_year(web)),
            links,
        }
    }

    /// Its own feeds, before the programme's.
    pub(super) fn with_feeds(mut self, feeds: Vec<Discovery>) -> Self {
        let known = |feed: &Discovery| self.discoveries.iter().any(|own| own.url == feed.url);
        let new: Vec<Discovery> = feeds.into_iter().filter(|feed| !known(feed)).collect();
        self.discoveries.splice(0..0, new);
        self
    }

    /// The picture that is shown with a link to it, by its path.
    pub(super) fn pictured(mut self, path: &str) -> Self {
        self.picture = Some(self.links.to(path));
        self
    }

    /// Says that what stands here is found elsewhere: another address below the language.
    pub(super) fn found_at(mut self, canonical: &str) -> Self {
        canonical.clone_into(&mut self.canonical);
        self
    }

    /// Keeps it out of search engines.
    pub(super) fn unlisted(mut self) -> Self {
        self.indexing = Indexing::Unlisted;
        self
    }

    /// Says what it is about, where that is known better than by what the programme is about.
    pub(super) fn described(mut self, description: Option<String>) -> Self {
        self.description = description.or(self.description);
        self
    }

    pub(super) fn is_listed(&self) -> bool {
        self.indexing == Indexing::Listed
    }

    pub(super) fn say(&self, phrase: Phrase) -> &'static str {
        phrase.plain(self.language)
    }

    pub(super) fn tag(&self) -> &'static str {
        tag(self.language)
    }

    pub(super) fn other_tag(&self) -> &'static str {
        tag(other(self.language))
    }

    /// What the other language is called in itself.
    pub(super) fn other_name(&self) -> &'static str {
        either(self.language, "English", "中文")
    }

    pub(super) fn local(&self, path: &str) -> String {
        format!("/{}{path}", self.language)
    }

    pub(super) fn in_other_language(&self) -> String {
        format!("/{}{}", other(self.language), self.path)
    }

    pub(super) fn contact(&self) -> String {
        w::CONTACT_US.say(self.language, &[("email", &self.email)])
    }

    pub(super) fn canonical_url(&self) -> String {
        self.links.to(&self.local(&self.canonical))
    }

    /// Where each language of it is found; the last is for everybody else.
    pub(super) fn alternates(&self) -> Vec<(&'static str, String)> {
        let at = |language: Language| self.links.to(&format!("/{language}{}", self.canonical));
        let anybody = if self.canonical == "/" {
            self.links.to("/")
        } else {
            at(Language::Zh)
        };
        vec![
            (tag(Language::Zh), at(Language::Zh)),
            (tag(Language::En), at(Language::En)),
            ("x-default", anybody),
        ]
    }

    /// Whether it has a picture of its own; all have one size.
    pub(super) fn is_pictured(&self) -> bool {
        self.picture.is_some()
    }

    /// Its picture, else the programme's.
    pub(super) fn picture(&self) -> String {
        let own = self.picture.clone();
        own.unwrap_or_else(|| self.links.to("/feeds/icon.png"))
    }

    /// Whether it is in Chinese.
    pub(super) fn is_chinese(&self) -> bool {
        self.language == Language::Zh
    }

    /// What Open Graph calls the language.
    pub(super) fn locale(&self) -> &'static str {
        either(self.language, "zh_CN", "en_GB")
    }

    /// This year's calendar.
    pub(super) fn calendar(&self) -> String {
        self.local(&format!("/calendar/{}", self.year))
    }

    /// The promise of the present edition.
    pub(super) fn promise(&self) -> Option<String> {
        self.edition
            .map(|year| self.local(&format!("/promise/{year}")))
    }

    pub(super) fn script(&self) -> String {
        assets::path(&assets::SCRIPT)
    }

    pub(super) fn stylesheet(&self) -> String {
        assets::path(&assets::STYLE)
    }

    pub(super) fn icon(&self) -> String {
        assets::path(&assets::ICON)
    }
}
