//! `/s/{id}.ics|.rss|.atom|.json`: the feeds of a subscription that somebody keeps.
//!
//! Owns which feed stands at such an address at present. Refuses to know how one is kept and changed. Invariants: the
//! address stays whatever it selects; with the database away, what was known of it is served on.

use std::sync::Arc;

use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use chrono::{DateTime, TimeDelta, Utc};
use moka::sync::Cache;

use super::{CACHE_CONTROL, Found, open_to_all, refused};
use crate::{
    domain::when::{day_of, midnight},
    http::{Web, problem::Problem},
    ids::SavedId,
    publish::{FeedKey, Format, KeptAs, News},
    store::{self, saved::Saved},
};

/// What was read is believed so long: another instance may have changed it.
const BELIEVED: TimeDelta = TimeDelta::seconds(2);
/// Subscriptions known at most, about 500 bytes each.
const MOST: u64 = 20_000;

/// What is known of subscriptions.
#[derive(Debug)]
pub struct Saves(Cache<String, Arc<Known>>);

/// A subscription as it was read.
#[derive(Debug)]
struct Known {
    saved: Saved,
    read_at: DateTime<Utc>,
}

impl Default for Saves {
    fn default() -> Self {
        Self(Cache::new(MOST))
    }
}

impl Saves {
    /// Forgets what is known of one that was just changed here.
    pub fn forget(&self, id: &str) {
        self.0.invalidate(id);
    }

    async fn find(&self, web: &Web, id: &SavedId) -> Result<Option<Arc<Known>>, Problem> {
        let (known, now) = (self.0.get(id.as_str()), web.services.now());
        // A clock that was set back makes nothing believed for longer.
        let is_fresh =
            |known: &&Arc<Known>| (known.read_at..known.read_at + BELIEVED).contains(&now);
        if let Some(known) = known.as_ref().filter(is_fresh) {
            return Ok(Some(Arc::clone(known)));
        }
        let db = &web.services.db;
        match db
            .answered(store::saved::find(db.reader(), id.as_str()))
            .await
        {
            Ok(Some(saved)) => {
                let known = Arc::new(Known {
                    saved,
                    read_at: now,
                });
                self.0.insert(id.to_string(), Arc::clone(&known));
                Ok(Some(known))
            }
            Ok(None) => {
                self.forget(id.as_str());
                Ok(None)
            }
            // Better what it was than nothing.
            Err(error) => match known {
                Some(known) => Ok(Some(known)),
                None => Err(error.into()),
            },
        }
    }
}

pub(super) async fn feed(
    State(web): State<Web>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    match answer(&web, &method, &uri, &headers).await {
        Ok(response) => response,
        Err(problem) => refused(problem),
    }
}

/// The id and the format that an address names.
fn named(path: &str) -> Option<(SavedId, Format)> {
    let (id, extension) = path.strip_prefix("/s/")?.rsplit_once('.')?;
    let formats = [
        Format::Ics,
        Format::News(News::Rss),
        Format::News(News::Atom),
        Format::News(News::Json),
    ];
    let format = formats.into_iter().find(|it| it.extension() == extension)?;
    Some((id.parse().ok()?, format))
}

async fn answer(
    web: &Web,
    method: &Method,
    uri: &Uri,
    headers: &HeaderMap,
) -> Result<Response, Problem> {
    let missing = || Problem::not_found(format!("there is no subscription at {}", uri.path()));
    let (id, format) = named(uri.path()).ok_or_else(missing)?;
    if uri.query().is_some() {
        return Ok(without_query(web, uri));
    }
    let applied = web.services.catalogue.applied();
    let known = web.saves.find(web, &id).await?.ok_or_else(missing)?;
    let saved = &known.saved;
    if saved.ended_at.is_some() {
        return Err(Problem::new(
            StatusCode::GONE,
            "gone",
            "It was withdrawn",
            format!("the subscription {id} was ended by the person who kept it"),
        ));
    }
    note(web, saved);
    let key = key(saved, id, format).ok_or_else(missing)?;
    let found = Found {
        key,
        download: false,
        applied,
        is_fetched: *method == Method::GET,
    };
    found.answer(web, uri, headers).await
}

/// The feed that it is at present.
fn key(saved: &Saved, id: SavedId, format: Format) -> Option<FeedKey> {
    let address = match format {
        Format::Ics => &saved.calendar,
        Format::News(_) | Format::Opml => &saved.news,
    };
    let kept = Some(KeptAs {
        id,
        changed_at: saved.changed_at,
    });
    let key = FeedKey::read(address).ok()?;
    Some(FeedKey {
        format,
        kept,
        ..key
    })
}

/// Notes the day on which it was fetched, once a day, while the answer goes out.
fn note(web: &Web, saved: &Saved) {
    let day: DateTime<Utc> = midnight(day_of(web.services.now()));
    if saved.fetched_at >= Some(day) {
        return;
    }
    let (services, saves, id) = (
        web.services.clone(),
        Arc::clone(&web.saves),
        saved.id.clone(),
    );
    tokio::spawn(async move {
        match store::saved::touch(services.db.writer(), &id, day).await {
            Ok(()) => saves.forget(&id),
            Err(error) => {
                tracing::warn!(%error, "that a subscription was fetched could not be written down");
            }
        }
    });
}

/// It takes no parameters; what messengers append leads to it all the same.
fn without_query(web: &Web, uri: &Uri) -> Response {
    let mut response = StatusCode::MOVED_PERMANENTLY.into_response();
    let headers = response.headers_mut();
    if let Ok(location) = HeaderValue::from_str(&web.services.links.to(uri.path())) {
        headers.insert(header::LOCATION, location);
    }
    headers.insert(header::CACHE_CONTROL, CACHE_CONTROL);
    open_to_all(headers);
    response
}
