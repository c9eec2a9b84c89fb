//! `/console/activities/{id}`: how an activity stands, what was said about it, and what may be done.

use askama::Template;
use axum::{
    extract::{Path, RawQuery, State},
    response::Response,
};
use chrono::{DateTime, Utc};
use entity::vocab::{Language, Status};

use super::{
    super::{
        answer::shown,
        frame::Frame,
        proposals::{self, Proposed},
        said::{self, Fact},
        seat::Seated,
        sheet::Sheet,
        words as w,
    },
    Line, at,
    editor::of_content,
    find,
};
use crate::{
    commands::{CommandError, list_alike::alike_to},
    domain::{
        action::{Action, Refusal},
        activity::Activity,
        notice::Reason,
        rights::Deed,
        role::Role,
        when::When,
    },
    http::{
        Web,
        problem::Problem,
        site::told::{Detail, Told},
    },
    publish::dates::Dates,
    store::{self, StoreError, activities::Stored},
};

/// A comment as it is shown.
pub(in crate::http::console) struct Remark {
    pub(in crate::http::console) action: &'static str,
    pub(in crate::http::console) author: String,
    pub(in crate::http::console) at: String,
    pub(in crate::http::console) text: String,
}

/// Something that may be done.
struct Offer {
    href: String,
    label: &'static str,
    /// Whether it is what comes next.
    main: bool,
}

#[derive(Template)]
#[template(path = "console/activity.html")]
struct Page {
    frame: Frame,
    line: Line,
    public: Option<String>,
    revision: Option<String>,
    offers: Vec<Offer>,
    may_edit: bool,
    may_delete: bool,
    edit: String,
    delete: String,
    version: i64,
    /// What sources propose about it.
    proposed: Vec<Proposed>,
    /// What may be the same, entered twice.
    alike: Vec<Double>,
    facts: Vec<Fact>,
    remarks: Vec<Remark>,
    notices: Vec<Told>,
}

/// An activity that may be this one, entered twice.
struct Double {
    href: String,
    title: String,
    date: Option<String>,
    /// Where this one is withdrawn for that one.
    merge: Option<String>,
}

/// Every action with a body that it takes, in the order that people look for them.
pub(super) fn samples() -> [Action; 11] {
    let reason = || Reason {
        code: entity::vocab::ReasonCode::Other,
        zh: None,
        en: None,
    };
    [
        Action::Submit,
        Action::Announce { publish_at: None },
        Action::Return,
        Action::Hold {
            figures: None,
            outcomes: None,
            stated_on: None,
        },
        Action::Reschedule {
            when: When::Unknown,
            reason: None,
        },
        Action::Relocate {
            venue: None,
            districts: None,
            reason: None,
        },
        Action::ChangeFormat {
            mode: entity::vocab::Mode::Online,
            live_url: None,
            reason: None,
        },
        Action::Postpone { reason: None },
        Action::Cancel { reason: None },
        Action::Reinstate { when: None },
        Action::Withdraw {
            reason: reason(),
            replaced_by: None,
        },
    ]
}

/// The names of the actions that somebody may do to an activity as it stands.
pub(super) fn offered(
    activity: &Activity,
    role: Role,
    now: DateTime<Utc>,
) -> impl Iterator<Item = &'static str> {
    let office = activity.content.office;
    samples()
        .into_iter()
        .filter(move |action| role.may(Deed::of(action), office))
        .filter(move |action| {
            !matches!(
                activity.apply(action, now),
                Err(Refusal::Status { .. } | Refusal::NotYet { .. } | Refusal::NoDate)
            )
        })
        .map(|action| action.name())
        .collect::<Vec<_>>()
        .into_iter()
}

/// What comes next for a role.
fn is_next(name: &str, activity: &Activity, role: Role) -> bool {
    match (activity.status, name) {
        (Status::Draft, "submit") => !role.is_organiser(),
        (Status::Draft, "announce") => role.is_organiser(),
        (Status::InReview, "announce" | "return") => role.is_organiser(),
        (Status::Scheduled | Status::Rescheduled, "hold") => true,
        (Status::Postponed, "reschedule") => true,
        _ => false,
    }
}

/// What was said about activities, with who said it.
pub(in crate::http::console) async fn remarks(
    web: &Web,
    comments: Vec<store::comments::Comment>,
    language: Language,
) -> Result<Vec<Remark>, StoreError> {
    let mut remarks = Vec::with_capacity(comments.len());
    for comment in comments {
        let person = store::people::find(web.services.db.reader(), &comment.author_id).await?;
        let role = comment.author_role.parse();
        let role = role.map_or(comment.author_role, |role| w::role(role, language));
        let action = match comment.action.as_str() {
            "submit" => "submit",
            "return" => "return",
            _ => "announce",
        };
        remarks.push(Remark {
            action: w::action_done(action, language),
            author: match person {
                Some(person) => format!("{role} · {}", person.login),
                None => role,
            },
            at: w::local(comment.created_at),
            text: comment.text,
        });
    }
    Ok(remarks)
}

/// What an activity says, field by field.
pub(in crate::http::console) fn facts(activity: &Activity, language: Language) -> Vec<Fact> {
    let sheet = of_content(&activity.content);
    let mut groups = sheet.differs_from(&Sheet::default());
    groups.retain(|group| group != "/time_zone");
    groups.sort_by_key(|group| said::place(group, language));
    let facts = groups.iter().map(|group| Fact {
        label: said::label(group, language),
        value: said::said(&sheet, group, language),
    });
    facts.filter(|fact| !fact.value.is_empty()).collect()
}

/// The page.
pub(in crate::http::console) async fn page(
    State(web): State<Web>,
    seated: Seated,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let stored = match find(&web, &seated, &id).await {
        Ok(stored) => stored,
        Err(answer) => return answer,
    };
    match page_of(&web, &seated, stored, query.as_deref()).await {
        Ok(page) => shown(&page, seated.language),
        Err(error) => axum::response::IntoResponse::into_response(Problem::from(error)),
    }
}

async fn page_of(
    web: &Web,
    seated: &Seated,
    stored: Stored,
    query: Option<&str>,
) -> Result<Page, CommandError> {
    let (language, role, now) = (seated.language, seated.seat.role, web.services.now());
    let Stored {
        activity, version, ..
    } = stored;
    let comments = store::comments::of(web.services.db.reader(), &activity.id).await?;
    let sees_comments = role.may(Deed::ReadDrafts, activity.content.office);
    let comments = if sees_comments { comments } else { Vec::new() };
    let remarks = remarks(web, comments, language).await?;
    let links = &web.services.links;
    let notices = {
        let state = web.services.catalogue.read();
        let positions = state
            .activity(&activity.id)
            .map(|entry| entry.positions.clone())
            .unwrap_or_default();
        let notices = positions.iter().rev().filter_map(|at| state.notice_at(*at));
        notices
            .map(|notice| Told::cut(notice, Detail::Brief, links, language))
            .collect()
    };
    let proposed = proposals::about(web, seated, &activity).await?;
    let may_withdraw = offered(&activity, role, now).any(|name| name == "withdraw");
    let may_write = role.may(Deed::WriteActivity, activity.content.office);
    let mut alike = Vec::new();
    if may_write {
        let (db, caller) = (web.services.db.reader(), seated.caller());
        alike = alike_to(db, &caller, &activity.content, Some(&activity.id)).await?;
    }
    let alike = alike.into_iter().map(|one| Double {
        href: at(&one.id),
        title: one.title.in_language(language).0.to_owned(),
        date: Dates::with_years(language).short(&one.when),
        merge: may_withdraw
            .then(|| format!("{}/withdraw?replaced_by={}", at(&activity.id), one.id)),
    });
    let alike = alike.collect();
    let is_public = activity.status.is_public();
    let href = at(&activity.id);
    let offers = offered(&activity, role, now)
        .filter(|name| {
            !(*name == "return" && activity.publish_at.is_none() && !role.is_organiser())
        })
        .map(|name| Offer {
            href: format!("{href}/{name}"),
            label: w::action(name, language),
            main: is_next(name, &activity, role),
        });
    let title = activity.content.title.in_language(language).0.to_owned();
    Ok(Page {
        frame: Frame::new(web, seated, &title).saying(w::done(query, language)),
        public: (is_public && activity.status != Status::Withdrawn)
            .then(|| links.activity(language, &activity)),
        revision: (activity.revision > 0)
            .then(|| w::REVISION.say(language, &[("n", &activity.revision.to_string())])),
        offers: offers.collect(),
        may_edit: may_write && activity.status != Status::Withdrawn,
        may_delete: may_write && !is_public,
        edit: format!("{href}/edit"),
        delete: format!("{href}/delete"),
        version,
        proposed,
        alike,
        facts: facts(&activity, language),
        remarks,
        notices,
        line: Line::of(&activity, now, language),
    })
}
