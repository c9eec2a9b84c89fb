//! An Event of schema.org as a row.
//!
//! Invariant: the event's own page is its source, and never where one registers for it unless an offer says so.

use serde_json::{Value, json};

use super::{
    Thing,
    ids::Ids,
    place, short,
    texts::{self, texts},
    when,
};
use crate::{
    domain::{input::Fault, text::WebAddress},
    transfer::{
        marks,
        row::{Place, Row, Said},
        words::audience,
    },
};

pub(super) fn row(index: usize, thing: &Thing, ids: &Ids, warnings: &mut Vec<Fault>) -> Row {
    let mut warn = |name: &str, detail: String| {
        warnings.push(Fault {
            pointer: format!("/events/{index}/{name}"),
            detail,
        });
    };
    let mut address = |name: &str, text: Option<String>| {
        let text = text?;
        match text.parse::<WebAddress>() {
            Ok(_) => Some(text),
            Err(why) => {
                warn(name, format!("is left out: {why}"));
                None
            }
        }
    };
    let url = address("url", texts::first(thing, "url"));
    let offers = texts::each(texts::get(thing, "offers"));
    let offer = offers
        .iter()
        .find_map(|offer| texts::first(offer.as_object()?, "url"));
    let registration = address("offers", offer);
    let uid = ids.id(thing, url.as_deref());
    let mut row = Row::new(Place::Thing {
        index,
        uid: uid.clone(),
    });
    let language = language(thing);
    title(thing, &language, &mut row);
    let description = texts(thing, "description", &language);
    for (text, tag) in [(description.zh, "zh"), (description.en, "en")] {
        if let Some(text) = text {
            row.set(&format!("description/{tag}"), text);
        }
    }
    when::slot(thing, &mut row, &mut warn);
    place::location(thing, &language, &mut row);
    if let Some(registration) = registration {
        row.set("registration_url", registration);
    }
    status(thing, &mut row, &mut warn);
    organizers(thing, &language, &mut row);
    audiences(thing, &mut row, &mut warn);
    row.set(
        "sources",
        vec![json!({"url": url, "title": null, "stated_on": null, "basis": "schema.org Event", "uid": uid})],
    );
    row
}

/// The language of what names none.
fn language(thing: &Thing) -> String {
    let language = texts::each(texts::get(thing, "inLanguage")).first();
    let named = match language {
        Some(Value::Object(language)) => texts::first(language, "alternateName"),
        Some(text) => texts::literal(text),
        None => None,
    };
    named.unwrap_or_else(|| "zh".to_owned())
}

fn title(thing: &Thing, language: &str, row: &mut Row) {
    let title = texts(thing, "name", language);
    if let Some(en) = &title.en {
        row.set("title/en", en.as_str());
    }
    // An English page has one name, and it is marked as what it is.
    match title.zh.or(title.en) {
        Some(zh) => row.set("title/zh", zh),
        None => {
            row.faults.add("/title", "is missing");
            row.set("title/zh", "?");
        }
    }
}

/// What the event's status and attendance say of it.
fn status(thing: &Thing, row: &mut Row, warn: &mut impl FnMut(&str, String)) {
    let mut mode = None;
    for status in texts::each(texts::get(thing, "eventStatus")) {
        let status = texts::literal(status).unwrap_or_default();
        match texts::term(&status) {
            "EventCancelled" => row.said = Said::Cancelled,
            "EventPostponed" if row.said == Said::Stands => row.said = Said::Postponed,
            "EventMovedOnline" => mode = Some("online"),
            "EventPostponed" | "EventScheduled" | "EventRescheduled" => {}
            _ => warn("eventStatus", format!("{:?} says nothing", short(&status))),
        }
    }
    marks::take(row);
    if let Some(attendance) = texts::first(thing, "eventAttendanceMode") {
        match texts::term(&attendance) {
            "OfflineEventAttendanceMode" => mode = mode.or(Some("offline")),
            "OnlineEventAttendanceMode" => mode = Some("online"),
            "MixedEventAttendanceMode" => mode = mode.or(Some("mixed")),
            _ => warn(
                "eventAttendanceMode",
                format!("{:?} says nothing", short(&attendance)),
            ),
        }
    }
    if let Some(mode) = mode {
        row.set("mode", mode);
    }
}

fn organizers(thing: &Thing, language: &str, row: &mut Row) {
    let mut found = Vec::new();
    for organizer in texts::each(texts::get(thing, "organizer")) {
        let (name, url) = match organizer {
            Value::Object(organizer) => {
                let name = texts(organizer, "name", language);
                (name.zh.or(name.en), texts::first(organizer, "url"))
            }
            text => (texts::literal(text), None),
        };
        let Some(name) = name else { continue };
        let mut one = json!({"role": "host", "name": {"zh": name}});
        if let Some(url) = url.filter(|url| url.parse::<WebAddress>().is_ok()) {
            one["url"] = json!(url);
        }
        found.push(one);
    }
    if !found.is_empty() {
        row.set("organizers", found);
    }
}

fn audiences(thing: &Thing, row: &mut Row, warn: &mut impl FnMut(&str, String)) {
    let (mut known, mut others) = (Vec::new(), Vec::new());
    for one in texts::each(texts::get(thing, "audience")) {
        let kind = match one {
            Value::Object(one) => texts::first(one, "audienceType"),
            text => texts::literal(text),
        };
        let Some(kind) = kind else { continue };
        match audience(&kind) {
            Some(audience) if !known.contains(&json!(audience)) => known.push(json!(audience)),
            Some(_) => {}
            None => others.push(kind),
        }
    }
    if !known.is_empty() {
        row.set("audiences", known);
    }
    if !others.is_empty() {
        warn(
            "audience",
            format!(
                "left out, being none that is known: {}",
                short(&others.join(", "))
            ),
        );
    }
}
