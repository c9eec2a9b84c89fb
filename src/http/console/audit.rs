//! `/console/audit`: who did what, and the same as a file.
//!
//! Invariant: names of people and tokens are looked up when the page is made; the audit itself holds ids alone.

mod file;

use std::{collections::HashMap, fmt::Display, str::FromStr};

use askama::Template;
use axum::{
    extract::{RawQuery, State},
    response::Response,
};
use chrono::{Days, NaiveDate};
use entity::vocab::Language;

use super::{
    answer::{refused, shown},
    form::Form,
    frame::Frame,
    seat::Seated,
    words as w,
};
use crate::{
    commands::{
        CommandError,
        audit::{CLI, WORKER},
        read_audit::read_audit,
    },
    domain::{
        audit::{Action, Outcome},
        dates::Day,
        input::Faults,
        rights::Deed,
        when::midnight,
    },
    http::Web,
    ids::{ActivityId, AuditId},
    store::{
        self, StoreError,
        audit::{Entry, Wanted},
    },
};

pub(super) use file::{csv, json_lines};

/// Entries on a page.
const SHOWN: u64 = 100;

struct Line {
    at: String,
    who: String,
    role: String,
    action: String,
    subject: String,
    href: Option<String>,
    outcome: &'static str,
    refused: bool,
    reason: String,
    fields: String,
    times: Option<String>,
}

struct Choice {
    value: &'static str,
    label: String,
    chosen: bool,
}

#[derive(Template)]
#[template(path = "console/audit.html")]
struct Page {
    frame: Frame,
    asked: Asked,
    actions: Vec<Choice>,
    outcomes: Vec<Choice>,
    lines: Vec<Line>,
    /// The query of the page that follows.
    older: Option<String>,
    /// The query of this selection.
    query: String,
}

/// What the form asks for, as it was sent.
struct Asked {
    actor: String,
    subject: String,
    action: String,
    outcome: String,
    from: String,
    to: String,
}

impl Asked {
    fn of(form: &Form) -> Self {
        let text = |name: &str| form.get(name).unwrap_or_default().trim().to_owned();
        Self {
            actor: text("actor"),
            subject: text("subject"),
            action: text("action"),
            outcome: text("outcome"),
            from: text("from"),
            to: text("to"),
        }
    }

    fn query(&self) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        let pairs = [
            ("actor", &self.actor),
            ("subject", &self.subject),
            ("action", &self.action),
            ("outcome", &self.outcome),
            ("from", &self.from),
            ("to", &self.to),
        ];
        query.extend_pairs(pairs.into_iter().filter(|(_, value)| !value.is_empty()));
        query.finish()
    }

    /// What it means; a login stands for its person.
    ///
    /// # Errors
    /// A fault for each value that is none.
    async fn wanted(&self, web: &Web) -> Result<Wanted, CommandError> {
        let mut faults = Faults::default();
        let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let wanted = Wanted {
            actor: given(&self.actor),
            subject: given(&self.subject),
            action: read("/action", &self.action, &mut faults),
            outcome: read("/outcome", &self.outcome, &mut faults),
            from: day("/from", &self.from, &mut faults).map(midnight),
            to: day("/to", &self.to, &mut faults)
                .and_then(|day| day.checked_add_days(Days::new(1)))
                .map(midnight),
        };
        let wanted = faults.check(Some(wanted))?;
        let person = store::people::find_by_login(web.services.db.reader(), &self.actor).await?;
        Ok(Wanted {
            actor: person.map(|person| person.id).or(wanted.actor),
            ..wanted
        })
    }
}

/// A value of a filter that was chosen; none where it was not.
fn read<T: FromStr<Err: Display>>(name: &str, sent: &str, faults: &mut Faults) -> Option<T> {
    if sent.is_empty() {
        return None;
    }
    match sent.parse() {
        Ok(value) => Some(value),
        Err(error) => {
            faults.add(name, error.to_string());
            None
        }
    }
}

fn day(name: &str, sent: &str, faults: &mut Faults) -> Option<NaiveDate> {
    read::<Day>(name, sent, faults).map(|day| day.0)
}

/// The newest entries of what is asked for.
pub(super) async fn page(
    State(web): State<Web>,
    seated: Seated,
    RawQuery(query): RawQuery,
) -> Response {
    match found(&web, &seated, &query.unwrap_or_default()).await {
        Ok(page) => shown(&page, seated.language),
        Err(error) => refused(&web, &seated, error),
    }
}

async fn found(web: &Web, seated: &Seated, query: &str) -> Result<Page, CommandError> {
    seated.must(Deed::ReadAudit)?;
    let form = Form::read(query.as_bytes());
    let asked = Asked::of(&form);
    let wanted = asked.wanted(web).await?;
    let after = form.get("after");
    if let Some(after) = after.filter(|after| after.parse::<AuditId>().is_err()) {
        let shown: String = after.chars().take(40).collect();
        let said = format!("{shown:?} is no key of this list");
        return Err(CommandError::fault("/after", said));
    }
    let caller = seated.caller();
    let mut found = read_audit(&web.services, &caller, &wanted, after, SHOWN + 1).await?;
    let more = found.len() as u64 > SHOWN;
    found.truncate(usize::try_from(SHOWN).unwrap_or(usize::MAX));
    let query = asked.query();
    let older = found.last().filter(|_| more).map(|last| {
        let and = if query.is_empty() { "" } else { "&" };
        format!("{query}{and}after={}", last.id)
    });
    let names = names_of(web, &found, seated.language).await?;
    let language = seated.language;
    let actions = Action::ALL.iter().map(|action| Choice {
        value: action.as_str(),
        label: w::audited(action.as_str(), language).to_owned(),
        chosen: wanted.action == Some(*action),
    });
    let outcomes = Outcome::ALL.iter().map(|outcome| Choice {
        value: outcome.as_str(),
        label: w::audit_outcome(*outcome, language).to_owned(),
        chosen: wanted.outcome == Some(*outcome),
    });
    Ok(Page {
        frame: Frame::new(web, seated, w::AUDIT.plain(language)),
        actions: actions.collect(),
        outcomes: outcomes.collect(),
        lines: found
            .iter()
            .map(|entry| line(entry, &names, seated))
            .collect(),
        older,
        query,
        asked,
    })
}

async fn names_of(
    web: &Web,
    entries: &[Entry],
    language: Language,
) -> Result<HashMap<String, String>, StoreError> {
    let actors = entries.iter().filter_map(|entry| entry.actor_id.clone());
    let subjects = entries.iter().filter_map(|entry| entry.subject.clone());
    let mut ids: Vec<String> = actors.chain(subjects).collect();
    ids.sort_unstable();
    ids.dedup();
    let db = web.services.db.reader();
    let mut names = store::people::logins(db, ids.iter().map(String::as_str)).await?;
    names.extend(store::tokens::names(db, ids.iter().map(String::as_str)).await?);
    // What the public knows is called by its title; a draft may be gone, and keeps its id.
    let state = web.services.catalogue.read();
    for id in &ids {
        let known = id.parse::<ActivityId>().ok();
        if let Some(entry) = known.and_then(|id| state.activity(&id)) {
            let title = entry.activity().content.title.in_language(language).0;
            names.insert(id.clone(), title.to_owned());
        }
    }
    Ok(names)
}

fn line(entry: &Entry, names: &HashMap<String, String>, seated: &Seated) -> Line {
    let language = seated.language;
    let named = |id: &str| match id {
        CLI => w::AUDIT_CLI.plain(language).to_owned(),
        WORKER => w::AUDIT_WORKER.plain(language).to_owned(),
        id => names.get(id).map_or_else(|| id.to_owned(), Clone::clone),
    };
    let role = |role: &str| {
        role.parse()
            .map_or_else(|_| role.to_owned(), |role| w::role(role, language))
    };
    let outcome = entry.outcome.parse().unwrap_or(Outcome::Refused);
    let subject = entry.subject.as_deref().unwrap_or_default();
    let year = subject.split('/').next().unwrap_or_default();
    let href = if subject.starts_with("act_") {
        Some(format!("/console/activities/{subject}"))
    } else {
        (year.len() == 4 && year.parse::<u16>().is_ok())
            .then(|| format!("/console/editions/{year}"))
    };
    Line {
        at: w::local(entry.at),
        who: entry
            .actor_id
            .as_deref()
            .map_or_else(|| w::AUDIT_NOBODY.plain(language).to_owned(), named),
        role: entry.role.as_deref().map(role).unwrap_or_default(),
        action: w::audited(&entry.action, language).to_owned(),
        subject: named(subject),
        href,
        outcome: w::audit_outcome(outcome, language),
        refused: outcome == Outcome::Refused,
        reason: w::refused_for(entry.reason.as_deref().unwrap_or_default(), language).to_owned(),
        fields: w::changed_fields(&entry.fields, language),
        times: (entry.times > 1).then(|| {
            let times = entry.times.to_string();
            w::AUDIT_TIMES.say(language, &[("times", &times)])
        }),
    }
}

/// Who did the last thing to something, in a sentence; `None` where the audit does not know.
pub(super) async fn last_changed(web: &Web, seated: &Seated, subject: &str) -> Option<String> {
    let db = web.services.db.reader();
    let entry = store::audit::last_done(db, subject).await.ok()??;
    let names = names_of(web, std::slice::from_ref(&entry), seated.language)
        .await
        .ok()?;
    let line = line(&entry, &names, seated);
    let said = [("who", line.who.as_str()), ("at", line.at.as_str())];
    Some(w::LAST_CHANGED_BY.say(seated.language, &said))
}
