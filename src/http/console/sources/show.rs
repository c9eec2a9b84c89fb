//! `/console/sources/{id}`: how a source stands, what to do about it, what it said and what was made of that.

use askama::Template;
use axum::{
    extract::{Path, RawQuery, State},
    response::{IntoResponse, Response},
};
use entity::vocab::Language;

use super::{
    super::{
        answer::{refused, shown},
        form::Form,
        frame::Frame,
        said::Fact,
        seat::Seated,
        words::{self as w, faults},
    },
    Standing, at,
    entry::{self, Line as Entry},
    fetch::Line as Fetch,
    find, office, settings, settings_of,
};
use crate::{
    commands::CommandError,
    domain::{
        rights::{Deed, Reach},
        source::Source,
    },
    http::{
        Web,
        site::{listed::Badge, said::Said},
    },
    publish::wording::{self, Phrase},
    store::{self, source_entries, sources::Row},
};

/// Fetches and entries beside the settings; pages of their own have all.
const LATEST: u64 = 5;
const FIRST: u64 = 20;

#[derive(Template)]
#[template(path = "console/source.html")]
struct Page {
    frame: Frame,
    name: Said,
    badge: Badge,
    format: &'static str,
    office: Option<String>,
    explained: String,
    why: Option<String>,
    advice: &'static str,
    errors: Vec<String>,
    href: String,
    /// Where it is, where it has an address.
    url: Option<String>,
    standing: Standing,
    /// Whether what it held last is doubted, though it rests.
    doubted: bool,
    /// Where what it proposes stands, and how much that is.
    waiting: Option<(String, String)>,
    state: Vec<Fact>,
    settings: Vec<Fact>,
    fetches: Vec<Fetch>,
    entries: Vec<Entry>,
}

impl Page {
    fn is_doubtful(&self) -> bool {
        self.doubted
    }

    fn is_paused(&self) -> bool {
        self.standing == Standing::Paused
    }

    /// Whether asking it now is what comes next.
    fn asks_next(&self) -> bool {
        matches!(
            self.standing,
            Standing::New | Standing::Failed | Standing::Refused
        )
    }
}

/// What a page says of what was just done, by the query that leads there.
async fn done(web: &Web, id: &str, form: &Form, language: Language) -> Option<String> {
    let said = |phrase: Phrase| Some(phrase.plain(language).to_owned());
    let (name, _) = form.pairs().first()?;
    match name.as_str() {
        "made" => return said(w::SOURCE_MADE),
        "saved" => return said(w::SAVED),
        "paused" => return said(w::SOURCE_RESTED),
        "resumed" => return said(w::SOURCE_RESUMED),
        "polled" => {}
        _ => return None,
    }
    let fetch = form.get("polled")?;
    let fetch = source_entries::fetch(web.services.db.reader(), fetch).await;
    let fetch = fetch.ok()?.filter(|fetch| fetch.source_id == id)?;
    let outcome = w::fetch_outcome(&fetch.outcome, language);
    if !matches!(fetch.outcome.as_str(), "read" | "unchanged") {
        let why = fetch.detail.lines().next().unwrap_or_default();
        let why = faults::noted(why, language);
        return Some(w::POLLED_BADLY.say(language, &[("outcome", outcome), ("why", &why)]));
    }
    let (entries, proposals) = (fetch.entries.to_string(), fetch.proposals.to_string());
    let parts = [
        ("outcome", outcome),
        ("entries", &entries),
        ("proposals", &proposals),
    ];
    let told = w::POLLED.say(language, &parts);
    let carried: usize = form.get("done").and_then(|n| n.parse().ok())?;
    Some(match carried {
        0 => told,
        n => format!(
            "{told} {}",
            w::POLLED_AND_DONE.say(language, &[("n", &n.to_string())])
        ),
    })
}

/// The page.
pub(in crate::http::console) async fn page(
    State(web): State<Web>,
    seated: Seated,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let row = match find(&web, &seated, &id).await {
        Ok(row) => row,
        Err(answer) => return answer,
    };
    let form = Form::read(query.unwrap_or_default().as_bytes());
    let done = done(&web, &row.id, &form, seated.language).await;
    source(&web, &seated, &row, done, Vec::new()).await
}

/// The page, with what was just done or why it was not.
pub(super) async fn source(
    web: &Web,
    seated: &Seated,
    row: &Row,
    done: Option<String>,
    errors: Vec<String>,
) -> Response {
    match page_of(web, seated, row, done, errors).await {
        Ok(page) => shown(&page, seated.language).into_response(),
        Err(error) => refused(web, seated, error),
    }
}

async fn page_of(
    web: &Web,
    seated: &Seated,
    row: &Row,
    done: Option<String>,
    errors: Vec<String>,
) -> Result<Page, CommandError> {
    let language = seated.language;
    let source = settings_of(row)?;
    let standing = Standing::of(row);
    let db = web.services.db.reader();
    let own = office(seated, Deed::ManageSources);
    let waiting = store::proposals::waiting(db, own.as_deref()).await?;
    let waiting = waiting.get(&row.id).map(|n| {
        let said = w::SEE_PROPOSALS.say(language, &[("n", &n.to_string())]);
        (format!("/console/proposals?source={}", row.id), said)
    });
    let fetches = source_entries::fetches(db, &row.id, None, LATEST).await?;
    let entries = source_entries::page(db, &row.id, "", FIRST).await?;
    let has_address = source.url.is_some();
    let every = seated.reach(Deed::ManageSources) == Reach::All;
    Ok(Page {
        frame: Frame::new(web, seated, &source.name).saying(done),
        name: Said::found(source.name.clone(), language),
        badge: standing.badge(language),
        format: w::source_format(source.format).plain(language),
        office: every.then(|| wording::office(source.office, language)),
        explained: standing.explained(row, language),
        why: standing
            .why(row, language)
            .map(|why| w::SOURCE_WARNING.say(language, &[("why", &why)])),
        advice: standing.advice(has_address).plain(language),
        errors,
        href: at(&row.id),
        url: source.url.as_ref().map(|url| url.0.clone()),
        standing,
        doubted: row.outcome.as_deref() == Some("doubtful"),
        waiting,
        state: state(row, &source, language),
        settings: settings::facts(&source, language),
        fetches: fetches.iter().map(|it| Fetch::of(it, language)).collect(),
        entries: entry::lines(web, seated, &entries).await?,
    })
}

/// When it was asked, and what it holds.
fn state(row: &Row, source: &Source, language: Language) -> Vec<Fact> {
    let fact = |label: Phrase, value: String| Fact::new(label.plain(language), value);
    let mut facts = vec![fact(w::HELD_ENTRIES, row.entries.to_string())];
    let next = row.due_at.filter(|_| row.active && source.url.is_some());
    for (label, at) in [
        (w::READ_AT, row.polled_at),
        (w::WHOLE_AT, row.whole_at),
        (w::READ_NEXT, next),
    ] {
        if let Some(at) = at {
            facts.push(fact(label, w::local(at)));
        }
    }
    if row.failures > 0 {
        facts.push(fact(w::FAILURES, row.failures.to_string()));
    }
    facts.push(fact(w::CREATED, w::local(row.created_at)));
    facts
}
