//! The list of feeds: one for everything, for the changes alone, and for each district, kind and section.
//!
//! Owns which feeds it names and in which order. Refuses to know the format (`feeds::opml`). Invariant: what it names
//! is there, under the name that the feed gives itself.

use entity::vocab::{District, Kind, Language, NoticeKind};
use feeds::opml::{Feed, Group};

use super::{
    format::{Format, News, Tongue},
    key::FeedKey,
    scope::Scope,
    site::Site,
    tagged,
    titles::Titles,
    wanted,
    wording::{self, Phrase},
};
use crate::{catalogue::State, domain::text::Slug};

/// What "changes only" tells: whoever knows the programme needs no more.
pub const CHANGES: [NoticeKind; 7] = [
    NoticeKind::Rescheduled,
    NoticeKind::Relocated,
    NoticeKind::FormatChanged,
    NoticeKind::Postponed,
    NoticeKind::Cancelled,
    NoticeKind::Reinstated,
    NoticeKind::Withdrawn,
];

/// The list in the key's language.
pub(super) fn list(site: &Site, state: &State, key: &FeedKey) -> Vec<u8> {
    let language = key.tongue.first();
    let programme = site.name(language);
    let feed = |scope: Scope| named(site, state, of(language, scope));
    let mut changes = of(language, Scope::All);
    changes.notices = CHANGES.into();
    changes.notices.sort_unstable();
    let whole = [Scope::All, Scope::Highlights].map(feed);
    let sections = state.editions().rev().flat_map(|edition| {
        let year = edition.value.year;
        let sections = edition.value.sections.iter();
        sections.map(move |section| Scope::Section(year, Slug(section.slug.0.clone())))
    });
    let groups = [
        group(wording::LIST_ALL, language, whole),
        group(
            wording::LIST_CHANGES,
            language,
            [named(site, state, changes)],
        ),
        group(
            wording::LIST_DISTRICTS,
            language,
            District::ALL.iter().map(|it| feed(Scope::District(*it))),
        ),
        group(
            wording::LIST_KINDS,
            language,
            Kind::ALL.iter().map(|it| feed(Scope::Kind(*it))),
        ),
        group(wording::LIST_SECTIONS, language, sections.map(feed)),
    ];
    let groups: Vec<Group> = groups
        .into_iter()
        .filter(|group| !group.feeds.is_empty())
        .collect();
    let title = wording::LIST_OF_FEEDS.say(language, &[("programme", programme)]);
    feeds::opml::render(&title, programme, tagged(language), &groups)
}

fn of(language: Language, scope: Scope) -> FeedKey {
    FeedKey::of(Tongue::One(language), scope, Format::News(News::Rss))
}

fn group(title: Phrase, language: Language, feeds: impl IntoIterator<Item = Feed>) -> Group {
    Group {
        title: title.plain(language).to_owned(),
        feeds: feeds.into_iter().collect(),
    }
}

fn named(site: &Site, state: &State, key: FeedKey) -> Feed {
    let language = key.tongue.first();
    let Titles { name, .. } = Titles::of(site, &key, wanted::title(state, &key.scope), language);
    Feed {
        title: wording::NEWS_OF.say(language, &[("feed", &name)]),
        url: site.feed(&key),
        link: site.home(language),
    }
}
