//! What an action would do, before it is done: to the promise, to other activities, and what everybody would be told.
//!
//! Owns the choice of what is shown. Refuses to word it: titles, entries and bodies are made by the same code that will
//! make them afterwards. Invariant: nothing of a rehearsal is kept.

use std::collections::BTreeSet;

use chrono::{DateTime, Datelike as _, Utc};
use entity::vocab::{EndpointState, Language, Payload, Status, WireFormat};
use serde_json::Value;

use super::super::{
    feeds,
    seat::Seated,
    words::{self as w},
};
use crate::{
    commands::{
        CommandError,
        act::{Act, Rehearsal, rehearse},
        list_activities::{Asked, list_activities},
    },
    deliver,
    domain::{
        action::Action,
        activity::Activity,
        clash::{Clash, clashes},
        notice::Notice,
        search::Search,
    },
    http::{
        Web,
        site::{
            said::Said,
            told::{Change, Detail, Told},
        },
    },
    publish::{Format, impact, wording::Phrase},
    store,
};

/// A text as a channel would tell it.
pub(in crate::http::console) struct Sample {
    pub(in crate::http::console) label: String,
    pub(in crate::http::console) text: String,
}

/// Who would be told, on one channel.
pub(in crate::http::console) struct Audience {
    pub(in crate::http::console) channel: &'static str,
    pub(in crate::http::console) said: String,
}

/// What an action would do.
pub(in crate::http::console) struct Preview {
    /// What becomes of what: the old and the new.
    pub(in crate::http::console) changes: Vec<Change>,
    /// Why, as it will be told.
    pub(in crate::http::console) reason: Option<Said>,
    /// What it does to the promise.
    pub(in crate::http::console) promise: Vec<String>,
    /// What else is to be known.
    pub(in crate::http::console) warnings: Vec<String>,
    pub(in crate::http::console) audiences: Vec<Audience>,
    /// What the news say, in both languages.
    pub(in crate::http::console) news: Vec<Sample>,
    /// How calendars show it.
    pub(in crate::http::console) calendar: Vec<Sample>,
    /// What a partner's system gets.
    pub(in crate::http::console) webhook: Vec<Sample>,
    /// What a group's robot says.
    pub(in crate::http::console) robots: Vec<Sample>,
    /// Which revision it makes.
    pub(in crate::http::console) revision: Option<String>,
    /// How many activities go along.
    pub(in crate::http::console) along: Option<String>,
    /// When it becomes public, if not at once.
    pub(in crate::http::console) embargo: Option<String>,
}

impl Preview {
    /// Of an action.
    ///
    /// # Errors
    /// Those that doing it would have.
    pub(in crate::http::console) async fn of(
        web: &Web,
        seated: &Seated,
        mut asked: Act,
    ) -> Result<Self, CommandError> {
        let language = seated.language;
        let mut embargo: Option<DateTime<Utc>> = None;
        if let Action::Announce { publish_at } = &mut asked.action {
            // What will be told at its hour is shown now.
            embargo = publish_at.take().filter(|at| *at > web.services.now());
        }
        let name = asked.action.name();
        let rehearsal = rehearse(&web.services, asked).await?;
        let Rehearsal {
            outcome,
            notices,
            consequences,
            left,
            ..
        } = &rehearsal;
        let promise = consequences.iter();
        let promise = promise
            .map(|it| impact::consequence(it, language))
            .collect();
        let warnings = left.iter().map(|it| w::faults::stays(it, language));
        let mut warnings: Vec<String> = warnings.collect();
        if SLOTTED.contains(&name) {
            let found = clashes_of(web, seated, &outcome.activity).await?;
            warnings.extend(found.iter().map(|it| impact::clash(it, language)));
        }
        warnings.extend(remarks(
            name,
            &outcome.activity,
            outcome.notice.as_ref(),
            web,
            language,
        ));
        let notice = outcome.notice.as_ref();
        let told = notice.map(|it| Told::cut(it, Detail::Brief, &web.services.links, language));
        let (changes, reason) = told.map_or((Vec::new(), None), |told| (told.changes, told.reason));
        let sample = |notice: &Notice| samples(web, notice);
        let (news, calendar, webhook, robots) = notice.map(sample).unwrap_or_default();
        Ok(Self {
            changes,
            reason,
            promise,
            warnings,
            audiences: match notice {
                Some(_) => audiences(web, name, notices, language).await?,
                None => Vec::new(),
            },
            news,
            calendar,
            webhook,
            robots,
            revision: notice
                .and_then(|notice| notice.revision)
                .map(|n| w::BECOMES.say(language, &[("n", &n.to_string())])),
            along: match notices.len().saturating_sub(1) {
                0 => None,
                n => Some(w::ALONG.say(language, &[("n", &n.to_string())])),
            },
            embargo: embargo.map(|at| {
                let at = w::local(at);
                w::PUBLISHED_AT.say(language, &[("at", &at)])
            }),
        })
    }
}

/// What else is to be known of an action before it is confirmed: of its reason, and of its date.
fn remarks(
    name: &str,
    activity: &Activity,
    notice: Option<&Notice>,
    web: &Web,
    language: Language,
) -> Vec<String> {
    let mut remarks = Vec::new();
    let mut say = |phrase: Phrase| remarks.push(phrase.plain(language).to_owned());
    let has_reason = matches!(
        name,
        "reschedule" | "relocate" | "change-format" | "postpone" | "cancel"
    );
    if let Some(notice) = notice.filter(|_| has_reason) {
        match &notice.reason {
            None => say(w::NO_REASON),
            Some(reason) if reason.zh.is_none() && reason.en.is_some() => say(w::NO_REASON_ZH),
            Some(reason) if reason.en.is_none() && reason.zh.is_some() => say(w::NO_REASON_EN),
            Some(_) => {}
        }
    }
    if !SLOTTED.contains(&name) {
        return remarks;
    }
    let when = &activity.content.when;
    if when
        .over_at()
        .is_some_and(|over| over <= web.services.now())
    {
        say(w::IS_OVER);
    }
    let edition = activity.content.edition;
    if let Some(day) = when.first_day().filter(|day| day.year() != edition) {
        let (edition, year) = (edition.to_string(), day.year().to_string());
        remarks.push(w::OTHER_YEAR.say(language, &[("edition", &edition), ("year", &year)]));
    }
    remarks
}

/// Actions that give an activity a slot or a place, or the public a sight of it.
const SLOTTED: [&str; 4] = ["announce", "reschedule", "relocate", "reinstate"];

/// What the activity's slot would clash with: public ones, and drafts that whoever asks may see.
async fn clashes_of(
    web: &Web,
    seated: &Seated,
    activity: &Activity,
) -> Result<Vec<Clash>, CommandError> {
    let asked = Asked {
        search: Search {
            statuses: vec![
                Status::Draft,
                Status::InReview,
                Status::Scheduled,
                Status::Rescheduled,
                Status::Held,
            ],
            from: activity.content.when.starts_at(),
            to: activity.content.when.over_at(),
            ..Search::default()
        },
        office: None,
        after: None,
        limit: OTHERS,
    };
    let caller = seated.caller();
    let (others, _) = list_activities(&web.services, Some(&caller), &asked).await?;
    let state = web.services.catalogue.read();
    Ok(clashes(activity, others.iter(), |year| {
        state.edition(year).map(|edition| &edition.value)
    }))
}

/// Activities of the same days that are looked at.
const OTHERS: usize = 2_000;

type Samples = (Vec<Sample>, Vec<Sample>, Vec<Sample>, Vec<Sample>);

/// A notice as each channel would tell it.
fn samples(web: &Web, notice: &Notice) -> Samples {
    let languages = [(Language::Zh, "中文"), (Language::En, "English")];
    let news = languages.map(|(language, label)| {
        let entry = web.publisher.entry(notice, language);
        Sample {
            label: label.to_owned(),
            text: format!("{}\n{}", entry.title, entry.summary),
        }
    });
    let calendar = languages.into_iter().filter_map(|(language, label)| {
        let card = web.publisher.calendar_card(notice, language)?;
        Some(Sample {
            label: label.to_owned(),
            text: card,
        })
    });
    let links = &web.services.links;
    let body = deliver::message::body(notice, Payload::Full, Language::Zh, links);
    let webhook = Sample {
        label: deliver::message::type_of(notice.kind),
        text: pretty(&body),
    };
    let robots = languages.map(|(language, label)| Sample {
        label: label.to_owned(),
        text: deliver::robot_card(notice, language, links, &web.publisher).join(
            "
",
        ),
    });
    (
        news.into(),
        calendar.collect(),
        vec![webhook],
        robots.into(),
    )
}

/// JSON for people.
fn pretty(body: &[u8]) -> String {
    serde_json::from_slice::<Value>(body)
        .ok()
        .and_then(|value| serde_json::to_string_pretty(&value).ok())
        .unwrap_or_else(|| String::from_utf8_lossy(body).into_owned())
}

/// How many kinds of clients lately fetched calendars, and how many news, that these notices concern.
async fn followers(web: &Web, notices: &[Notice]) -> Result<(u64, u64), CommandError> {
    let seen = feeds::followed(web).await?;
    let (mut calendars, mut news) = (BTreeSet::new(), BTreeSet::new());
    for notice in notices {
        for follower in web.publisher.followers(&seen, notice) {
            match follower.format {
                Format::Ics => calendars.insert(follower.seen.client),
                Format::News(_) | Format::Opml => news.insert(follower.seen.client),
            };
        }
    }
    Ok((calendars.len() as u64, news.len() as u64))
}

/// Endpoints read at once.
const PAGE: u64 = 500;

/// Who would be told of these notices.
async fn audiences(
    web: &Web,
    name: &str,
    notices: &[Notice],
    language: Language,
) -> Result<Vec<Audience>, CommandError> {
    let db = web.services.db.reader();
    let (mut partners, mut groups) = (0_u64, 0_u64);
    let mut after = String::new();
    loop {
        let rows = store::endpoints::list(db, None, &after, PAGE).await?;
        let Some(last) = rows.last() else { break };
        after.clone_from(&last.id);
        for row in &rows {
            let listens = matches!(
                row.state,
                EndpointState::Enabled | EndpointState::Failing | EndpointState::Pending
            );
            let wanted = store::endpoints::wanted(row)?;
            if !listens || !notices.iter().any(|notice| wanted.wants(notice)) {
                continue;
            }
            match row.format.parse::<WireFormat>() {
                Ok(format) if format.is_robot() => groups += 1,
                _ => partners += 1,
            }
        }
    }
    let (calendars, news) = followers(web, notices).await?;
    let subscribers = store::subscriptions::count(db, web.services.now()).await?;
    let count = |phrase: Phrase, n: u64| phrase.say(language, &[("n", &n.to_string())]);
    let say = |phrase: Phrase| phrase.plain(language);
    Ok(vec![
        Audience {
            channel: say(w::CHANNEL_CALENDARS),
            said: format!(
                "{}\n{}",
                say(match name {
                    "withdraw" => w::TELLS_CALENDARS_GONE,
                    _ => w::TELLS_CALENDARS,
                }),
                count(w::CALENDAR_CLIENTS, calendars)
            ),
        },
        Audience {
            channel: say(w::CHANNEL_NEWS),
            said: format!(
                "{}\n{}",
                count(w::TELLS_NEWS, subscribers),
                count(w::NEWS_CLIENTS, news)
            ),
        },
        Audience {
            channel: say(w::CHANNEL_WEBHOOKS),
            said: count(w::TELLS_WEBHOOKS, partners),
        },
        Audience {
            channel: say(w::CHANNEL_ROBOTS),
            said: count(w::TELLS_ROBOTS, groups),
        },
        Audience {
            channel: say(w::CHANNEL_SITE),
            said: say(w::TELLS_SITE).to_owned(),
        },
    ])
}
