//! What calendars and news tell of an activity alike: its place, its people, its outcome.
//!
//! Invariant: nothing is told that the activity does not state: no district, no "北京".

use entity::vocab::{Language, Mode, Qualifier};
use feeds::{Point, Slot};

use super::{
    numbers::number,
    wording::{self, either},
};
use crate::domain::{
    activity::{Activity, Figure, Venue},
    when::When,
};

pub(super) fn slot(when: &When) -> Option<Slot> {
    match when {
        When::Minute { starts_at, ends_at } => Some(Slot::Timed {
            starts_at: *starts_at,
            ends_at: *ends_at,
        }),
        When::Day { starts_on, ends_on } => Some(Slot::Days {
            starts_on: *starts_on,
            ends_on: ends_on.unwrap_or(*starts_on),
        }),
        When::Month { .. } | When::Unknown | When::Unstated => None,
    }
}

/// Venue, its address, district, city, in one line, for people.
pub(crate) fn address(activity: &Activity, language: Language) -> Option<(String, Language)> {
    let (parts, written_in) = parts_of_place(activity, language)?;
    Some((wording::line_of_place(parts, language), written_in))
}

/// The same as calendar entries have it.
pub(super) fn location(activity: &Activity, language: Language) -> Option<(String, Language)> {
    let (parts, written_in) = parts_of_place(activity, language)?;
    Some((parts.join(LOCATION), written_in))
}

/// What stands between the parts of a calendar's LOCATION, in every language (FEEDS §1).
const LOCATION: &str = ", ";

/// From the smallest part to the city, which is named only where a district says so; and the language of the venue.
fn parts_of_place(activity: &Activity, language: Language) -> Option<(Vec<String>, Language)> {
    let content = &activity.content;
    let venue = content.venue.as_ref();
    let told: Vec<(&str, Language)> = venue
        .into_iter()
        .flat_map(|venue| [&venue.name, &venue.address])
        .filter_map(|words| words.in_language(language))
        .collect();
    let written_in = told.first().map_or(language, |(_, written_in)| *written_in);
    let mut parts: Vec<String> = told.into_iter().map(|(text, _)| text.to_owned()).collect();
    if !content.districts.is_empty() {
        let names = content.districts.iter().map(|district| {
            wording::DISTRICT.say(
                language,
                &[("district", either(language, district.zh(), district.en()))],
            )
        });
        parts.push(wording::enumeration(names, language));
        parts.push(wording::CITY.plain(language).to_owned());
    }
    (!parts.is_empty()).then_some((parts, written_in))
}

pub(super) fn venue_name(activity: &Activity, language: Language) -> Option<&str> {
    activity
        .content
        .venue
        .as_ref()?
        .name
        .in_language(language)
        .map(|(name, _)| name)
}

pub(super) fn point(venue: &Venue) -> Option<Point> {
    Some(Point {
        latitude: venue.latitude?,
        longitude: venue.longitude?,
    })
}

/// Districts, or that it is online.
pub(crate) fn short_place(activity: &Activity, language: Language) -> Option<String> {
    let content = &activity.content;
    if content.mode == Some(Mode::Online) {
        return Some(wording::ONLINE.plain(language).to_owned());
    }
    let names = content
        .districts
        .iter()
        .map(|district| either(language, district.zh(), district.en()));
    Some(wording::enumeration(names, language)).filter(|names| !names.is_empty())
}

/// The whole place, or the broadcast.
pub(crate) fn whereabouts(activity: &Activity, language: Language) -> Option<String> {
    if activity.content.mode == Some(Mode::Online) {
        return Some(wording::ONLINE.plain(language).to_owned());
    }
    address(activity, language).map(|(place, _)| place)
}

/// Its first host, else its first organiser, else its office.
pub(super) fn organizer(activity: &Activity, language: Language) -> String {
    let organizers = &activity.content.organizers;
    organizers
        .iter()
        .find(|organizer| organizer.role == "host")
        .or(organizers.first())
        .and_then(|organizer| organizer.name.in_language(language))
        .map_or_else(
            || wording::office(activity.content.office, language),
            |(name, _)| name.to_owned(),
        )
}

/// What came of an activity that was held.
pub(super) fn outcome(activity: &Activity, language: Language) -> Vec<String> {
    let content = &activity.content;
    let mut facts: Vec<String> = content
        .outcomes
        .iter()
        .filter_map(|words| words.in_language(language))
        .map(|(text, _)| text.to_owned())
        .collect();
    if !content.figures.is_empty() {
        facts.push(wording::enumeration(
            content.figures.iter().map(|it| figure(it, language)),
            language,
        ));
    }
    if facts.is_empty() {
        return vec![wording::HELD.plain(language).to_owned()];
    }
    facts
        .iter()
        .map(|fact| wording::OUTCOME.say(language, &[("outcome", fact)]))
        .collect()
}

fn figure(figure: &Figure, language: Language) -> String {
    let what = wording::figure(&figure.what, language);
    format!("{what} {}", amount(figure, language))
}

/// With its qualifier: what was stated as about 4 million never becomes exact.
pub(crate) fn amount(figure: &Figure, language: Language) -> String {
    let number = number(figure.value, language);
    match figure.qualifier {
        Qualifier::Exact => number,
        Qualifier::Nearly | Qualifier::About | Qualifier::Over => format!(
            "{}{}{number}",
            either(language, figure.qualifier.zh(), figure.qualifier.en()),
            either(language, "", " ")
        ),
    }
}
