//! `/console/proposals/{id}`: both sides, why this activity, and what accepting does.
//!
//! Invariant: what is shown of accepting is the action itself, done in a transaction that is taken back.

use askama::Template;
use axum::{
    extract::{Path, RawQuery, State},
    response::Response,
};
use chrono::{DateTime, Utc};
use entity::vocab::Language;

use super::{
    super::{
        activities::{self, preview::Preview},
        answer::{refused, shown},
        frame::Frame,
        once,
        said::Fact,
        seat::Seated,
        sources::seen_by,
        words::{self as w, faults},
    },
    Case, decided,
    line::{badge, entry_title},
    list::source_of,
    sides::{self, Side},
};
use crate::{
    commands::{CommandError, audit::spared, proposals::asked::asked},
    domain::tracking::Do,
    http::{
        Web,
        site::{listed::Badge, said::Said},
    },
    publish::{dates::Dates, wording},
    store::{self, StoreError},
};

/// An activity that it looks like.
struct Like {
    id: String,
    href: String,
    title: Said,
    date: Option<String>,
    office: String,
}

/// What accepting would do.
enum Effect {
    /// This.
    Shown(Box<Preview>),
    /// Nothing that anybody outside sees.
    Quiet,
    /// Nothing, since it cannot be done as it is.
    Impossible(Vec<String>),
}

#[derive(Template)]
#[template(path = "console/proposal.html")]
struct Page {
    frame: Frame,
    title: Said,
    badge: Badge,
    conflict: bool,
    /// The activity's page.
    activity: Option<String>,
    /// What became of it, where it does not wait any more.
    became: Vec<String>,
    notice: Option<String>,
    errors: Vec<String>,
    sides: Vec<Side>,
    /// Of a new one: what would be announced.
    draft: Vec<Fact>,
    like: Vec<Like>,
    /// Whether it waits for the word of whoever looks.
    may_decide: bool,
    /// Whether it was rejected, and whoever looks may take that back.
    may_reopen: bool,
    source: (Said, Option<String>),
    facts: Vec<Fact>,
    /// None where it does not wait, or is not for whoever looks to decide.
    effect: Option<Effect>,
    about: &'static str,
    href: String,
    /// Whether there is anything to change before accepting.
    has_edits: bool,
    reject_about: &'static str,
    /// What was typed, and not taken.
    reason: String,
    seen: String,
    key: String,
}

impl Page {
    fn preview(&self) -> Option<&Preview> {
        match &self.effect {
            Some(Effect::Shown(preview)) => Some(preview),
            _ => None,
        }
    }

    /// Why it cannot be accepted as it is.
    fn impossible(&self) -> &[String] {
        match &self.effect {
            Some(Effect::Impossible(why)) => why,
            _ => &[],
        }
    }
}

/// A page with what was said about the last try.
#[derive(Default)]
pub(super) struct Told {
    pub(super) done: Option<String>,
    pub(super) errors: Vec<String>,
    pub(super) reason: String,
}

/// The page.
pub(in crate::http::console) async fn page(
    State(web): State<Web>,
    seated: Seated,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let case = match Case::find(&web, &seated, &id).await {
        Ok(case) => case,
        Err(answer) => return answer,
    };
    let done = match query.as_deref() {
        Some("reopened") => Some(w::DONE_REOPENED.plain(seated.language).to_owned()),
        query => decided(query, &seated).map(|said| {
            let next = w::DONE_AND_NEXT.plain(seated.language);
            format!("{said} {next}")
        }),
    };
    let told = Told {
        done,
        ..Told::default()
    };
    proposal(&web, &seated, &case, told).await
}

/// The page, with what was just done or why it was not.
pub(super) async fn proposal(web: &Web, seated: &Seated, case: &Case, told: Told) -> Response {
    match page_of(web, seated, case, told).await {
        Ok(page) => shown(&page, seated.language),
        Err(error) => refused(web, seated, error),
    }
}

async fn page_of(
    web: &Web,
    seated: &Seated,
    case: &Case,
    told: Told,
) -> Result<Page, CommandError> {
    let language = seated.language;
    let Case {
        row,
        document,
        stored,
    } = case;
    let seen = seen_by(web, seated, &[&row.activity_id]).await?;
    let activity = seen.get(&row.activity_id);
    let is_new = document.action == Do::Announce;
    let draft = match (activity, is_new) {
        (Some(activity), true) => activities::show::facts(activity, language),
        (None, true) => sides::facts(document, language),
        (_, false) => Vec::new(),
    };
    let title = match activity {
        Some(activity) => Said::title(&activity.content.title, language),
        None => match entry_title(document) {
            Some(title) => Said::title(&title, language),
            None => Said::ours(w::ACTIVITY_GONE.plain(language)),
        },
    };
    let is_public = stored
        .as_ref()
        .is_some_and(|stored| stored.activity.status.is_public());
    let has_edits = document.action != Do::Delete;
    Ok(Page {
        frame: Frame::new(web, seated, &title.text).saying(told.done),
        badge: badge(row, language),
        conflict: document.conflict && case.is_open(),
        activity: activity.map(|activity| activities::at(&activity.id)),
        became: became(web, case, language).await?,
        notice: row.position.and_then(|at| notice(web, at, language)),
        errors: told.errors,
        sides: match is_new {
            true => Vec::new(),
            false => sides::sides(row, document, language),
        },
        draft,
        like: like(web, seated, &document.like).await?,
        may_decide: case.is_open() && case.may_decide(seated),
        may_reopen: case.is_rejected() && case.may_decide(seated),
        source: source_of(web, seated, &row.source_id).await?,
        facts: facts(case, language),
        effect: effect(web, seated, case).await?,
        about: w::accepting(document.action, is_public).plain(language),
        href: case.at(),
        has_edits,
        reject_about: match is_new {
            true => w::REJECT_NEW_ABOUT,
            false => w::REJECT_ABOUT,
        }
        .plain(language),
        reason: told.reason,
        seen: case.seen(),
        key: once::fresh(),
        title,
    })
}

/// How it was found, when, and whose word it needs.
fn facts(case: &Case, language: Language) -> Vec<Fact> {
    let Case { row, document, .. } = case;
    let mut facts = Vec::new();
    if let Some(evidence) = &document.evidence {
        let label = w::WHY_THIS_ONE.plain(language);
        facts.push(Fact::new(label, w::evidence(evidence, language)));
    }
    let office = row.office.parse();
    let office = office.map_or_else(
        |_| row.office.clone(),
        |office| wording::office(office, language),
    );
    facts.push(Fact::new(w::DECIDES.plain(language), office));
    let at = w::local(row.created_at);
    facts.push(Fact::new(w::PROPOSED_AT.plain(language), at));
    facts
}

/// What became of it, and why.
async fn became(web: &Web, case: &Case, language: Language) -> Result<Vec<String>, StoreError> {
    let row = &case.row;
    let at = |at: Option<DateTime<Utc>>| at.map(w::local).unwrap_or_default();
    let who = match &row.decided_by {
        Some(id) => {
            let db = web.services.db.reader();
            let mut names = store::people::logins(db, [id.as_str()]).await?;
            names.extend(store::tokens::names(db, [id.as_str()]).await?);
            names.remove(id)
        }
        None => None,
    };
    let who = who.unwrap_or_else(|| w::SOMEBODY.plain(language).to_owned());
    let told = w::became(case.state(), (&who, &at(row.decided_at)), language);
    let reason = row
        .reason
        .as_ref()
        .map(|reason| w::REJECTED_FOR.say(language, &[("reason", reason)]));
    Ok(told.into_iter().chain(reason).collect())
}

/// The page of the notice that told it.
fn notice(web: &Web, position: i64, language: Language) -> Option<String> {
    let state = web.services.catalogue.read();
    let notice = state.notice_at(position)?;
    Some(crate::http::site::told::Told::of(notice, &web.services.links, language).href)
}

async fn like(web: &Web, seated: &Seated, ids: &[String]) -> Result<Vec<Like>, StoreError> {
    let language = seated.language;
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let seen = seen_by(web, seated, &ids).await?;
    let like = ids.iter().filter_map(|id| seen.get(*id)).map(|activity| {
        let when = activity.shown_when();
        Like {
            id: activity.id.to_string(),
            href: activities::at(&activity.id),
            title: Said::title(&activity.content.title, language),
            date: Dates::with_years(language).short(when),
            office: wording::office(activity.content.office, language),
        }
    });
    Ok(like.collect())
}

/// What accepting it would do, for whoever may.
async fn effect(web: &Web, seated: &Seated, case: &Case) -> Result<Option<Effect>, CommandError> {
    let Some(stored) = &case.stored else {
        return Ok(None);
    };
    if !case.is_open() || !case.may_decide(seated) {
        return Ok(None);
    }
    // Whatever is refused here, nobody asked for.
    spared();
    let about = (&case.row, &case.document);
    let previewed = match asked(&web.services, &seated.caller(), about, stored).await {
        Ok(None) => return Ok(Some(Effect::Quiet)),
        Ok(Some(act)) => Preview::of(web, seated, act).await,
        Err(error) => Err(error),
    };
    Ok(Some(match previewed {
        Ok(preview) => Effect::Shown(Box::new(preview)),
        Err(error @ (CommandError::Store(_) | CommandError::Cut(_))) => return Err(error),
        Err(error) => Effect::Impossible(faults::told(&error, seated.language)),
    }))
}
