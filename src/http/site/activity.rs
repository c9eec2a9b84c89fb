//! `/{lang}/e/{id}-{slug}`: an activity as it stands, and as it stood at a revision.
//!
//! Invariant: whatever changed is shown with what it was before; no date is shown finer than it is known.

use std::sync::Arc;

use askama::Template;
use axum::{extract::State, response::Response};
use entity::vocab::{Language, NoticeKind, Status};

use super::{
    fact::{self, Belonging, Fact, Source},
    json_ld,
    listed::{Badge, Listed},
    lookup::{self, Away},
    page::{self, Discovery, Frame, Lang, Named},
    picture,
    said::{Date, Said},
    told::{Detail, Told},
    words as w,
};
use crate::{
    catalogue,
    domain::{activity::Activity, notice::Notice, when::When},
    http::Web,
    publish::wording::either,
};

/// Answers for an activity that is not here.
pub(super) fn away(web: &Web, language: Language, away: &Away) -> Response {
    match away {
        Away::Moved(to) => page::moved(to),
        Away::Gone => page::gone(web, language),
        Away::Missing => page::missing(web, language),
    }
}

#[derive(Template)]
#[template(path = "activity.html")]
struct Page {
    frame: Frame,
    title: Said,
    badge: Badge,
    highlight: bool,
    kind: Option<(&'static str, String)>,
    /// What happened to it last, the latest first.
    banners: Vec<Told>,
    as_of: Option<AsOf>,
    date: Option<Date>,
    gone: Option<Date>,
    is_off: bool,
    unknown: &'static str,
    facts: Vec<Fact>,
    watch: Option<String>,
    register: Option<String>,
    summary: Option<Said>,
    description: Option<Said>,
    outcomes: Vec<Said>,
    figures: Vec<Fact>,
    children: Vec<Listed>,
    sources: Vec<Source>,
    calendar: String,
    news: String,
    history: String,
    revisions: Vec<Told>,
    json_ld: Option<String>,
}

/// Which revision is shown, where it is not just the present one.
struct AsOf {
    told: String,
    is_superseded: bool,
    current: String,
}

/// What is taken from the catalogue under its lock.
struct Found {
    /// The activity in the revision that is shown.
    shown: Arc<Notice>,
    /// Revisions up to that one, oldest first.
    revisions: Vec<Arc<Notice>>,
    is_current: bool,
    parent: Option<Arc<Notice>>,
    children: Vec<Arc<Notice>>,
    section: Option<Said>,
    series: Option<Said>,
}

pub(super) async fn page(
    State(web): State<Web>,
    Lang(language): Lang,
    Named(key): Named<String>,
) -> Response {
    let found = {
        let state = web.services.catalogue.read();
        lookup::find(&state, &web.services.links, language, &key, "")
            .and_then(|entry| found(&state, entry, None, language))
    };
    match found {
        Ok(found) => shown(&web, &found, None, language),
        Err(absence) => away(&web, language, &absence),
    }
}

pub(super) async fn revision(
    State(web): State<Web>,
    Lang(language): Lang,
    Named((key, n)): Named<(String, String)>,
) -> Response {
    let number = n
        .parse::<i64>()
        .ok()
        .filter(|number| number.to_string() == n);
    let found = {
        let state = web.services.catalogue.read();
        let below = format!("/r/{n}");
        number.ok_or(Away::Missing).and_then(|number| {
            lookup::find(&state, &web.services.links, language, &key, &below)
                .and_then(|entry| found(&state, entry, Some(number), language))
        })
    };
    match found {
        Ok(found) => shown(&web, &found, number, language),
        Err(absence) => away(&web, language, &absence),
    }
}

fn found(
    state: &catalogue::State,
    entry: &catalogue::Entry,
    revision: Option<i64>,
    language: Language,
) -> Result<Found, Away> {
    let mut revisions: Vec<Arc<Notice>> = entry
        .positions
        .iter()
        .filter_map(|position| state.notice_at(*position))
        .filter(|notice| notice.kind.is_revision())
        .map(Arc::clone)
        .collect();
    let is_current = revision.is_none_or(|n| entry.last.revision == Some(n));
    if let Some(n) = revision {
        let at = revisions
            .iter()
            .position(|notice| notice.revision == Some(n));
        revisions.truncate(at.ok_or(Away::Missing)? + 1);
    }
    let shown = revisions.last().map(Arc::clone).ok_or(Away::Missing)?;
    let content = match &shown.activity {
        Some(activity) => &activity.content,
        None => return Err(Away::Missing),
    };
    let public = |entry: &&catalogue::Entry| entry.activity().status != Status::Withdrawn;
    let parent = content
        .parent
        .as_ref()
        .and_then(|id| state.activity(id))
        .filter(public)
        .map(|entry| Arc::clone(&entry.last));
    let mut children: Vec<Arc<Notice>> = state
        .activities()
        .filter(public)
        .filter(|child| child.activity().content.parent.as_ref() == Some(&entry.activity().id))
        .map(|child| Arc::clone(&child.last))
        .collect();
    children.sort_by_key(|notice| {
        let activity = notice.activity.as_ref();
        (
            activity.and_then(|it| it.shown_when().starts_at()),
            notice.activity_id.clone(),
        )
    });
    let section = content.section.as_ref().and_then(|slug| {
        let edition = state.edition(content.edition)?;
        let section = edition.value.sections.iter().find(|it| it.slug == *slug)?;
        Some(Said::title(&section.title, language))
    });
    let series = content
        .series
        .as_ref()
        .and_then(|slug| state.one_series(&slug.0))
        .map(|series| Said::title(&series.value.title, language));
    Ok(Found {
        shown,
        revisions,
        is_current,
        parent,
        children,
        section,
        series,
    })
}

fn shown(web: &Web, found: &Found, revision: Option<i64>, language: Language) -> Response {
    let links = &web.services.links;
    let Some(activity) = &found.shown.activity else {
        return page::missing(web, language);
    };
    let content = &activity.content;
    let path = lookup::path(links, language, activity);
    let (date, gone) = dates(activity, language);
    let told = |notice: &Arc<Notice>| Told::cut(notice, Detail::Changes, links, language);
    let page = Page {
        frame: frame(web, activity, revision, language),
        title: Said::title(&content.title, language),
        badge: match revision {
            None => Badge::now(activity, web.services.now(), language),
            Some(_) => Badge::of(activity.status, language),
        },
        highlight: content.highlight,
        kind: content.kind.map(|kind| {
            let href = format!("/{language}/kinds/{kind}");
            (either(language, kind.zh(), kind.en()), href)
        }),
        banners: banners(&found.revisions).into_iter().map(told).collect(),
        as_of: revision.map(|n| as_of(found, n, &path, language)),
        date,
        gone,
        is_off: activity.status == Status::Cancelled,
        unknown: match activity.status {
            Status::Held => w::DATE_UNRECORDED.plain(language),
            _ => w::DATE_UNKNOWN.plain(language),
        },
        facts: fact::of(
            activity,
            Belonging {
                parent: parent(found),
                section: found.section.clone(),
                series: found.series.clone(),
            },
            links,
            language,
        ),
        watch: content.live_url.as_ref().map(|url| url.0.clone()),
        register: content.registration_url.as_ref().map(|url| url.0.clone()),
        summary: Said::words(&content.summary, language),
        description: Said::words(&content.description, language),
        outcomes: fact::outcomes(activity, language),
        figures: fact::figures(activity, language),
        children: found
            .children
            .iter()
            .filter_map(|notice| notice.activity.as_ref())
            .map(|child| Listed::of(child, links, web.services.now(), language))
            .collect(),
        sources: content
            .sources
            .iter()
            .map(|it| fact::source(it, language))
            .collect(),
        calendar: links.activity_ics(language, activity),
        news: links.feed(language, &format!("activity/{}", activity.id), "rss"),
        history: format!("{path}/history"),
        revisions: found.revisions.iter().rev().map(told).collect(),
        json_ld: revision
            .is_none()
            .then(|| json_ld::event(activity, parent(found), links, language)),
    };
    page::made(&page, language)
}

fn parent(found: &Found) -> Option<&Activity> {
    found.parent.as_ref()?.activity.as_ref()
}

fn frame(web: &Web, activity: &Activity, revision: Option<i64>, language: Language) -> Frame {
    let links = &web.services.links;
    let (title, _) = activity.content.title.in_language(language);
    let canonical = format!("/e/{}-{}", activity.id, activity.slug.0);
    let description = activity.content.summary.in_language(language).map_or_else(
        || fact::line(activity, language),
        |(text, _)| text.to_owned(),
    );
    let mut frame = match revision {
        None => Frame::new(web, language, &canonical, Some(title)),
        Some(n) => Frame::new(web, language, &format!("{canonical}/r/{n}"), Some(title))
            .found_at(&canonical)
            .unlisted(),
    };
    let scope = format!("activity/{}", activity.id);
    let (news, calendar) = (
        w::NEWS_OF_ONE.plain(language),
        w::CALENDAR_OF_ONE.plain(language),
    );
    let own = Discovery::all(links, language, &scope, news, calendar);
    frame = frame.with_feeds(own.collect());
    if revision.is_none() {
        frame = frame.pictured(&picture::path(activity));
    }
    frame.described(Some(description))
}

/// The date that holds, and the one that does not hold any more.
fn dates(activity: &Activity, language: Language) -> (Option<Date>, Option<Date>) {
    let told = |when: &When| Date::of(when, language);
    let slot = &activity.content.when;
    match activity.status {
        Status::Postponed => (None, told(activity.shown_when())),
        Status::Cancelled => (None, told(activity.shown_when())),
        _ => (
            told(slot),
            activity
                .previous_when
                .as_ref()
                .filter(|previous| *previous != slot)
                .and_then(told),
        ),
    }
}

/// The notice that gave it its present status, and a later one about its place or form.
fn banners(revisions: &[Arc<Notice>]) -> Vec<&Arc<Notice>> {
    let last = |kinds: &[NoticeKind]| {
        revisions
            .iter()
            .rev()
            .find(|notice| kinds.contains(&notice.kind))
    };
    let status = last(&[
        NoticeKind::Rescheduled,
        NoticeKind::Postponed,
        NoticeKind::Cancelled,
        NoticeKind::Reinstated,
        NoticeKind::Held,
    ]);
    let form = last(&[NoticeKind::Relocated, NoticeKind::FormatChanged]);
    let since = status.map_or(0, |notice| notice.position);
    form.filter(|notice| notice.position > since)
        .into_iter()
        .chain(status.filter(|notice| notice.kind != NoticeKind::Held))
        .collect()
}

fn as_of(found: &Found, n: i64, path: &str, language: Language) -> AsOf {
    let day = Date::on(found.shown.published_at, language).text;
    AsOf {
        told: w::AS_OF_REVISION.say(language, &[("n", &n.to_string()), ("day", &day)]),
        is_superseded: !found.is_current,
        current: path.to_owned(),
    }
}
