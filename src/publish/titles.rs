//! What feeds are called and what they say they hold.

use entity::vocab::{Audience, District, Kind, Language, Mode, NoticeKind, Strand};

use super::{
    key::FeedKey,
    scope::Scope,
    site::Site,
    wording::{self, either},
};
use crate::domain::text::Text;

/// What a feed is called and what it says it holds, before it says in which format.
pub(super) struct Titles {
    pub(super) name: String,
    pub(super) about: String,
}

impl Titles {
    /// `subject` is what the activity, the series or the section that a feed is about is called.
    pub(super) fn of(
        site: &Site,
        key: &FeedKey,
        subject: Option<&Text>,
        language: Language,
    ) -> Self {
        let programme = site.name(language);
        let (scope, about) = named(key, subject, language);
        let whole = scope.is_empty();
        let parts = [("programme", programme), ("scope", scope.as_str())];
        if whole {
            return Self {
                name: programme.to_owned(),
                about: site.description(language).to_owned(),
            };
        }
        Self {
            name: wording::FEED_OF.say(language, &parts),
            about: about.say(language, &parts),
        }
    }
}

/// What tells a feed from that of the whole programme, empty for that one; and how its content is described.
pub(super) fn named(
    key: &FeedKey,
    subject: Option<&Text>,
    language: Language,
) -> (String, wording::Phrase) {
    let (scope, about) = scope(&key.scope, subject, language);
    let parts: Vec<String> = scope.into_iter().chain(selected(key, language)).collect();
    (parts.join(" · "), about)
}

fn scope(
    scope: &Scope,
    subject: Option<&Text>,
    language: Language,
) -> (Option<String>, wording::Phrase) {
    let titled = |name: &str| {
        let title = subject.map(|text| text.in_language(language).0);
        title.unwrap_or(name).to_owned()
    };
    let (name, about) = match scope {
        Scope::All | Scope::Feeds => return (None, wording::CALENDAR_ABOUT_SELECTION),
        Scope::Planning => (
            wording::PLANNING.plain(language).to_owned(),
            wording::CALENDAR_ABOUT_PLANNING,
        ),
        Scope::District(district) => {
            let name = either(language, district.zh(), district.en());
            (
                wording::DISTRICT.say(language, &[("district", name)]),
                wording::CALENDAR_ABOUT_DISTRICT,
            )
        }
        Scope::Section(year, slug) => {
            let section = titled(&slug.0);
            let parts = [("section", section.as_str()), ("year", &year.to_string())];
            (
                wording::SECTION_OF.say(language, &parts),
                wording::CALENDAR_ABOUT_SELECTION,
            )
        }
        Scope::Kind(kind) => (
            either(language, kind.zh(), kind.en()).to_owned(),
            wording::CALENDAR_ABOUT_SELECTION,
        ),
        Scope::Audience(audience) => (
            either(language, audience.zh(), audience.en()).to_owned(),
            wording::CALENDAR_ABOUT_SELECTION,
        ),
        Scope::Series(slug) => (titled(&slug.0), wording::CALENDAR_ABOUT_SELECTION),
        Scope::Edition(year) => (year.to_string(), wording::CALENDAR_ABOUT_EDITION),
        Scope::Highlights => (
            wording::HIGHLIGHT.plain(language).to_owned(),
            wording::CALENDAR_ABOUT_SELECTION,
        ),
        Scope::Activity(id) => (titled(id.as_str()), wording::CALENDAR_ABOUT_ACTIVITY),
    };
    (Some(name), about)
}

fn labels<T: Copy>(
    words: &[T],
    language: Language,
    zh: fn(T) -> &'static str,
    en: fn(T) -> &'static str,
) -> Vec<&'static str> {
    let label = |word: &T| either(language, zh(*word), en(*word));
    words.iter().map(label).collect()
}

/// What an address asks for behind its question mark, in words; none where that is everything.
fn selected(key: &FeedKey, language: Language) -> Option<String> {
    let selection = &key.selection;
    let mut parts: Vec<String> = Vec::new();
    let mut part = |names: Vec<&str>| {
        if !names.is_empty() {
            parts.push(wording::enumeration(names, language));
        }
    };
    part(labels(
        &selection.districts,
        language,
        District::zh,
        District::en,
    ));
    part(
        selection
            .sections
            .iter()
            .map(|slug| slug.0.as_str())
            .collect(),
    );
    part(labels(&selection.kinds, language, Kind::zh, Kind::en));
    part(labels(
        &selection.audiences,
        language,
        Audience::zh,
        Audience::en,
    ));
    part(labels(&selection.modes, language, Mode::zh, Mode::en));
    part(
        selection
            .series
            .iter()
            .map(|slug| slug.0.as_str())
            .collect(),
    );
    let years: Vec<String> = selection.editions.iter().map(i32::to_string).collect();
    part(years.iter().map(String::as_str).collect());
    part(labels(&selection.strands, language, Strand::zh, Strand::en));
    part(match selection.highlight {
        Some(true) => vec![wording::HIGHLIGHT.plain(language)],
        Some(false) => vec![wording::NO_HIGHLIGHT.plain(language)],
        None => Vec::new(),
    });
    part(labels(
        &key.notices,
        language,
        NoticeKind::zh,
        NoticeKind::en,
    ));
    (!parts.is_empty()).then(|| parts.join(" · "))
}
