//! `GET /activities`: what a selection asks for, by date.

use axum::{Json, extract::State};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::Days;
use serde_json::{Value, json};

use crate::{
    commands::list_activities::{Asked, Place, list_activities},
    domain::{
        search::{Search, Terms},
        when::{Day, midnight},
    },
    http::{
        Web,
        api::schema,
        extract::{Anyone, Params},
        problem::Problem,
    },
};

/// A place in the list as text.
struct Cursor(Place);

impl std::fmt::Display for Cursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (starts, id) = self.0.parts();
        f.write_str(&URL_SAFE_NO_PAD.encode(format!("{starts}:{id}")))
    }
}

impl std::str::FromStr for Cursor {
    type Err = &'static str;
    fn from_str(token: &str) -> Result<Self, Self::Err> {
        URL_SAFE_NO_PAD
            .decode(token)
            .ok()
            .and_then(|bytes| String::from_utf8(bytes).ok())
            .and_then(|text| {
                let (starts, id) = text.split_once(':')?;
                Place::from_parts(starts.parse().ok()?, id.parse().ok()?)
            })
            .map(Self)
            .ok_or("is no cursor of this list; take next_cursor as it was answered")
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
    let search = Search {
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
    };
    let asked = Asked {
        search,
        office: None,
        after: params.parsed::<Cursor>("cursor").map(|cursor| cursor.0),
        limit: params.limit(),
    };
    params.finish()?;
    let (found, more) = list_activities(&web.services, caller.as_ref(), &asked).await?;
    let next_cursor = found
        .last()
        .filter(|_| more)
        .map(|activity| Cursor(Place::of(activity)).to_string());
    let links = &web.services.links;
    let activities: Vec<Value> = found.iter().map(|it| links.activity_json(it)).collect();
    Ok(Json(
        json!({ "activities": activities, "next_cursor": next_cursor }),
    ))
}
