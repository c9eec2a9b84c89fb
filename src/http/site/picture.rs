//! `/og/{activity}-{revision}.png`: the picture that is shown with a link to an activity (Open Graph).
//!
//! Owns which card an activity has. Refuses to draw it. Invariant: it says nothing that the activity's page does not, and
//! the bytes behind an address never change: another revision is another address.

use axum::{
    body::Bytes,
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use chrono::{Datelike, NaiveDate, Timelike};
use entity::vocab::{District, Language, Status};

use super::{
    card::{self, Card, Slot, Tone},
    page::{self, Named},
};
use crate::{
    clock::shanghai,
    domain::{activity::Activity, when::When},
    http::{Web, problem::Problem},
    ids::ActivityId,
};

/// Where an activity's picture is.
pub(super) fn path(activity: &Activity) -> String {
    format!("/og/{}-{}.png", activity.id, activity.revision)
}

pub(super) async fn get(State(web): State<Web>, Named(name): Named<String>) -> Response {
    let missing = || page::missing(&web, Language::Zh);
    let named = name.strip_suffix(".png").and_then(|name| {
        let (id, revision) = name.rsplit_once('-')?;
        let number: i64 = revision.parse().ok()?;
        (number > 0 && number.to_string() == revision)
            .then_some((id.parse::<ActivityId>().ok()?, number))
    });
    let Some((id, revision)) = named else {
        return missing();
    };
    let found = {
        let state = web.services.catalogue.read();
        let activity = state.activity(&id).map(|entry| entry.activity());
        activity
            .filter(|activity| activity.status != Status::Withdrawn)
            .map(|activity| (activity.revision, card(activity)))
    };
    match found {
        Some((present, card)) if present == revision => {
            let draw = async {
                let drawn = tokio::task::spawn_blocking(move || card::png(&card)).await;
                drawn.map(Bytes::from).map_err(|error| error.to_string())
            };
            match web.pages.picture(&name, draw).await {
                Ok(picture) => sent(picture),
                Err(error) => Problem::internal(&format!("{name} could not be drawn: {error}"))
                    .into_response(),
            }
        }
        // Whoever shared an earlier revision is shown the present one.
        Some((present, _)) if present > revision => page::moved(&format!("/og/{id}-{present}.png")),
        _ => missing(),
    }
}

fn sent(picture: Bytes) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "image/png"),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ]
    .map(|(name, value)| (name, HeaderValue::from_static(value)));
    (headers, picture).into_response()
}

fn card(activity: &Activity) -> Card {
    let slot = slot(&activity.content.when);
    let gone = activity.previous_when.as_ref().map(self::slot);
    Card {
        tone: match activity.status {
            Status::Rescheduled | Status::Postponed => Tone::Moved,
            Status::Cancelled | Status::Withdrawn => Tone::Off,
            Status::Held => Tone::Held,
            Status::Scheduled | Status::Draft | Status::InReview => Tone::Scheduled,
        },
        // A month that was made a day is no move.
        gone: gone.filter(|gone| {
            !matches!(
                (gone, slot),
                (Slot::Month { .. }, Slot::Minute { .. } | Slot::Days { .. }) | (Slot::Unknown, _)
            )
        }),
        slot,
        districts: std::array::from_fn(|n| {
            let district = District::ALL.get(n);
            district.is_some_and(|it| activity.content.districts.contains(it))
        }),
        highlight: activity.content.highlight,
    }
}

fn slot(when: &When) -> Slot {
    let day = |day: NaiveDate| (day.year(), day.month(), day.day());
    match (when, when.first_day().zip(when.last_day())) {
        (When::Minute { starts_at, .. }, Some((first, last))) if first == last => {
            let at = starts_at.with_timezone(&shanghai());
            Slot::Minute {
                year: at.year(),
                month: at.month(),
                day: at.day(),
                hour: at.hour(),
                minute: at.minute(),
            }
        }
        (_, Some((first, last))) => Slot::Days {
            from: day(first),
            to: day(last),
        },
        (When::Month { month }, None) => Slot::Month {
            year: month.year(),
            month: month.number(),
        },
        (_, None) => Slot::Unknown,
    }
}
