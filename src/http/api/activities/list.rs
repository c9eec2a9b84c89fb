//! `GET /activities`: what a selection asks for, by date.

use axum::{Json, extract::State};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Datelike, Days, Utc};
use serde_json::{Value, json};

use crate::{
    domain::{
        activity::Activity,
        dates::YEARS,
        role::Caller,
        search::{Search, Terms},
        when::{Day, day_of, midnight},
    },
    http::{
        Web,
        api::schema,
        extract::{Anyone, Params},
        problem::Problem,
    },
    ids::ActivityId,
    store,
};

/// Rows read at once where not all that is asked for stands in their columns.
const ROWS: usize = 500;

/// Where a page starts: after this date and id. Unknown dates come last.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place(i64, ActivityId);

/// The date of what has none.
const UNKNOWN: i64 = i64::MAX;

impl Place {
    fn of(activity: &Activity) -> Self {
        let starts = activity
            .content
            .when
            .starts_at()
            .map_or(UNKNOWN, |at| at.timestamp_micros());
        Self(starts, activity.id.clone())
    }

    /// As the database orders by it.
    fn key(&self) -> store::drafts::Place<'_> {
        (self.starts_at(), &self.1)
    }

    fn starts_at(&self) -> Option<DateTime<Utc>> {
        DateTime::from_timestamp_micros(self.0).filter(|at| YEARS.contains(&day_of(*at).year()))
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
                Some(Self(starts.parse().ok()?, id.parse().ok()?))
            })
            .filter(|place| place.0 == UNKNOWN || place.starts_at().is_some())
            .ok_or("is no cursor of this list; take next_cursor as it was answered")
    }
}

struct Filter {
    search: Search,
    after: Option<Place>,
}

impl Filter {
    fn wants(&self, activity: &Activity) -> bool {
        let after = self.after.as_ref();
        after.is_none_or(|after| Place::of(activity) > *after) && self.search.wants(activity)
    }
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
        ("q" = Option<String>, Query, description = "words anywhere in the texts, the names of districts, kinds and audiences included; Chinese needs no spaces"),
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
        search: Search {
            selection: params.selection(&web.services.catalogue),
            statuses: params.list("status"),
            from: params.parsed::<Day>("from").map(|day| midnight(day.0)),
            to: params
                .parsed::<Day>("to")
                .map(|day| midnight(day.0 + Days::new(1))),
            terms: params
                .text("q")
                .map(|text| Terms::of(&text))
                .unwrap_or_default(),
        },
        after: params.parsed::<Place>("cursor"),
    };
    let limit = params.limit();
    params.finish()?;
    let links = &web.services.links;
    let mut found: Vec<(Place, Value)> = drafts(&web, caller.as_ref(), &filter, limit)
        .await?
        .iter()
        .map(|draft| (Place::of(draft), links.activity_json(draft)))
        .collect();
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

/// What of the caller's drafts is wanted, in order: a page, and one more where there are more.
async fn drafts(
    web: &Web,
    caller: Option<&Caller>,
    filter: &Filter,
    limit: usize,
) -> Result<Vec<Activity>, Problem> {
    let office = match caller {
        Some(caller) if caller.role.is_organiser() => None,
        Some(caller) if caller.role.is_editor() => Some(caller.role.own_office()),
        _ => return Ok(Vec::new()),
    };
    let search = &filter.search;
    let asked = store::drafts::Asked {
        office,
        statuses: &search.statuses,
        selection: &search.selection,
        before: search.to,
    };
    let rows = if search.stands_in_columns() {
        limit + 1
    } else {
        ROWS
    };
    let mut found = Vec::new();
    let mut after = filter.after.clone();
    loop {
        let key = after.as_ref().map(Place::key);
        let page = store::drafts::page(web.services.db.reader(), asked, key, rows as u64).await?;
        let is_last = page.len() < rows;
        after = page.last().map(|stored| Place::of(&stored.activity));
        let activities = page.into_iter().map(|stored| stored.activity);
        found.extend(activities.filter(|activity| search.wants_the_rest(activity)));
        if is_last || found.len() > limit {
            return Ok(found);
        }
    }
}
