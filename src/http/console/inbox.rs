//! `/console`: what waits for whoever sits there.
//!
//! Invariant: what stands here is computed from the programme as it is: nothing is put into an inbox, so nothing can
//! stay in it that is done.

mod sources;

use askama::Template;
use axum::{extract::State, response::Response};
use chrono::{DateTime, Datelike, TimeDelta, Utc};
use entity::vocab::{District, Status};

use super::{
    activities::Line,
    answer::{refused, see, shown},
    frame::Frame,
    seat::Seated,
    words as w,
};
use crate::{
    commands::{
        CommandError,
        list_activities::{Asked, list_activities},
    },
    domain::{
        activity::Activity,
        promise::{Promise, Record, Standing, promise},
        rights::{Deed, Reach},
        role::{Office, Role},
        search::Search,
        when::day_of,
    },
    http::Web,
    publish::wording::{self, Phrase, either},
    store,
};

/// An activity that is over for so long waits for somebody's word.
const CONFIRMED_WITHIN: TimeDelta = TimeDelta::hours(48);
/// What became of a submission is shown for so long.
const NEWS: TimeDelta = TimeDelta::days(14);
/// Lines of a part at most.
const MOST: usize = 500;

/// A part of the inbox.
struct Part {
    id: &'static str,
    title: &'static str,
    about: &'static str,
    lines: Vec<Line>,
}

/// Something of the promise that nobody has kept yet.
struct Risk {
    href: String,
    said: String,
}

#[derive(Template)]
#[template(path = "console/inbox.html")]
struct Page {
    frame: Frame,
    /// What sources propose, and how much.
    proposals: Vec<sources::Line>,
    proposals_count: i64,
    /// Those that are out of order.
    sources: Vec<sources::Line>,
    parts: Vec<Part>,
    /// What others did with one's own: news, and nothing to do.
    became: Option<Part>,
    risks: Vec<Risk>,
    may_write: bool,
}

impl Page {
    /// Whether nothing waits.
    fn is_empty(&self) -> bool {
        self.risks.is_empty()
            && self.proposals.is_empty()
            && self.sources.is_empty()
            && self
                .parts
                .iter()
                .chain(&self.became)
                .all(|part| part.lines.is_empty())
    }
}

/// The inbox; what they may see first where there is none for them.
pub(super) async fn page(State(web): State<Web>, seated: Seated) -> Response {
    if !seated.may(Deed::ReadDrafts) {
        return see("/console/webhooks");
    }
    match page_of(&web, &seated).await {
        Ok(page) => shown(&page, seated.language),
        Err(error) => refused(&web, &seated, error),
    }
}

/// Activities in some states, of the offices that somebody acts for.
async fn own(
    web: &Web,
    seated: &Seated,
    statuses: &[Status],
) -> Result<Vec<Activity>, CommandError> {
    let office = match seated.reach(Deed::ReadDrafts) {
        Reach::All => None,
        Reach::Own | Reach::None => Some(seated.seat.role.own_office()),
    };
    let asked = Asked {
        search: Search {
            statuses: statuses.to_vec(),
            ..Search::default()
        },
        office,
        after: None,
        limit: MOST,
    };
    let caller = seated.caller();
    Ok(list_activities(&web.services, Some(&caller), &asked)
        .await?
        .0)
}

async fn page_of(web: &Web, seated: &Seated) -> Result<Page, CommandError> {
    let (language, now) = (seated.language, web.services.now());
    let drafts = own(web, seated, &[Status::Draft, Status::InReview]).await?;
    let ids = drafts.iter().map(|draft| draft.id.to_string()).collect();
    let last = store::comments::last_of(web.services.db.reader(), ids).await?;
    let comment = |activity: &Activity| {
        last.iter()
            .find(|comment| comment.activity_id == activity.id.as_str())
    };
    let said = |activity: &Activity| {
        let comment = comment(activity)?;
        let text = Some(comment.text.clone()).filter(|text| !text.is_empty());
        let at = w::local(comment.created_at);
        let done = w::action_done(&comment.action, language);
        Some(text.unwrap_or_else(|| format!("{done} · {at}")))
    };
    let line = |activity: &Activity| Line::of(activity, now, language).noted(said(activity));
    let is_returned = |activity: &Activity| {
        activity.status == Status::Draft
            && comment(activity).is_some_and(|comment| {
                // An office that took back its own announcement was returned nothing.
                let by = comment.author_role.parse::<Role>();
                comment.action == "return" && by.is_ok_and(Role::is_organiser)
            })
    };
    let waits =
        |activity: &&Activity| activity.status == Status::InReview && activity.publish_at.is_none();
    let is_embargoed = |activity: &&Activity| activity.publish_at.is_some();

    let live = own(web, seated, &[Status::Scheduled, Status::Rescheduled]).await?;
    let overdue = |activity: &&Activity| is_to_confirm(activity, now);
    let part = |id, title: Phrase, about: Phrase, lines: Vec<Line>| Part {
        id,
        title: title.plain(language),
        about: about.plain(language),
        lines,
    };
    let organiser = seated.seat.role.is_organiser();
    let review = if organiser {
        w::TO_REVIEW
    } else {
        w::IN_REVIEW
    };
    let parts = vec![
        part(
            "review",
            review,
            if organiser {
                w::TO_REVIEW_ABOUT
            } else {
                w::IN_REVIEW_ABOUT
            },
            drafts.iter().filter(waits).map(line).collect(),
        ),
        part(
            "returned",
            w::RETURNED,
            w::RETURNED_ABOUT,
            drafts
                .iter()
                .filter(|it| is_returned(it))
                .map(line)
                .collect(),
        ),
        part(
            "confirm",
            w::TO_CONFIRM,
            w::TO_CONFIRM_ABOUT,
            live.iter()
                .rev()
                .filter(overdue)
                .map(|it| Line::of(it, now, language))
                .collect(),
        ),
        part(
            "embargoed",
            w::EMBARGOES,
            w::EMBARGOES_ABOUT,
            drafts
                .iter()
                .filter(is_embargoed)
                .map(|it| Line::of(it, now, language))
                .collect(),
        ),
        part(
            "drafts",
            w::DRAFTS,
            w::DRAFTS_ABOUT,
            drafts
                .iter()
                .filter(|it| it.status == Status::Draft && !is_returned(it))
                .map(|it| Line::of(it, now, language))
                .collect(),
        ),
    ];
    let became = became(web, seated, now).await?;
    let (proposals, proposals_count) = sources::proposing(web, seated).await?;
    Ok(Page {
        frame: Frame::new(web, seated, w::INBOX.plain(language)),
        proposals,
        proposals_count,
        sources: sources::amiss(web, seated).await?,
        parts,
        became: Some(part("became", w::BECAME, w::BECAME_ABOUT, became)),
        risks: risks(web, seated, now),
        may_write: seated.may(Deed::WriteActivity),
    })
}

/// Whether somebody should say by now that it took place.
fn is_to_confirm(activity: &Activity, now: DateTime<Utc>) -> bool {
    let over = activity.content.when.over_at();
    over.is_some_and(|over| over + CONFIRMED_WITHIN <= now)
}

/// What others did lately with what one's own office submitted.
async fn became(web: &Web, seated: &Seated, now: DateTime<Utc>) -> Result<Vec<Line>, CommandError> {
    let language = seated.language;
    let public = own(
        web,
        seated,
        &[
            Status::Scheduled,
            Status::Rescheduled,
            Status::Postponed,
            Status::Cancelled,
        ],
    )
    .await?;
    let lately: Vec<&Activity> = public
        .iter()
        .filter(|it| it.announced_at.is_some_and(|at| at + NEWS > now))
        .filter(|it| seated.seat.role.is_of(it.content.office))
        .collect();
    let ids = lately.iter().map(|it| it.id.to_string()).collect();
    let comments = store::comments::last_of(web.services.db.reader(), ids).await?;
    let lines = lately.into_iter().filter_map(|activity| {
        let comment = comments
            .iter()
            .find(|comment| comment.activity_id == activity.id.as_str())?;
        if comment.author_id == seated.seat.user {
            return None;
        }
        let by = comment.author_role.parse();
        let by = by.map_or(comment.author_role.clone(), |role| w::role(role, language));
        let at = w::local(comment.created_at);
        let said = w::ANNOUNCED_BY.say(language, &[("office", &by), ("at", &at)]);
        Some(Line::of(activity, now, language).noted(Some(said)))
    });
    Ok(lines.collect())
}

/// What of this year's promise is at risk: of the whole programme; of districts, for a district's office its own alone.
fn risks(web: &Web, seated: &Seated, now: DateTime<Utc>) -> Vec<Risk> {
    let language = seated.language;
    let state = web.services.catalogue.read();
    let year = day_of(now).year();
    let Some(edition) = state.edition(year) else {
        return Vec::new();
    };
    let records: Vec<Record<'_>> = state.records().collect();
    let Promise {
        months,
        quarters,
        districts,
        ..
    } = promise(&edition.value, &records, now);
    let role = seated.seat.role;
    let mut said: Vec<String> = Vec::new();
    for (state, month_words, quarter_words, district_words) in [
        (
            Standing::AtRisk,
            w::MONTHS_AT_RISK,
            w::QUARTERS_AT_RISK,
            w::DISTRICTS_AT_RISK,
        ),
        (
            Standing::Broken,
            w::MONTHS_BROKEN,
            w::QUARTERS_BROKEN,
            w::DISTRICTS_BROKEN,
        ),
    ] {
        let mut say = |phrase: Phrase, names: Vec<String>| {
            if !names.is_empty() {
                let names = wording::enumeration(names, language);
                said.push(phrase.say(language, &[("names", &names)]));
            }
        };
        let months = months.iter().filter(|line| line.state == state);
        say(
            month_words,
            months.map(|line| w::month(line.month, language)).collect(),
        );
        let quarters = quarters.iter().filter(|line| line.state == state);
        say(
            quarter_words,
            quarters
                .map(|line| w::quarter(&line.quarter, language))
                .collect(),
        );
        let districts = districts.iter().filter(|line| {
            let own = role.is_of(Office::District(line.district));
            line.state == state && (own || seated.reach(Deed::ReadDrafts) == Reach::All)
        });
        let name = |district: District| either(language, district.zh(), district.en()).to_owned();
        say(
            district_words,
            districts.map(|line| name(line.district)).collect(),
        );
    }
    let href = format!("/{language}/promise/{year}");
    said.into_iter()
        .map(|said| Risk {
            href: href.clone(),
            said,
        })
        .collect()
}
