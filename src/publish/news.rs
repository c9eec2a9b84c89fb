//! A notice as a news entry, and the channels of them (FEEDS §2).
//!
//! Owns what news say of each kind of notice. Refuses to know the formats (`feeds`) and which
//! notices a feed selects.
//! Invariant: an entry is made of its notice and the site alone, so it never changes once published.

use chrono::{DateTime, Utc};
use entity::vocab::{Language, NoticeKind};
use feeds::news::{Category, Channel, Entry, Happening, NAMESPACE, Part};

use super::{
    dates::Dates,
    facts,
    format::Tongue,
    key::FeedKey,
    site::Site,
    tagged,
    titles::Titles,
    wording::{self, either},
};
use crate::{
    domain::{
        activity::Activity,
        notice::Notice,
        text::Text,
        when::{Month, When, midnight},
    },
    ids::NoticeId,
};

mod digest;
mod story;

pub(crate) use story::label;

/// The entries that a feed holds at most.
pub(super) const ENTRIES: usize = 100;

/// Whether news tell it unasked.
pub(crate) fn is_told(kind: NoticeKind) -> bool {
    match kind {
        NoticeKind::Reminder | NoticeKind::Corrected => false,
        NoticeKind::Announced
        | NoticeKind::Updated
        | NoticeKind::Rescheduled
        | NoticeKind::Relocated
        | NoticeKind::FormatChanged
        | NoticeKind::Postponed
        | NoticeKind::Cancelled
        | NoticeKind::Reinstated
        | NoticeKind::Held
        | NoticeKind::Withdrawn
        | NoticeKind::Digest => true,
    }
}

/// What the dates of a feed's notices say of where they stand.
pub(crate) struct Archived {
    /// When the newest notice of this document was published.
    pub(crate) newest: Option<DateTime<Utc>>,
    /// Of an archive the month before it, where the log had begun; of the newest the month of the last notice.
    pub(crate) before: Option<Month>,
}

/// A channel's head. `subject` is the activity that an activity's news are about, `title` what an activity, a series or
/// a section is called.
pub(crate) fn channel(
    site: &Site,
    key: &FeedKey,
    subject: Option<&Activity>,
    title: Option<&Text>,
    of: &Archived,
) -> Channel {
    let language = key.tongue.first();
    let Titles { name, about } = Titles::of(site, key, title, language);
    let other = match language {
        Language::Zh => Language::En,
        Language::En => Language::Zh,
    };
    let address = |language| {
        site.feed(&FeedKey {
            tongue: Tongue::One(language),
            ..key.clone()
        })
    };
    let of_month = |archive| FeedKey {
        archive,
        ..key.clone()
    };
    // Of what is kept, the archives are those of what it selects at present.
    let archive = |month| {
        site.feed(&FeedKey {
            kept: None,
            ..of_month(Some(month))
        })
    };
    let title = wording::NEWS_OF.say(language, &[("feed", &name)]);
    Channel {
        id: site.feed_id(&of_month(None)),
        title: match key.archive {
            None => title,
            Some(month) => {
                let dates = Dates::with_years(language);
                let month = dates.short(&When::Month { month }).unwrap_or_default();
                wording::FEED_IN_MONTH.say(language, &[("feed", &title), ("month", &month)])
            }
        },
        description: match key.notices.is_empty() {
            true => wording::NEWS_ABOUT.say(language, &[("about", &about)]),
            false => about,
        },
        link: subject.map_or_else(
            || site.home(language),
            |activity| site.links.activity(language, activity),
        ),
        author: site.name(language).to_owned(),
        language: tagged(language),
        last_build_at: of.newest,
        begun_at: match key.archive {
            None => site.begun_at(),
            Some(month) => midnight(month.first()),
        },
        image_url: site.icon(),
        self_url: address(language),
        translations: match key.kept {
            None => vec![(tagged(other), address(other))],
            Some(_) => Vec::new(),
        },
        // An archive is no topic: nothing comes to it.
        hub: key.is_topic().then(|| site.links.hub()),
        part: match key.archive {
            None if key.is_complete() => Part::Complete,
            None => Part::Newest {
                prev_archive: of.before.map(archive),
            },
            Some(month) => Part::Archive {
                current: site.feed(&of_month(None)),
                prev_archive: of.before.map(archive),
                next_archive: archive(month.next()),
            },
        },
    }
}

/// A notice as a news entry. `earlier` is the activity's notice before it.
pub(crate) fn entry(
    site: &Site,
    notice: &Notice,
    earlier: Option<&NoticeId>,
    language: Language,
) -> Entry {
    let story = match (&notice.activity, &notice.digest) {
        (_, Some(digest)) => digest::story(site, digest, notice, language),
        (Some(activity), None) => story::activity(site, activity, notice, language),
        (None, None) => story::Story {
            title: wording::WITHDRAWN.plain(language).to_owned(),
            ..story::Story::default()
        },
    };
    let shown = notice
        .activity
        .as_ref()
        .filter(|_| notice.kind != NoticeKind::Withdrawn);
    Entry {
        id: site.entry_id(&notice.id, language),
        title: story.title,
        link: site.links.notice(language, notice),
        published_at: notice.published_at,
        summary: story.lines.join("\n"),
        html: story.html,
        creator: notice
            .activity
            .as_ref()
            .map(|activity| wording::office(activity.content.office, language)),
        event: shown.and_then(|activity| happening(activity, language)),
        point: shown
            .and_then(|activity| activity.content.venue.as_ref())
            .and_then(facts::point),
        calendar_url: shown.map(|activity| site.links.activity_ics(language, activity)),
        activity_url: notice
            .activity
            .as_ref()
            .map(|activity| site.links.activity(language, activity)),
        replaces: earlier.map(|id| site.entry_id(id, language)),
        categories: categories(notice),
        revision: notice
            .revision
            .and_then(|revision| u32::try_from(revision).ok()),
        position: u64::try_from(notice.position).unwrap_or(0),
    }
}

fn happening(activity: &Activity, language: Language) -> Option<Happening> {
    Some(Happening {
        slot: facts::slot(&activity.content.when)?,
        location: facts::whereabouts(activity, language),
        organizer: Some(facts::organizer(activity, language)),
        kind: activity
            .content
            .kind
            .map(|kind| either(language, kind.zh(), kind.en()).to_owned()),
    })
}

/// The words of the vocabularies, the same in every language, for readers' filters.
fn categories(notice: &Notice) -> Vec<Category> {
    let category = |vocabulary: &str, term: &str| Category {
        domain: format!("{NAMESPACE}/{vocabulary}"),
        term: term.to_owned(),
    };
    let mut categories = vec![category("notice", notice.kind.as_str())];
    if let Some(activity) = &notice.activity {
        let content = &activity.content;
        categories.extend(
            content
                .districts
                .iter()
                .map(|district| category("district", district.as_str())),
        );
        categories.extend(content.kind.map(|kind| category("kind", kind.as_str())));
        categories.extend(content.highlight.then(|| category("highlight", "true")));
    }
    categories
}

#[cfg(test)]
mod tests;
