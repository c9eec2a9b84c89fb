//! `/{lang}/notices/{id}`: the permalink of a news item.
//!
//! Invariant: what was said then stands on the notice's page; how things are now is a link away.

use std::sync::Arc;

use askama::Template;
use axum::{extract::State, response::Response};
use entity::vocab::{Language, NoticeKind};

use super::{
    fact::{self, Fact},
    listed::Listed,
    lookup,
    page::{self, Frame, Lang, Named},
    said::Said,
    told::Told,
    words as w,
};
use crate::{catalogue, domain::notice::Notice, http::Web, ids::NoticeId};

#[derive(Template)]
#[template(path = "notice.html")]
struct One {
    frame: Frame,
    told: Told,
    outcomes: Vec<Said>,
    figures: Vec<Fact>,
    summary: Option<Said>,
    source: Option<(Said, Option<String>)>,
    listed: Vec<Listed>,
    /// The activity as it is now, or what replaces it.
    now: Option<(String, &'static str)>,
    earlier: Option<Told>,
    later: Option<Told>,
}

/// What is taken from the catalogue under its lock.
struct Found {
    notice: Arc<Notice>,
    activity: Option<String>,
    earlier: Option<Arc<Notice>>,
    later: Option<Arc<Notice>>,
}

enum Absence {
    Missing,
    TakenBack,
}

fn find(web: &Web, language: Language, id: &str) -> Result<Found, Absence> {
    let id: NoticeId = id.parse().map_err(|_| Absence::Missing)?;
    let state = web.services.catalogue.read();
    let notice = state.notice(&id).ok_or(Absence::Missing)?;
    if state.is_taken_back(notice) {
        return Err(Absence::TakenBack);
    }
    let links = &web.services.links;
    let entry = notice
        .activity_id
        .as_ref()
        .and_then(|id| state.activity(id));
    let activity = entry.map(catalogue::Entry::activity);
    let target = if notice.kind == NoticeKind::Withdrawn {
        activity.and_then(|withdrawn| state.successor(withdrawn))
    } else {
        activity
    };
    let siblings = entry.map_or_else(Vec::new, |entry| lookup::notices(&state, entry));
    let at = siblings.iter().position(|other| other.id == notice.id);
    let (earlier, later) = match at.filter(|_| notice.kind != NoticeKind::Withdrawn) {
        Some(at) => (
            at.checked_sub(1).and_then(|before| siblings.get(before)),
            siblings.get(at + 1),
        ),
        None => (None, None),
    };
    Ok(Found {
        notice: Arc::clone(notice),
        activity: target.map(|activity| lookup::path(links, language, activity)),
        earlier: earlier.map(Arc::clone),
        later: later.map(Arc::clone),
    })
}

pub(super) async fn page(
    State(web): State<Web>,
    Lang(language): Lang,
    Named(id): Named<String>,
) -> Response {
    let found = match find(&web, language, &id) {
        Ok(found) => found,
        Err(Absence::Missing) => return page::missing(&web, language),
        Err(Absence::TakenBack) => return page::gone(&web, language),
    };
    let links = &web.services.links;
    let notice = &found.notice;
    let told = |notice: &Arc<Notice>| Told::of(notice, links, language);
    let this = told(notice);
    let title = w::NOTICE_OF.say(
        language,
        &[("label", this.label), ("title", &this.title.text)],
    );
    let shown = notice
        .activity
        .as_ref()
        .filter(|_| notice.kind != NoticeKind::Withdrawn);
    let frame = Frame::new(
        &web,
        language,
        &format!("/notices/{}", notice.id),
        Some(&title),
    )
    .described(this.reason.as_ref().map(|reason| reason.text.clone()));
    let frame = match notice.kind {
        NoticeKind::Withdrawn => frame.unlisted(),
        _ => frame,
    };
    let now = if notice.kind == NoticeKind::Withdrawn {
        w::REPLACED.plain(language)
    } else {
        w::STANDS_NOW.plain(language)
    };
    let held = shown.filter(|_| notice.kind == NoticeKind::Held);
    let one = One {
        frame,
        outcomes: held.map_or_else(Vec::new, |it| fact::outcomes(it, language)),
        figures: held.map_or_else(Vec::new, |it| fact::figures(it, language)),
        summary: shown.and_then(|activity| Said::words(&activity.content.summary, language)),
        source: notice.source.as_ref().and_then(|source| {
            let href = source.url.as_ref().map(|url| url.0.clone());
            let title = source.title.clone();
            let text = title.map(|title| Said::found(title, language));
            Some((text.or_else(|| href.clone().map(Said::ours))?, href))
        }),
        listed: notice.digest.as_ref().map_or_else(Vec::new, |digest| {
            digest
                .activities
                .iter()
                .map(|activity| Listed::of(activity, links, notice.published_at, language))
                .collect()
        }),
        now: found.activity.clone().map(|href| (href, now)),
        earlier: found.earlier.as_ref().map(told),
        later: found.later.as_ref().map(told),
        told: this,
    };
    page::made(&one, language)
}
