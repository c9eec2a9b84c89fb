//! An activity as a calendar entry, and calendars of them (FEEDS §1).
//!
//! Owns what a calendar says of each state of an activity's life. Refuses to know how lines are
//! written (`feeds::ical`) and which activities a feed selects.
//! Invariant: an entry is made of the activity, the notice that caused its status and the site
//! alone: nothing in it moves with the clock or with other activities.

use chrono::{DateTime, Timelike, Utc};
use entity::vocab::{Language, Mode, Status};
use feeds::{Slot, Text, ical};

use super::{
    dates::Dates,
    facts,
    format::{Format, Tongue},
    key::FeedKey,
    options::{Alarm, Cancelled, Options},
    scope::Scope,
    site::Site,
    tagged,
    titles::Titles,
    wording::{self, either},
};
use crate::domain::{activity::Activity, notice::Reason, when::When};

/// The latest slots that a calendar holds at most: about 700 kB, and Google reads about 1 MB.
/// By count, not by date: a calendar must not change because time passes.
pub(super) const SLOTS: usize = 600;

/// When the wording or form of entries last changed; 0 for the first form.
///
/// Raise it with any such change: ICSx5 and others skip an entry whose LAST-MODIFIED is not newer.
const TEMPLATE_EPOCH: i64 = 0;

/// The colour suggested to calendar apps.
const COLOR: ical::Color = ical::Color {
    css: "royalblue",
    hex: "#4169E1",
};

/// How an entry is shown, beside what it says. Entries shown alike are made once for all calendars.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Form {
    /// In which words.
    pub(crate) tongue: Tongue,
    /// Cancelled is said in the title alone.
    pub(crate) marked: bool,
    /// When reminders ring.
    pub(crate) alarms: Vec<Alarm>,
}

impl Form {
    /// The form of an activity's entry in a feed; none where the feed leaves it out.
    pub(crate) fn of(key: &FeedKey, activity: &Activity) -> Option<Self> {
        let cancelled = activity.status == Status::Cancelled;
        let off = cancelled || activity.status == Status::Postponed;
        let Options {
            cancelled: shown,
            alarms,
        } = &key.options;
        (!cancelled || *shown != Cancelled::Drop).then(|| Self {
            tongue: key.tongue,
            marked: cancelled && *shown == Cancelled::Mark,
            // Nobody is to be woken for what does not take place.
            alarms: if off { Vec::new() } else { alarms.clone() },
        })
    }
}

/// The activity as an entry of a form.
pub(crate) fn entry(
    site: &Site,
    activity: &Activity,
    reason: Option<&Reason>,
    form: &Form,
) -> Option<ical::Event> {
    let mut event = match form.tongue {
        Tongue::One(language) => event(site, activity, reason, language)?,
        Tongue::Both => bilingual::both(
            event(site, activity, reason, Language::Zh)?,
            event(site, activity, reason, Language::En)?,
        ),
    };
    if form.marked {
        event.status = ical::Status::Confirmed;
    }
    event.alarms = form.alarms.iter().map(|alarm| alarm.minutes).collect();
    Some(event)
}

/// The activity as a calendar entry; none where it has no place in a calendar: not public, gone, or
/// not known to the month. `reason` is why it has its present slot and status.
pub(crate) fn event(
    site: &Site,
    activity: &Activity,
    reason: Option<&Reason>,
    language: Language,
) -> Option<ical::Event> {
    let when = calendar_when(activity)?;
    let slot = match when {
        When::Month { month } => Slot::Days {
            starts_on: month.first(),
            ends_on: month.last(),
        },
        when => facts::slot(when)?,
    };
    let (status, transparency) = match activity.status {
        Status::Scheduled | Status::Rescheduled if is_planning(when) => {
            (ical::Status::Tentative, ical::Transparency::Transparent)
        }
        Status::Held if is_planning(when) => {
            (ical::Status::Confirmed, ical::Transparency::Transparent)
        }
        Status::Scheduled | Status::Rescheduled | Status::Held => {
            (ical::Status::Confirmed, ical::Transparency::Opaque)
        }
        Status::Postponed => (ical::Status::Tentative, ical::Transparency::Transparent),
        Status::Cancelled => (ical::Status::Cancelled, ical::Transparency::Transparent),
        Status::Draft | Status::InReview | Status::Withdrawn => return None,
    };
    let content = &activity.content;
    let stamp = stamp(activity.updated_at);
    Some(ical::Event {
        uid: activity.uid.clone(),
        stamp,
        created: activity.announced_at.unwrap_or(stamp),
        sequence: u32::try_from(activity.revision - 1).unwrap_or(0),
        slot,
        summary: summary(activity, language),
        description: description(site, activity, reason, language),
        status,
        transparency,
        organizer: ical::Organizer {
            name: facts::organizer(activity, language),
            mailbox: site.programme.contact_email.clone(),
        },
        url: site.links.activity(language, activity),
        categories: categories(activity, language),
        place: place(activity, language),
        conference: content
            .live_url
            .as_ref()
            .filter(|_| content.mode != Some(Mode::Offline))
            .map(|url| ical::Conference {
                uri: url.0.clone(),
                label: wording::WATCH_LABEL.plain(language).to_owned(),
            }),
        alarms: Vec::new(),
    })
}

/// A calendar's header. `subject` is the activity that an activity's calendar is about, `title` what an activity, a
/// series or a section is called.
pub(crate) fn calendar(
    site: &Site,
    key: &FeedKey,
    subject: Option<&Activity>,
    title: Option<&crate::domain::text::Text>,
    last_modified: Option<DateTime<Utc>>,
) -> ical::Calendar {
    let language = key.tongue.first();
    let mut titles = Titles::of(site, key, title, language);
    if key.tongue == Tongue::Both {
        let en = Titles::of(site, key, title, Language::En);
        titles = Titles {
            name: format!("{} / {}", titles.name, en.name),
            about: format!("{}\n{}", titles.about, en.about),
        };
    }
    ical::Calendar {
        last_modified: last_modified.map(stamp),
        name: Text {
            value: titles.name,
            language: tagged(language),
        },
        description: Text {
            value: titles.about,
            language: tagged(language),
        },
        color: COLOR,
        url: subject.map_or_else(
            || site.home(language),
            |activity| site.links.activity(language, activity),
        ),
        source: site.feed(&FeedKey {
            format: Format::Ics,
            ..key.clone()
        }),
    }
}

/// Known to the month and no nearer: such a date stands in the calendar `planning` and in no other.
fn is_planning(when: &When) -> bool {
    matches!(when, When::Month { .. })
}

/// The date that a calendar shows: what is off or put off stays where it stood.
fn calendar_when(activity: &Activity) -> Option<&When> {
    match activity.status {
        Status::Scheduled | Status::Rescheduled | Status::Held => Some(&activity.content.when),
        Status::Postponed | Status::Cancelled => Some(activity.shown_when()),
        Status::Draft | Status::InReview | Status::Withdrawn => None,
    }
}

/// To the second, as calendars write it, and not before the form of entries last changed.
fn stamp(at: DateTime<Utc>) -> DateTime<Utc> {
    let epoch = DateTime::from_timestamp(TEMPLATE_EPOCH, 0).expect("the epoch is a valid instant");
    at.with_nanosecond(0).unwrap_or(at).max(epoch)
}

fn summary(activity: &Activity, language: Language) -> Text {
    let (title, written_in) = activity.content.title.in_language(language);
    let value = match activity.status {
        Status::Postponed => wording::SUMMARY_POSTPONED.say(language, &[("title", title)]),
        Status::Cancelled => wording::SUMMARY_CANCELLED.say(language, &[("title", title)]),
        Status::Draft
        | Status::InReview
        | Status::Scheduled
        | Status::Rescheduled
        | Status::Held
        | Status::Withdrawn => title.to_owned(),
    };
    Text {
        value,
        language: tagged(written_in),
    }
}

/// What happened to it first, then what it is, then the addresses.
fn description(
    site: &Site,
    activity: &Activity,
    reason: Option<&Reason>,
    language: Language,
) -> Text {
    let content = &activity.content;
    let mut lines: Vec<String> = fate(activity, reason, language);
    lines.extend(day_to_come(activity, language));
    let prose = [&content.summary, &content.description].map(|words| words.in_language(language));
    let written_in = prose
        .iter()
        .flatten()
        .next()
        .map_or(language, |(_, written_in)| *written_in);
    lines.extend(prose.into_iter().flatten().map(|(text, _)| text.to_owned()));
    for (phrase, url) in [
        (wording::WATCH, &content.live_url),
        (wording::REGISTER, &content.registration_url),
    ] {
        lines.extend(
            url.as_ref()
                .map(|url| phrase.say(language, &[("url", &url.0)])),
        );
    }
    lines.push(wording::DETAILS.say(
        language,
        &[("url", &site.links.activity(language, activity))],
    ));
    Text {
        value: lines.join("\n"),
        language: tagged(written_in),
    }
}

/// The lines on what became of it.
fn fate(activity: &Activity, reason: Option<&Reason>, language: Language) -> Vec<String> {
    let dates = Dates::with_years(language);
    let previous = activity.previous_when.as_ref();
    let reason = reason.and_then(|reason| wording::reason(reason, language));
    let mut lines = Vec::new();
    match activity.status {
        Status::Rescheduled => {
            if let Some(previous) = previous {
                let (old, new) = dates.change(previous, &activity.content.when);
                lines.push(wording::RESCHEDULED.say(language, &[("old", &old), ("new", &new)]));
            }
        }
        Status::Postponed => lines.push(match previous.and_then(|when| dates.start(when)) {
            Some(old) => wording::POSTPONED_FROM.say(language, &[("old", &old)]),
            None => wording::POSTPONED.plain(language).to_owned(),
        }),
        Status::Cancelled => {
            lines.push(match &reason {
                Some(reason) => wording::CANCELLED_FOR.say(language, &[("reason", reason)]),
                None => wording::CANCELLED.plain(language).to_owned(),
            });
            return lines;
        }
        Status::Held => return facts::outcome(activity, language),
        Status::Draft | Status::InReview | Status::Scheduled | Status::Withdrawn => return lines,
    }
    lines.extend(reason.map(|reason| wording::REASON.say(language, &[("reason", &reason)])));
    lines
}

/// An entry over a whole month says that nobody knows the day.
fn day_to_come(activity: &Activity, language: Language) -> Option<String> {
    let takes_place = matches!(activity.status, Status::Scheduled | Status::Rescheduled);
    let when = Some(&activity.content.when).filter(|when| takes_place && is_planning(when))?;
    let month = Dates::with_years(language).start(when)?;
    Some(wording::DAY_TO_COME.say(language, &[("month", &month)]))
}

fn categories(activity: &Activity, language: Language) -> Vec<String> {
    let content = &activity.content;
    let kind = content
        .kind
        .map(|kind| either(language, kind.zh(), kind.en()));
    let strand = either(language, content.strand.zh(), content.strand.en());
    let highlight = content
        .highlight
        .then(|| wording::HIGHLIGHT.plain(language));
    let districts = content
        .districts
        .iter()
        .map(|district| either(language, district.zh(), district.en()));
    kind.into_iter()
        .chain([strand])
        .chain(districts)
        .chain(highlight)
        .map(str::to_owned)
        .collect()
}

/// Where one can go, or a word that there is nowhere to go to and no address yet.
fn place(activity: &Activity, language: Language) -> Option<ical::Place> {
    let content = &activity.content;
    if content.mode == Some(Mode::Online) {
        return content.live_url.is_none().then(|| {
            let online = wording::ONLINE.plain(language).to_owned();
            ical::Place {
                address: Text {
                    value: online.clone(),
                    language: tagged(language),
                },
                label: online,
                point: None,
            }
        });
    }
    let (value, written_in) = facts::location(activity, language)?;
    let label = facts::venue_name(activity, language).map_or_else(|| value.clone(), str::to_owned);
    let point = content.venue.as_ref().and_then(facts::point);
    Some(ical::Place {
        address: Text {
            value,
            language: tagged(written_in),
        },
        label,
        point,
    })
}

/// What the latest entries are taken by: the start, then the id. None where a calendar of that scope does not show it.
pub(super) fn start(activity: &Activity, scope: &Scope) -> Option<DateTime<Utc>> {
    let when = calendar_when(activity)?;
    is_shown(when, scope).then(|| when.starts_at()).flatten()
}

/// Whether calendars of a scope show such a date.
pub(super) fn is_shown(when: &When, scope: &Scope) -> bool {
    match scope {
        Scope::Planning => is_planning(when),
        _ => !is_planning(when) && when.starts_at().is_some(),
    }
}

mod bilingual;
#[cfg(test)]
mod golden;
#[cfg(test)]
mod tests;
