//! `GET /activities`: what a selection asks for, by date.

use axum::{Json, extract::State};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Days, Utc};
use entity::vocab::Status;
use serde_json::{Value, json};

use crate::{
    domain::{
        activity::Activity,
        role::Caller,
        selection::Selection,
        when::{Day, midnight},
    },
    http::{
        Web,
        api::schema,
        extract::{Anyone, Params},
        problem::Problem,
    },
    store,
};

/// Where a page starts: after this date and id. Unknown dates come last.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place(i64, String);

impl Place {
    fn of(activity: &Activity) -> Self {
        let starts = activity
            .content
            .when
            .starts_at()
            .map_or(i64::MAX, |at| at.timestamp_micros());
        Self(starts, activity.id.to_string())
    }

    fn token(&self) -> String {
        URL_SAFE_NO_PAD.encode(format!("{}:{}", self.0, self.1))
    }
}

impl std::str::FromStr for Place {
    type Err = &'static str;
    fn from_str(token: &str) -> Result<Self, Self::Err> {
        URL_SAFE_NO_PAD
            .decode(token)
            .ok()
            .and_then(|bytes| String::from_utf8(bytes).ok())
            .and_then(|text| {
                let (starts, id) = text.split_once(':')?;
                Some(Self(starts.parse().ok()?, id.to_owned()))
            })
            .ok_or("is no cursor of this list; take next_cursor as it was answered")
    }
}

struct Filter {
    selection: Selection,
    statuses: Vec<Status>,
    from: Option<DateTime<Utc>>,
    to: Option<DateTime<Utc>>,
    text: Option<String>,
    after: Option<Place>,
}

impl Filter {
    fn wants(&self, activity: &Activity) -> bool {
        let status = if self.statuses.is_empty() {
            activity.status != Status::Withdrawn
        } else {
            self.statuses.contains(&activity.status)
        };
        let when = &activity.content.when;
        status
            && self.selection.matches(&activity.content)
            && self.from.is_none_or(|from| {
                when.over_at()
                    .is_some_and(|over| over > from || when.starts_at() >= Some(from))
            })
            && self
                .to
                .is_none_or(|to| when.starts_at().is_some_and(|starts| starts < to))
            && self
                .text
                .as_ref()
                .is_none_or(|text| mentions(activity, text))
            && self
                .after
                .as_ref()
                .is_none_or(|after| Place::of(activity) > *after)
    }
}

fn mentions(activity: &Activity, text: &str) -> bool {
    let content = &activity.content;
    let venue = content.venue.as_ref();
    let texts = [
        Some(content.title.zh.as_str()),
        content.title.en.as_deref(),
        content.summary.zh.as_deref(),
        content.summary.en.as_deref(),
        venue.and_then(|venue| venue.name.zh.as_deref()),
        venue.and_then(|venue| venue.name.en.as_deref()),
    ];
    texts
        .into_iter()
        .flatten()
        .any(|candidate| candidate.to_lowercase().contains(text))
}

/// Activities by date
///
/// Drafts are listed for editors only, and for a district's office only its own.
#[utoipa::path(
    get, path = "/activities", tag = "activities",
    params(
        schema::SelectionQuery,
        ("status" = Option<String>, Query, description = "comma list of statuses; all but withdrawn when absent"),
        ("from" = Option<String>, Query, description = "a day: not over before it"),
        ("to" = Option<String>, Query, description = "a day, inclusive: begins by its end"),
        ("q" = Option<String>, Query, description = "words in title, summary or venue"),
        schema::Page,
    ),
    responses(
        (status = 200, body = schema::Activities),
        (status = "4XX", body = schema::Problem, content_type = "application/problem+json"),
    )
)]
pub async fn list(
    State(web): State<Web>,
    Anyone(caller): Anyone,
    mut params: Params,
) -> Result<Json<Value>, Problem> {
    let filter = Filter {
        selection: params.selection(),
        statuses: params.list("status"),
        from: params.parsed::<Day>("from").map(|day| midnight(day.0)),
        to: params
            .parsed::<Day>("to")
            .map(|day| midnight(day.0 + Days::new(1))),
        text: params
            .text("q")
            .map(|text| text.trim().to_lowercase())
            .filter(|text| !text.is_empty()),
        after: params.parsed::<Place>("cursor"),
    };
    let limit = params.limit();
    params.finish()?;
    let mut found: Vec<(Place, Value)> = Vec::new();
    let links = &web.services.links;
    for stored in drafts(&web, caller.as_ref()).await? {
        if filter.wants(&stored.activity) {
            found.push((
                Place::of(&stored.activity),
                links.activity_json(&stored.activity),
            ));
        }
    }
    {
        let state = web.services.catalogue.read();
        let mut wanted: Vec<(Place, &Activity)> = state
            .activities()
            .map(crate::catalogue::Entry::activity)
            .filter(|activity| filter.wants(activity))
            .map(|activity| (Place::of(activity), activity))
            .collect();
        if wanted.len() > limit + 1 {
            wanted.select_nth_unstable_by(limit, |a, b| a.0.cmp(&b.0));
            wanted.truncate(limit + 1);
        }
        found.extend(
            wanted
                .into_iter()
                .map(|(place, activity)| (place, links.activity_json(activity))),
        );
    }
    found.sort_unstable_by(|a, b| a.0.cmp(&b.0));
    let more = found.len() > limit;
    found.truncate(limit);
    let next_cursor = found
        .last()
        .filter(|_| more)
        .map(|(place, _)| place.token());
    let activities: Vec<Value> = found.into_iter().map(|(_, value)| value).collect();
    Ok(Json(
        json!({ "activities": activities, "next_cursor": next_cursor }),
    ))
}

async fn drafts(
    web: &Web,
    caller: Option<&Caller>,
) -> Result<Vec<store::activities::Stored>, Problem> {
    match caller {
        Some(caller) if caller.role.is_organiser() => {
            Ok(store::activities::drafts(web.services.db.reader(), None).await?)
        }
        Some(caller) if caller.role.is_editor() => Ok(store::activities::drafts(
            web.services.db.reader(),
            Some(caller.role.own_office()),
        )
        .await?),
        _ => Ok(Vec::new()),
    }
}
