//! An activity as schema.org sees it: a JSON-LD `Event` inside its page.
//!
//! Invariant: no date is finer than it is known, and no text can end the script element it stands in.

use entity::vocab::{Language, Mode, Status};
use serde_json::{Map, Value, json};

use super::{fact, picture, said};
use crate::{
    domain::{
        activity::Activity,
        text::Words,
        when::{When, instant},
    },
    links::Links,
    publish::wording::either,
};

/// The document, fit to stand in a script element.
pub(super) fn event(
    activity: &Activity,
    parent: Option<&Activity>,
    links: &Links,
    language: Language,
) -> String {
    in_script(&document(activity, parent, links, language))
}

/// JSON in which no character means anything to HTML (they only occur inside of strings).
fn in_script(value: &Value) -> String {
    value
        .to_string()
        .replace('<', "\\u003c")
        .replace('>', "\\u003e")
        .replace('&', "\\u0026")
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029")
}

fn document(
    activity: &Activity,
    parent: Option<&Activity>,
    links: &Links,
    language: Language,
) -> Value {
    let content = &activity.content;
    let url = links.activity(language, activity);
    let mut event = Map::new();
    let mut set = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            event.insert(name.to_owned(), value);
        }
    };
    let text = |words: &Words| words.in_language(language).map(|(text, _)| json!(text));
    set("@context", Some(json!("https://schema.org")));
    set("@type", Some(json!("Event")));
    set("@id", Some(json!(links.activity(Language::Zh, activity))));
    set("url", Some(json!(url)));
    set("name", Some(json!(content.title.in_language(language).0)));
    set(
        "description",
        text(&content.summary)
            .or_else(|| text(&content.description))
            .or_else(|| Some(json!(fact::line(activity, language)))),
    );
    set("image", Some(json!(links.to(&picture::path(activity)))));
    set("eventStatus", Some(json!(status(activity))));
    let slot = activity.shown_when();
    set("startDate", said::machine(slot).map(Value::from));
    set("endDate", end(slot).map(Value::from));
    let previous = activity
        .previous_when
        .as_ref()
        .filter(|_| activity.status != Status::Cancelled);
    set(
        "previousStartDate",
        previous.and_then(said::machine).map(Value::from),
    );
    set("eventAttendanceMode", content.mode.map(attendance));
    set("location", location(activity, &url, language));
    let organizers: Vec<Value> = content
        .organizers
        .iter()
        .filter_map(|organizer| {
            let (name, _) = organizer.name.in_language(language)?;
            let mut one = json!({ "@type": "Organization", "name": name });
            if let Some(url) = &organizer.url {
                one["url"] = json!(url.0);
            }
            Some(one)
        })
        .collect();
    set("organizer", several(organizers));
    let audiences: Vec<Value> = content
        .audiences
        .iter()
        .map(
            |it| json!({ "@type": "Audience", "audienceType": either(language, it.zh(), it.en()) }),
        )
        .collect();
    set("audience", several(audiences));
    set(
        "superEvent",
        parent.map(|parent| {
            json!({
                "@type": "Event",
                "@id": links.activity(Language::Zh, parent),
                "name": parent.content.title.in_language(language).0,
                "url": links.activity(language, parent),
            })
        }),
    );
    Value::Object(event)
}

fn several(mut values: Vec<Value>) -> Option<Value> {
    match values.len() {
        0 => None,
        1 => values.pop(),
        _ => Some(Value::Array(values)),
    }
}

const fn status(activity: &Activity) -> &'static str {
    match activity.status {
        Status::Rescheduled => "https://schema.org/EventRescheduled",
        Status::Held if activity.previous_when.is_some() => "https://schema.org/EventRescheduled",
        Status::Postponed => "https://schema.org/EventPostponed",
        Status::Cancelled | Status::Withdrawn => "https://schema.org/EventCancelled",
        // schema.org knows no status for what took place: it went as scheduled.
        Status::Scheduled | Status::Held | Status::Draft | Status::InReview => {
            "https://schema.org/EventScheduled"
        }
    }
}

fn end(when: &When) -> Option<String> {
    match when {
        When::Minute { ends_at, .. } => ends_at.map(instant::text),
        When::Day { ends_on, .. } => ends_on.map(|day| day.to_string()),
        When::Month { .. } | When::Unknown | When::Unstated => None,
    }
}

fn attendance(mode: Mode) -> Value {
    json!(match mode {
        Mode::Offline => "https://schema.org/OfflineEventAttendanceMode",
        Mode::Online => "https://schema.org/OnlineEventAttendanceMode",
        Mode::Mixed => "https://schema.org/MixedEventAttendanceMode",
    })
}

/// The place and the broadcast, as far as they are known.
fn location(activity: &Activity, url: &str, language: Language) -> Option<Value> {
    let content = &activity.content;
    let broadcast = content
        .live_url
        .as_ref()
        .map(|live| live.0.as_str())
        .or((content.mode == Some(Mode::Online)).then_some(url))
        .filter(|_| content.mode != Some(Mode::Offline))
        .map(|url| json!({ "@type": "VirtualLocation", "url": url }));
    let place = place(activity, language).filter(|_| content.mode != Some(Mode::Online));
    several(place.into_iter().chain(broadcast).collect())
}

fn place(activity: &Activity, language: Language) -> Option<Value> {
    let content = &activity.content;
    let venue = content.venue.as_ref();
    let words = |words: &Words| words.in_language(language).map(|(text, _)| text.to_owned());
    let districts: Vec<String> = content
        .districts
        .iter()
        .map(|district| {
            crate::publish::wording::DISTRICT.say(
                language,
                &[("district", either(language, district.zh(), district.en()))],
            )
        })
        .collect();
    let venue_name = venue.and_then(|venue| words(&venue.name));
    let street = venue.and_then(|venue| words(&venue.address));
    if venue_name.is_none() && street.is_none() && districts.is_empty() {
        return None;
    }
    let mut address = json!({ "@type": "PostalAddress" });
    if let Some(street) = &street {
        address["streetAddress"] = json!(street);
    }
    // Without a district it may be anywhere.
    if !districts.is_empty() {
        address["addressCountry"] = json!("CN");
        address["addressLocality"] = json!(districts.join(either(language, "、", ", ")));
        address["addressRegion"] = json!(either(language, "北京市", "Beijing"));
    }
    let name = venue_name
        .or_else(|| street.clone())
        .unwrap_or_else(|| districts.join(either(language, "、", ", ")));
    let mut place = json!({ "@type": "Place", "name": name });
    if !districts.is_empty() || street.is_some() {
        place["address"] = address;
    }
    if let Some((latitude, longitude)) = venue.and_then(|venue| venue.latitude.zip(venue.longitude))
    {
        place["geo"] =
            json!({ "@type": "GeoCoordinates", "latitude": latitude, "longitude": longitude });
    }
    Some(place)
}
