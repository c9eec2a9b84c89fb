//! A month as a table of weeks, and as a list.
//!
//! Owns on which days an activity stands. Refuses to know how a line of the list looks. Invariants: the table is a table
//! (weeks are rows, weekdays are columns), each link in it says its date, and what moved away stands on each old day
//! too, struck through, with the new date.

use std::sync::Arc;

use askama::Template;
use axum::response::Response;
use chrono::{Datelike, NaiveDate, Weekday};
use entity::vocab::{Language, NoticeKind, Status};
use serde::Deserialize;

use super::super::{
    listed::Listed,
    lookup,
    page::{self, Frame},
    promise::{full_month, short_month},
    said::{Date, Said},
    subscribe::{Bar, Part},
    words as w,
};
use crate::{
    catalogue,
    domain::{
        activity::Activity,
        notice::Notice,
        when::{Month, When, day_of},
    },
    http::Web,
    links::Links,
    publish::{
        Scope,
        dates::Dates,
        wording::{either, enumeration},
    },
};

/// Activities of a day in the table, and of the month in the list; the agenda has all.
const SHOWN_A_DAY: usize = 6;
const LISTED: usize = 100;

/// What lasts longer stands in the table on its first and last day, and on the first of the months between.
const DAYS_SHOWN: i64 = 7;

#[derive(Template)]
#[template(path = "month.html")]
struct Page {
    frame: Frame,
    heading: String,
    caption: String,
    agenda_title: String,
    weekdays: Vec<(&'static str, &'static str)>,
    weeks: Vec<Vec<Day>>,
    listed: Vec<Listed>,
    to_come: Vec<Listed>,
    /// Where all are listed.
    more: Option<String>,
    earlier: Option<(String, String)>,
    later: Option<(String, String)>,
    year: (String, i32),
    months: Vec<(String, String, bool)>,
    bar: Bar,
}

/// A day of the table.
struct Day {
    number: u32,
    name: String,
    machine: String,
    /// A day of another month, which stays empty.
    outside: bool,
    today: bool,
    items: Vec<Item>,
    /// How many more there are, which the list has.
    more: Option<String>,
}

/// An activity on a day.
struct Item {
    href: String,
    /// The date in the link's name.
    date: String,
    title: Said,
    tone: &'static str,
    hour: Option<Date>,
    /// What is said behind it: that it is off, goes on, moved.
    note: String,
    /// The date that the note is about.
    to: Option<Said>,
    off: bool,
}

/// What the month shows, taken from the catalogue.
struct Taken {
    /// In the month by the date that holds, or held.
    here: Vec<Arc<Notice>>,
    /// Moved, with each slot in the month that holds no more.
    moved: Vec<(Arc<Notice>, When)>,
    earlier: bool,
    later: bool,
}

impl Taken {
    fn of(state: &catalogue::State, month: Month, this_year: i32) -> Option<Self> {
        let years = lookup::years(state, this_year);
        if !years.contains(&month.year()) {
            return None;
        }
        let (mut here, mut moved) = (Vec::new(), Vec::new());
        for entry in state.activities() {
            let activity = entry.activity();
            if activity.status == Status::Withdrawn {
                continue;
            }
            if touches(activity.shown_when(), month) {
                here.push(Arc::clone(&entry.last));
            }
            let old = old_slots(state, entry);
            let old = old.into_iter().filter(|old| touches(old, month));
            moved.extend(old.map(|old| (Arc::clone(&entry.last), old)));
        }
        let starts = |notice: &Arc<Notice>| {
            let activity = notice.activity.as_ref();
            let starts = activity.and_then(|it| it.shown_when().starts_at());
            (starts, notice.activity_id.clone())
        };
        here.sort_by_cached_key(starts);
        Some(Self {
            here,
            moved,
            earlier: years.contains(&month.previous().year()),
            later: years.contains(&month.next().year()),
        })
    }
}

/// The slots that an activity was moved from, each once, but for the one that holds.
fn old_slots(state: &catalogue::State, entry: &catalogue::Entry) -> Vec<When> {
    let activity = entry.activity();
    // What was put off or called off stands on its last day already.
    let is_off = matches!(activity.status, Status::Postponed | Status::Cancelled);
    if activity.previous_when.is_none() || is_off {
        return Vec::new();
    }
    let notices = entry.positions.iter();
    let notices = notices.filter_map(|position| state.notice_at(*position));
    let mut old: Vec<When> = Vec::new();
    // What was put off first lost its slot then.
    let moves = [
        NoticeKind::Rescheduled,
        NoticeKind::Postponed,
        NoticeKind::Reinstated,
    ];
    for notice in notices.filter(|notice| moves.contains(&notice.kind)) {
        let before = notice.before.get("when");
        let before = before.and_then(|when| When::deserialize(when).ok());
        let before = before.filter(When::is_known);
        old.extend(
            before.filter(|before| *before != activity.content.when && !old.contains(before)),
        );
    }
    old
}

/// Whether a slot covers a day of a month, or is known to be in it.
pub(super) fn touches(when: &When, month: Month) -> bool {
    match (when.first_day(), when.last_day()) {
        (Some(first), Some(last)) => first <= month.last() && last >= month.first(),
        _ => when.month() == Some(month),
    }
}

pub(super) fn page(web: &Web, month: Month, language: Language) -> Option<Response> {
    let now = web.services.now();
    let taken = Taken::of(
        &web.services.catalogue.read(),
        month,
        lookup::this_year(web),
    )?;
    let links = &web.services.links;
    let name = full_month(month, language);
    let heading = w::CALENDAR_OF_MONTH.say(language, &[("month", &name)]);
    let path = format!("/calendar/{month}");
    let (to_come, dated): (Vec<_>, Vec<_>) = activities(&taken.here)
        .partition(|activity| matches!(activity.shown_when(), When::Month { .. }));
    let listed = |activities: &[&Activity]| -> Vec<Listed> {
        let lines = activities.iter();
        lines
            .map(|it| Listed::of(it, links, now, language))
            .collect()
    };
    let part = Part::of_scope(Scope::All, language);
    let to = |month: Month| {
        let name = full_month(month, language);
        (format!("/{language}/calendar/{month}"), name)
    };
    let page = Page {
        frame: Frame::new(web, language, &path, Some(&heading))
            .described(Some(about(&name, &dated, language))),
        caption: w::MONTH_TABLE.say(language, &[("month", &name)]),
        agenda_title: w::MONTH_AGENDA.say(language, &[("month", &name)]),
        weekdays: weekdays(language),
        weeks: weeks(month, day_of(now), &dated, &taken, links, language),
        listed: listed(&dated[..dated.len().min(LISTED)]),
        to_come: listed(&to_come),
        more: (dated.len() > LISTED).then(|| {
            let (from, to) = (month.first(), month.last());
            format!("/{language}/agenda?from={from}&to={to}")
        }),
        earlier: taken.earlier.then(|| to(month.previous())),
        later: taken.later.then(|| to(month.next())),
        year: (
            format!("/{language}/calendar/{}", month.year()),
            month.year(),
        ),
        months: (1..=12)
            .filter_map(|n| Month::new(month.year(), n))
            .map(|other| {
                let href = format!("/{language}/calendar/{other}");
                (href, short_month(other, language), other == month)
            })
            .collect(),
        bar: Bar::of(web, &part, language),
        heading,
    };
    Some(page::made(&page, language))
}

fn activities(notices: &[Arc<Notice>]) -> impl Iterator<Item = &Activity> {
    notices.iter().filter_map(|notice| notice.activity.as_ref())
}

/// The month's first activities in a line.
fn about(month: &str, dated: &[&Activity], language: Language) -> String {
    let titles = dated.iter().take(5);
    let titles = titles.map(|it| it.content.title.in_language(language).0);
    let names = enumeration(titles, language);
    let agenda = w::MONTH_AGENDA.say(language, &[("month", month)]);
    match names.is_empty() {
        true => agenda,
        false => w::LIST_OF.say(language, &[("what", &agenda), ("names", &names)]),
    }
}

/// Short and long.
fn weekdays(language: Language) -> Vec<(&'static str, &'static str)> {
    let short = either(
        language,
        "一 二 三 四 五 六 日",
        "Mon Tue Wed Thu Fri Sat Sun",
    );
    let long = w::WEEK_STARTS.plain(language);
    short.split(' ').zip(long.split(' ')).collect()
}

fn weeks(
    month: Month,
    today: NaiveDate,
    dated: &[&Activity],
    taken: &Taken,
    links: &Links,
    language: Language,
) -> Vec<Vec<Day>> {
    let first = month.first().week(Weekday::Mon).first_day();
    let last = month.last().week(Weekday::Mon).last_day();
    let days: Vec<Day> = first
        .iter_days()
        .take_while(|day| *day <= last)
        .map(|day| {
            let outside = Month::of(day) != month;
            let (mut items, mut moved) = (Vec::new(), Vec::new());
            if !outside {
                let here = dated.iter().filter_map(|it| on(it, day, links, language));
                items.extend(here);
                let all = taken.moved.iter();
                moved.extend(all.filter_map(|it| moved_away(it, day, links, language)));
            }
            // What moved away is told whatever else there is.
            let room = SHOWN_A_DAY.saturating_sub(moved.len());
            let left = items.len().saturating_sub(room);
            items.truncate(room);
            items.append(&mut moved);
            let more = (left > 0).then(|| w::MORE.say(language, &[("n", &left.to_string())]));
            Day {
                number: day.day(),
                name: day_name(day, language),
                machine: day.to_string(),
                outside,
                today: day == today,
                items,
                more,
            }
        })
        .collect();
    let mut days = days.into_iter().peekable();
    let mut weeks = Vec::new();
    while days.peek().is_some() {
        weeks.push(days.by_ref().take(7).collect());
    }
    weeks
}

fn day_name(day: NaiveDate, language: Language) -> String {
    let when = When::Day {
        starts_on: day,
        ends_on: None,
    };
    Dates::with_years(language).full(&when).unwrap_or_default()
}

/// An activity on a day that it covers.
fn on(activity: &Activity, day: NaiveDate, links: &Links, language: Language) -> Option<Item> {
    let when = activity.shown_when();
    let (first, last) = (when.first_day()?, when.last_day()?);
    let long = (last - first).num_days() >= DAYS_SHOWN;
    // What began before goes on on the first.
    let turns = [first, last, Month::of(day).first()].contains(&day);
    let shown = first <= day && day <= last && (!long || turns);
    if !shown {
        return None;
    }
    let off = matches!(activity.status, Status::Cancelled | Status::Postponed);
    let status = either(language, activity.status.zh(), activity.status.en());
    let mut notes = Vec::new();
    if !matches!(activity.status, Status::Scheduled | Status::Held) {
        notes.push(status.to_owned());
    }
    if first != last {
        notes.extend(Dates::with_years(language).short(when));
    }
    Some(Item {
        href: lookup::path(links, language, activity),
        date: day_name(day, language),
        title: Said::title(&activity.content.title, language),
        tone: tone(activity.status),
        hour: hour(when).filter(|_| day == first),
        note: notes.join(either(language, "，", ", ")),
        to: None,
        off,
    })
}

/// An activity on a day that it moved away from.
fn moved_away(
    (notice, old): &(Arc<Notice>, When),
    day: NaiveDate,
    links: &Links,
    language: Language,
) -> Option<Item> {
    let activity = notice.activity.as_ref()?;
    let new = &activity.content.when;
    let days = new.first_day().zip(new.last_day());
    let stays = days.is_some_and(|(first, last)| first <= day && day <= last);
    if old.first_day() != Some(day) || stays {
        return None;
    }
    let to = Date::of(new, language)
        .map_or_else(|| Said::ours(w::DATE_UNKNOWN.plain(language)), Said::date);
    Some(Item {
        href: lookup::path(links, language, activity),
        date: day_name(day, language),
        title: Said::title(&activity.content.title, language),
        tone: "moved",
        hour: None,
        note: w::MOVED_TO.plain(language).to_owned(),
        to: Some(to),
        off: true,
    })
}

const fn tone(status: Status) -> &'static str {
    match status {
        Status::Held => "good",
        Status::Rescheduled | Status::Postponed => "moved",
        Status::Cancelled => "off",
        Status::Scheduled | Status::Withdrawn | Status::Draft | Status::InReview => "plan",
    }
}

fn hour(when: &When) -> Option<Date> {
    match when {
        When::Minute { starts_at, .. } => Some(Date::hour(*starts_at)),
        _ => None,
    }
}
