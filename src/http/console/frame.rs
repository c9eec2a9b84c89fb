//! What stands around a page of the console.

use entity::vocab::Language;

use super::{seat::Seated, words as w};
use crate::{
    domain::rights::Deed,
    http::{
        Web,
        site::{assets, lang},
    },
    publish::wording::{Phrase, either},
};

/// A place that the navigation leads to.
pub(super) struct Place {
    pub(super) href: &'static str,
    pub(super) label: &'static str,
    /// Whether it is where one is.
    pub(super) is_here: bool,
}

/// What stands around a page's content.
pub(super) struct Frame {
    pub(super) language: Language,
    pub(super) title: String,
    pub(super) programme: String,
    /// Whose page it is; none before the login.
    pub(super) login: Option<String>,
    pub(super) role: String,
    pub(super) places: Vec<Place>,
    /// What was just done.
    pub(super) done: Option<String>,
}

/// Where each right leads to.
const PLACES: [(&str, Phrase, Option<Deed>); 11] = [
    ("/console", w::INBOX, Some(Deed::ReadDrafts)),
    ("/console/activities", w::ACTIVITIES, Some(Deed::ReadDrafts)),
    ("/console/proposals", w::PROPOSALS, Some(Deed::ReadDrafts)),
    ("/console/sources", w::SOURCES, Some(Deed::ManageSources)),
    ("/console/import", w::IMPORT, Some(Deed::Import)),
    ("/console/editions", w::EDITIONS, Some(Deed::ReadDrafts)),
    ("/console/webhooks", w::WEBHOOKS, Some(Deed::Webhooks)),
    ("/console/feeds", w::FEEDS, Some(Deed::ReadClients)),
    ("/console/people", w::PEOPLE, Some(Deed::ManagePeople)),
    ("/console/audit", w::AUDIT, Some(Deed::ReadAudit)),
    ("/console/account", w::ACCOUNT, None),
];

impl Frame {
    /// For somebody who sits there.
    pub(super) fn new(web: &Web, seated: &Seated, title: &str) -> Self {
        let language = seated.language;
        let places = PLACES
            .into_iter()
            .filter(|(_, _, deed)| deed.is_none_or(|deed| seated.may(deed)))
            .map(|(href, label, _)| Place {
                href,
                label: label.plain(language),
                is_here: label.plain(language) == title,
            });
        Self {
            login: Some(seated.seat.login.clone()),
            role: w::role(seated.seat.role, language),
            places: places.collect(),
            ..Self::outside(web, language, title)
        }
    }

    /// For somebody who is not in yet.
    pub(super) fn outside(web: &Web, language: Language, title: &str) -> Self {
        let name = &web.settings.programme.name;
        let programme = either(language, &name.zh, &name.en).to_owned();
        Self {
            language,
            title: w::TITLE.say(language, &[("page", title), ("programme", &programme)]),
            programme,
            login: None,
            role: String::new(),
            places: Vec::new(),
            done: None,
        }
    }

    /// Says at the top what was just done.
    pub(super) fn saying(mut self, done: Option<String>) -> Self {
        self.done = done;
        self
    }

    pub(super) fn say(&self, phrase: Phrase) -> &'static str {
        phrase.plain(self.language)
    }

    pub(super) fn tag(&self) -> &'static str {
        lang::tag(self.language)
    }

    pub(super) fn other(&self) -> Language {
        lang::other(self.language)
    }

    pub(super) fn other_tag(&self) -> &'static str {
        lang::tag(self.other())
    }

    pub(super) fn other_name(&self) -> &'static str {
        either(self.language, "English", "中文")
    }

    pub(super) fn site(&self) -> String {
        format!("/{}/", self.language)
    }

    pub(super) fn stylesheet(&self) -> String {
        assets::path(&assets::STYLE)
    }

    pub(super) fn console_stylesheet(&self) -> String {
        assets::path(&assets::CONSOLE)
    }

    pub(super) fn icon(&self) -> String {
        assets::path(&assets::ICON)
    }
}
